// The page's words, in the language it was served in.
const source = document.getElementById("words");
const words = Object.fromEntries([...source.content.querySelectorAll("[data-word]")].map((one) => [one.dataset.word, one.textContent]));

export const say = (name, value = "") => words[name].replace("{}", value);

export function element(tag, text = "", attributes = {}) {
  const made = document.createElement(tag);
  if (text) made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

export const clockTime = (moment) => moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

export const dayAndTime = (moment) =>
  moment.toLocaleString(document.documentElement.lang, { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
