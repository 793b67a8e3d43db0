// Loads the behaviour that an element asks for with data-module="name", and only then.
// Every page works without this; a behaviour only makes it quicker to use.
const modules = {};

document.documentElement.classList.add("js");

const bound = new WeakMap();

export function bind(root) {
  for (const element of root.querySelectorAll("[data-module]")) {
    for (const name of element.dataset.module.split(" ")) {
      const names = bound.get(element) ?? bound.set(element, new Set()).get(element);
      if (!modules[name] || names.has(name)) continue;
      names.add(name);
      import(modules[name]).then((module) => module.default(element, bind));
    }
  }
}

bind(document);
