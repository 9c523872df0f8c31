// The end of a session is told two minutes before, and one key puts it off. Other pages of the same session may have done so already.
(() => {
  "use strict";
  const root = document.documentElement;
  const dialog = document.getElementById("session-end");
  const form = dialog && dialog.querySelector("form");
  if (!form || !dialog.showModal) return;
  const WARN_BEFORE = 120;
  // Timers of more than 24 days fire at once; no session lasts that long, but a wrong number must not warn without end.
  const LONGEST = 7 * 24 * 3600;
  let ends = 0;
  let timer = 0;
  let ticking = 0;

  const left = () => Math.round((ends - Date.now()) / 1000);
  const show = () => {
    const words = dialog.querySelector("[data-left]");
    const seconds = Math.max(0, left());
    words.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds > 0) return;
    clearInterval(ticking);
    dialog.querySelector("[data-before]").hidden = true;
    dialog.querySelector("[data-after]").hidden = false;
  };
  const set = (seconds) => {
    ends = Date.now() + seconds * 1000;
    clearTimeout(timer);
    clearInterval(ticking);
    timer = setTimeout(warn, Math.min(LONGEST, Math.max(0, seconds - WARN_BEFORE)) * 1000);
  };
  const ask = async (how) => {
    const answer = await fetch(form.action, { credentials: "same-origin", headers: { Accept: "application/json" }, ...how });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).ends;
  };
  const warn = async () => {
    try {
      const seconds = await ask({});
      if (seconds > WARN_BEFORE + 5) {
        set(seconds);
        return;
      }
      ends = Date.now() + seconds * 1000;
    } catch {
      // No answer: what the page knew is the best there is.
    }
    if (!dialog.open) dialog.showModal();
    show();
    ticking = setInterval(show, 1000);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      set(await ask({ method: "POST", body: new FormData(form) }));
      dialog.close();
    } catch {
      dialog.querySelector("[data-before]").hidden = true;
      dialog.querySelector("[data-after]").hidden = false;
    }
  });
  set(Number(root.dataset.sessionEnds));
})();
