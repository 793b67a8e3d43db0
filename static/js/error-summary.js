// Brings the summary of errors to the reader's attention, and its links to the field itself.
export default function (box) {
  box.focus();
  box.addEventListener("click", (event) => {
    const target = event.target.closest("a[href^='#']");
    const field = target && document.getElementById(decodeURIComponent(target.hash.slice(1)));
    if (!field) return;
    event.preventDefault();
    const control = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea");
    (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
    control?.focus({ preventScroll: true });
  });
}
