// Small helps for every page. Nothing here is needed: each page works without it.
(() => {
  "use strict";
  const root = document.documentElement;
  const says = (name) => root.dataset[name] || "";
  const AGAIN_AFTER = 10000;
  let told = null;

  // A sentence for screen readers, without moving anybody's focus.
  const tell = (words) => {
    if (!told) {
      told = document.createElement("p");
      told.className = "hidden-words";
      told.setAttribute("role", "status");
      document.body.append(told);
    }
    told.textContent = words;
  };

  // Sending: the second press of a button is ignored, and the button says what goes on.
  const release = (form) => {
    delete form.dataset.sent;
    form.querySelectorAll("button[data-words]").forEach((button) => {
      button.textContent = button.dataset.words;
      button.removeAttribute("aria-disabled");
      delete button.dataset.words;
    });
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || form.hasAttribute("data-again") || event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    // Only after the browser has read the form: a button changed earlier would be sent changed.
    setTimeout(() => {
      tell(says("sending"));
      if (button && button.matches("button") && !button.children.length && !button.classList.contains("default-press")) {
        button.dataset.words = button.textContent;
        button.textContent = says("sending");
        button.setAttribute("aria-disabled", "true");
      }
    }, 0);
    setTimeout(() => {
      if (!form.dataset.sent) return;
      release(form);
      tell(says("slow"));
    }, AGAIN_AFTER);
  });
  // Back from the next page by the browser's button: the form is a form again.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
  });

  // Enter that ends a word in a Chinese input method sends nothing, whatever the browser thinks of it.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229) && event.target.matches("input")) event.preventDefault();
  }, true);

  // Dialogs: the browser's own, opened by a button that is only there when scripts are.
  const open = (name) => {
    const dialog = document.getElementById(name);
    if (dialog && dialog.showModal && !dialog.open) dialog.showModal();
    return dialog;
  };
  document.querySelectorAll("[data-opens]").forEach((opener) => {
    const dialog = document.getElementById(opener.dataset.opens);
    if (!dialog || !dialog.showModal) return;
    opener.hidden = false;
    opener.setAttribute("aria-haspopup", "dialog");
    opener.addEventListener("click", () => open(opener.dataset.opens));
    dialog.addEventListener("close", () => opener.focus());
  });

  // The list of work folds away on a narrow screen.
  document.querySelectorAll("[data-folds]").forEach((button) => {
    const list = document.getElementById(button.dataset.folds);
    if (!list) return;
    button.hidden = false;
    const fold = (folded) => {
      list.classList.toggle("folded", folded);
      button.setAttribute("aria-expanded", String(!folded));
    };
    fold(true);
    button.addEventListener("click", () => fold(!list.classList.contains("folded")));
  });

  // Leave at once: this page does not stay under the back button.
  document.querySelectorAll(".exit-page a").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    document.body.hidden = true;
    window.location.replace(link.href);
  }));

  document.querySelectorAll("[data-prints]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // Files dropped on a box land in the box's own input; their names are said.
  document.querySelectorAll(".filedrop").forEach((box) => {
    const input = box.querySelector("input[type=file]");
    if (!input) return;
    const over = (on) => (event) => {
      event.preventDefault();
      box.classList.toggle("over", on);
    };
    box.addEventListener("dragover", over(true));
    box.addEventListener("dragleave", over(false));
    box.addEventListener("drop", (event) => {
      over(false)(event);
      if (event.dataTransfer.files.length) input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });

  // Long work: its figures are asked for anew every two seconds; every tenth part is told aloud, not every one.
  document.querySelectorAll(".job[data-job]").forEach((job) => {
    const bar = job.querySelector("progress");
    const words = job.querySelector("[role=status]");
    let tenth = -1;
    const ask = async () => {
      let next = 2000;
      try {
        const answer = await fetch(job.dataset.job, { headers: { Accept: "application/json" }, credentials: "same-origin" });
        if (!answer.ok) throw new Error(String(answer.status));
        const state = await answer.json();
        if (bar && state.total) {
          bar.max = state.total;
          bar.value = state.done;
        }
        const now = state.total ? Math.floor((10 * state.done) / state.total) : -1;
        if (words && state.words && now !== tenth) words.textContent = state.words;
        tenth = now;
        if (state.finished) {
          window.location.reload();
          return;
        }
      } catch {
        next = 10000;
        if (words) words.textContent = says("slow");
      }
      setTimeout(ask, next);
    };
    setTimeout(ask, 2000);
  });

  window.huiyin = Object.freeze({ tell, open });
})();
