// Hands clicks and keys of the judging page to Python, remembers who judges, and keeps the statement that the keys
// judge in view. Every grade names the statement that was on the screen, so that a quick second key cannot hit another.
const KEPT = "minutes-judge";
const current = () => element.querySelector('[aria-current="true"]');
const send = (action, value, place) => trigger("select", { action, value, place: Number(place ?? -1) });

function name() {
  const typed = element.querySelector("#judge").value.trim();
  if (typed) send("judge", typed);
}

function remembered() {
  try { return localStorage.getItem(KEPT); } catch { return null; }
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (!button || button.disabled) return;
  const { action, value, place } = button.dataset;
  if (action === "judge") name();
  else send(action, value, place);
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input")) {
    if (event.key === "Enter" && event.keyCode !== 229) name();
    return;
  }
  const place = Number(element.firstElementChild?.dataset.place ?? -1);
  if (!current()) return;
  if (/^[012]$/.test(event.key)) send("grade", event.key, place);
  else if (event.key === "j") send("go", "", place + 1);
  else if (event.key === "k") send("go", "", place - 1);
  else if (event.key === "u") send("undo");
  else return;
  event.preventDefault();
});

let shown = { judge: undefined };
watch("value", () => {
  const drawn = element.firstElementChild;
  if (!drawn) return;
  document.documentElement.lang = drawn.lang;
  const judge = drawn.dataset.judge;
  if (judge) {
    try { localStorage.setItem(KEPT, judge); } catch { /* then the page asks again next time */ }
    current()?.focus({ preventScroll: true });
    if (drawn.dataset.place !== shown.place) current()?.scrollIntoView({ block: "center" });
  } else {
    const input = element.querySelector("#judge");
    input.value = remembered() ?? "";
    // Only at the start: whoever leaves wants to give another name.
    if (shown.judge === undefined && input.value && !drawn.querySelector(".problem")) name();
    else input.focus();
  }
  shown = { judge: judge ?? null, place: drawn.dataset.place };
});
