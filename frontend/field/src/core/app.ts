/** The phone as one thing: lock, traffic, other tabs, what the browser tells. Screens do not need it; the shell does. */

import { effect, signal } from "@preact/signals";

import { door } from "./api";
import { getMeta, setMeta, waitingCount } from "./db";
import { Phone, phone as state } from "./lock";
import { me } from "./store";
import { Sync, traffic } from "./sync";
import { mayBegin, updateNow, updateWaits } from "./update";

const MINUTE_MS = 60_000;
const EXERCISE = "epigrid.exercise";
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel("epigrid-field") : null;
const tell = (what: "changed" | "wiped"): void => channel?.postMessage(what);

export const app: Phone = new Phone({
  door,
  changed: () => {
    tell("changed");
    void sync.kick();
  },
  wiped: () => tell("wiped"),
});
export const sync = new Sync(app, () => tell("changed"));

/** The code of the printed card, taken out of the address at once. */
export const cardCode = signal("");
/** Buildings chosen for the pack. */
export const buildings = signal<readonly string[]>([]);
/** Whether this phone practises in an exercise; known before it is unlocked too. */
export const exercise = signal(globalThis.localStorage?.getItem(EXERCISE) === "1");

/** The code in what a card's QR says (an address that ends in #bind=CODE), or in what was typed of it. */
export function codeIn(text: string): string {
  return (/#bind=([0-9A-Za-z-]+)$/.exec(text)?.[1] ?? text).replace(/[^0-9A-Za-z]/g, "").toUpperCase();
}

function takeCode(): void {
  if (!location.hash.startsWith("#bind=")) return;
  cardCode.value = codeIn(location.hash);
  history.replaceState(null, "", location.pathname);
}

/** Start the app: what is over is deleted first, then the lock is shown. */
export async function begin(): Promise<void> {
  takeCode();
  addEventListener("hashchange", takeCode);
  await app.start();
  const db = await app.database();
  buildings.value = (await getMeta(db, "buildings")) ?? [];
  traffic.value = { ...traffic.value, ...(await getMeta(db, "contact")) };
  listen();
}

function listen(): void {
  addEventListener("online", () => void sync.kick());
  addEventListener("offline", () => (traffic.value = { ...traffic.value, phase: "offline", reason: "phone.offline" }));
  document.addEventListener("visibilitychange", () => {
    const shown = document.visibilityState === "visible";
    app.visible(shown);
    if (shown) void app.minute().then(() => sync.kick());
  });
  setInterval(() => void app.minute(), MINUTE_MS);
  if (channel !== null) channel.onmessage = (event: MessageEvent<string>) => (event.data === "wiped" ? location.reload() : void sync.look());
  effect(() => {
    if (state.value === "open") opened();
    else sync.stop();
  });
  effect(() => {
    if (updateWaits.value && (state.value === "locked" || state.value === "unbound")) void considerUpdate();
  });
  effect(() => {
    const mine = me().value;
    if (mine === null) return;
    exercise.value = mine.exercise;
    localStorage.setItem(EXERCISE, mine.exercise ? "1" : "0");
  });
}

/** What waits is counted on the disk: a locked phone shows nothing of it. */
async function considerUpdate(): Promise<void> {
  const empty = (await waitingCount(await app.database())) === 0;
  if (mayBegin({ waiting: updateWaits.value, locked: state.value !== "open", empty })) updateNow();
}

function opened(): void {
  void navigator.storage?.persist?.();
  void sync.kick();
}

/** Which buildings this phone carries; the pack is fetched anew. */
export async function chooseBuildings(ids: readonly string[]): Promise<void> {
  buildings.value = [...ids].sort();
  await setMeta(await app.database(), { buildings: [...buildings.value] });
  await sync.kick();
}

/** Everything on this phone goes, on the worker's own wish. */
export async function wipeAll(): Promise<void> {
  await app.wipe("phone.wiped");
  localStorage.removeItem(EXERCISE);
  exercise.value = false;
}
