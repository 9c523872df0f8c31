// The field page on a phone: three views in one page, so that the PIN's key can stay in memory and nowhere else.
import * as form from "./field-form.js";
import * as kept from "./field-kept.js";
import { Sender } from "./field-sync.js";
import * as vaults from "./field-vault.js";
import { clockTime, dayAndTime, element, say } from "./field-words.js";

const IDLE = 10 * 60000;
const MOST_RECENT = 5;
const main = document.getElementById("main");
const box = (id) => document.getElementById(id);
const page = main.dataset;
const live = Boolean(page.live);
let holder = page.holder;
let vault = null;
let sender = null;
let editing = null;
let touchedAt = Date.now();
let fetchedAt = "";
// Whether this phone keeps something for this person: asked once, since a form must be held back at once or not at all.
let known = false;

// Views

function view(name, { push = true } = {}) {
  for (const one of ["today", "capture", "kept"]) box(`view-${one}`).hidden = one !== name;
  const heading = box("view-title");
  heading.textContent = heading.dataset[name];
  document.title = document.title.replace(/^.*? - /, `${heading.textContent} - `);
  for (const link of document.querySelectorAll(".tabs a")) {
    if (link.dataset.view === name) {
      link.setAttribute("aria-current", "page");
      if (push && location.pathname !== new URL(link.href).pathname) history.pushState(name, "", link.href);
    } else link.removeAttribute("aria-current");
  }
  if (name === "capture" && form.present && !editing) form.freshen(sender?.ahead);
  if (push) {
    // What the last page said was about the last page.
    for (const told of main.querySelectorAll(":scope > .notice[role=status]")) told.remove();
    heading.focus();
    scrollTo(0, 0);
  }
}

function viewOf(path) {
  return path.endsWith("/capture/") ? "capture" : path.endsWith("/kept/") ? "kept" : "today";
}

// What the strip says

async function status() {
  const waiting = holder ? await vaults.countWaiting(holder) : 0;
  box("waiting").hidden = !waiting;
  box("waiting").textContent = waiting;
  const state = sender?.line || (sender?.last ? say("synced", clockTime(sender.last)) : "") || (vault ? "" : say("locked"));
  const parts = [navigator.onLine ? "" : say("offline"), state, waiting ? say("waiting", waiting) : "", fetchedAt];
  const line = box("sync-line");
  const text = [...new Set(parts.filter(Boolean))].join(" · ");
  if (line.dataset.text !== text) {
    line.dataset.text = text;
    line.textContent = text;
    if (sender?.signIn) line.append(" ", element("a", say("signInLink"), { href: page.signIn }));
  }
  line.hidden = !text || !known;
  box("sync-now").hidden = !vault || !waiting;
}

async function changed(send = false) {
  if (vault) await kept.show(vault, { edit, changed });
  await status();
  if (send) await sender?.now();
}

// The list of the day

async function loadList() {
  if (!vault || !navigator.onLine) return;
  try {
    const answer = await fetch(page.bundle, { cache: "no-store", redirect: "error" });
    const list = answer.ok ? await answer.json() : null;
    if (!list || list.holder !== vault?.holder) return;
    const before = await vault.list();
    await vault.keepList({ ...list, fetched: Date.now(), recent: before?.recent ?? [] });
    await showList();
  } catch {
    // Without signal the list of this morning does.
  }
}

async function showList() {
  const list = await vault?.list();
  if (!list) {
    if (box("no-list")) box("no-list").hidden = false;
    return;
  }
  const old = !list.html || Date.now() - list.fetched > (list.hours ?? 24) * 3600000;
  if (old && list.html) await vault.keepList({ recent: list.recent, places: list.places, fetched: 0 });
  fetchedAt = old ? (list.html ? say("listOld") : "") : say("listFrom", dayAndTime(new Date(list.fetched)));
  // Made by our own server, and sealed since: nobody could have changed it.
  if (!old) {
    const open = [...box("list").querySelectorAll("details[open] form")].map((one) => one.action);
    if (!open.length) box("list").innerHTML = list.html;
  }
  else if (box("no-list")) box("no-list").hidden = false;
  form.present && form.recent(list.places, list.recent ?? []);
}

async function remember(detail) {
  const list = (await vault.list()) ?? {};
  if (!detail) return;
  await vault.keepList({ ...list, recent: [detail, ...(list.recent ?? []).filter((one) => one !== detail)].slice(0, MOST_RECENT) });
}

// Writing down

function edit(record) {
  if (record.act && !record.act.visit) return editStep(record);
  editing = record;
  form.fill(record, sender?.ahead);
  view("capture");
  const found = Object.entries(record.answer?.fields ?? {}).map(([name, text]) => [idOf(name), text]);
  if (record.state === "refused") form.showFaults(found.length ? found : [["", record.answer.text]]);
}

