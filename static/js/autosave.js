// Saves a section while it is being filled in and says so. Posts the form itself with _go=autosave; the answer is
// {"saved_at": "10:32", "version": 4, "seen": "…"}. What could not be sent is kept in this tab and sent when the line
// is back.
const WAIT = 2000;
const RETRY = 10000;
const PATIENCE = 3000;

export default function (form) {
  const status = form.querySelector("[data-saved]");
  if (!status?.dataset.url) return;
  const key = `motcua:${location.pathname}`;
  let changed = false;
  let timer;
  let sending = false;
  let running = null;
  let waiting = false;
  // Not kept in the inputs themselves: a browser that goes back would put what stood there into the newer page.
  let version = form.elements.version.value;
  let seen = form.elements.seen.value;
  form.addEventListener("formdata", ({ formData }) => {
    formData.set("version", version);
    formData.set("seen", seen);
  });

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
    if (form.dataset.leaving) return;
    timer = setTimeout(start, delay);
  };

  function start() {
    if (changed && !sending) running = save();
  }

  async function save() {
    sending = true;
    changed = false;
    const body = fields();
    say(status.dataset.saving, "saving");
    try {
      const answer = await fetch(status.dataset.url, { method: "POST", body, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      const saved = await answer.json();
      ({ version, seen } = saved);
      sessionStorage.removeItem(key);
      say(status.dataset.done.replace("{time}", saved.saved_at), "saved");
    } catch {
      changed = true;
      if (form.dataset.leaving) return;
      for (const name of ["_csrf", "version", "seen"]) body.delete(name);
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
  form.addEventListener("submit", (event) => {
    form.dataset.leaving = "true";
    clearTimeout(timer);
    sessionStorage.removeItem(key);
    if (!sending) return;
    // The page is on its way by itself: sent beside it, the form would look like somebody else's.
    event.preventDefault();
    if (waiting) return;
    waiting = true;
    const enough = new Promise((resolve) => setTimeout(resolve, PATIENCE));
    Promise.race([running, enough]).then(() => {
      sending = waiting = false;
      form.requestSubmit(event.submitter);
    });
  });
  // A page that the browser kept as it was left shows what has been saved since.
  addEventListener("pageshow", (event) => {
    if (event.persisted && (!changed || form.dataset.leaving)) location.reload();
  });
}
