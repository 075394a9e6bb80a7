import fc from "fast-check";
import { expect, test } from "vitest";

import { aesKey, fromBase64, packKey, pinFault, randomBytes, seal, stretchPin, toBase64, unseal } from "../../src/core/crypto";

const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const counted = (from: number, length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, index) => from + index);

test("a PIN is stretched by Argon2id with 64 MiB, as another implementation does it", async () => {
  expect(hex(await stretchPin("482913", counted(0, 16)))).toBe("dca4cf839e0dee2f78cdde2e4bc1abd1ddf7f8f45297f1a87c2b3f0ebd61fdf2");
});

test("the pack key needs both halves, and opens what another implementation has sealed", async () => {
  const c = Uint8Array.from("3fc143fd9dc2956749e2f1f5090bdfe20decb1c6c2ba81".match(/../g) ?? [], (byte) => parseInt(byte, 16));
  const key = await packKey(counted(0, 32), counted(32, 32));
  expect(await unseal(key, "pack|people|3", { n: new Uint8Array(12), c })).toEqual({ a: 1 });
  for (const other of [await packKey(counted(1, 32), counted(32, 32)), await packKey(counted(0, 32), counted(33, 32))]) {
    await expect(unseal(other, "pack|people|3", { n: new Uint8Array(12), c })).rejects.toThrow();
  }
});

test("a sealed record opens in its own place only, and not with a flipped bit", async () => {
  const key = await aesKey(randomBytes(32));
  const sealed = await seal(key, "outbox|a", { name: "演练" });
  expect(await unseal(key, "outbox|a", sealed)).toEqual({ name: "演练" });
  await expect(unseal(key, "outbox|b", sealed)).rejects.toThrow();
  for (let bit = 0; bit < sealed.c.length * 8; bit++) {
    const c = sealed.c.slice();
    c[bit >> 3] = (c[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    await expect(unseal(key, "outbox|a", { n: sealed.n, c })).rejects.toThrow();
  }
});

test("two seals of one value differ", async () => {
  const key = await aesKey(randomBytes(32));
  expect(hex((await seal(key, "a|b", 1)).c)).not.toBe(hex((await seal(key, "a|b", 1)).c));
});

test("base64 goes there and back, URL-safe letters too", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
    expect([...fromBase64(toBase64(bytes))]).toEqual([...bytes]);
  }));
  expect([...fromBase64("-_-_")]).toEqual([...fromBase64("+/+/")]);
});

test.each(["12345", "abcdef", "111111", "123456", "987654", "890123", "121212", "123123", "12341234", ""])("the PIN %s is refused", (pin) => {
  expect(pinFault(pin)).not.toBeNull();
});

test.each(["482913", "20221127", "1359246", "135791"])("the PIN %s is taken", (pin) => {
  expect(pinFault(pin)).toBeNull();
});
