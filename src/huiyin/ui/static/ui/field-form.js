// The form of a visit on the phone: what shows when, what is missing, and photographs made small with nothing hidden in them.
import { element, say } from "./field-words.js";

const WIDEST = 1280;
const MOST = 4;
const form = document.getElementById("capture");
let pictures = [];

export const present = Boolean(form);

const chosen = (name) => form.querySelector(`[name="f.${name}"]:checked`)?.value ?? "";
const held = (name) => form.elements.namedItem(`f.${name}`)?.value?.trim() ?? "";
const box = (id) => document.getElementById(id);

export const localNow = (ahead = 0) => {
  const now = new Date(Date.now() + ahead);
  return new Date(now.getTime() - now.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
};

// A phone's own offset is written with the time: elsewhere it would be another moment.
export function withOffset(local) {
  const moment = new Date(local);
  if (Number.isNaN(moment.getTime())) return local;
  const minutes = -moment.getTimezoneOffset();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, "0");
  return `${local}:00${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

export function follow() {
  const purpose = chosen("purpose");
  const result = chosen("result");
  const hour = new Date(held("starts_at")).getHours();
  box("at-the-door").hidden = purpose === "patrol" && !form.dataset.task;
  box("if-matter").hidden = result !== "matter";
  box("if-service").hidden = result !== "service";
  const night = hour >= 20 || hour < 6;
  form.querySelector("[name='f.night_reason']").closest(".question").hidden = !night;
  if (night) box("time-box").open = true;
  const kind = chosen("matter_kind");
  const topic = form.elements.namedItem("topic");
  topic.closest(".question").hidden = !kind;
  for (const option of topic.options) option.hidden = Boolean(option.value) && !option.value.startsWith(`${kind}.`);
  if (topic.selectedOptions[0]?.hidden) topic.value = "";
  // Asked where whose the matter is turns on it.
  for (const one of form.querySelectorAll("[data-topics]")) one.hidden = !one.dataset.topics.split(" ").includes(topic.value || kind);
  box("locate-box").hidden = !(result === "matter" && kind === "hazard" && navigator.geolocation);
}

export function values() {
  const raw = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value !== "string" || ["key", "csrfmiddlewaretoken"].includes(name) || !value.trim()) continue;
    const unseen = form.querySelector(`[name="${name}"]`)?.closest("[hidden]");
    if (!unseen) raw[name] = name === "f.starts_at" ? withOffset(value) : value.trim();
  }
  return raw;
}

export const photographs = () => pictures;
export const touched = () => Boolean(held("note") || held("place.detail") || chosen("purpose") || chosen("result") || pictures.length);

export function fill(record, ahead = 0) {
  form.reset();
  clearFaults();
  pictures = [...(record?.photos ?? [])];
  for (const [name, value] of Object.entries(record?.raw ?? {})) {
    const input = form.elements.namedItem(name);
    if (!input) continue;
    input.value = name === "f.starts_at" ? value.slice(0, 16) : value;
  }
  const starts = form.elements.namedItem("f.starts_at");
  if (!record?.raw?.["f.starts_at"]) starts.value = localNow(ahead);
  if (record?.act) form.dataset.task = "1";
  else delete form.dataset.task;
  for (const part of [box("place"), form.querySelector("[name='f.purpose']").closest(".row-of-four")]) part.hidden = Boolean(record?.act);
  box("for-task").hidden = !record?.act;
  box("for-task").querySelector("strong").textContent = record?.act ? say("forTask", record.act.about) : "";
  showPictures();
  follow();
}

export function title(raw, act) {
  const label = (name) => {
    const input = form.querySelector(`[name="f.${name}"][value="${CSS.escape(raw[`f.${name}`] ?? "")}"]`);
    return input ? form.querySelector(`label[for="${input.id}"]`).textContent.trim() : "";
  };
  const words = act ? [act.about, label("result")] : [label("purpose"), raw["f.place.detail"] ?? "", label("result")];
  return words.filter(Boolean).join(" ") || (raw["f.note"] ?? "").slice(0, 24) || say("draft");
}

// What was chosen, in the words of the form: a choice is kept as its code, and a code is no word to read later.
export function shownWords(within, raw) {
  const words = {};
  for (const [name, value] of Object.entries(raw)) {
    const input = within.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]:is([type=radio], [type=checkbox])`);
    const question = input?.closest("fieldset")?.querySelector("legend")?.firstChild?.textContent.trim();
    const label = input && within.querySelector(`label[for="${input.id}"]`)?.textContent.trim();
    const option = [...(within.elements.namedItem(name)?.options ?? [])].find((one) => one.value === value)?.textContent.trim();
    if (label) words[name] = question ? say("answered", question) + label : label;
    else if (option) words[name] = option;
  }
  return words;
}

// The same rules the record's door has; that one decides, this saves a way back to the place.
export function faults() {
  const task = Boolean(form.dataset.task);
  const result = chosen("result");
  const wanted = [
    [!task && !held("place.detail"), "f-place"],
    [!task && !chosen("purpose"), "f-purpose-1"],
    [result && result !== "nothing" && !held("note"), "f-note"],
    [!result, "f-result-1"],
    [result === "matter" && !chosen("matter_kind"), "f-matter_kind-1"],
    [result === "service" && chosen("service_agreed") !== "yes", "f-service_agreed-1"],
    [!form.querySelector("[name='f.night_reason']").closest("[hidden]") && !held("night_reason"), "f-night_reason"],
    [!held("starts_at"), "f-starts_at"],
  ];
  return wanted.filter(([wrong]) => wrong).map(([, id]) => [id, say("missing", nameOf(id))]);
}

