// Saves a section while it is being filled in and says so. Posts the form itself with _go=autosave; the answer is
// {"saved_at": "10:32", "version": 4}. What could not be sent is kept in this tab and sent when the line is back.
const WAIT = 2000;
const RETRY = 10000;

export default function (form) {
  const status = form.querySelector("[data-saved]");
  if (!status?.dataset.url) return;
  const key = `motcua:${location.pathname}`;
  let changed = false;
  let timer;
  let sending = false;

  const say = (text, state) => {
    status.textContent = text;
    status.dataset.state = state;
  };
  const fields = () => {
    const data = new URLSearchParams(new FormData(form));
    data.set("_go", "autosave");
    return data;
  };
  const later = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  async function save() {
    if (!changed || sending) return;
    sending = true;
    changed = false;
    const body = fields();
    say(status.dataset.saving, "saving");
    try {
      const answer = await fetch(status.dataset.url, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const { saved_at: time, version } = await answer.json();
      if (version !== undefined) form.elements.version.value = version;
      sessionStorage.removeItem(key);
      say(status.dataset.done.replace("{time}", time), "saved");
    } catch {
      changed = true;
      body.delete("_csrf");
      body.delete("version");
      sessionStorage.setItem(key, body.toString());
      say(navigator.onLine ? status.dataset.failed : status.dataset.offline, "failed");
      later(RETRY);
    }
    sending = false;
    if (changed) later(WAIT);
  }

  // What this tab kept when the line dropped comes back into empty or older fields.
  const kept = sessionStorage.getItem(key);
  if (kept) {
    const values = new URLSearchParams(kept);
    for (const name of new Set(values.keys())) {
      const boxes = form.querySelectorAll(`[name="${CSS.escape(name)}"]:not([type=hidden], button)`);
      for (const box of boxes) {
        if (["checkbox", "radio"].includes(box.type)) box.checked = values.getAll(name).includes(box.value);
        else box.value = values.get(name);
      }
    }
    changed = true;
    later(0);
  }

  form.addEventListener("input", () => {
    changed = true;
    later(WAIT);
  });
  form.addEventListener("change", () => {
    changed = true;
    later(200);
  });
  addEventListener("online", () => later(0));
  addEventListener("beforeunload", (event) => {
    if (changed && !form.dataset.leaving) event.preventDefault();
  });
  form.addEventListener("submit", () => {
    form.dataset.leaving = "true";
    sessionStorage.removeItem(key);
  });
}
