// Puts the slashes into dd/mm/yyyy while typing.
export default function (input) {
  input.addEventListener("input", (event) => {
    if (event.inputType !== "insertText") return;
    if (/^\d{2}$|^\d{2}\/\d{2}$/.test(input.value)) input.value += "/";
  });
}
