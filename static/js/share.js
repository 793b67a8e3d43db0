// Hands the page's address to the phone's own sharing sheet, where there is one.
export default function (button) {
  if (!navigator.share) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    const { title, url } = button.dataset;
    navigator.share({ title, url }).catch(() => {});
  });
}
