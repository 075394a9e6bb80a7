/** The service worker: the app opens without a network, and a new version begins only when nothing waits to be sent, or when the worker says so. */

import { signal } from "@preact/signals";

/** A new version is on the phone and waits. */
export const updateWaits = signal(false);
let fresh: ServiceWorker | null = null;

/** Whether a new version may begin by itself: nothing waits, and nobody is in the middle of something. */
export function mayBegin({ waiting, locked, empty }: { waiting: boolean; locked: boolean; empty: boolean }): boolean {
  return waiting && locked && empty;
}

/** Keep the app on the phone; fails silently where the browser has no service workers (the app works, but needs the network to open). */
export async function keepOnPhone(): Promise<void> {
  const workers = (globalThis.navigator as Partial<Navigator>).serviceWorker;
  if (workers === undefined) return;
  // The first worker takes the page over as it is; a later one brings another version.
  let controlled = workers.controller !== null;
  workers.addEventListener("controllerchange", () => {
    if (controlled) location.reload();
    controlled = true;
  });
  const registration = await workers.register("/field/sw.js", { scope: "/field/" }).catch(() => null);
  if (registration === null) return;
  const look = (worker: ServiceWorker | null): void => {
    if (worker?.state !== "installed" || workers.controller === null) return;
    fresh = worker;
    updateWaits.value = true;
  };
  look(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => look(worker));
  });
}

/** Begin the new version; the outbox stays on the phone and is read by it. */
export function updateNow(): void {
  fresh?.postMessage("update");
}
