import { expect, test } from "vitest";

import vectors from "../../../../vectors/roll_call.json";
import { CLASSES, counted, joined, lowest, REPORTABLE, standingOf, standingReported, type RollFact } from "../../src/rules/roll";

const factsOf = (facts: (string | number | null)[][]): RollFact[] => facts.map(([state, way, by]) => ({ state: String(state), way: String(way), by: by === null ? null : String(by) }));

test.each(vectors.standing)("standing: $name", ({ facts, state, way, contradicted }) => {
  const known = factsOf(facts);
  for (const order of [known, [...known].reverse(), [...known, ...known]]) expect(standingOf(order)).toEqual({ state, way, contradicted });
});

test("what a worker reports is what the server makes of it, and a swab is nothing that a worker reports", () => {
  const reported = vectors.reported.filter(([, state]) => state !== null);
  expect(reported.map(([name]) => name).sort()).toEqual([...REPORTABLE].sort());
  for (const name of REPORTABLE) expect(vectors.reported).toContainEqual([name, standingReported(name).state, standingReported(name).way]);
});

test("joining one report to what stands is the standing of all facts, so a patch leaves the row that the server will have", () => {
  for (const { facts } of vectors.standing) {
    const known = factsOf(facts);
    const before = standingOf(known);
    for (const name of REPORTABLE) {
      const fact = standingReported(name);
      const { state, way } = standingOf([...known, { ...fact, by: "9" }]);
      expect(joined(before, fact)).toEqual({ state, way });
    }
  }
});

test.each(vectors.counts)("counts: $name", ({ frozen, late, struck, rows, by }) => {
  const counts = counted(rows.map(([state, gone]) => ({ state: String(state), struck: Boolean(gone) })));
  expect(counts.by).toEqual(by);
  expect(counts.total).toBe(frozen + late - struck);
});

test("a room shows the lowest class of its people, and none where nobody is asked", () => {
  const of = (...states: string[]) => lowest(states.map((state) => ({ state, struck: false })));
  expect(of("sampled", "open", "exempt")).toBe("open");
  expect(of("sampled", "exempt")).toBe("exempt");
  expect(lowest([{ state: "open", struck: true }])).toBeNull();
  expect(of(...CLASSES)).toBe("open");
});
