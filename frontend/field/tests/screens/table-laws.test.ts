import fc from "fast-check";
import { expect, test } from "vitest";

import { commands } from "../../src/core/store";
import { admit, change, desk, openTube, release, seal } from "../../src/screens/table/desk";
import { fill, keep, killAndReopen, person } from "./table-world";

type Step = { do: "open"; label: number; size: number } | { do: "take" | "walk-off"; number: number } | { do: "seal" | "seal-and-die" | "kill" | "other-tube" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("open" as const), label: fc.integer({ min: 1, max: 5 }), size: fc.constantFrom(1, 5, 10) }),
  { weight: 6, arbitrary: fc.record({ do: fc.constant("take" as const), number: fc.integer({ min: 1, max: 13 }) }) },
  fc.record({ do: fc.constant("walk-off" as const), number: fc.integer({ min: 1, max: 13 }) }),
  fc.record({ do: fc.constantFrom("seal" as const, "seal-and-die" as const, "kill" as const, "other-tube" as const) }),
);

const ids = (people: readonly { person_id: string }[]): string[] => people.map((one) => one.person_id);

/** Everybody who was taken and did not walk off, from the open tubes and the commands. */
function everywhere(): string[] {
  const open = desk.value.tubes.flatMap((tube) => ids(tube.people));
  return [...open, ...commands.value.flatMap((one) => ids(one.body["people"] as { person_id: string }[]))].sort();
}

test("whatever happens at a table, and whenever the app is killed, everybody taken is in exactly one tube list and nobody else is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      fill();
      const kept = keep();
      const taken = new Set<string>();
      for (const now of steps) {
        const tube = desk.value.tubes.find((one) => one.label === desk.value.active);
        if (now.do === "open") await openTube(`T000000${now.label}`, now.size);
        else if (now.do === "take" && (await admit(person(now.number), "code")) === "") taken.add(person(now.number));
        else if (now.do === "walk-off" && tube !== undefined && ids(tube.people).includes(person(now.number))) {
          await release(tube.label, person(now.number));
          taken.delete(person(now.number));
        } else if (now.do === "other-tube") await change({ active: desk.value.tubes[0]?.label ?? "" });
        else if (now.do === "kill") killAndReopen(kept);
        else if (now.do.startsWith("seal") && tube !== undefined && tube.people.length > 0) {
          const before = structuredClone(kept.disk.get("table"));
          await seal(tube);
          if (now.do === "seal-and-die") kept.disk.set("table", before);
          killAndReopen(kept);
        }
        expect(everywhere()).toEqual([...taken].sort());
      }
      for (const { body } of commands.value) expect((body["people"] as object[]).length).toBeLessThanOrEqual(Number(body["pool_size"]));
      const labels = commands.value.map((one) => one.body["label"]);
      expect(new Set(labels).size).toBe(labels.length);
      expect([...desk.value.bag].sort()).toEqual(labels.sort());
    }),
    { numRuns: 60 },
  );
});
