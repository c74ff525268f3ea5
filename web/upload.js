// Runs in each gr.HTML of the part that adds minutes: hands clicks to Python with all that stands in the fields, and
// keeps what was typed when the files are drawn anew because another one came or went.
const kept = (window.minutesTyped ??= {});
const forms = () => document.querySelectorAll("#adding [data-offer]");
const fields = (form) => [...form.querySelectorAll("[name]")];

element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (!button || button.disabled) return;
  const typed = {};
  for (const form of forms()) typed[form.dataset.offer] = Object.fromEntries(fields(form).map((one) => [one.name, one.value]));
  trigger("select", { action: button.dataset.action, value: button.dataset.value ?? "", forms: typed });
});

element.addEventListener("input", (event) => {
  const form = event.target.closest("[data-offer]");
  if (form && event.target.name) (kept[form.dataset.offer] ??= {})[event.target.name] = event.target.value;
});

let said = "";
watch("value", () => {
  const doing = element.querySelector(".doing")?.textContent ?? "";
  if (doing && doing !== said) element.querySelector(".doing").scrollIntoView({ block: "nearest" });
  said = doing;
  const label = element.querySelector("[data-files]")?.dataset.files;
  if (label) document.querySelector("#adding-files input[type=file]")?.setAttribute("aria-label", label);
  for (const form of element.querySelectorAll("[data-offer]")) {
    for (const one of fields(form)) one.value = kept[form.dataset.offer]?.[one.name] ?? one.value;
  }
});
