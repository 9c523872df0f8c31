// A room with a script: what others say comes by itself, and a message stays on the page until it is known to be there.
// Everything here also works without it. Nothing that was typed is kept anywhere but in this page.
(() => {
  "use strict";
  const list = document.querySelector(".talk");
  const form = document.querySelector("form.say");
  const room = document.querySelector("[data-room]");
  if (!list || !form || !room) return;
  const says = (name) => room.dataset[name] || "";
  const english = document.documentElement.lang.startsWith("en");
  const state = room.querySelector("[role=status]");
  const box = form.querySelector("textarea");
  const picker = form.querySelector("input[type=file]");
  const HAN = /[\u3400-\u9fff]/;
  const LONGEST_WAIT = 15000;

  const tell = (words) => { if (state.textContent !== words) state.textContent = words; };
  const put = (parent, name, words, className) => {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.textContent = words;
    if (english && HAN.test(words)) made.lang = "zh-Hans";
    parent.append(made);
    return made;
  };

  /* What is in the room */
  const last = () => Math.max(0, ...[...list.querySelectorAll("[data-seq]")].map((one) => Number(one.dataset.seq)));
  const line = (said) => {
    const made = document.createElement("li");
    if (said.mine) made.className = "mine";
    const by = document.createElement("p");
    by.className = "by";
    put(by, "strong", said.mine ? says("you") : said.who || said.role[english ? "en" : "zh"]);
    if (said.who && !said.mine) { by.append(" "); put(by, "span", said.role[english ? "en" : "zh"], "soft"); }
    by.append(" ");
    put(by, "span", `${said.at} · ${says("audience")}`, "soft");
    made.append(by);
    if (said.erased) put(made, "p", says("erased"), "soft");
    else if (said.draft) {
      const told = put(made, "p", says("drafted"));
      const link = document.createElement("a");
      link.href = says("draft");
      link.textContent = says("see");
      told.append(" ", link);
    } else for (const part of said.text.split("\n")) if (part || !said.file) put(made, "p", part);
    if (said.file) made.append(given(said.file));
    return made;
  };
  const given = (file) => {
    const made = document.createElement("p");
    made.className = "given";
    if (!file.id) { put(made, "span", file.name); return made; }
    const link = document.createElement("a");
    link.href = `${says("files")}${file.id}/`;
    if (file.picture) {
      const small = document.createElement("img");
      small.alt = "";
      small.src = `${link.href}?small=1`;
      link.append(small);
    }
    put(link, "span", file.name);
    made.append(link, " ");
    put(made, "span", file.size, "soft");
    return made;
  };
  const add = (said) => {
    if (list.querySelector(`[data-seq="${said.seq}"]`)) return;
    const made = line(said);
    made.dataset.seq = String(said.seq);
    const after = [...list.querySelectorAll("[data-seq]")].find((one) => Number(one.dataset.seq) > said.seq);
    list.insertBefore(made, after || list.querySelector(".waiting"));
    const nothing = document.querySelector(".nothing");
    if (nothing) nothing.remove();
    const close = window.innerHeight + window.scrollY > document.body.scrollHeight - 400;
    if (!said.mine && close) made.scrollIntoView({ block: "nearest" });
  };

  /* What others say */
  let stream = null;
  const listen = () => {
    if (!says("live") || !window.EventSource) return;
    const address = new URL(says("live"), window.location.href);
    address.searchParams.set("after", String(last()));
    stream = new EventSource(address, { withCredentials: true });
    stream.onopen = () => { tell(waiting.length ? says("waiting") : ""); };
    stream.onmessage = (event) => {
      const said = JSON.parse(event.data);
      add(said);
      arrived();
    };
    stream.addEventListener("closed", () => {
      stream.close();
      tell(says("closed"));
    });
    stream.onerror = () => {
      tell(says("lost"));
      // A browser gives up where the answer was an error; the process may only be starting again.
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 5000);
    };
  };

  /* What is sent from here: one after the other, each again and again under its own key until it is known to be there */
  const waiting = [];
  let going = false;
  let pause = 1000;
  const fresh = () => (window.crypto.randomUUID ? window.crypto.randomUUID() : [...window.crypto.getRandomValues(new Uint32Array(4))].join("-"));
  const arrived = () => {
    for (const one of waiting.filter((each) => each.seq && list.querySelector(`[data-seq="${each.seq}"]`))) {
      one.line.remove();
      waiting.splice(waiting.indexOf(one), 1);
    }
  };
  const refused = (one, words) => {
    one.line.remove();
    waiting.splice(waiting.indexOf(one), 1);
    box.value = box.value && one.text ? `${one.text}\n${box.value}` : one.text || box.value;
    if (one.file) {
      const back = new DataTransfer();
      back.items.add(one.file);
      picker.files = back.files;
    }
    tell(words);
    (one.file ? picker : box).focus();
  };
  // Only this kind of request tells how much of a file has gone.
  const post = (data, one) => new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.upload.onprogress = (event) => {
      if (one.file && event.lengthComputable) tell(`${one.file.name} ${says("uploading")} ${Math.floor((100 * event.loaded) / event.total)}%`);
    };
    request.onload = () => {
      const isData = (request.getResponseHeader("Content-Type") || "").startsWith("application/json");
      done({ status: request.status, said: isData ? JSON.parse(request.responseText) : null });
    };
    request.onerror = failed;
    request.ontimeout = failed;
    request.send(data);
  });
  const once = async (one) => {
    const data = new FormData(form);
    data.set("text", one.text);
    data.set("key", one.key);
    data.delete("file");
    if (one.file) data.set("file", one.file);
    const answer = await post(data, one);
    if (answer.status === 422) {
      refused(one, answer.said.text[english ? "en" : "zh"]);
    } else if (answer.status === 200 && answer.said) {
      one.seq = answer.said.seq;
      add({ seq: one.seq, at: one.at, who: "", role: {}, mine: true, text: one.text, file: answer.said.file });
      arrived();
    } else if (answer.status >= 500) {
      throw new Error(String(answer.status));
    } else {
      // Signed out, or out of the room: the words stay in the box, the page says where one is.
      refused(one, says("closed"));
    }
  };
  const go = async () => {
    if (going) return;
    going = true;
    while (waiting.some((one) => !one.seq)) {
      try {
        const one = waiting.find((each) => !each.seq);
        await once(one);
        pause = 1000;
        // Why one was not taken stays to be read.
        if (one.seq && !waiting.length) tell("");
      } catch {
        tell(says("waiting"));
        await new Promise((done) => { setTimeout(done, pause); });
        pause = Math.min(pause * 2, LONGEST_WAIT);
      }
    }
    going = false;
  };
  window.addEventListener("online", () => { pause = 1000; });
  window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    const file = picker.files[0] || null;
    if (!text && !file) { tell(says("empty")); box.focus(); return; }
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    const at = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}:${two(now.getMinutes())}`;
    const shown = file && { id: "", name: file.name, size: "", picture: false };
    const one = { text, file, key: fresh(), at, seq: 0, line: line({ at: says("sending"), who: "", role: {}, mine: true, text, file: shown }) };
    one.line.classList.add("waiting");
    list.append(one.line);
    waiting.push(one);
    box.value = "";
    picker.value = "";
    box.focus();
    go();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) { event.preventDefault(); form.requestSubmit(); }
  });
  listen();
})();
