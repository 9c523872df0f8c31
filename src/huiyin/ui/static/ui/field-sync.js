// Sends what the phone keeps, each record once: its id is its key, and it is never sent under another.
import { say } from "./field-words.js";

const MOST = 10;
const MOST_BYTES = 2500000;
const SOONEST = 4000;
const LATEST = 300000;

export class Sender {
  #wait = SOONEST;
  #timer = 0;
  #running = null;

  // `changed` is told whenever a record or the line about sending is different.
  constructor(addresses, vault, changed) {
    this.addresses = addresses;
    this.vault = vault;
    this.changed = changed;
    this.line = "";
    this.signIn = false;
    this.ahead = 0;
    this.last = null;
  }

  stop() {
    clearTimeout(this.#timer);
    this.vault = null;
  }

  // One at a time, in this window and in every other of the phone.
  now() {
    clearTimeout(this.#timer);
    this.#running ??= this.#locked().finally(() => { this.#running = null; });
    return this.#running;
  }

  async #locked() {
    return navigator.locks ? navigator.locks.request("huiyin-field", () => this.#all()) : this.#all();
  }

  async #token() {
    const answer = await fetch(this.addresses.token, { cache: "no-store", redirect: "error" });
    if (answer.status === 401) return null;
    if (!answer.ok) throw new Error(String(answer.status));
    const token = await answer.json();
    this.ahead = new Date(token.now).getTime() - Date.now();
    return token;
  }

  async #all() {
    if (!this.vault) return;
    this.signIn = false;
    try {
      const waiting = (await this.vault.all()).filter((one) => one.state === "waiting" || one.state === "sent");
      if (!navigator.onLine) throw new Error("offline");
      if (waiting.length) this.#say(say("sending"));
      const token = await this.#token();
      if (!token) return this.#stopped(say("signIn"), true);
      if (token.holder !== this.vault?.holder) return this.#stopped(say("otherPerson"), true);
      let { csrf } = token;
      for (const part of parts(waiting)) csrf = await this.#send(part, csrf);
      this.#wait = SOONEST;
      this.last = new Date();
      this.#say("");
    } catch (error) {
      // Nothing is lost: the records stay, and are tried again later and later.
      this.#say(error.message === "offline" || error instanceof TypeError ? say("offline") : say("failed"));
      this.#wait = Math.min(this.#wait * 2, LATEST);
      this.#timer = setTimeout(() => this.now(), this.#wait * (0.5 + Math.random() / 2));
    }
  }

  #stopped(line, signIn) {
    this.signIn = signIn;
    this.#say(line);
  }

  #say(line) {
    this.line = line;
    this.changed();
  }

  async #send(records, csrf, again = true) {
    // Marked before they leave: until an answer is there nobody knows whether they arrived, and they must not be changed.
    for (const one of records) await this.vault.put({ ...one, state: "sent" });
    const body = JSON.stringify({ holder: this.vault.holder, records: records.map(asSent) });
    const answer = await fetch(this.addresses.sync, {
      method: "POST", body, redirect: "error", headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
    });
    if (answer.status === 403 && again) return this.#send(records, (await this.#token()).csrf, false);
    if (!answer.ok) throw new Error(String(answer.status));
    const answers = new Map((await answer.json()).answers.map((one) => [one.id, one]));
    for (const one of records) {
      const said = answers.get(one.id);
      if (!said || !this.vault) continue;
      const done = said.status === "done" || said.status === "known";
      // Of what arrived the phone keeps a line and no content.
      const kept = done
        ? { id: one.id, state: "done", made: one.made, title: one.title, raw: {}, photos: [], answer: said, until: Date.now() + 86400000 }
        : { ...one, state: said.status, answer: said };
      await this.vault.put(kept);
    }
    return csrf;
  }
}

function asSent(record) {
  const { id, raw, photos, act, at } = record;
  return { id, raw, at, act: act ?? null, photos: photos.map(({ name, data }) => ({ name, data })) };
}

function parts(records) {
  const found = [];
  let size = 0;
  for (const one of records) {
    const own = JSON.stringify(one).length;
    if (!found.length || found.at(-1).length >= MOST || size + own > MOST_BYTES) {
      found.push([]);
      size = 0;
    }
    found.at(-1).push(one);
    size += own;
  }
  return found;
}
