// Fills the communes as soon as a province is chosen: GET /don-vi-hanh-chinh/{province} answers [{value, label}].
export default function (fieldset) {
  const [province, commune] = fieldset.querySelectorAll("select");
  if (!commune) return;
  const prompt = commune.options[0]?.value === "" ? commune.options[0].cloneNode(true) : null;
  province.addEventListener("change", async () => {
    const options = [];
    if (province.value) {
      const answer = await fetch(`/don-vi-hanh-chinh/${encodeURIComponent(province.value)}`);
      if (!answer.ok) return;
      for (const { value, label } of await answer.json()) options.push(new Option(label, value));
    }
    commune.replaceChildren(...(prompt ? [prompt] : []), ...options);
    commune.value = "";
  });
}
