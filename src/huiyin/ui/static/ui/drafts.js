// A draft several write together: whoever has changed nothing sees a new version at once, whoever is writing is told of it.
(() => {
  "use strict";
  const box = document.querySelector("[data-draft]");
  const form = document.querySelector("#draft form");
  if (!box || !form || !box.dataset.live || !window.EventSource) return;
  const english = document.documentElement.lang.startsWith("en");
  const state = box.querySelector("[role=status]");
  let after = Number(box.dataset.after);
  // An answer to something that was sent holds what was typed: it is never thrown away.
  let touched = window.location.search.includes("sent=");
  form.addEventListener("input", () => { touched = true; });

  const listen = () => {
    const address = new URL(box.dataset.live, window.location.href);
    address.searchParams.set("after", String(after));
    const stream = new EventSource(address, { withCredentials: true });
    stream.onmessage = (event) => {
      const said = JSON.parse(event.data);
      after = Math.max(after, said.seq);
      if (!said.draft) return;
      if (!touched) window.location.replace(box.dataset.draft);
      else if (!said.mine) state.textContent = `${said.who || said.role[english ? "en" : "zh"]} ${box.dataset.news}`;
    };
    stream.addEventListener("closed", () => { stream.close(); state.textContent = box.dataset.closed; });
    stream.onerror = () => { if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000); };
  };
  listen();
})();
