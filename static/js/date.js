// Puts the slashes into dd/mm/yyyy while typing; whoever types them too gets no second one.
export default function (input) {
  input.addEventListener("input", (event) => {
    if (event.inputType !== "insertText" || input.selectionEnd !== input.value.length) return;
    const text = input.value.replace(/\/{2,}/g, "/");
    const next = /^\d{2}$|^\d{2}\/\d{2}$/.test(text) ? `${text}/` : text;
    if (next !== input.value) input.value = next;
  });
}
