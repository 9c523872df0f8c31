// Keeps the field page on the phone: its shell, its styles and scripts. It keeps nobody's data: records are the page's own, encrypted.
"use strict";
const CACHE = "huiyin-field-__VERSION__";
const SHELL = "/field/shell/";
const PATIENCE = 6000;

async function refresh() {
  const answer = await fetch(SHELL, { cache: "no-store" });
  if (!answer.ok) return;
  const cache = await caches.open(CACHE);
  const text = await answer.clone().text();
  const assets = new Set([...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1]));
  for (const found of [...assets].filter((one) => one.endsWith("/field.js"))) {
    for (const part of ["vault", "form", "sync", "kept", "words"]) assets.add(found.replace("field.js", `field-${part}.js`));
  }
  // The shell goes in last: a shell never stands in the cache without what it needs.
  await Promise.all([...assets].map(async (one) => {
    const got = await fetch(one, { cache: "reload" });
    if (got.ok) await cache.put(one, got);
  }));
  await cache.put(SHELL, answer);
}

self.addEventListener("install", (event) => event.waitUntil(refresh().then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("huiyin-field-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));

self.addEventListener("message", (event) => {
  if (event.data === "refresh") event.waitUntil(refresh().catch(() => {}));
});

async function pageOrShell(request) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE);
  try {
    const answer = await fetch(request, { signal: stop.signal });
    if (answer.status < 502) return answer;
  } catch {
    // No signal, or too little of it.
  } finally {
    clearTimeout(timer);
  }
  return (await caches.match(SHELL)) || Response.error();
}

async function assetOrKept(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok) return answer;
  } catch {
    // Fall back to what is kept.
  }
  return (await caches.match(request, { ignoreSearch: true })) || Response.error();
}

const VIEWS = new Set(["/field/", "/field/capture/", "/field/kept/"]);
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    if (VIEWS.has(address.pathname)) event.respondWith(pageOrShell(event.request));
  } else if (address.pathname.startsWith("/static/")) event.respondWith(assetOrKept(event.request));
});
