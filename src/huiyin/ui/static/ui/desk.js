/* The desk with a script: arrows between lines, a matter opened beside the list without a new page, news of new matters, offered sentences.
   Everything here also works without it. */
(() => {
  "use strict";
  const desk = document.querySelector(".desk");
  const writing = (element) => element instanceof Element && element.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;
  const links = () => [...document.querySelectorAll("[data-rows] a[href]")];

  /* Arrows between lines */
  const step = (by) => {
    const all = links();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement);
    const current = all.findIndex((one) => one.hasAttribute("aria-current"));
    const from = here >= 0 ? here : current;
    const next = all[Math.max(0, Math.min(all.length - 1, from < 0 ? 0 : from + by))];
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  };

  /* Panes */
  const wide = window.matchMedia("(min-width: 80rem)");
  let asking = null;
  const without = () => window.location.href.split("#")[0];
  let shown = without();
  const put = (html) => {
    const made = new DOMParser().parseFromString(html, "text/html");
    for (const id of ["desk-matter", "desk-acts"]) {
      const fresh = made.getElementById(id);
      if (!fresh) return false;
      document.getElementById(id).replaceWith(fresh);
    }
    return true;
  };
  const show = async (address, remember) => {
    if (asking) asking.abort();
    asking = new AbortController();
    const acts = document.getElementById("desk-acts");
    acts.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { "X-Huiyin-Part": "pane" }, signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok || answer.redirected || !put(await answer.text())) throw new Error("not a pane");
    } catch (problem) {
      if (problem.name !== "AbortError") window.location.assign(address);
      return;
    }
    if (remember) window.history.pushState({ pane: true }, "", address);
    shown = without();
    const open = new URL(address, window.location.href).searchParams.get("open");
    for (const link of document.querySelectorAll(".queue a")) {
      const mine = new URL(link.href).searchParams.get("open") === open;
      if (mine) { link.setAttribute("aria-current", "true"); link.scrollIntoView({ block: "nearest" }); }
      else link.removeAttribute("aria-current");
    }
    document.title = document.title.replace(/^.*? - /, `${document.getElementById("matter-title").textContent.trim()} - `);
    document.getElementById("desk-acts").focus({ preventScroll: true });
  };
  if (desk && desk.classList.contains("has-pane")) {
    document.addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a[data-open]") : null;
      if (!link || !wide.matches || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
      event.preventDefault();
      show(link.href, true);
    });
    // A jump within the page (a link of the summary of errors) is no way back: what is being written stays.
    window.addEventListener("popstate", () => {
      if (without() === shown) return;
      shown = without();
      if (new URL(window.location.href).searchParams.get("open")) show(window.location.href, false);
      else window.location.reload();
    });
    const wrong = document.querySelector(".errors");
    if (!wrong) document.getElementById("desk-acts").focus({ preventScroll: true });
    const current = document.querySelector(".queue a[aria-current]");
    if (current) current.scrollIntoView({ block: "nearest" });
  }

  /* What may wait is fetched when somebody opens it; without this its link leads there. */
  document.addEventListener("toggle", async (event) => {
    const box = event.target;
    if (!(box instanceof HTMLDetailsElement) || !box.open || !box.dataset.later) return;
    const address = box.dataset.later;
    delete box.dataset.later;
    box.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, { headers: { "X-Huiyin-Part": "similar" }, credentials: "same-origin" });
      const fresh = answer.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("went");
      if (fresh) box.replaceChildren(box.querySelector("summary"), fresh);
      else box.dataset.later = address;
    } catch { box.dataset.later = address; }
    box.removeAttribute("aria-busy");
  }, true);

  /* A key held down must not send one form after the other. (Twice the same form: page.js sees to it.) */
  document.addEventListener("keydown", (event) => {
    if (event.repeat && (event.code === "Enter" || event.code === "NumpadEnter") && event.target instanceof Element && event.target.closest("form.act-form")) event.preventDefault();
  });

  /* Offered sentences go in at the end of what is written. */
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-into]") : null;
    if (!button) return;
    const into = button.form && button.form.elements.namedItem(button.dataset.into);
    if (!into) return;
    event.preventDefault();
    const before = into.value.replace(/\s+$/, "");
    into.value = before ? `${before}\n${button.dataset.text}` : button.dataset.text;
    into.focus();
    const blank = into.value.indexOf("〔", before.length);
    if (blank >= 0) into.setSelectionRange(blank, into.value.indexOf("〕", blank) + 1);
    button.closest("details").open = false;
  });

  /* News of new matters; the list stays as it is until somebody asks for it. */
  const news = document.querySelector("[data-arrivals]");
  const ask = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(news.dataset.arrivals, { credentials: "same-origin" });
      if (!answer.ok || answer.redirected) return;
      const found = await answer.json();
      if (!found.new || news.dataset.said === found.words) return;
      news.dataset.said = found.words;
      const link = document.createElement("a");
      link.href = news.dataset.reload;
      link.textContent = news.dataset.show;
      news.replaceChildren(document.createTextNode(found.words), link);
    } catch { /* The next round asks again. */ }
  };
  if (news) window.setInterval(ask, 30000);

  /* Keys */
  const codes = new Map((desk && desk.dataset.keys ? desk.dataset.keys.split(" ") : []).map((pair) => pair.split(":").reverse()));
  const press = (name) => { const button = document.querySelector(`#desk-acts [data-key="${name}"]`); if (button) button.click(); };
  const does = {
    next: () => step(1),
    previous: () => step(-1),
    open: () => { const link = links().includes(document.activeElement) ? document.activeElement : links()[0]; if (link) link.click(); },
    accept: () => press("accept"),
    preview: () => press("preview"),
    write: () => { const first = document.querySelector("#desk-acts .act-form :is(textarea, select, input:not([type=hidden]))"); if (first) first.focus(); },
    acts: () => { const acts = document.getElementById("desk-acts"); if (acts) acts.focus(); },
    search: () => { const box = document.querySelector("form.find input"); if (box) box.focus(); },
  };
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const row = document.activeElement instanceof Element && document.activeElement.closest("[data-rows]");
    if (row && (event.code === "ArrowDown" || event.code === "ArrowUp")) {
      event.preventDefault();
      step(event.code === "ArrowDown" ? 1 : -1);
      return;
    }
    if (!codes.size || writing(event.target) || document.querySelector("dialog[open]") || event.repeat) return;
    if (event.code === "Slash" && event.shiftKey && window.huiyin && window.huiyin.open) { event.preventDefault(); window.huiyin.open("keys"); return; }
    const name = event.shiftKey ? undefined : codes.get(event.code);
    if (name) { event.preventDefault(); does[name](); }
  });
})();
