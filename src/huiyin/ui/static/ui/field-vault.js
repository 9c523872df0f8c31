// What a phone keeps, encrypted: each record under a key that comes from the person's PIN and is only ever in memory.
// One vault for each person; the database tells whose records there are only by a word that names nobody.
const DATABASE = "huiyin-field";
const ROUNDS = 600000;
const TRIES = 10;
const coder = new TextEncoder();

let opened = null;

function database() {
  opened ??= new Promise((done, failed) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("vaults", { keyPath: "holder" });
      const records = asked.result.createObjectStore("records", { keyPath: "id" });
      records.createIndex("holder", "holder");
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
  });
  return opened;
}

async function run(store, mode, work) {
  const base = await database();
  return new Promise((done, failed) => {
    const transaction = base.transaction(store, mode);
    const answer = work(transaction.objectStore(store));
    transaction.oncomplete = () => done(answer?.result);
    transaction.onerror = () => failed(transaction.error);
    transaction.onabort = () => failed(transaction.error);
  });
}

async function keyOf(pin, salt) {
  const material = await crypto.subtle.importKey("raw", coder.encode(pin), "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS }, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"],
  );
}

// A record is bound to its own place, so that one cannot be put in another's.
const bound = (holder, id) => coder.encode(`${holder}/${id}`);

async function sealed(key, holder, id, value) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const text = coder.encode(JSON.stringify(value));
  return { iv, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(holder, id) }, key, text) };
}

async function unsealed(key, holder, id, { iv, text }) {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bound(holder, id) }, key, text);
  return JSON.parse(new TextDecoder().decode(plain));
}

export const exists = async (holder) => Boolean(holder && (await run("vaults", "readonly", (store) => store.get(holder))));

// Without signal nobody tells whose page it is: the vault used last is asked for.
export async function lastHolder() {
  const all = await run("vaults", "readonly", (store) => store.getAll());
  return all.sort((a, b) => b.used - a.used)[0]?.holder ?? "";
}

export async function countWaiting(holder) {
  const all = await run("records", "readonly", (store) => store.index("holder").getAll(holder));
  return all.filter((one) => one.open).length;
}

export async function create(holder, pin) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await keyOf(pin, salt);
  const check = await sealed(key, holder, "check", "open");
  await run("vaults", "readwrite", (store) => store.put({ holder, salt, check, wrong: 0, used: Date.now() }));
  return new Vault(holder, key);
}

// Counts the try before it is made, so that a phone switched off in between has still used it up.
export async function unlock(holder, pin) {
  const vault = await run("vaults", "readonly", (store) => store.get(holder));
  const wrong = vault.wrong + 1;
  await run("vaults", "readwrite", (store) => store.put({ ...vault, wrong }));
  const key = await keyOf(pin, vault.salt);
  try {
    await unsealed(key, holder, "check", vault.check);
  } catch {
    if (wrong >= TRIES) await wipe(holder);
    return { vault: null, left: Math.max(0, TRIES - wrong) };
  }
  await run("vaults", "readwrite", (store) => store.put({ ...vault, wrong: 0, used: Date.now() }));
  return { vault: new Vault(holder, key), left: TRIES };
}

export async function wipe(holder) {
  const all = await run("records", "readonly", (store) => store.index("holder").getAllKeys(holder));
  await run("records", "readwrite", (store) => all.forEach((id) => store.delete(id)));
  await run("vaults", "readwrite", (store) => store.delete(holder));
}

const OPEN_STATES = new Set(["waiting", "sent", "refused", "conflict"]);

class Vault {
  #key;

  constructor(holder, key) {
    this.holder = holder;
    this.#key = key;
  }

  async put(record) {
    const open = OPEN_STATES.has(record.state);
    const content = await sealed(this.#key, this.holder, record.id, record);
    await run("records", "readwrite", (store) => store.put({ id: record.id, holder: this.holder, open, content }));
  }

  async get(id) {
    const row = await run("records", "readonly", (store) => store.get(id));
    return row && row.holder === this.holder ? unsealed(this.#key, this.holder, id, row.content) : null;
  }

  async all() {
    const rows = await run("records", "readonly", (store) => store.index("holder").getAll(this.holder));
    const made = await Promise.all(rows.map((row) => unsealed(this.#key, this.holder, row.id, row.content)));
    return made.filter((one) => one.state).sort((a, b) => a.made - b.made);
  }

  async delete(id) {
    await run("records", "readwrite", (store) => store.delete(id));
  }

  // The list of the day has no state: it is kept beside the records and never sent.
  async keepList(list) {
    await this.put({ ...list, id: `list-${this.holder}`, state: "" });
  }

  async list() {
    return this.get(`list-${this.holder}`);
  }

  async dropList() {
    await this.delete(`list-${this.holder}`);
  }
}
