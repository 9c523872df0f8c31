// What the phone keeps, to be looked through: sort, split, merge, send again, and choose where a matter moved on without it.
import { dayAndTime, element, say } from "./field-words.js";

const TONES = { loose: "plain", waiting: "wait", sent: "wait", refused: "late", conflict: "warn", done: "good" };
const LABELS = {
  loose: "stateLoose", waiting: "stateWaiting", sent: "stateSent", refused: "stateRefused", conflict: "stateConflict", done: "stateDone",
};
const box = (id) => document.getElementById(id);
const made = () => crypto.randomUUID();

export const fresh = (more) => ({ id: made(), made: Date.now(), photos: [], raw: {}, ...more });
const note = (record) => record.raw["f.note"] ?? "";

function button(text, work, kind = "second") {
  const one = element("button", text, { type: "button", class: kind });
  one.addEventListener("click", work);
  return one;
}

function line(record, vault, ui) {
  const item = element("li", "", { class: "record", "data-id": record.id, "data-state": record.state });
  const head = element("div", "", { class: "head" });
  if (record.state !== "sent" && record.state !== "done") {
    const tick = element("input", "", { type: "checkbox", id: `tick-${record.id}`, value: record.id });
    head.append(tick, element("label", record.title, { for: `tick-${record.id}` }));
  } else head.append(element("strong", record.title));
  head.append(element("span", say(LABELS[record.state]), { class: `tag ${TONES[record.state]}` }));
  item.append(head, element("p", dayAndTime(new Date(record.made)), { class: "soft small" }));
  if (record.state === "loose" && note(record)) item.append(element("p", note(record), { class: "said" }));
  if (record.photos.length) item.append(element("p", say("photos", record.photos.length), { class: "soft small" }));
  if (record.state === "refused") item.append(element("p", record.answer.text, { class: "error" }));
  if (record.state === "done") {
    item.append(element("p", record.answer.text ?? ""));
    const link = element("a", record.answer.reference, { href: record.answer.address, class: "digits" });
    item.append(link);
    for (const text of record.answer.warnings ?? []) item.append(element("p", text, { class: "notice warn" }));
  }
  const row = element("div", "", { class: "button-row" });
  if (["loose", "refused", "waiting"].includes(record.state) && (!record.act || record.act.visit || record.state !== "waiting")) {
    row.append(button(say("edit"), () => ui.edit(record)));
  }
  if (record.state === "loose" && /\n\s*\n/.test(note(record))) row.append(button(say("split"), () => split(record, vault, ui)));
  if (row.childElementCount) item.append(row);
  return item;
}

async function split(record, vault, ui) {
  const pieces = note(record).split(/\n\s*\n/).map((one) => one.trim()).filter(Boolean);
  for (const [number, piece] of pieces.entries()) {
    const raw = { ...record.raw, "f.note": piece };
    // The photographs stay with the first piece; nothing is kept twice.
    if (number === 0) await vault.put({ ...record, raw, title: piece.slice(0, 24) });
    else await vault.put(fresh({ state: "loose", raw, title: piece.slice(0, 24), made: record.made + number }));
  }
  ui.changed();
}

async function merge(ids, vault, ui) {
  const all = (await vault.all()).filter((one) => ids.includes(one.id) && one.state === "loose");
  if (all.length < 2) return;
  const [first, ...others] = all;
  const raw = Object.assign({}, ...others.map((one) => one.raw).reverse(), first.raw, { "f.note": all.map(note).filter(Boolean).join("\n\n") });
  await vault.put({ ...first, raw, photos: all.flatMap((one) => one.photos).slice(0, 4) });
  for (const one of others) await vault.delete(one.id);
  ui.changed();
}

function words(record) {
  const said = Object.entries(record.raw).filter(([name]) => name !== "f.starts_at").map(([name, value]) => record.shown?.[name] ?? value);
  return [record.act.label, ...said].join("\n");
}

// Side by side, mine and what there is now; nothing is chosen for the worker.
function conflict(record, vault, ui) {
  const { theirs, code } = record.answer;
  const text = code === "conflict" ? say("conflictSaid") : record.answer.text;
  const part = element("section", "", { class: "conflict panel", "aria-labelledby": `c-${record.id}`, "data-id": record.id });
  part.append(element("h2", `${say("conflictTitle")} · ${record.title}`, { id: `c-${record.id}` }), element("p", text));
  const sides = element("div", "", { class: "sides" });
  const mine = element("div", "", { class: "mine" });
  mine.append(element("h3", say("conflictMine")), element("p", words(record), { class: "said" }), element("p", dayAndTime(new Date(record.made)), { class: "soft small" }));
  const now = element("div", "", { class: "theirs" });
  const facts = element("dl");
  for (const [name, value] of [["step", theirs.state], ["with", theirs.who], [theirs.appointed ? "appointed" : "by", theirs.at]]) {
    if (value) facts.append(element("dt", say(name)), element("dd", value));
  }
  for (const one of theirs.done) facts.append(element("dt", say("meanwhile")), element("dd", one));
  const look = element("p");
  look.append(element("a", say("whatTheyWrote"), { href: theirs.address }));
  now.append(element("h3", say("conflictTheirs")), facts, look);
  sides.append(mine, now);
  const row = element("div", "", { class: "button-row" });
  const again = async (change) => { await vault.put({ ...record, ...change, state: "waiting", answer: null }); ui.changed(true); };
  if (theirs.actions.includes(record.act.action)) {
    row.append(button(say("useMine"), () => again({ act: { ...record.act, version: theirs.version } })));
  }
  row.append(button(say("useTheirs"), async () => { await vault.delete(record.id); ui.changed(); }));
  if (theirs.note) {
    const [action, field] = theirs.note;
    row.append(button(say("useBoth"), async () => {
      // A note is another act: it has a key of its own, and the one that did not fit goes.
      const act = { ...record.act, action, version: theirs.version, visit: false };
      await vault.put({ ...record, ...fresh({ state: "waiting", title: record.title, act, raw: { [field]: words(record) }, at: new Date().toISOString() }) });
      await vault.delete(record.id);
      ui.changed(true);
    }));
  }
  part.append(sides, row);
  return part;
}

export async function show(vault, ui) {
  const all = await vault.all();
  for (const one of all.filter((record) => record.until < Date.now())) await vault.delete(one.id);
  const kept = all.filter((record) => !(record.until < Date.now()));
  box("kept-none").hidden = kept.length > 0;
  box("kept-tools").hidden = !kept.some((one) => !["done", "sent", "conflict"].includes(one.state));
  const loose = kept.some((one) => one.state === "loose");
  const hint = loose ? [element("li", say("sortHint"), { class: "hint" })] : [];
  box("kept").replaceChildren(...hint, ...kept.filter((one) => one.state !== "conflict").reverse().map((one) => line(one, vault, ui)));
  box("conflicts").replaceChildren(...kept.filter((one) => one.state === "conflict").map((one) => conflict(one, vault, ui)));
  const ticked = () => [...box("kept").querySelectorAll("input:checked")].map((one) => one.value);
  box("merge").onclick = () => merge(ticked(), vault, ui);
  box("delete").onclick = async () => {
    for (const id of ticked()) await vault.delete(id);
    ui.changed();
  };
}

export function clear() {
  box("kept").replaceChildren();
  box("conflicts").replaceChildren();
  box("kept-tools").hidden = true;
  box("kept-none").hidden = true;
}
