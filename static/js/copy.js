// Copies the text of another element.
export default function (button) {
  button.addEventListener("click", async () => {
    const text = document.getElementById(button.dataset.target).textContent.trim();
    await navigator.clipboard.writeText(text);
    button.querySelector("[role=status]").textContent = button.dataset.done;
  });
}
