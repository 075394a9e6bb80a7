import "fake-indexeddb/auto";
import fc from "fast-check";
import { expect, test } from "vitest";

import { aesKey, randomBytes } from "../../src/core/crypto";
import { openDatabase } from "../../src/core/db";
import { applied, loadPack, savePack, type PullAnswer } from "../../src/core/pack";
import type { Pack } from "../../src/core/store";
import { freshName } from "./fake";

const DEPS: Record<string, string[]> = { people: ["id", "household"], roll: ["person", "round"], tubes: ["id", "people"] };
type World = Record<string, Record<string, object>>;

const id = fc.constantFrom(..."abcdefgh");
const world: fc.Arbitrary<World> = fc
  .record({
    people: fc.uniqueArray(fc.record({ id, household: fc.option(id), name: fc.string({ maxLength: 3 }) }), { selector: (row) => row.id, maxLength: 6 }),
    roll: fc.uniqueArray(fc.record({ person: id, round: id, state: fc.constantFrom("open", "sampled") }), { selector: (row) => `${row.round}/${row.person}`, maxLength: 8 }),
    tubes: fc.uniqueArray(fc.record({ id, people: fc.array(id, { maxLength: 3 }), state: fc.constantFrom("open", "closed") }), { selector: (row) => row.id, maxLength: 4 }),
  })
  .map(({ people, roll, tubes }) => ({
    people: Object.fromEntries(people.map((row) => [row.id, row])),
    roll: Object.fromEntries(roll.map((row) => [`${row.round}/${row.person}`, row])),
    tubes: Object.fromEntries(tubes.map((row) => [row.id, row])),
  }));

const idsOf = (shelf: string, row: object): string[] => (DEPS[shelf] ?? []).flatMap((column) => (row as Record<string, string[] | string | null>)[column] ?? []);

/** The answer of the feed between two states of the world: what a row names that has changed is touched; then every row that names a touched id is told. */
function feed(before: World, after: World, more: string[]): PullAnswer {
  const touched = new Set(more);
  for (const shelf of Object.keys(DEPS)) {
    const [old, fresh] = [before[shelf] ?? {}, after[shelf] ?? {}];
    for (const key of new Set([...Object.keys(old), ...Object.keys(fresh)])) {
      if (JSON.stringify(old[key]) === JSON.stringify(fresh[key])) continue;
      for (const row of [old[key], fresh[key]]) if (row !== undefined) for (const each of idsOf(shelf, row)) touched.add(each);
    }
  }
  const rows = Object.fromEntries(
    Object.keys(DEPS).map((shelf) => [shelf, Object.fromEntries(Object.entries(after[shelf] ?? {}).filter(([, row]) => idsOf(shelf, row).some((each) => touched.has(each))))]),
  );
  return { token: "t", now: "", whole: false, touched: [...touched], deps: DEPS, rows };
}

const plain = (pack: Pack): World => filled(Object.fromEntries(Object.entries(pack).map(([name, shelf]) => [name, Object.fromEntries(shelf)])));
/** As it comes over the wire, without empty shelves; `toEqual` does not look at the order of keys. */
const filled = (all: World): World => JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(all).filter(([, shelf]) => Object.keys(shelf).length > 0)))) as World;
const whole = (rows: World): PullAnswer => ({ token: "t", now: "", whole: true, touched: [], deps: DEPS, rows });

test("pack and feed give exactly the fresh pack, in memory and on the disk", async () => {
  const key = await aesKey(randomBytes(32));
  await fc.assert(
    fc.asyncProperty(fc.array(world, { minLength: 1, maxLength: 4 }), fc.array(id, { maxLength: 3 }), async (worlds, more) => {
      const db = await openDatabase(freshName());
      let [pack, before] = [{} as Pack, {} as World];
      for (const [index, after] of worlds.entries()) {
        const answer = index === 0 ? whole(after) : feed(before, after, more);
        const result = applied(pack, answer);
        await savePack(db, key, result, answer);
        [pack, before] = [result.pack, after];
        expect(plain(pack)).toEqual(filled(after));
        expect(plain(await loadPack(db, key))).toEqual(filled(after));
      }
      db.close();
    }),
    { numRuns: 40 },
  );
});

test("a whole answer replaces everything, also shelves that it does not name", () => {
  const before = applied({}, whole({ people: { a: { id: "a" } }, tubes: { b: { id: "b" } } })).pack;
  expect(plain(applied(before, whole({ tubes: { c: { id: "c" } } })).pack)).toEqual({ tubes: { c: { id: "c" } } });
});

test("an answer in which nothing changed changes nothing", () => {
  const before = applied({}, whole({ people: { a: { id: "a" } } })).pack;
  const { pack, changed } = applied(before, { ...whole({}), whole: false });
  expect(pack.people).toBe(before.people);
  expect(changed.size).toBe(0);
});

test("a shelf without columns is told whole, and counts as changed only where it is another", () => {
  const gate = (withdrawn: string[], more: World = {}): PullAnswer => ({ ...whole({ labs: { l: { id: "l" } }, gate: { list: { withdrawn } }, ...more }), whole: false, deps: { gate: [], labs: [] } });
  const before = applied({}, gate([], { labs: { l: { id: "l" }, m: { id: "m" } } })).pack;
  const { pack, changed } = applied(before, gate([]));
  expect([[...(pack.labs?.keys() ?? [])], [...changed.keys()]]).toEqual([["l"], ["labs"]]);
  expect([...applied(pack, gate(["x"])).changed.keys()]).toEqual(["gate"]);
});

test("a shelf of a newer server is left out", () => {
  expect(plain(applied({}, whole({ novelties: { a: { id: "a" } } })).pack)).toEqual({});
});

test("a pack of 5,000 persons lies in at most 64 sealed records a shelf", async () => {
  const [db, key] = [await openDatabase(freshName()), await aesKey(randomBytes(32))];
  const people = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`p${index}`, { id: `p${index}`, name: "演练", band: "18-59", dwelling: `d${index >> 2}`, household: null }]));
  const roll = Object.fromEntries(Object.keys(people).map((person) => [`r/${person}`, { round: "r", person, state: "open", list: "pool" }]));
  const answer = whole({ people, roll });
  await savePack(db, key, applied({}, answer), answer);
  expect(await db.count("pack")).toBeLessThanOrEqual(128);
  expect(plain(await loadPack(db, key))["people"]).toHaveProperty("p4999");
});
