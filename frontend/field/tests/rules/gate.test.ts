import json from "../../../../vectors/gate.json";

import { expect, test } from "vitest";

import type { Pass, Status } from "../../src/core/pass";
import { gateAnswer, statusByPass, type Way } from "../../src/rules/gate";

interface Vectors {
  answers: { status: Status; way: Way; release_paper: boolean; answer: string }[];
  by_pass: { what: string; pass: { id: string; status: Status; issued_at: string; until: string } | null; withdrawn: string[]; list_until: string; now: string; status: Status }[];
}
const vectors = json as unknown as Vectors;

test.each(vectors.answers)("$status, way $way, release paper $release_paper: $answer", ({ status, way, release_paper, answer }) => {
  expect(gateAnswer({ status, way, hasReleasePaper: release_paper })).toBe(answer);
});

test.each(vectors.by_pass)("a pass: $what", ({ pass, withdrawn, list_until, now, status }) => {
  const found: Pass | null = pass && { id: pass.id, tree: "mini", status: pass.status, sampledAt: null, issuedAt: new Date(pass.issued_at), until: new Date(pass.until) };
  expect(statusByPass({ found, withdrawn: { ids: new Set(withdrawn), until: new Date(list_until) }, now: new Date(now) })).toBe(status);
});
