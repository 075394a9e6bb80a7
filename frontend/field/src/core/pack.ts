/** The pack: an answer of the feed is laid on it; on disk it lies in sealed buckets, so that a changed row rewrites little. */

import { unseal, seal, type Sealed } from "./crypto";
import { durable, type Database } from "./db";
import type { Pack } from "./store";
import { SHELVES, type ShelfName } from "./types";

export interface PullAnswer {
  token: string;
  now: string;
  whole: boolean;
  touched: string[];
  deps: Record<string, string[]>;
  rows: Record<string, Record<string, object>>;
}

type Row = Record<string, unknown>;
type Shelf = ReadonlyMap<string, object>;

/** Counted up when the shapes of shelves change: a pack that was read by another version is fetched whole. */
export const SHELVES_VERSION = 1;
const BUCKETS = 64;

function names(row: object, columns: readonly string[], touched: ReadonlySet<string>): boolean {
  return columns.some((column) => {
    const value = (row as Row)[column];
    return Array.isArray(value) ? value.some((each) => touched.has(each as string)) : typeof value === "string" && touched.has(value);
  });
}

const isShelf = (name: string): name is ShelfName => (SHELVES as readonly string[]).includes(name);

/**
 * The pack after an answer, and the keys that changed per shelf. Rows that name a touched id go, then the answer's rows come: exactly the fresh pack.
 * A shelf without such columns is told whole each time. Shelves that this version does not know are left out.
 */
export function applied(before: Pack, answer: PullAnswer): { pack: Pack; changed: Map<ShelfName, Set<string>> } {
  const after = (answer.whole ? {} : { ...before }) as Record<string, Shelf>;
  const changed = new Map<ShelfName, Set<string>>();
  const touched = new Set(answer.touched);
  for (const name of new Set([...Object.keys(answer.deps), ...Object.keys(answer.rows)])) {
    if (!isShelf(name)) continue;
    const [old, fresh, deps] = [after[name] ?? (new Map() as Shelf), answer.rows[name] ?? {}, answer.deps[name] ?? []];
    const gone = [...old].filter(([key, row]) => !(key in fresh) && (deps.length === 0 || names(row, deps, touched))).map(([key]) => key);
    const come = Object.entries(fresh).filter(([key, row]) => JSON.stringify(old.get(key)) !== JSON.stringify(row));
    if (gone.length === 0 && come.length === 0) continue;
    const shelf = new Map(old);
    for (const key of gone) shelf.delete(key);
    for (const [key, row] of come) shelf.set(key, row);
    after[name] = shelf;
    changed.set(name, new Set([...gone, ...come.map(([key]) => key)]));
  }
  return { pack: after as Pack, changed };
}

/** Which of the 64 buckets of its shelf holds a key (FNV-1a). */
export function bucketOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193) >>> 0;
  return hash % BUCKETS;
}

/** Seal the buckets in which something changed (all of them after a whole answer) and keep them with the token, in one step. */
export async function savePack(db: Database, key: CryptoKey, { pack, changed }: { pack: Pack; changed: Map<ShelfName, Set<string>> }, answer: PullAnswer): Promise<void> {
  const writes: Promise<[string, Sealed | null]>[] = [];
  for (const [name, keys] of changed) {
    const buckets = new Map<number, Record<string, object>>([...keys].map((each) => [bucketOf(each), {}]));
    for (const [each, row] of pack[name] ?? []) {
      const bucket = buckets.get(bucketOf(each));
      if (bucket !== undefined) bucket[each] = row;
    }
    for (const [number, rows] of buckets) {
      const place = `${name}|${number}`;
      writes.push(Object.keys(rows).length === 0 ? Promise.resolve([place, null]) : seal(key, `pack|${place}`, rows).then((sealed) => [place, sealed]));
    }
  }
  const sealed = await Promise.all(writes);
  await durable(db, ["meta", "pack"], async (tx) => {
    const store = tx.objectStore("pack");
    if (answer.whole) await store.clear();
    await Promise.all(sealed.map(([place, content]) => (content === null ? store.delete(place) : store.put(content, place))));
    await tx.objectStore("meta").put({ token: answer.token, version: SHELVES_VERSION }, "token");
  });
}

/** The pack as it lies on disk, opened. */
export async function loadPack(db: Database, key: CryptoKey): Promise<Pack> {
  const tx = db.transaction("pack");
  const [places, contents] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()]);
  const opened = await Promise.all(places.map((place, index) => unseal<Record<string, object>>(key, `pack|${place}`, contents[index] as Sealed)));
  const pack: Record<string, Map<string, object>> = {};
  places.forEach((place, index) => {
    const name = place.slice(0, place.lastIndexOf("|"));
    const shelf = (pack[name] ??= new Map());
    for (const [each, row] of Object.entries(opened[index] ?? {})) shelf.set(each, row);
  });
  return pack as Pack;
}
