import fc from "fast-check";
import { expect, test } from "vitest";

import vectors from "../../../../vectors/pace.json";
import { implausible, MOST_DOORS, WITHIN_MS, type Act } from "../../src/rules/pace";

const actsOf = (walks: (typeof vectors.cases)[number]["walks"]): Act[] =>
  walks.flatMap((walk) => Array.from({ length: walk.count }, (_, number): Act => [(walk.start + number * walk.every) * 1000, String(walk.door + number * walk.step)]));

test("the design values are the guard's", () => {
  expect([WITHIN_MS, MOST_DOORS]).toEqual([vectors.within_seconds * 1000, vectors.most_doors]);
});

test.each(vectors.cases)("X08: $name", ({ walks, flagged }) => {
  const acts = actsOf(walks);
  const expected = (flagged as number[][]).flatMap(([start = 0, end = 0]) => Array.from({ length: end - start }, (_, number) => start + number));
  expect([...implausible(acts)].sort((one, other) => one - other)).toEqual(expected);
});

test("X08: what is found does not depend on the order of arrival, and is what looking at every window finds", () => {
  const act = fc.tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 1, max: 6 }).map(String));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 30 }), (acts) => {
      const [within, most] = [10, 3];
      const windows = acts.map(([at]) => acts.flatMap(([other], place) => (other >= at && other <= at + within ? [place] : [])));
      const hurried = new Set(windows.filter((window) => new Set(window.map((place) => acts[place]?.[1])).size > most).flat());
      expect(implausible(acts, within, most)).toEqual(hurried);
      const back = [...implausible([...acts].reverse(), within, most)].map((place) => acts.length - 1 - place);
      expect(new Set(back)).toEqual(hurried);
    }),
  );
});
