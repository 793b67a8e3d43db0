// Looks by itself whether more is known by now, for some minutes, and shows it when there is.
export default function (link) {
  const shown = document.querySelector("h1").textContent;
  let wait = 2000;
  const look = async () => {
    const answer = await fetch(link.href).catch(() => null);
    const text = answer?.ok ? await answer.text() : "";
    const title = new DOMParser().parseFromString(text, "text/html").querySelector("h1");
    if (title && title.textContent !== shown) return location.replace(link.href);
    wait = Math.min(wait * 1.5, 30000);
    if (wait < 30000) setTimeout(look, wait);
  };
  setTimeout(look, wait);
}
