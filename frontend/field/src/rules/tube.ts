/** The tube at a table, as the server judges it: these rules advise where there is no network, the server's decide. Pure. */

/** How many people a tube may be made for; which of them a round takes is the server's clause. */
export const POOL_SIZES = [1, 5, 10, 20] as const;
/** By what somebody was found (the server's `rules.MEANS`). */
export const MEANS = ["code", "document", "phone", "paper", "home"] as const;
export type Means = (typeof MEANS)[number];

/** What a roll-call says about somebody: class, way, list, whether he was struck off or is sampled alone. */
export interface Standing {
  state: string;
  way: string;
  list: string;
  struck: boolean;
  alone: boolean;
}

export interface Taken {
  person_id: string;
  means: Means;
  /** When he was taken, by the tree's clock, ISO 8601. */
  at: string;
}

/** An open tube: its label, how many people it may hold, and whoever is in it, in queue order. */
export interface Tube {
  label: string;
  pool_size: number;
  opened_at: string;
  people: readonly Taken[];
}

/** Whether somebody is sampled alone: he is on a list of his own, or a measure binds him (S-210). */
export function isAlone(standing: Standing | null): boolean {
  return standing !== null && (standing.alone || standing.list !== "pooled");
}

/**
 * Why somebody may not be taken into a tube: the server's reason, or "". `standing` null: he stands on no roll, the server adds him late. `others`: whoever
 * is in the other open tubes of this table.
 */
export function refusal(tube: Tube, personId: string, standing: Standing | null, others: readonly Tube[] = []): string {
  if (tube.people.length >= tube.pool_size) return "tube.full";
  if (standing?.struck) return "roster.not-on-roster";
  if (standing?.state === "sampled" && standing.way === "here") return "roster.already-sampled";
  if ([tube, ...others].some((one) => one.people.some((taken) => taken.person_id === personId))) return "roster.already-sampled";
  return tube.pool_size > 1 && isAlone(standing) ? "tube.never-pooled" : "";
}

/** The tube with one more. */
export function take(tube: Tube, taken: Taken): Tube {
  return { ...tube, people: [...tube.people, taken] };
}

/** The tube without somebody: he walked off, or his scan is undone. */
export function withdraw(tube: Tube, personId: string): Tube {
  return { ...tube, people: tube.people.filter((taken) => taken.person_id !== personId) };
}

/** A document number in the form in which it is compared (the server's `written.document`): folded, in capitals, without spaces. */
export function documentForm(text: string): string {
  const form = text.normalize("NFKC").toUpperCase().replace(/\s+/gu, "");
  return form === text ? form : documentForm(form);
}

/** The first 16 hex characters of HMAC-SHA256 of a document number's form under a key of 32 bytes in base64: what the pack's look-ups hold of it. */
export async function documentDigest(text: string, lookupKey: string): Promise<string> {
  const raw = Uint8Array.from(atob(lookupKey), (character) => character.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  const digest = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(documentForm(text)));
  return [...new Uint8Array(digest, 0, 8)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A sampling code as it is kept: capitals without hyphens and spaces. */
export function codeForm(text: string): string {
  return text.replace(/[\s-]/g, "").toUpperCase();
}

/** Whether a text is a label that the server draws for a tube, or for a box. */
export function labelKind(text: string): "tube" | "box" | "" {
  return /^T\d{7}$/.test(text) ? "tube" : /^B\d{7}$/.test(text) ? "box" : "";
}