function nameOf(id) {
  const input = document.getElementById(id);
  const group = input.closest("fieldset")?.querySelector("legend");
  const label = input.type === "radio" ? group : form.querySelector(`label[for="${id}"]`);
  return (label?.firstChild?.textContent ?? "").trim();
}

export function clearFaults() {
  document.getElementById("capture-errors")?.remove();
  for (const one of form.querySelectorAll(".wrong")) one.classList.remove("wrong");
  for (const one of form.querySelectorAll(".error.here")) one.remove();
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
}

// `found` is a list of [id of the input, sentence]; an empty id stands for the whole.
export function showFaults(found) {
  clearFaults();
  const summary = element("section", "", { class: "errors", id: "capture-errors", role: "alert", tabindex: "-1", "aria-labelledby": "capture-wrong" });
  summary.append(element("h2", say("wrongTitle"), { id: "capture-wrong" }));
  const list = element("ul");
  for (const [id, text] of found) {
    const line = element("li", id ? "" : text);
    const input = id && document.getElementById(id);
    if (input) {
      line.append(element("a", text, { href: `#${id}` }));
      input.closest("details")?.setAttribute("open", "");
      const question = input.closest(".question");
      question.classList.add("wrong");
      const note = element("p", text, { class: "error here", id: `${id}-here` });
      if (input.type === "radio") question.querySelector("legend").after(note);
      else input.before(note);
      input.setAttribute("aria-invalid", "true");
      input.setAttribute("aria-describedby", `${id}-here`);
    } else line.textContent = text;
    list.append(line);
  }
  summary.append(list);
  form.before(summary);
  summary.focus();
}

// Drawn anew, a photograph loses its place, time and maker's data, and most of its size.
export async function shrunk(file) {
  const image = await createImageBitmap(file);
  const scale = Math.min(1, WIDEST / Math.max(image.width, image.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(image.width * scale);
  canvas.height = Math.round(image.height * scale);
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  image.close();
  const blob = await new Promise((done) => { canvas.toBlob(done, "image/jpeg", 0.72); });
  const address = await new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.onerror = failed;
    reader.readAsDataURL(blob);
  });
  return { name: `photo-${Date.now()}.jpg`, size: blob.size, data: address.slice(address.indexOf(",") + 1) };
}

function showPictures(said = "") {
  const list = box("pictures");
  list.replaceChildren();
  pictures.forEach((picture, number) => {
    const line = element("li");
    const image = element("img", "", { src: `data:image/jpeg;base64,${picture.data}`, alt: `${number + 1}` });
    const gone = element("button", say("remove", String(number + 1)), { type: "button", class: "second" });
    gone.addEventListener("click", () => { pictures.splice(number, 1); showPictures(); });
    line.append(image, element("span", `${Math.ceil((picture.size ?? picture.data.length * 0.75) / 1024)} KB`), gone);
    list.append(line);
  });
  if (said) list.append(element("li", said, { class: "error" }));
}

async function takePictures(input) {
  let said = "";
  for (const file of input.files) {
    if (pictures.length >= MOST) said = say("photoMost");
    else try {
      pictures.push(await shrunk(file));
    } catch {
      said = say("photoBig");
    }
  }
  input.value = "";
  showPictures(said);
}

// Reads the square code of a photograph on the phone itself; browsers that cannot do not show the button.
async function readCode(input) {
  const said = box("scan-said");
  said.textContent = "";
  try {
    const image = await createImageBitmap(input.files[0]);
    const [code] = await new BarcodeDetector({ formats: ["qr_code"] }).detect(image);
    const place = code && /\/p\/(\d{12})\b/.exec(code.rawValue)?.[1];
    const select = box("f-place-division");
    if (!place) said.textContent = say("scanNone");
    else if (![...select.options].some((one) => one.value === place)) said.textContent = say("scanOther");
    else {
      select.value = place;
      said.textContent = select.selectedOptions[0].textContent;
    }
  } catch {
    said.textContent = say("scanNone");
  }
  input.value = "";
}

function locate() {
  const said = box("locate-said");
  navigator.geolocation.getCurrentPosition(({ coords }) => {
    const place = box("f-place");
    const where = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)} (WGS84)`;
    place.value = [place.value.trim(), where].filter(Boolean).join(" ");
    said.textContent = say("located");
  }, () => { said.textContent = say("locateNone"); }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
}

// On the phone the page keeps what is typed; `photographs` then holds the pictures and the input stays empty.
export function enhance() {
  form.addEventListener("change", follow);
  box("photos").addEventListener("change", (event) => takePictures(event.target));
  box("locate").addEventListener("click", locate);
  freshen();
  if ("BarcodeDetector" in window) {
    box("scan-box").hidden = false;
    box("scan").addEventListener("change", (event) => readCode(event.target));
  }
  follow();
}

// An untouched form says the present minute, however long it stood open.
export function freshen(ahead = 0) {
  const starts = form.elements.namedItem("f.starts_at");
  if (!touched() || !starts.value) starts.value = localNow(ahead);
  follow();
}

export function recent(places, details, pick) {
  const select = box("f-place-division");
  if (places?.length) {
    const now = select.value;
    select.replaceChildren(...places.map(([code, name]) => element("option", name, { value: code })));
    if (now) select.value = now;
  }
  const line = box("recent");
  line.replaceChildren(...details.map((detail) => {
    const button = element("button", detail, { type: "button", class: "second" });
    button.addEventListener("click", () => { box("f-place").value = detail; pick?.(detail); });
    return button;
  }));
  line.hidden = !details.length;
}
