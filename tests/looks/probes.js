// What the checks ask a page. Loaded once into each page; every function returns plain data.
(() => {
  const shown = (element) => {
    // What a closed fold holds has a place but is not shown.
    if (!element.getClientRects().length || !element.checkVisibility()) return false;
    const style = getComputedStyle(element);
    if (style.visibility !== "visible") return false;
    // Words for screen readers only are cut down to a pixel.
    return !element.closest(".hidden-words, .default-press") && element.getBoundingClientRect().width > 1;
  };
  const called = (element) => {
    if (!element) return "nothing";
    const words = (element.getAttribute("aria-label") || element.innerText || element.value || "").trim().replace(/\s+/g, " ").slice(0, 30);
    const id = element.id ? `#${element.id}` : element.className && typeof element.className === "string" ? `.${element.className.trim().split(/\s+/).join(".")}` : "";
    return `${element.tagName.toLowerCase()}${id} “${words}”`;
  };
  const numbers = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = numbers(getComputedStyle(at).backgroundColor);
      if (alpha > 0.5) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const light = ([r, g, b]) => {
    const part = (value) => ((value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const contrast = (one, other) => {
    const [a, b] = [light(one), light(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const STOPS = "a[href], button, input, select, textarea, summary, [tabindex], iframe, audio[controls], video[controls]";
  const stops = () => {
    const open = document.querySelector("dialog[open]:modal");
    const groups = new Map();
    return [...(open || document).querySelectorAll(STOPS)].filter((element) => {
      if (element.tabIndex < 0 || element.disabled || element.type === "hidden" || !element.getClientRects().length || !element.checkVisibility()) return false;
      if (getComputedStyle(element).visibility !== "visible" || element.closest("[inert]")) return false;
      if (element.closest("fieldset:disabled")) return false;
      if (element.type === "radio") {
        // One stop a group: the chosen answer, or the first.
        const key = `${element.form ? [...document.forms].indexOf(element.form) : -1}/${element.name}`;
        const chosen = document.querySelector(`input[type=radio][name="${CSS.escape(element.name)}"]:checked`);
        if (chosen ? chosen !== element : groups.has(key)) return false;
        groups.set(key, element);
      }
      return true;
    });
  };
  // The stops as they were last listed: a focus is found among them without listing them anew.
  let kept = [];
  const blocks = () => [...document.querySelectorAll("body *")].filter(
    (element) => shown(element) && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()),
  );
  const scrolls = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return true;
    }
    return false;
  };

  window.looks = {
    called, shown,
    stops: () => (kept = stops()).map(called),
    orderIsPlain: () => stops().filter((element) => element.tabIndex > 0).map(called).concat(
      [...document.querySelectorAll("body *")].filter((element) => {
        const style = getComputedStyle(element);
        return style.order !== "0" || /reverse/.test(style.flexDirection);
      }).filter((element) => element.matches(STOPS) || element.querySelector(STOPS)).map((element) => `${called(element)} is moved by CSS`),
    ),
    // The element with the focus: which stop it is, whether it can be seen, and how it is marked.
    focus: () => {
      const element = document.activeElement;
      if (!element || element === document.body || element === document.documentElement) return null;
      const box = element.getBoundingClientRect();
      const inset = Math.min(3, box.width / 4, box.height / 4);
      const points = element instanceof SVGElement
        // A place on a map fills only a part of the box around it.
        ? Array.from({ length: 225 }, (_, at) => [box.left + (box.width * ((at % 15) + 0.5)) / 15, box.top + (box.height * (Math.floor(at / 15) + 0.5)) / 15])
        : [[box.left + inset, box.top + inset], [box.right - inset, box.top + inset], [box.left + inset, box.bottom - inset], [box.right - inset, box.bottom - inset], [box.left + box.width / 2, box.top + box.height / 2]];
      const seen = points.some(([x, y]) => {
        const hit = document.elementFromPoint(x, y);
        // A choice is covered by its own label, a fold's words by the fold.
        return hit && (element.contains(hit) || hit.contains(element) || (element.labels && [...element.labels].some((label) => label.contains(hit))));
      });
      const style = getComputedStyle(element);
      // A link that fills its row is marked around the row, by the box it draws after itself.
      const around = getComputedStyle(element, "::after");
      const drawn = style.outlineStyle === "none" && around.outlineStyle !== "none" ? around : style;
      const ring = drawn.outlineStyle === "none" ? 0 : parseFloat(drawn.outlineWidth);
      if (!kept.includes(element)) kept = stops();
      return {
        index: kept.indexOf(element), called: called(element), seen, ring,
        contrast: contrast(numbers(drawn.outlineColor), behind(parseFloat(drawn.outlineOffset) < 0 ? element : element.parentElement || element)),
      };
    },
    across: () => {
      const wide = document.scrollingElement.scrollWidth - document.documentElement.clientWidth;
      if (wide <= 1) return [];
      const limit = document.documentElement.clientWidth + 1;
      const culprits = [...document.querySelectorAll("body *")].filter((element) => shown(element) && element.getBoundingClientRect().right > limit && !scrolls(element.parentElement));
      return [`${wide}px too wide: ${culprits.slice(-3).map(called).join("; ")}`];
    },
    clipped: () => [...document.querySelectorAll("body *")].filter((element) => {
      if (!shown(element) || element.matches("svg *, input, select, textarea, progress")) return false;
      const style = getComputedStyle(element);
      const cutX = ["hidden", "clip"].includes(style.overflowX) && element.scrollWidth > element.clientWidth + 1;
      const cutY = ["hidden", "clip"].includes(style.overflowY) && element.scrollHeight > element.clientHeight + 1;
      return (cutX || cutY) && !!element.innerText && !!element.innerText.trim();
    }).map(called),
    elder: (type, target, leading) => {
      const wrong = [];
      for (const element of blocks()) {
        const style = getComputedStyle(element);
        const size = parseFloat(style.fontSize);
        if (size < type - 0.01) wrong.push(`${called(element)}: type of ${size.toFixed(1)}px`);
        // Headings, tables, marks and buttons are single lines or dense by purpose; running text is not.
        if (element.matches("p, li, dd, label, blockquote") && !element.closest("table, .dense, button, .button, .sheet, .digits, .big-digits, h1, h2, h3") && parseFloat(style.lineHeight) / size < leading - 0.01) {
          wrong.push(`${called(element)}: lines ${(parseFloat(style.lineHeight) / size).toFixed(2)} apart`);
        }
      }
      const targets = "button, .button, input:not([type=hidden]):not([type=radio]):not([type=checkbox]), select, textarea, summary, .choice, .tools a, .side a, .doors a, .foot a, .back, .task-list a, .tabs a, .offers > li > a";
      for (const element of document.querySelectorAll(targets)) {
        if (shown(element) && element.tabIndex >= -1 && element.getBoundingClientRect().height < target - 0.5) {
          wrong.push(`${called(element)}: ${element.getBoundingClientRect().height.toFixed(0)}px high`);
        }
      }
      return wrong;
    },
    foreign: () => {
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      const wrong = [];
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        if (!/[\u3400-\u9fff]/.test(node.data) || ["SCRIPT", "STYLE", "OPTION", "TEXTAREA"].includes(element.tagName)) continue;
        if (!element.closest("[lang]").lang.startsWith("zh")) wrong.push(`${called(element)} holds “${node.data.trim().slice(0, 20)}”`);
      }
      return wrong;
    },
    hoverOnly: () => {
      const wrong = [...document.querySelectorAll("[title]:not(iframe)")].map((element) => `${called(element)} says something only on hover`);
      const look = (rules) => {
        for (const rule of rules) {
          if (rule.cssRules && !rule.selectorText) look(rule.cssRules);
          if (rule.selectorText && rule.selectorText.includes(":hover") && ["display", "visibility", "opacity", "content"].some((name) => rule.style.getPropertyValue(name))) wrong.push(rule.selectorText);
        }
      };
      [...document.styleSheets].forEach((sheet) => look(sheet.cssRules));
      return wrong;
    },
    moving: () => [...document.querySelectorAll("body *")].filter((element) => {
      const style = getComputedStyle(element);
      return [...style.transitionDuration.split(","), ...style.animationDuration.split(",")].some((time) => parseFloat(time) > 0.011);
    }).map(called),
    words: () => blocks().length,
    // The first and the last of each kind of text: of one kind are those whose colour, size and weight, and whose forebears' names,
    // classes, grounds and opacity are all the same, as the lines of a list are. What holds for both ends holds for the middle.
    kinds: () => {
      const found = new Map();
      const above = new Map([[document.documentElement, ""]]);
      const ground = (element) => {
        if (!above.has(element)) {
          const style = getComputedStyle(element);
          above.set(element, [ground(element.parentElement), element.tagName, element.className, style.backgroundColor, style.backgroundImage, style.opacity].join(" "));
        }
        return above.get(element);
      };
      for (const element of document.querySelectorAll("body *")) {
        const speaks = element.matches("input, select, textarea") || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (!speaks || !shown(element)) continue;
        const style = getComputedStyle(element);
        const kind = [ground(element), element.getAttribute("aria-current"), style.color, style.fontSize, style.fontWeight].join("|");
        found.set(kind, [(found.get(kind) || [element])[0], element]);
      }
      return [...new Set([...found.values()].flat())];
    },
    edges: () => [...document.querySelectorAll("button:not(.plain), .button, input:not([type=hidden]), select, textarea, .tag")].filter((element) => {
      if (!shown(element) || ["radio", "checkbox", "file"].includes(element.type)) return false;
      const style = getComputedStyle(element);
      return style.borderTopStyle === "none" || parseFloat(style.borderTopWidth) < 1 || style.borderTopColor === "rgba(0, 0, 0, 0)";
    }).map(called),
    messages: () => {
      const wrong = [];
      document.querySelectorAll(".errors").forEach((element) => element.getAttribute("role") === "alert" || wrong.push(`${called(element)} is no alert`));
      document.querySelectorAll(".told, .saved").forEach((element) => element.closest("[role=status]") || wrong.push(`${called(element)} is no status`));
      document.querySelectorAll("progress").forEach((element) => element.closest(".job, #job")?.querySelector("[role=status]") || wrong.push(`${called(element)} is not told`));
      document.querySelectorAll("[aria-live=assertive]").forEach((element) => wrong.push(`${called(element)} interrupts`));
      return wrong;
    },
    dragged: () => [...document.querySelectorAll("[draggable=true], canvas, [data-drag]")].filter((element) => {
      const instead = element.dataset.instead || element.closest("[data-instead]")?.dataset.instead;
      return !instead || !document.getElementById(instead);
    }).map(called),
    pasting: () => [...document.querySelectorAll("input, textarea")].filter((element) => {
      if (!shown(element) || ["radio", "checkbox", "file", "submit", "date", "datetime-local"].includes(element.type) || element.readOnly) return false;
      const pasted = new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: new DataTransfer() });
      return !element.dispatchEvent(pasted);
    }).map(called).concat([...document.querySelectorAll("input[type=password]")].filter((element) => !/current-password|new-password/.test(element.autocomplete)).map((element) => `${called(element)} hides from password keepers`)),
    askedTwice: () => {
      const seen = new Map();
      const wrong = [];
      document.querySelectorAll("main input[autocomplete], main textarea[autocomplete]").forEach((element) => {
        const token = element.autocomplete;
        if (!token || token === "off" || element.value || !shown(element)) return;
        const key = `${element.form ? element.form.action : ""}/${token}`;
        if (seen.has(key)) wrong.push(`${called(element)} and ${called(seen.get(key))} both ask ${token}`);
        seen.set(key, element);
      });
      return wrong;
    },
    errors: () => {
      const summary = document.querySelector(".errors");
      if (!summary) return null;
      return {
        focused: document.activeElement === summary, title: document.title,
        links: [...summary.querySelectorAll("a[href^='#']")].map((link) => {
          const id = decodeURIComponent(link.hash.slice(1));
          const target = document.getElementById(id);
          const field = target && (target.matches("input, select, textarea") ? target : target.querySelector("input:not([type=hidden]), select, textarea"));
          const inline = target && (document.getElementById(`${id}-error`) || target.closest(".question")?.querySelector(".error"));
          const described = target && [target, field, target.closest("fieldset")].filter(Boolean).some((one) => (one.getAttribute("aria-describedby") || "").split(" ").includes(inline?.id));
          return { id, there: !!target, said: link.innerText.trim(), inline: inline ? inline.innerText.trim() : null, described, invalid: !!target && (target.matches("fieldset") || (/radio|checkbox/.test(target.type) && !!target.closest(".wrong")) || field?.getAttribute("aria-invalid") === "true") };
        }),
      };
    },
  };
})();
