// Runs after page.js in each gr.HTML of the page: the address bar follows what is open, links are copied, and the
// viewer keeps its place and focus when Python has drawn it anew.
{
  const copied = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // A page that is reached over plain http from another machine has no clipboard of its own.
      const box = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(box);
      box.select();
      document.execCommand("copy");
      box.remove();
    }
  };

  let kept = { open: null, view: null, offset: 0, role: null };
  const offset = () => {
    const body = element.querySelector(".source .body"), target = element.querySelector(".source .target");
    return body && target ? target.getBoundingClientRect().top - body.getBoundingClientRect().top : 0;
  };

  element.addEventListener("click", async (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { copyLink, copied: done, role, action } = button.dataset;
    if (copyLink !== undefined) {
      await copied(new URL(copyLink, location.href).href);
      button.textContent = done;
    } else if (action) {
      kept = { ...kept, offset: offset(), role: role ? `[data-role="${role}"]` : `[data-action="${action}"]` };
    }
  });

  watch("value", () => {
    const drawn = element.firstElementChild;
    const { link, open = null, view = null } = drawn?.dataset ?? {};
    if (link !== undefined) history.replaceState(history.state, "", `${location.pathname}${link}`);
    if (open !== null && open === kept.open) {
      const body = drawn.querySelector(".body"), target = drawn.querySelector(".target");
      if (view !== kept.view) body.scrollTop += target ? offset() - body.clientHeight / 3 : -body.scrollTop;
      else body.scrollTop += offset() - kept.offset;
      const again = drawn.querySelector(`${kept.role}:not(:disabled)`);
      if (kept.role && document.activeElement === document.body) (again ?? drawn.querySelector("h2")).focus({ preventScroll: true });
    }
    kept = { ...kept, open, view };
  });
}
