// Sends each file at once with its progress, by picking or dropping: POST {url} with document and file.
const LIMIT = 20_000_000;

function send(url, data, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => (request.status < 300 ? resolve() : reject(request)));
    request.addEventListener("error", () => reject(request));
    request.send(data);
  });
}

function reason(request) {
  try {
    const problem = JSON.parse(request.responseText);
    return problem.errors?.[0]?.message ?? problem.detail;
  } catch {
    return undefined;
  }
}

export default function (box) {
  const { url, labelSending, labelDone, labelFailed, labelTooBig } = box.dataset;
  const input = box.querySelector("input[type=file]");
  const list = document.createElement("ul");
  list.className = "files";
  // What happens to the files is read out; a list with that role itself would be no list any more.
  const told = document.createElement("div");
  told.setAttribute("role", "status");
  told.append(list);
  box.append(told);

  function line(file) {
    const item = document.createElement("li");
    const name = document.createElement("span");
    name.className = "files__name";
    name.textContent = file.name;
    const state = document.createElement("span");
    state.textContent = labelSending;
    const progress = document.createElement("progress");
    progress.setAttribute("aria-label", file.name);
    if (file.type.startsWith("image/")) {
      const picture = new Image();
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      item.append(picture);
    }
    item.append(name, state, progress);
    list.append(item);
    return { state, progress };
  }

  async function take(files) {
    let failed = false;
    for (const file of files) {
      const { state, progress } = line(file);
      if (file.size > LIMIT) {
        failed = true;
        state.textContent = labelTooBig;
        progress.remove();
        continue;
      }
      const data = new FormData();
      data.set("_csrf", input.form.elements._csrf.value);
      data.set("document", input.name);
      data.set("file", file);
      try {
        await send(url, data, progress);
        state.textContent = labelDone;
      } catch (request) {
        failed = true;
        // The name stands beside it already.
        state.textContent = (reason(request) ?? labelFailed).replace(`${file.name}: `, "");
      }
      progress.remove();
    }
    // Asked for anew: a page that told of mistakes came by POST, and reloading would send that form again.
    if (!failed) location.replace(location.pathname + location.search);
  }

  if (url) {
    // The names stand in the list below; what the input itself says is of no use.
    box.classList.add("drop--sends");
    input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = "";
      take(files);
    });
  }
  for (const type of ["dragover", "dragleave", "drop"]) {
    box.addEventListener(type, (event) => {
      event.preventDefault();
      box.classList.toggle("drop--over", type === "dragover");
      if (type !== "drop") return;
      if (url) take([...event.dataTransfer.files]);
      else input.files = event.dataTransfer.files;
    });
  }
}
