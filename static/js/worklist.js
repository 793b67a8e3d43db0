// Keys of the office: j k move, Enter opens, x selects, a f s begin an act, / searches, ? helps.
// They can be switched off (WCAG 2.1.4) and keep quiet while something is being typed.
const OFF = "motcua:keys-off";

export default function (root) {
  const rows = [...root.querySelectorAll("[data-row]")];
  const help = document.getElementById("phim-tat");
  const off = document.getElementById("tat-phim");
  let at = -1;

  if (off) {
    off.checked = localStorage.getItem(OFF) === "1";
    off.addEventListener("change", () => localStorage.setItem(OFF, off.checked ? "1" : "0"));
  }
  const all = root.querySelector("[data-select-all]");
  all?.addEventListener("change", () => {
    for (const box of root.querySelectorAll("[data-select]")) box.checked = all.checked;
  });

  const mark = (next) => {
    at = Math.max(0, Math.min(rows.length - 1, next));
    rows.forEach((row, i) => row.setAttribute("aria-selected", String(i === at)));
    const link = rows[at]?.querySelector("a");
    link?.focus();
    rows[at]?.scrollIntoView({ block: "nearest" });
  };
  const open = (hash) => {
    const link = rows[at]?.querySelector("a");
    if (link) location.href = link.href + hash;
  };
  const acts = {
    j: () => mark(at + 1),
    k: () => mark(at - 1),
    Enter: () => open(""),
    a: () => open("#act-accept"),
    f: () => open("#act-forward"),
    s: () => open("#act-request_supplement"),
    x: () => rows[at]?.querySelector("[data-select]")?.click(),
    "/": () => document.getElementById("search")?.focus(),
    "?": () => {
      if (help) help.open = !help.open;
    },
  };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || localStorage.getItem(OFF) === "1") return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
