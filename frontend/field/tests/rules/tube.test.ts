import json from "../../../../vectors/tube.json";

import { expect, test } from "vitest";

import { codeForm, documentDigest, documentForm, labelKind, refusal, take, withdraw, type Standing, type Taken, type Tube } from "../../src/rules/tube";

interface Vectors {
  takes: { what: string; pool_size: number; present: number; standing: Standing; reason: string }[];
  lookup_key: string;
  documents: { typed: string; form: string; digest: string }[];
}
const vectors = json as unknown as Vectors;
const taken = (person_id: string): Taken => ({ person_id, means: "code", at: "2022-11-21T08:00:00Z" });
const tube = (pool_size: number, present: number): Tube => ({
  label: "T0000001",
  pool_size,
  opened_at: "2022-11-21T08:00:00Z",
  people: Array.from({ length: present }, (_, number) => taken(`other ${number}`)),
});

test.each(vectors.takes)("as the server decides: $what", ({ pool_size, present, standing, reason }) => {
  expect(refusal(tube(pool_size, present), "he", standing)).toBe(reason);
});

test("somebody in an open tube of this table is not taken twice, in neither of the two", () => {
  const first = take(tube(10, 3), taken("he"));
  expect(refusal(first, "he", null)).toBe("roster.already-sampled");
  expect(refusal(tube(10, 0), "he", null, [first])).toBe("roster.already-sampled");
});

test("somebody on no roll is taken: the server adds him late", () => {
  expect(refusal(tube(10, 9), "he", null)).toBe("");
});

test("whoever walks off leaves the others in their order", () => {
  const full = [1, 2, 3].reduce((so, number) => take(so, taken(`p${number}`)), tube(5, 0));
  expect(withdraw(full, "p2").people.map((one) => one.person_id)).toEqual(["p1", "p3"]);
});

test.each(vectors.documents)("a document number typed as $typed", async ({ typed, form, digest }) => {
  expect(documentForm(typed)).toBe(form);
  expect(await documentDigest(typed, vectors.lookup_key)).toBe(digest);
});

test("codes and labels are known by their shape", () => {
  expect(codeForm(" abcde-fg0h1 ")).toBe("ABCDEFG0H1");
  expect(["T0000012", "B0000012", "T12", "ABCDEFG0H1"].map(labelKind)).toEqual(["tube", "box", "", ""]);
});
