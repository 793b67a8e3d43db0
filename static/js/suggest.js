// Suggestions under the search box after two letters: GET {url}?q=… answers [{label, href}].
export default function (form) {
  const input = form.querySelector("input[type=search]");
  const list = document.createElement("div");
  list.className = "search__list";
  list.id = `${input.id}-list`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels[0].textContent);
  list.hidden = true;
  form.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  let timer;
  let latest = 0;
  let at = -1;

  const close = () => {
    list.hidden = true;
    at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (next) => {
    const links = [...list.children];
    at = (next + links.length) % links.length;
    links.forEach((link, i) => link.setAttribute("aria-selected", String(i === at)));
    input.setAttribute("aria-activedescendant", links[at].id);
  };
  const show = (items) => {
    list.replaceChildren(
      ...items.map(({ label, href }, i) => {
        const link = document.createElement("a");
        link.id = `${list.id}-${i}`;
        link.setAttribute("role", "option");
        link.tabIndex = -1;
        link.href = href;
        link.textContent = label;
        return link;
      }),
    );
    at = -1;
    list.hidden = items.length === 0;
    input.setAttribute("aria-expanded", String(items.length > 0));
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    const query = input.value.trim();
    if ([...query].length < 2) return close();
    timer = setTimeout(async () => {
      const mine = (latest += 1);
      try {
        const answer = await fetch(`${form.dataset.url}?q=${encodeURIComponent(query)}`);
        if (answer.ok && mine === latest) show(await answer.json());
      } catch {
        close();
      }
    }, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    if (event.key === "ArrowDown") mark(at + 1);
    else if (event.key === "ArrowUp") mark(at < 0 ? -1 : at - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && at >= 0) location.href = list.children[at].href;
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) setTimeout(close, 150);
  });
}
