import json from "../../../vectors/pass.json";

import { expect, test, vi } from "vitest";

import { base45, readCbor, readPass } from "../src/core/pass";

interface Case {
  what: string;
  text: string;
  says: { id: string; status: string; sampled_at: string | null; issued_at: string; until: string } | null;
}
const vectors = json as unknown as { tree: string; keys: Record<string, string>; cases: Case[] };
const { cases, keys, tree } = vectors;
const whole = cases.find((one) => one.says !== null)?.text ?? "";
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

function written(bytes: Uint8Array): string {
  let text = "EG1:";
  for (let at = 0; at < bytes.length; at += 2) {
    const isPair = at + 1 < bytes.length;
    const value = isPair ? (bytes[at] ?? 0) * 256 + (bytes[at + 1] ?? 0) : (bytes[at] ?? 0);
    const digits = [value % 45, Math.floor(value / 45) % 45, Math.floor(value / 2025)].slice(0, isPair ? 3 : 2);
    text += digits.map((digit) => DIGITS[digit]).join("");
  }
  return text;
}

const iso = (moment: Date | null): string | null => (moment === null ? null : moment.toISOString().replace(".000Z", "Z"));

async function read(text: string): Promise<Case["says"]> {
  const found = await readPass(text, keys, tree);
  return found && { id: found.id, status: found.status, sampled_at: iso(found.sampledAt), issued_at: iso(found.issuedAt) ?? "", until: iso(found.until) ?? "" };
}

test.each(cases)("as the server reads it: $what", async ({ text, says }) => {
  expect(await read(text)).toEqual(says);
});

test("no single flipped bit of a pass is believed", async () => {
  const bytes = base45(whole.slice(4));
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const forged = bytes.slice();
    forged[bit >> 3] = (forged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    expect(await read(written(forged)), `bit ${bit}`).toBeNull();
  }
  expect(await read(written(bytes))).not.toBeNull();
});

test("bytes after a pass are no part of it", async () => {
  expect(await read(written(Uint8Array.of(...base45(whole.slice(4)), 0)))).toBeNull();
});

test("a browser without Ed25519 gives the same answers", async () => {
  vi.resetModules();
  const denied = vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new DOMException("", "NotSupportedError"));
  const { readPass: readHere } = await import("../src/core/pass");
  for (const { text, says, what } of cases) expect((await readHere(text, keys, tree))?.id, what).toEqual(says?.id);
  expect(denied).toHaveBeenCalledTimes(1);
  denied.mockRestore();
});

test("a key with a name of every object's is no key", async () => {
  expect(await readPass(whole, {}, tree)).toBeNull();
});

test.each([
  ["a length that is not the shortest", [0x18, 0x05]],
  ["an endless array", [0x9f, 0x01, 0xff]],
  ["a key twice", [0xa2, 0x01, 0x02, 0x01, 0x03]],
  ["a number that no number here can hold", [0x1b, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00]],
  ["a broken text", [0x61, 0xff]],
  ["a float", [0xf9, 0x3c, 0x00]],
  ["a text that ends early", [0x63, 0x61]],
  ["two items", [0x01, 0x02]],
  ["nothing", []],
])("the reader of CBOR refuses %s", (_what, bytes) => {
  expect(() => readCbor(Uint8Array.from(bytes))).toThrow();
});
