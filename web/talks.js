// Runs once in the pane of conversations: keeps in this browser what Python says is to be kept, and copies quotes.
const key = (id) => `minutes.talk.${id}`;
let gone = null;  // what was deleted last, for as long as this window stands open
let pressed = null;

const pane = () => element.querySelector(".talks");
const kept = (id) => window.minutesKept?.(id);

const act = {
  talk: (value) => trigger("select", { action: "talk", kept: kept(value) }),
  delete: (value) => {
    try {
      gone = { text: localStorage.getItem(key(value)), id: value, here: pane().dataset.current === value };
      localStorage.removeItem(key(value));
    } catch {
      gone = null;  // this browser keeps nothing, and so has nothing to give up
    }
    trigger("select", { action: "delete", value });
  },
  undo: () => {
    if (!gone?.text) return;
    localStorage.setItem(key(gone.id), gone.text);
    const action = gone.here && !pane().dataset.current ? "talk" : "listed";
    trigger("select", { action, kept: kept(gone.id) });
    gone = null;
  },
};

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (!button) return;
  const { action, value } = button.dataset;
  pressed = action;
  if (act[action]) act[action](value);
  else trigger("select", { action, value });
});

element.addEventListener("change", (event) => {
  const { rename } = event.target.dataset;
  if (rename !== undefined) trigger("select", { action: "rename", value: rename, to: event.target.value });
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing && event.target.matches?.("[data-rename]")) event.target.blur();
});

window.addEventListener("storage", (event) => {
  if (event.key?.startsWith("minutes.talk.")) trigger("select", { action: "listed", kept: kept() });
});

function keep(talk, current) {
  const stored = JSON.parse(localStorage.getItem(key(current)) ?? "null");
  if (!stored || !(stored.changed > JSON.parse(talk).changed)) localStorage.setItem(key(current), talk);
}

watch("value", () => {
  const { put, current } = pane()?.dataset ?? {};
  if (!pane()) return;
  try {
    if (current) sessionStorage.setItem("minutes.talk", current);
    else sessionStorage.removeItem("minutes.talk");
    if (put) keep(put, current);
  } catch {
    pane().querySelector(".full").hidden = false;
  }
  if (pressed === "delete") element.querySelector(".undo button")?.focus();
  else if (pressed) document.querySelector("#question textarea")?.focus();
  pressed = null;
});

// Copying: the live region stays when Python draws anew.
const said = document.createElement("div");
said.className = "said";
said.setAttribute("role", "status");
document.body.append(said);

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // No permission, or no https.
    const box = document.createElement("textarea");
    const back = document.activeElement;
    box.value = text;
    box.className = "said";
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    back?.focus();
    return done;
  }
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button) return;
  const done = await copy(button.dataset.copy);
  said.textContent = "";
  said.textContent = done ? button.dataset.copied : pane().dataset.notCopied;
  if (done) {
    button.classList.add("done");
    setTimeout(() => button.classList.remove("done"), 2000);
  } else {
    said.classList.add("seen");
  }
});
