/**
 * What lies on the disk of the phone. In clear: ids, counters, states, moments, the halves of no key. Everything else is sealed (`crypto.ts`).
 *
 * A write is over only when its transaction is complete, with strict durability: what was confirmed is there after a kill.
 */

import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction, type StoreNames } from "idb";

import type { Sealed } from "./crypto";

/** The phone's binding: who it is, and its secret sealed under the PIN alone. */
export interface DeviceRecord {
  device: string;
  title: string;
  until: string;
  salt: Uint8Array<ArrayBuffer>;
  secret: Sealed;
  /** Wrong PINs since the last right one. */
  wrong: number;
  ended: boolean;
}

/** The server's half of the pack key, sealed under the PIN, and its end (tree time, ms). */
export interface ReleaseRecord {
  key: Sealed;
  untilMs: number;
  askedMs: number;
}

export interface Meta {
  device: DeviceRecord;
  release: ReleaseRecord;
  /** The last counter given to a command. */
  counter: number;
  /** Where the pack stands, and by which version of the shelves it was read. */
  token: { token: string; version: number };
  buildings: string[];
  skewMs: number;
  /** The latest moment of the tree that this phone has seen (ms): its clock set back does not lengthen anything. */
  latestMs: number;
  contact: { sentAt: string | null; pulledAt: string | null };
}

export interface CommandRecord extends Sealed {
  id: string;
  counter: number;
  at: string;
  state: "waiting" | "done" | "refused" | "held";
  reason: string;
  flags: string[];
  /** Version of what is sealed (`outbox.ts`). */
  v: number;
}

interface Schema extends DBSchema {
  meta: { key: string; value: Meta[keyof Meta] };
  pack: { key: string; value: Sealed };
  drafts: { key: string; value: Sealed };
  outbox: { key: string; value: CommandRecord; indexes: { counter: number } };
}

export type Database = IDBPDatabase<Schema>;
type Store = StoreNames<Schema>;
type Writing = IDBPTransaction<Schema, Store[], "readwrite">;

/** The phone has no room left: nothing of this write was kept. */
export class StorageFull extends Error {
  readonly reason = "phone.storage-full";
}

export const DATABASE = "epigrid-field";

/** Opens the database, made or brought up to date. Another tab that deletes or upgrades it is not held up. */
export function openDatabase(name = DATABASE): Promise<Database> {
  return openDB<Schema>(name, 1, {
    upgrade(db, from) {
      if (from < 1) {
        for (const store of ["meta", "pack", "drafts"] as const) db.createObjectStore(store);
        db.createObjectStore("outbox", { keyPath: "id" }).createIndex("counter", "counter", { unique: true });
      }
    },
    blocking: (_current, _blocked, event) => (event.target as IDBDatabase).close(),
  });
}

/** One durable transaction; whatever fails in it, nothing of it stays. Refuses with `StorageFull`. */
export async function durable<T>(db: Database, stores: Store[], work: (tx: Writing) => Promise<T>): Promise<T> {
  try {
    const tx = db.transaction(stores, "readwrite", { durability: "strict" });
    const ended = tx.done;
    ended.catch(() => undefined);
    try {
      const result = await work(tx);
      await ended;
      return result;
    } catch (fault) {
      try {
        tx.abort();
      } catch {
        // It has ended by itself.
      }
      throw fault;
    }
  } catch (fault) {
    if (isFull(fault)) throw new StorageFull();
    throw fault;
  }
}

function isFull(fault: unknown): boolean {
  return fault instanceof Error && (fault.name === "QuotaExceededError" || /quota/i.test(fault.message));
}

export async function getMeta<K extends keyof Meta>(db: Database, name: K): Promise<Meta[K] | undefined> {
  return (await db.get("meta", name)) as Meta[K] | undefined;
}

export async function setMeta(db: Database, values: Partial<Meta>): Promise<void> {
  await durable(db, ["meta"], async (tx) => {
    for (const [name, value] of Object.entries(values)) await tx.objectStore("meta").put(value, name);
  });
}

/**
 * Put commands behind the last one: counters are given in the same transaction, so that two tabs neither skip nor double one.
 * Those named in `instead` go in the same step. Gives the counters.
 */
export async function addCommands(db: Database, added: Omit<CommandRecord, "counter">[], instead: string[] = []): Promise<number[]> {
  return await durable(db, ["meta", "outbox"], async (tx) => {
    const [meta, outbox] = [tx.objectStore("meta"), tx.objectStore("outbox")];
    let counter = ((await meta.get("counter")) as number | undefined) ?? 0;
    const given: number[] = [];
    for (const id of instead) await outbox.delete(id);
    for (const record of added) {
      given.push(++counter);
      await outbox.add({ ...record, counter });
    }
    await meta.put(counter, "counter");
    return given;
  });
}

/** Commands that have no answer yet, oldest first. */
export async function openCommands(db: Database): Promise<CommandRecord[]> {
  return (await db.getAllFromIndex("outbox", "counter")).filter((record) => record.state === "waiting");
}

/** How many wait, counted without any key. */
export async function waitingCount(db: Database): Promise<number> {
  return (await db.getAll("outbox")).filter((record) => record.state !== "done").length;
}

/** The rows go; the next pull brings all of them. */
export async function dropRows(db: Database): Promise<void> {
  await durable(db, ["meta", "pack"], async (tx) => {
    await tx.objectStore("meta").delete("token");
    await tx.objectStore("pack").clear();
  });
}

/** The keys to the pack and its rows go; outbox, drafts and binding stay, sealed. */
export async function dropPack(db: Database): Promise<void> {
  await durable(db, ["meta"], async (tx) => {
    await tx.objectStore("meta").delete("release");
  });
  await dropRows(db);
}

/** Everything goes, keys first: after the first step nothing that is left can be opened. The empty database stays: deleting it would wait for other tabs. */
export async function wipe(db: Database): Promise<void> {
  await durable(db, ["meta"], async (tx) => {
    await tx.objectStore("meta").clear();
  });
  await durable(db, ["pack", "drafts", "outbox"], async (tx) => {
    await Promise.all([tx.objectStore("pack").clear(), tx.objectStore("drafts").clear(), tx.objectStore("outbox").clear()]);
  });
}