const idOf = (name) => {
  const id = name.replaceAll(".", "-");
  return [name === "f.place" ? "f-place" : id, `${id}-1`].find((one) => box(one)) ?? "";
};

// A step of the list that was not accepted is filled in again where it stands.
function editStep(record) {
  view("today");
  const task = box("list").querySelector(`[data-matter="${record.act.matter}"] form[data-action="${record.act.action}"]`);
  if (!task) return;
  for (const [name, value] of Object.entries(record.raw)) {
    const input = task.elements.namedItem(name);
    if (input) input.value = value.replace(/:00[+-]\d\d:\d\d$/, "");
  }
  task.dataset.record = record.id;
  task.closest("details").open = true;
  task.querySelector("input:not([type=hidden]), textarea, select, button").focus();
}

async function save(state) {
  const raw = form.values();
  const at = raw["f.starts_at"];
  const base = editing ?? kept.fresh({});
  if (editing?.act) delete raw["f.starts_at"];
  const shown = form.shownWords(box("capture"), raw);
  const record = { ...base, raw, shown, at, photos: form.photographs(), title: form.title(raw, editing?.act), state, answer: null };
  await vault.put(record);
  await remember(raw["f.place.detail"]);
  editing = null;
  form.fill(null, sender?.ahead);
  await showList();
}

async function submitCapture(event) {
  if (!known) return;
  event.preventDefault();
  if (!vault) return askPin();
  const found = form.faults();
  if (found.length) return form.showFaults(found);
  await save("waiting");
  view("kept");
  await changed(true);
}

async function submitStep(event) {
  const task = event.target.closest("form.act");
  if (!task || !vault) return;
  event.preventDefault();
  const missing = [...task.querySelectorAll(".question:not(.with-script)")].find((one) => {
    if (one.querySelector(".if-you-like")) return false;
    const radios = one.querySelectorAll("input[type=radio]");
    return radios.length ? ![...radios].some((radio) => radio.checked) : !one.querySelector("input, textarea, select").value.trim();
  });
  if (missing) {
    missing.classList.add("wrong");
    return missing.querySelector("input, textarea, select").focus();
  }
  const raw = {};
  for (const [name, value] of new FormData(task)) {
    if (typeof value !== "string" || !name.startsWith("f.") || !value.trim()) continue;
    raw[name] = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(value) ? form.withOffset(value) : value.trim();
  }
  const line = task.closest(".task");
  const photos = [];
  for (const file of task.querySelector(".photos")?.files ?? []) photos.push(await form.shrunk(file));
  const about = line.querySelector(".what a").textContent.trim();
  const { home, matter, version } = line.dataset;
  const act = { home, matter, action: task.dataset.action, version: Number(version), label: task.dataset.label, about };
  const again = task.dataset.record ? { id: task.dataset.record } : {};
  const at = new Date(Date.now() + (sender?.ahead ?? 0)).toISOString();
  const shown = form.shownWords(task, raw);
  await vault.put({ ...kept.fresh({ state: "waiting", raw, shown, photos, act, at, title: `${about} ${act.label}` }), ...again });
  const done = element("p", `${act.label} · ${say("saved")}`, { class: "notice good", role: "status" });
  line.querySelector(".steps-here").replaceChildren(done);
  await changed(true);
}

function openVisit(event) {
  const link = event.target.closest("a[data-visit]");
  if (!navigator.onLine && !link && event.target.closest("a")) {
    // A whole matter is not kept on the phone: better to say so than to leave the page for an error.
    event.preventDefault();
    box("sync-line").textContent = say("needsSignal");
    box("sync-line").dataset.text = "";
    return;
  }
  if (!link || !vault || !form.present) return;
  event.preventDefault();
  const line = link.closest(".task");
  const { home, matter, version } = line.dataset;
  const about = `${line.querySelector(".what a").textContent.trim()} ${link.dataset.detail}`.trim();
  const act = { home, matter, action: "record", version: Number(version), label: link.textContent.trim(), about, visit: true };
  editing = kept.fresh({ act });
  form.fill(editing, sender?.ahead);
  view("capture");
}

// What is half written is never lost to a locked phone, and never left open on it.
async function keepUnfinished() {
  if (!vault || !form.present || !form.touched()) return;
  await save(editing && editing.state !== "loose" && editing.state ? editing.state : "loose");
}

// PIN

function askPin() {
  box("lock").hidden = false;
  box("pin").focus();
}

function fault(id, text) {
  box(id).textContent = text;
  box(id).hidden = !text;
}

