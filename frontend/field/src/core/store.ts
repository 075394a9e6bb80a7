/**
 * What screens see of the phone's memory: rows, commands, drafts, the time.
 *
 * Everything here is decrypted memory; what lies on disk is written by `db.ts` under the keys of `lock.ts`. After a lock all of it is empty.
 */

import { computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";

import type { components } from "./served";
import type { MeRow, Patches, Pending, ShelfName, Shelves } from "./types";

export type { MeRow, Patches, Pending, ShelfName, Shelves } from "./types";

type Acts = components["schemas"]["Acts"];
/** Acts that a phone may send (`served.d.ts`, made from the machine door). */
export type Act = keyof Acts;
/** The body of an act as the machine door takes it, without `device` and `command_id`. */
export type Body<A extends Act> = Acts[A];

export type Rows<S extends ShelfName> = ReadonlyMap<string, Shelves[S]>;
export type Pack = { readonly [S in ShelfName]?: Rows<S> };

/** Who keeps commands and drafts: set when the phone is unlocked (`keeper.ts`), a fake in tests. */
export interface Keeper {
  send(act: string, body: Record<string, unknown>, about: string[], patches: Patches): Promise<string>;
  settle(id: string): Promise<void>;
  saveDraft(name: string, value: unknown): Promise<void>;
  dropDraft(name: string): Promise<void>;
}

export interface Draft<T> {
  value: Signal<T | null>;
  /** Resolved once it is on disk, encrypted. */
  save(value: T): Promise<void>;
  drop(): Promise<void>;
}

export interface PatchedCommand extends Pending {
  patches: Patches;
}

/** Nothing can be noted while the phone is locked. */
export class Locked extends Error {
  readonly reason = "phone.locked";
}

const EMPTY: Rows<ShelfName> = new Map();
/** The pack as the server gave it. */
export const pack = signal<Pack>({});
/** Every command that is kept, in counter order; a done one stays until the next pull has brought its rows. */
export const commands = signal<readonly PatchedCommand[]>([]);
export const drafts = new Map<string, Signal<unknown>>();
/** Tree time minus the phone's clock, in milliseconds, as measured at the last contact. */
export const skewMs = signal(0);
const keeper = signal<Keeper | null>(null);
const shelves = new Map<ShelfName, ReadonlySignal<Rows<ShelfName>>>();

export function useKeeper(chosen: Keeper | null): void {
  keeper.value = chosen;
}

/** A command's own rows are shown until the server has said no. */
function shown(command: Pending): boolean {
  return command.state === "waiting" || command.state === "sent" || command.state === "done";
}

/** Rows with the patches of commands in order. A patch of an unknown key makes a row; null takes it away. */
export function patched<R extends object>(base: ReadonlyMap<string, R>, changes: readonly Record<string, Partial<R> | null>[]): ReadonlyMap<string, R> {
  if (changes.length === 0) return base;
  const rows = new Map(base);
  for (const change of changes) {
    for (const [key, columns] of Object.entries(change)) {
      if (columns === null) rows.delete(key);
      else rows.set(key, { ...rows.get(key), ...columns } as R);
    }
  }
  return rows;
}

/** The rows of a shelf: the pack and what was noted since. */
export function rows<S extends ShelfName>(shelf: S): ReadonlySignal<Rows<S>> {
  let found = shelves.get(shelf);
  if (found === undefined) {
    found = computed(() => {
      const changes = commands.value.filter(shown).flatMap((command): Record<string, object | null>[] => (command.patches[shelf] ? [command.patches[shelf]] : []));
      return patched<object>(pack.value[shelf] ?? EMPTY, changes) as Rows<ShelfName>;
    });
    shelves.set(shelf, found);
  }
  return found as unknown as ReadonlySignal<Rows<S>>;
}

const myself = computed<MeRow | null>(() => rows("me").value.get("me") ?? null);

/** Whoever carries the phone; null before the first pull. */
export function me(): ReadonlySignal<MeRow | null> {
  return myself;
}

/** Commands that are not over yet: waiting, sent, refused, held. */
export const outbox: ReadonlySignal<readonly Pending[]> = computed(() => commands.value.filter((command) => command.state !== "done"));

function kept(): Keeper {
  if (keeper.value === null) throw new Locked();
  return keeper.value;
}

/**
 * Put a command into the outbox; resolved (with its id) once it is durable on this phone. Its patches are shown at once.
 *
 * `body` is the machine door's body without `device` and `command_id`; `about` names tubes, boxes, tasks, requests by id or label.
 * Refuses with `Locked`, or `StorageFull` of `db.ts` when nothing was kept: say so, the worker must note it on paper.
 */
export async function send<A extends Act>(act: A, body: Body<A>, { about = [], patches = {} }: { about?: string[]; patches?: Patches } = {}): Promise<string> {
  return await kept().send(act, body, about, patches);
}

/** Drop a refused command, here and at the server, so that later ones about the same thing go through. */
export async function settle(id: string): Promise<void> {
  return await kept().settle(id);
}

/** Something half done that survives a kill, by name ("tube.a"). */
export function draft<T>(name: string): Draft<T> {
  const found = (drafts.get(name) ?? signal<unknown>(null)) as Signal<T | null>;
  drafts.set(name, found as Signal<unknown>);
  return {
    value: found,
    save: async (value) => {
      found.value = value;
      await kept().saveDraft(name, value);
    },
    drop: async () => {
      found.value = null;
      await kept().dropDraft(name);
    },
  };
}

/** The moment of the tree: the phone's clock with the skew of the last contact. */
export function now(): Date {
  return new Date(Date.now() + skewMs.value);
}

let lastMs = 0;
let lastSequence = 0;

/** A UUIDv7: time-ordered, so that rows made here sort as they were made. Within one millisecond the sequence grows. */
export function newId(): string {
  const random = crypto.getRandomValues(new Uint8Array(10));
  const ms = Math.max(Date.now(), lastMs);
  lastSequence = ms === lastMs ? lastSequence + 1 : ((random[0] ?? 0) << 3) & 0x7ff;
  lastMs = lastSequence > 0xfff ? ms + 1 : ms;
  lastSequence &= 0xfff;
  random[0] = 0x70 | (lastSequence >> 8);
  random[1] = lastSequence & 0xff;
  random[2] = 0x80 | ((random[2] ?? 0) & 0x3f);
  const hex = lastMs.toString(16).padStart(12, "0") + [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** Forget everything that is readable: at a lock, an end, a wipe. */
export function forget(): void {
  keeper.value = null;
  pack.value = {};
  commands.value = [];
  for (const each of drafts.values()) each.value = null;
}
