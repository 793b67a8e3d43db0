// Shows what belongs to one answer: data-when-name, data-when-value.
export default function (form) {
  const parts = [...form.querySelectorAll("[data-when-name]")];
  const apply = () => {
    for (const part of parts) {
      const { whenName, whenValue } = part.dataset;
      const chosen = form.querySelector(`[name="${CSS.escape(whenName)}"]:checked`)?.value;
      part.hidden = chosen !== whenValue;
      for (const box of part.querySelectorAll("input, select, textarea")) box.disabled = part.hidden;
    }
  };
  form.addEventListener("change", apply);
  apply();
}
