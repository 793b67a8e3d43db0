// The acts panel of a dossier: a key or the address's #act-… opens that act and puts the cursor into it.
const OFF = "motcua:keys-off";

export default function (panel) {
  const open = (id) => {
    const act = panel.querySelector(`#${CSS.escape(id)}`);
    if (!act) return false;
    act.open = true;
    act.scrollIntoView({ block: "nearest" });
    act.querySelector("textarea, input:not([type=hidden]), select, button")?.focus();
    return true;
  };
  if (location.hash.startsWith("#act-")) open(location.hash.slice(1));
  addEventListener("hashchange", () => open(location.hash.slice(1)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF) === "1") return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const act = panel.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    // The key stands on the fold of an act, or on the button of an act that asks nothing.
    if (act && open(act.closest(".act").id)) event.preventDefault();
  });
}
