// Copies into a part of the form that nobody has answered what was said in another: data-suggest = {from, on, is, known},
// names of inputs; see docs/forms.md (x-suggest). It follows its source until somebody types there, and goes again when the
// answer that made it fit is another. known: what is put there while the source is empty.
const isBox = (input) => ["checkbox", "radio"].includes(input.type);

function inputsOf(form, name) {
  const inputs = [...form.querySelectorAll(`[name="${CSS.escape(name)}"], [name^="${CSS.escape(`${name}.`)}"]`)];
  return inputs.filter((input) => input.type !== "hidden" && input.tagName !== "BUTTON");
}

const stateOf = (input) => (isBox(input) ? input.checked : input.value);

function put(input, state) {
  if (stateOf(input) === state) return false;
  if (isBox(input)) input.checked = state;
  else input.value = state;
  return true;
}

export default function (form) {
  const targets = [...form.querySelectorAll("[data-suggest]")].map((element) => {
    const rule = JSON.parse(element.dataset.suggest);
    const inputs = [...element.querySelectorAll("input, select, textarea")].filter((input) => input.type !== "hidden");
    return { rule, section: element.closest("section"), inputs: inputs.map((input) => [input, stateOf(input)]) };
  });
  if (!targets.length) return;
  const touched = new WeakSet();

  // The input of the source that stands for one of the target: the same part of an address, the same choice.
  const sourceOf = (input, rule) => {
    const own = (name) => name.slice(name.split(".").slice(0, 2).join(".").length);
    return inputsOf(form, rule.from).find(
      (source) => own(source.name) === own(input.name) && (!isBox(input) || source.value === input.value),
    );
  };
  const copy = (input, source, known) => {
    if (!source || source.type !== input.type) return false;
    if (input.tagName === "SELECT" && ![...input.options].some((option) => option.value === source.value)) {
      input.replaceChildren(...[...source.options].map((option) => option.cloneNode(true)));
    }
    return put(input, stateOf(source) || (isBox(source) ? false : known));
  };
  const apply = () => {
    let changed = false;
    for (const { rule, section, inputs } of targets) {
      if (touched.has(section)) continue;
      const fits = inputsOf(form, rule.on).some((on) => (isBox(on) ? on.checked : true) && on.value === rule.is);
      for (const [input, before] of inputs) {
        changed = (fits ? copy(input, sourceOf(input, rule), rule.known) : put(input, before)) || changed;
      }
    }
    if (changed) form.dispatchEvent(new Event("change"));
  };
  const listen = (event) => {
    const section = event.target.closest("section");
    if (event.isTrusted && section) touched.add(section);
    apply();
  };
  form.addEventListener("input", listen);
  form.addEventListener("change", listen);
  apply();
}
