/**
 * The service worker: keeps the build's files on the phone, so that the app opens without a network. It never touches /api/.
 *
 * A new one waits until the page says so (`update.ts`): when nothing waits in the outbox, or the worker presses the button.
 */

const worker = self as unknown as ServiceWorkerGlobalScope;

/** [address, digest of the content]; filled in by the build. */
const FILES = JSON.parse("__PRECACHE__") as [string, string][];
const PREFIX = "epigrid-field-";
const NAME = PREFIX + FILES.map(([, digest]) => digest.slice(0, 4)).join("");
const SHELL = "/field/";
const kept = new Map(FILES.map(([path, digest]) => [path, `${path}?kept=${digest}`]));

async function keep(cache: Cache, path: string, key: string): Promise<void> {
  const before = await caches.match(key, { ignoreVary: true });
  const answer = before ?? (await fetch(path, { cache: "no-cache", credentials: "same-origin" }));
  if (!answer.ok || answer.redirected) throw new Error(`${path} cannot be kept`);
  await cache.put(key, answer);
}

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => Promise.all([...kept].map(([path, key]) => keep(cache, path, key)))));
});

worker.addEventListener("activate", (event) => {
  const others = caches.keys().then((names) => names.filter((name) => name.startsWith(PREFIX) && name !== NAME));
  event.waitUntil(others.then((names) => Promise.all(names.map((name) => caches.delete(name)))).then(() => worker.clients.claim()));
});

worker.addEventListener("message", (event) => {
  if (event.data === "update") void worker.skipWaiting();
});

async function fromKept(request: Request, key: string): Promise<Response> {
  const cache = await caches.open(NAME);
  return (await cache.match(key, { ignoreVary: true })) ?? (await fetch(request));
}

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin || url.pathname.startsWith("/api/")) return;
  const key = kept.get(request.mode === "navigate" && url.pathname.startsWith(SHELL) ? SHELL : url.pathname);
  if (key !== undefined) event.respondWith(fromKept(request, key));
});
