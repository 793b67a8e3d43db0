// Papers beside the form: pick one, turn it, make it larger.
export default function (box) {
  const stage = box.querySelector("[data-stage]");
  const tools = box.querySelector(".viewer__tools");
  // The browser's own reader of PDFs brings tools of its own.
  tools.hidden = true;
  let turn = 0;
  let size = 100;
  const draw = () => {
    const picture = stage.querySelector("img");
    tools.hidden = !picture;
    if (!picture) return;
    picture.dataset.turn = String(turn % 360);
    picture.width = Math.round((stage.clientWidth * size) / 100);
    picture.classList.toggle("viewer__large", size > 100);
  };
  box.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-tool]")?.dataset.tool;
    if (tool === "turn") turn += 90;
    else if (tool === "larger") size = Math.min(400, size + 50);
    else if (tool === "smaller") size = Math.max(50, size - 50);
    else {
      const link = event.target.closest("a[data-view]");
      if (!link) return;
      event.preventDefault();
      const view = document.createElement(link.dataset.view === "image" ? "img" : "iframe");
      if (view instanceof HTMLImageElement) view.alt = link.textContent.trim();
      else view.title = link.textContent.trim();
      view.src = link.href;
      stage.replaceChildren(view);
      for (const other of box.querySelectorAll("a[data-view]")) other.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
      turn = 0;
      size = 100;
    }
    draw();
  });
}
