// The tabs, after page.js in the same piece: forms, arrow keys, the address, the last version seen, saving a table, and
// the focus, which stays where it was when Python draws anew.
{
  const SEEN = "minutes-seen";
  const store = (version) => { try { localStorage.setItem(SEEN, version); } catch { /* then nothing counts as new */ } };
  const stored = () => { try { return localStorage.getItem(SEEN); } catch { return null; } };
  const busy = () => element.querySelector(".panel")?.setAttribute("aria-busy", "true");

  element.addEventListener("submit", (event) => {
    event.preventDefault();
    const { value, speakers } = event.target.elements;
    busy();
    trigger("select", { action: event.target.dataset.form, value: value.value, speakers: speakers?.value ?? "" });
  });

  element.addEventListener("click", (event) => {
    const about = event.target.closest("[data-about]");
    if (event.target.closest('[data-action="turn"]')) busy();
    if (!about) return;
    const box = document.querySelector("#question textarea");
    box.value = about.dataset.about;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    trigger("select", { action: "turn", value: "chat" });
    wanted = "#question textarea";
  });

  element.addEventListener("keydown", (event) => {
    if (!event.target.matches('[role="tab"]')) return;
    const tabs = [...element.querySelectorAll('[role="tab"]')];
    const now = tabs.indexOf(event.target);
    const next = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: -1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = tabs.at(next % tabs.length);
    tab.focus();
    tab.click();
  });

  let wanted = null;
  element.addEventListener("focusin", ({ target }) => {
    const { action, value, place } = target.dataset;
    const at = (name, content) => (content === undefined ? "" : `[data-${name}="${CSS.escape(content)}"]`);
    wanted = target.id ? `#${CSS.escape(target.id)}` : action ? at("action", action) + at("value", value) + at("place", place) : null;
  });
  element.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget) wanted = null; });

  let turns = 0;
  watch("value", () => {
    const drawn = element.firstElementChild;
    if (!drawn) return;
    const { view, topic, speakers, version } = drawn.dataset;
    if (wanted && (document.activeElement === document.body || !document.activeElement?.isConnected)) {
      document.querySelector(wanted)?.focus({ preventScroll: true });
    }
    drawn.querySelector('[aria-selected="true"]').scrollIntoView({ block: "nearest", inline: "nearest" });
    const address = new URL(location);
    for (const [name, value] of Object.entries({ view: view === "chat" ? "" : view, topic, speakers })) {
      if (value) address.searchParams.set(name, value);
      else address.searchParams.delete(name);
    }
    if (address.href !== location.href) history.replaceState(history.state, "", address);
    const before = stored();
    if (version && before && before !== version && drawn.dataset.visit === undefined && window.minutesVisited !== version) {
      window.minutesVisited = version;
      trigger("select", { action: "visit", value: before });
    }
    // Seen is what the library has shown; the first visit begins with what there is.
    if (version && (before === null || view === "library")) store(version);
    const link = drawn.querySelector("a[download]");
    if (link && Number(drawn.dataset.turns) > turns) link.click();
    turns = Number(drawn.dataset.turns);
  });
}