async function opened(made) {
  vault = made;
  known = true;
  holder = vault.holder;
  box("lock").hidden = true;
  box("set-up").hidden = true;
  if (form.present) box("later").hidden = false;
  document.documentElement.dataset.open = "1";
  sender = new Sender(page, vault, () => changed());
  await showList();
  await changed(true);
  await loadList();
  await status();
}

async function lock() {
  await keepUnfinished();
  sender?.stop();
  vault = null;
  sender = null;
  kept.clear();
  if (!live || !navigator.onLine) box("list").replaceChildren();
  fetchedAt = "";
  box("recent")?.replaceChildren();
  if (form.present) box("later").hidden = true;
  delete document.documentElement.dataset.open;
  await status();
  askPin();
}

const guessable = (pin) => /^(\d)\1+$/.test(pin) || "0123456789012345678".includes(pin) || "9876543210987654321".includes(pin);

async function setUp(event) {
  event.preventDefault();
  const pin = box("pin-1").value;
  const wrong = !/^\d{6,12}$/.test(pin) ? "pinShape" : guessable(pin) ? "pinWeak" : "";
  fault("new-pin-error", wrong && say(wrong));
  if (wrong) return box("pin-1").focus();
  event.target.reset();
  navigator.storage?.persist?.();
  await opened(await vaults.create(holder, pin));
}

async function unlock(event) {
  event.preventDefault();
  const pin = box("pin").value;
  box("pin").value = "";
  if (!/^\d{6,12}$/.test(pin)) return fault("pin-error", say("pinShape"));
  const { vault: made, left } = await vaults.unlock(holder, pin);
  fault("pin-error", made ? "" : left ? say("pinWrong", left) : say("wiped"));
  if (made) return opened(made);
  if (!left) {
    known = false;
    box("unlock").hidden = true;
    await status();
  } else box("pin").focus();
}

// Leaving

async function leave(event) {
  if (!known || event.target.dataset.sure) return;
  event.preventDefault();
  const waiting = await vaults.countWaiting(holder);
  box("leaving").querySelector("p").textContent = waiting ? say("leaveQueue", waiting) : say("leaveEmpty");
  // With something unsent there is no wiping by one tap.
  box("leave-wipe").hidden = waiting > 0;
  box("leaving").hidden = false;
  box("leaving").focus();
}

function go() {
  const out = box("sign-out");
  out.dataset.sure = "1";
  out.submit();
}

// Start

async function start() {
  if (form.present) form.enhance();
  if (!live) view(viewOf(location.pathname), { push: false });
  if (!window.isSecureContext || !crypto.subtle || !navigator.serviceWorker) {
    const line = box("sync-line");
    line.textContent = say("insecure");
    line.hidden = false;
    return;
  }
  document.documentElement.dataset.script = "1";
  navigator.serviceWorker.register(page.worker, { scope: page.scope }).then((found) => live && found.active?.postMessage("refresh"), () => {});
  if (!live) {
    holder = await vaults.lastHolder();
    box("shell-day").textContent = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
    if (form.present) form.fill(null);
  }
  known = await vaults.exists(holder);
  box("set-up").hidden = known || !live;
  if (known) box("lock").hidden = false;
  if (box("no-list")) box("no-list").hidden = known;
  box("unlock").addEventListener("submit", unlock);
  box("new-pin").addEventListener("submit", setUp);
  box("pin-shown").addEventListener("change", (event) => { box("pin-1").type = event.target.checked ? "text" : "password"; });
  if (form.present) {
    box("capture").addEventListener("submit", submitCapture);
    box("later").addEventListener("click", async () => { await save("loose"); view("kept"); await changed(); });
  }
  box("list").addEventListener("submit", submitStep);
  box("list").addEventListener("click", openVisit);
  box("sync-now").addEventListener("click", () => changed(true));
  box("sign-out")?.addEventListener("submit", leave);
  box("leave-stay").addEventListener("click", () => { box("leaving").hidden = true; });
  box("leave-go").addEventListener("click", go);
  box("leave-wipe").addEventListener("click", async () => { await vaults.wipe(holder); go(); });
  for (const link of document.querySelectorAll(".tabs a")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      view(link.dataset.view);
    });
  }
  addEventListener("popstate", () => view(viewOf(location.pathname), { push: false }));
  addEventListener("online", () => changed(true).then(loadList));
  addEventListener("offline", status);
  for (const kind of ["pointerdown", "keydown"]) addEventListener(kind, () => { touchedAt = Date.now(); }, { passive: true });
  const idle = () => { if (vault && Date.now() - touchedAt > IDLE) lock(); };
  setInterval(idle, 20000);
  document.addEventListener("visibilitychange", () => (document.hidden ? keepUnfinished() : idle()));
  await status();
}

start();
