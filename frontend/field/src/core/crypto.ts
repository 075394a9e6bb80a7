/**
 * Keys and sealed records. WebCrypto does all of it but Argon2id, which no browser has.
 *
 * pinKey = Argon2id(PIN, salt); packKey = HKDF-SHA256(pinKey || the server's half): neither alone opens the pack.
 */

export type Bytes = Uint8Array<ArrayBuffer>;

/** A record on disk: nonce and ciphertext with its tag. */
export interface Sealed {
  n: Bytes;
  c: Bytes;
}

/** Design values of the contract: 64 MiB, three passes, one lane, 32 bytes. */
export const ARGON2 = { memorySize: 64 * 1024, iterations: 3, parallelism: 1, hashLength: 32 } as const;
export const SALT_BYTES = 16;
export const PIN_DIGITS = 6;

const text = { in: new TextEncoder(), out: new TextDecoder() };

export function randomBytes(length: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(length));
}

export function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

export function fromBase64(encoded: string): Bytes {
  const clear = atob(encoded.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(clear, (letter) => letter.charCodeAt(0));
}

/** Stretches a PIN; about half a second on a phone. Throws away nothing: the caller drops the result at a lock. */
export type Stretch = (pin: string, salt: Bytes) => Promise<Bytes>;

export const stretchPin: Stretch = async (pin, salt) => {
  const { argon2id } = await import("hash-wasm");
  return new Uint8Array(await argon2id({ password: pin, salt, ...ARGON2, outputType: "binary" }));
};

/** An AES-GCM key that scripts cannot read back. */
export function aesKey(bytes: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
}

/** The key of everything readable on this phone. */
export async function packKey(pinKey: Bytes, serverKey: Bytes): Promise<CryptoKey> {
  const both = new Uint8Array(pinKey.length + serverKey.length);
  both.set(pinKey);
  both.set(serverKey, pinKey.length);
  const material = await crypto.subtle.importKey("raw", both, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: text.in.encode("epigrid field pack") };
  return await crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Seal a value for one place ("store|key"): moved to another place it does not open. */
export async function seal(key: CryptoKey, place: string, value: unknown): Promise<Sealed> {
  const nonce = randomBytes(12);
  const how = { name: "AES-GCM", iv: nonce, additionalData: text.in.encode(place) };
  return { n: nonce, c: new Uint8Array(await crypto.subtle.encrypt(how, key, text.in.encode(JSON.stringify(value)))) };
}

/** Open a sealed value; throws when key, place or a single bit is not the right one. */
export async function unseal<T>(key: CryptoKey, place: string, sealed: Sealed): Promise<T> {
  const how = { name: "AES-GCM", iv: sealed.n, additionalData: text.in.encode(place) };
  return JSON.parse(text.out.decode(await crypto.subtle.decrypt(how, key, sealed.c))) as T;
}

/** Why a PIN is not taken, as a reason key, or null: too short, no digits, one digit only, a run, a short piece repeated. */
export function pinFault(pin: string): string | null {
  if (!/^\d+$/.test(pin) || pin.length < PIN_DIGITS) return "pin.short";
  const steps = new Set([...pin].slice(1).map((digit, index) => (Number(digit) - Number(pin[index]) + 10) % 10));
  const evenly = steps.size === 1 && [0, 1, 9].includes([...steps][0] ?? 0);
  return evenly || /^(\d{1,4}?)\1+$/.test(pin) ? "pin.trivial" : null;
}
