/** A server of one tree for tests: applies each command once, in counter order, answers replays with the first answer, and can fail at will. */

import { IDBFactory } from "fake-indexeddb";

import { ApiFault, type CommandOutcome, type Credentials, type Door, type SentCommand } from "../../src/core/api";
import type { Bytes, Stretch } from "../../src/core/crypto";
import { toBase64 } from "../../src/core/crypto";
import { Phone } from "../../src/core/lock";
import type { PullAnswer } from "../../src/core/pack";
import { send as sendTyped, type Patches } from "../../src/core/store";
import { Sync } from "../../src/core/sync";

export const CODE = "0123456789ABCDEFGHJKMNPQRS";
export const PIN = "482913";
export const HOUR = 3600_000;

/** As fast as a test wants it; the real one has a test of its own. */
export const quickStretch: Stretch = async (pin, salt) => {
  const both = new Uint8Array([...new TextEncoder().encode(pin), ...salt]);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", both)) as Bytes;
};

/** As screens send, but any act with any body. */
export const send = sendTyped as (act: string, body: Record<string, unknown>, more?: { about?: string[]; patches?: Patches }) => Promise<string>;

export type Fault = "none" | "before" | "after" | "busy";

export class Server implements Door {
  applied: SentCommand[] = [];
  answers = new Map<string, CommandOutcome>();
  counter = 0;
  refuse: (command: SentCommand) => string | null = () => null;
  faults: Fault[] = [];
  uploads = 0;
  releases = 0;
  refusal: ApiFault | null = null;
  /** Milliseconds that this tree is ahead of the wall clock. */
  aheadMs = 0;
  keptForMs = 24 * HOUR;
  key = crypto.getRandomValues(new Uint8Array(32));
  pulls: (string | null)[] = [];
  answer: (since: string | null) => Partial<PullAnswer> = () => ({});

  now(): string {
    return new Date(Date.now() + this.aheadMs).toISOString();
  }

  #door(): void {
    if (this.refusal !== null) throw this.refusal;
  }

  async bind(code: string): ReturnType<Door["bind"]> {
    if (code !== CODE) throw new ApiFault(404, "device.invitation-unknown");
    return { device: "01900000-0000-7000-8000-000000000001", secret: "secret-of-the-phone", title: "演练 helper 1", until: "2099-01-01T00:00:00Z" };
  }

  async release(_who: Credentials): ReturnType<Door["release"]> {
    this.#door();
    this.releases += 1;
    return { key: toBase64(this.key), until: new Date(Date.parse(this.now()) + this.keptForMs).toISOString(), now: this.now() };
  }

  async upload(_who: Credentials, commands: SentCommand[]): ReturnType<Door["upload"]> {
    this.#door();
    this.uploads += 1;
    const fault = this.faults.shift() ?? "none";
    if (fault === "before") throw new ApiFault(0, "phone.offline");
    if (fault === "busy") throw new ApiFault(429, "server.busy", {}, 7_000);
    const half = fault === "after" ? commands.slice(0, Math.ceil(commands.length / 2)) : commands;
    const outcomes = half.map((command) => this.#apply(command));
    if (fault === "after") throw new ApiFault(0, "phone.offline");
    return { now: this.now(), outcomes };
  }

  #apply(command: SentCommand): CommandOutcome {
    const before = this.answers.get(command.id);
    if (before !== undefined) return { ...before, replayed: true };
    const answer = (outcome: CommandOutcome["outcome"], reason = ""): CommandOutcome => ({ id: command.id, outcome, reason, rows: [], replayed: false, flags: [] });
    if (command.counter !== this.counter + 1) return answer("held", "field.gap");
    this.counter = command.counter;
    const no = this.refuse(command);
    const told = no === null ? answer("done") : no === "field.held-back" ? answer("held", no) : answer("refused", no);
    if (no === null) this.applied.push(command);
    this.answers.set(command.id, told);
    return told;
  }

  async pull(_who: Credentials, since: string | null): ReturnType<Door["pull"]> {
    this.#door();
    this.pulls.push(since);
    return { token: "1.x", now: this.now(), whole: since === null, touched: [], deps: {}, rows: {}, ...this.answer(since) };
  }
}

let count = 0;

/** A name of its own for each test's database. */
export function freshName(): string {
  globalThis.indexedDB = new IDBFactory();
  count += 1;
  return `test-${count}`;
}

export interface Held {
  phone: Phone;
  sync: Sync;
}

/** A phone (one tab of it) on the given database. */
export function phoneOn(server: Server, name: string): Held {
  const phone = new Phone({ door: server, stretch: quickStretch, name });
  return { phone, sync: new Sync(phone, () => undefined, () => true) };
}

/** Bound and open. */
export async function boundPhone(server: Server, name = freshName()): Promise<Held> {
  const held = phoneOn(server, name);
  await held.phone.start();
  await held.phone.bind(CODE, "演练 phone", PIN);
  return held;
}

/** Every byte and text that lies in the database, as one text. */
export async function everythingStored(phone: Phone): Promise<string> {
  const db = await phone.database();
  const parts: string[] = [];
  const walk = (value: unknown): void => {
    if (value instanceof Uint8Array) parts.push(new TextDecoder("utf-8").decode(value), new TextDecoder("latin1").decode(value), toBase64(value));
    else if (Array.isArray(value)) value.forEach(walk);
    else if (value !== null && typeof value === "object") Object.entries(value).forEach(walk);
    else parts.push(String(value));
  };
  for (const store of ["meta", "pack", "drafts", "outbox"] as const) {
    walk(await db.getAllKeys(store));
    walk(await db.getAll(store));
  }
  return parts.join("\n");
}
