// Runs once in each gr.HTML of the page: hands clicks on [data-action] and changes of [data-change] to Python, and
// keeps place and focus after Python has drawn anew.
const opener = () =>
  [...document.querySelectorAll(`[data-action="open"][data-value="${window.minutesOpened}"]`)].find((one) => one.offsetParent);

let pressed = null;
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (!button) return;
  const { action, value, place } = button.dataset;
  // A choice for next time stays in the browser.
  if ("keep" in button.dataset) document.cookie = `${action}=${value}; path=${location.pathname}; max-age=31536000; samesite=strict`;
  // What is pressed stays, and is drawn anew.
  pressed = button.ariaPressed === null ? null : `[data-action="${action}"][data-value="${CSS.escape(value)}"][data-place="${place}"]`;
  if (action === "open") window.minutesOpened = CSS.escape(value);
  trigger("select", { action, value, place: Number(place ?? -1) });
});

element.addEventListener("change", (event) => {
  const { change, place } = event.target.dataset;
  if (change !== undefined) trigger("select", { action: "change", value: change, to: event.target.value, place: Number(place) });
});

element.addEventListener("keydown", (event) => {
  if (event.key === "Escape") element.querySelector('[data-action="close"]')?.click();
});

let shown = { count: 0, open: null };
watch("value", () => {
  const drawn = element.firstElementChild;
  if (drawn?.lang) document.documentElement.lang = drawn.lang;
  const count = Number(drawn?.dataset.count ?? 0);
  if (count > shown.count) [...drawn.querySelectorAll(".exchange")].at(-1)?.scrollIntoView({ block: "start" });
  const open = drawn?.dataset.open ?? null;
  if (open !== shown.open && open !== null) {
    const body = drawn.querySelector(".body");
    const target = drawn.querySelector(".target");
    if (target) body.scrollTop += target.getBoundingClientRect().top - body.getBoundingClientRect().top - body.clientHeight / 3;
    drawn.querySelector("h2").focus();
  } else if (open === null && shown.open !== null) {
    opener()?.focus();
  }
  shown = { count, open };
  if (pressed) drawn?.querySelector(pressed)?.focus({ preventScroll: true });
  pressed = null;
});
