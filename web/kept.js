// What this browser kept: the list of its conversations, and the one that stands in this window (or has the id given).
(id) => {
  window.minutesKept = (id) => {
    const heads = [];
    let talk = null;
    try {
      const wanted = typeof id === "string" && id ? id : sessionStorage.getItem("minutes.talk");
      for (let place = 0; place < localStorage.length; place++) {
        const key = localStorage.key(place);
        if (!key.startsWith("minutes.talk.")) continue;
        try {
          const { lines, ...head } = JSON.parse(localStorage.getItem(key));
          heads.push(head);
          if (head.id === wanted) talk = { ...head, lines };
        } catch {
          localStorage.removeItem(key);  // not ours, or cut
        }
      }
    } catch {
      // A browser may refuse to keep anything.
    }
    heads.sort((one, other) => other.changed - one.changed);
    return JSON.stringify({ heads: heads.slice(0, 200), talk });
  };
  return [window.minutesKept()];
}
