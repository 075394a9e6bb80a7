/**
 * Passes as a gate reads them without a network: a CWT (RFC 8392) in a COSE_Sign1 (RFC 9052) by Ed25519 (RFC 8032), in base45 (RFC 9285) behind `EG1:`.
 * Exactly what the server's `field/codes/formats.py` writes is read; everything else is forged, whatever is wrong with it.
 */

/** Statuses from free to bound, in the order of the server's `rules.EFFECTS`. */
export const EFFECTS = ["clear", "hold", "stay"] as const;
export type Status = (typeof EFFECTS)[number];

/** What a pass says. No name, no place; `sampledAt` null: not known. */
export interface Pass {
  id: string;
  tree: string;
  status: Status;
  sampledAt: Date | null;
  issuedAt: Date;
  until: Date;
}

const PREFIX = "EG1:";
/** Characters; a pass has about 190. */
const LONGEST = 1_000;
const TREE = 1;
const UNTIL = 4;
const ISSUED = 6;
const ID = 7;
const STATUS = -70001;
const SAMPLED = -70002;
const COSE_SIGN1 = 18;
const ALGORITHM = 1;
const KEY_ID = 4;
const EDDSA = -8;

class Forged extends Error {}

/** What a pass of a tree says, if one of the keys (id -> 32 public bytes in base64) has signed it; null where it is no pass, or a forged one. */
export async function readPass(text: string, keys: Readonly<Record<string, string>>, tree: string): Promise<Pass | null> {
  try {
    if (!text.startsWith(PREFIX) || text.length > LONGEST) return null;
    const { guarded, keyId, payload, signature } = envelope(base45(text.slice(PREFIX.length)));
    const key = Object.hasOwn(keys, keyId) ? fromBase64(keys[keyId] ?? "") : null;
    if (key === null || !(await verify(signature, signedBytes(guarded, payload), key))) return null;
    const found = claims(payload);
    return found.tree === tree ? found : null;
  } catch {
    return null;
  }
}

interface Envelope {
  guarded: Uint8Array;
  keyId: string;
  payload: Uint8Array;
  signature: Uint8Array;
}

function envelope(bytes: Uint8Array): Envelope {
  const tagged = readCbor(bytes);
  if (!(tagged instanceof Tagged) || tagged.tag !== COSE_SIGN1 || !Array.isArray(tagged.value) || tagged.value.length !== 4) throw new Forged();
  const [guarded, open, payload, signature] = tagged.value;
  if (!isBytes(guarded) || !isBytes(payload) || !isBytes(signature) || signature.length !== 64 || !(open instanceof Map)) throw new Forged();
  const header = readCbor(guarded);
  const keyId = open.get(KEY_ID);
  if (!(header instanceof Map) || header.size !== 1 || header.get(ALGORITHM) !== EDDSA || open.size !== 1 || !isBytes(keyId)) throw new Forged();
  return { guarded, keyId: asText(keyId), payload, signature };
}

function claims(payload: Uint8Array): Pass {
  const map = readCbor(payload);
  if (!(map instanceof Map)) throw new Forged();
  const [tree, id, status] = [map.get(TREE), map.get(ID), EFFECTS[number(map.get(STATUS))]];
  const sampled = map.get(SAMPLED);
  if (typeof tree !== "string" || !isBytes(id) || id.length !== 16 || status === undefined) throw new Forged();
  if (map.size !== (sampled === undefined ? 5 : 6)) throw new Forged();
  return {
    id: asUuid(id),
    tree,
    status,
    sampledAt: sampled === undefined ? null : moment(sampled),
    issuedAt: moment(map.get(ISSUED)),
    until: moment(map.get(UNTIL)),
  };
}

function number(value: unknown): number {
  if (typeof value !== "number") throw new Forged();
  return value;
}

function moment(seconds: unknown): Date {
  const found = new Date(number(seconds) * 1000);
  if (Number.isNaN(found.getTime())) throw new Forged();
  return found;
}

