/** The doors of the server that a phone uses. Faults carry a reason key and never what was sent. */

import type { PullAnswer } from "./pack";

/** The server said no, or nothing. `status` 0: no answer came. */
export class ApiFault extends Error {
  constructor(
    readonly status: number,
    readonly reason: string,
    readonly details: Record<string, unknown> = {},
    /** How long to wait, if the server said so (ms). */
    readonly retryAfterMs: number | null = null,
  ) {
    super(reason);
  }
}

export interface Bound {
  device: string;
  secret: string;
  title: string;
  until: string;
}

export interface Released {
  key: string;
  until: string;
  now: string;
}

export interface SentCommand {
  id: string;
  counter: number;
  at: string;
  act: string;
  body: Record<string, unknown>;
}

export interface CommandOutcome {
  id: string;
  outcome: "done" | "refused" | "held";
  reason: string;
  rows: string[];
  replayed: boolean;
  flags: string[];
}

export interface UploadAnswer {
  now: string;
  outcomes: CommandOutcome[];
}

export interface Door {
  bind(code: string, label: string): Promise<Bound>;
  release(who: Credentials): Promise<Released>;
  /** `waiting`: how many commands wait behind these. */
  upload(who: Credentials, commands: SentCommand[], waiting: number): Promise<UploadAnswer>;
  pull(who: Credentials, since: string | null, buildings: string[], waiting: number): Promise<PullAnswer>;
}

export interface Credentials {
  device: string;
  secret: string;
}

const TIMEOUT_MS = 60_000;
const WORTH_PACKING = 1024;

async function gzip(body: string): Promise<Blob> {
  return await new Response(new Blob([body]).stream().pipeThrough(new CompressionStream("gzip"))).blob();
}

/** `Retry-After` in ms: seconds or an HTTP date. */
export function retryAfter(header: string | null, nowMs: number): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

async function answered<T>(response: Response): Promise<T> {
  if (response.ok) return (await response.json()) as T;
  const told = (await response.json().catch(() => ({}))) as { reason?: unknown; details?: unknown };
  const reason = typeof told.reason === "string" ? told.reason : response.status >= 500 ? "server.down" : `http.${response.status}`;
  throw new ApiFault(response.status, reason, (told.details ?? {}) as Record<string, unknown>, retryAfter(response.headers.get("Retry-After"), Date.now()));
}

async function ask<T>(path: string, init: RequestInit, who: Credentials | null): Promise<T> {
  const headers = new Headers(init.headers);
  if (who !== null) headers.set("Authorization", `Device ${who.device}.${who.secret}`);
  let response: Response;
  try {
    response = await fetch(`/api/field/${path}`, { ...init, headers, credentials: "omit", cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch {
    throw new ApiFault(0, "phone.offline");
  }
  try {
    return await answered<T>(response);
  } catch (fault) {
    throw fault instanceof ApiFault ? fault : new ApiFault(0, "phone.offline");
  }
}

async function post<T>(path: string, body: object, who: Credentials | null): Promise<T> {
  const clear = JSON.stringify(body);
  const packed = clear.length > WORTH_PACKING && typeof CompressionStream === "function";
  const headers = { "Content-Type": "application/json", ...(packed ? { "Content-Encoding": "gzip" } : {}) };
  return await ask<T>(path, { method: "POST", headers, body: packed ? await gzip(clear) : clear }, who);
}

const deviceClock = (): string => new Date().toISOString();

export const door: Door = {
  bind: (code, label) => post("bind", { code, label }, null),
  release: (who) => post("release", { sent_at: deviceClock() }, who),
  upload: (who, commands, waiting) => post("upload", { sent_at: deviceClock(), waiting, commands }, who),
  pull: (who, since, buildings, waiting) => {
    const asked = new URLSearchParams({ waiting: String(waiting) });
    if (since !== null) asked.set("since", since);
    if (buildings.length > 0) asked.set("buildings", buildings.join(","));
    return ask(`pull?${asked}`, {}, who);
  },
};
