// A second click on the same button does nothing; the server would not file twice either.
export default function (form) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "true";
    setTimeout(() => delete form.dataset.sent, 10000);
  });
}
