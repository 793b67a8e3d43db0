// Shows, hides, enables and disables questions by the answers, as the server will do again.
// Rules: data-show-when / data-enable-when = {effect, condition}; see docs/forms.md.

function valueOf(form, name) {
  const boxes = form.querySelectorAll(`[name="${CSS.escape(name)}"]`);
  const values = [...boxes]
    .filter((box) => !["checkbox", "radio"].includes(box.type) || box.checked)
    .map((box) => box.value)
    .filter((value) => value !== "");
  const several = boxes.length > 1 && boxes[0].type === "checkbox";
  return several ? values : values[0];
}

// The posted text as the JSON value that the schema expects.
function typed(text, schema) {
  if (text === undefined || Array.isArray(text)) return text ?? null;
  const samples = [schema.const, ...(schema.enum ?? [])];
  const wants = (type) => schema.type === type || samples.some((sample) => typeof sample === type);
  if ((text === "true" || text === "false") && (wants("boolean") || schema.type === undefined)) return text === "true";
  const bounded = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"].some((key) => key in schema);
  if (wants("number") || schema.type === "integer" || bounded) {
    const number = Number(text.replaceAll(".", "").replace(",", "."));
    return Number.isNaN(number) ? text : number;
  }
  return text;
}

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function typeOf(value) {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (Number.isInteger(value)) return "integer";
  return typeof value;
}

function fits(value, schema) {
  if (schema === true || schema === undefined) return true;
  if (schema === false) return false;
  const type = typeOf(value);
  const types = schema.type === undefined ? null : [].concat(schema.type);
  if (types && !types.includes(type) && !(type === "integer" && types.includes("number"))) return false;
  if ("const" in schema && !same(value, schema.const)) return false;
  if (schema.enum && !schema.enum.some((one) => same(one, value))) return false;
  if (typeof value === "number") {
    if (value < schema.minimum || value > schema.maximum) return false;
    if (value <= schema.exclusiveMinimum || value >= schema.exclusiveMaximum) return false;
  }
  if (typeof value === "string") {
    const length = [...value].length;
    if (length < schema.minLength || length > schema.maxLength) return false;
    if (schema.pattern && !new RegExp(schema.pattern, "u").test(value)) return false;
  }
  if (Array.isArray(value)) {
    if (value.length < schema.minItems || value.length > schema.maxItems) return false;
    if (schema.contains && !value.some((one) => fits(one, schema.contains))) return false;
  }
  if (schema.not && fits(value, schema.not)) return false;
  if (schema.anyOf && !schema.anyOf.some((one) => fits(value, one))) return false;
  if (schema.oneOf && schema.oneOf.filter((one) => fits(value, one)).length !== 1) return false;
  return !schema.allOf || schema.allOf.every((one) => fits(value, one));
}

function holds(form, condition) {
  if (condition.all) return condition.all.every((one) => holds(form, one));
  if (condition.any) return condition.any.some((one) => holds(form, one));
  const raw = valueOf(form, condition.name);
  if (raw === undefined && condition.failWhenUndefined) return false;
  return fits(typed(raw, condition.schema), condition.schema);
}

export default function (form) {
  const shown = [...form.querySelectorAll("[data-show-when]")];
  const enabled = [...form.querySelectorAll("[data-enable-when]")];
  const apply = () => {
    // A hidden question counts as unanswered, so look again until nothing changes.
    for (let round = 0; round < 5; round += 1) {
      let changed = false;
      for (const element of shown) {
        const rule = JSON.parse(element.dataset.showWhen);
        const hide = holds(form, rule.condition) !== (rule.effect === "SHOW");
        if (element.hidden !== hide) changed = true;
        element.hidden = hide;
      }
      if (!changed) break;
    }
    for (const element of enabled) {
      const rule = JSON.parse(element.dataset.enableWhen);
      const on = holds(form, rule.condition) === (rule.effect === "ENABLE");
      for (const box of element.querySelectorAll("input, select, textarea")) box.disabled = !on;
    }
  };
  form.addEventListener("input", apply);
  form.addEventListener("change", apply);
  apply();
}