function asUuid(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The Sig_structure of RFC 9052, section 4.4, without external data. */
function signedBytes(guarded: Uint8Array, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const context = new TextEncoder().encode("Signature1");
  const parts = [Uint8Array.of(0x84, 0x60 | context.length), context, head(guarded.length), guarded, head(0), head(payload.length), payload];
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The head of a byte string of at most 65,535 bytes. */
function head(length: number): Uint8Array {
  if (length < 24) return Uint8Array.of(0x40 | length);
  return length < 256 ? Uint8Array.of(0x58, length) : Uint8Array.of(0x59, length >> 8, length & 255);
}

/** Whether the browser itself knows Ed25519; found out once. */
let isNative: boolean | null = null;

async function verify(signature: Uint8Array, signed: Uint8Array<ArrayBuffer>, key: Uint8Array<ArrayBuffer>): Promise<boolean> {
  if (key.length !== 32) return false;
  if (isNative !== false) {
    try {
      const imported = await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
      isNative = true;
      return await crypto.subtle.verify("Ed25519", imported, new Uint8Array(signature), signed);
    } catch {
      if (isNative) return false;
      isNative = false;
    }
  }
  return verifyWithoutBrowser(signature, signed, key);
}

/** For browsers without Ed25519 (Chromium before 137): the same answer from a library, fetched only then. */
export async function verifyWithoutBrowser(signature: Uint8Array, signed: Uint8Array, key: Uint8Array): Promise<boolean> {
  const { verifyAsync } = await import("@noble/ed25519");
  return await verifyAsync(signature, signed, key, { zip215: false }).catch(() => false);
}

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/** Bytes of a base45 text (RFC 9285); throws where it is none. */
export function base45(text: string): Uint8Array {
  const values = [...text].map((character) => DIGITS.indexOf(character));
  if (values.includes(-1) || values.length % 3 === 1) throw new Forged();
  const bytes: number[] = [];
  for (let at = 0; at < values.length; at += 3) {
    const [first = 0, second = 0, third] = values.slice(at, at + 3);
    const value = first + second * 45 + (third ?? 0) * 2025;
    if (value > (third === undefined ? 0xff : 0xffff)) throw new Forged();
    if (third !== undefined) bytes.push(value >> 8);
    bytes.push(value & 255);
  }
  return Uint8Array.from(bytes);
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
}

function isBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array;
}

function asText(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
}

class Tagged {
  constructor(
    readonly tag: number,
    readonly value: unknown,
  ) {}
}

/** How deep arrays, maps and tags may lie in each other. */
const DEEPEST = 4;

/**
 * One item of CBOR (RFC 8949) that fills its bytes: whole numbers up to 2^53, byte and text strings, arrays, maps and tags of definite length, each length
 * in its shortest form, no key twice. Throws at everything else.
 */
export function readCbor(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.item(DEEPEST);
  if (reader.at !== bytes.length) throw new Forged();
  return value;
}

class Reader {
  at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  item(depth: number): unknown {
    if (depth < 0) throw new Forged();
    const [first = 0] = this.take(1);
    const [kind, length] = [first >> 5, this.length(first & 31)];
    switch (kind) {
      case 0:
        return length;
      case 1:
        return -1 - length;
      case 2:
        return this.take(length);
      case 3:
        return asText(this.take(length));
      case 4:
        return this.many(length, () => this.item(depth - 1));
      case 5:
        return this.map(length, depth - 1);
      case 6:
        return new Tagged(length, this.item(depth - 1));
      default:
        throw new Forged();
    }
  }

  private map(length: number, depth: number): Map<unknown, unknown> {
    const pairs = this.many(length, () => [this.item(depth), this.item(depth)] as const);
    const found = new Map<unknown, unknown>(pairs);
    if (found.size !== length || pairs.some(([key]) => typeof key !== "number" && typeof key !== "string")) throw new Forged();
    return found;
  }

  private many<T>(length: number, one: () => T): T[] {
    if (length > this.bytes.length - this.at) throw new Forged();
    return Array.from({ length }, one);
  }

  private take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new Forged();
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  private length(short: number): number {
    if (short < 24) return short;
    const size = [1, 2, 4, 8][short - 24];
    if (size === undefined) throw new Forged();
    const value = this.take(size).reduce((sum, byte) => sum * 256 + byte, 0);
    const least = size === 1 ? 24 : 2 ** (size * 4);
    if (value < least || !Number.isSafeInteger(value)) throw new Forged();
    return value;
  }
}
