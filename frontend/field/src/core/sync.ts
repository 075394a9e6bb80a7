/**
 * The traffic with the server: commands up in counter order, the feed down. One tab at a time.
 *
 * Called by the network's return, by the screen's, by a timer and after each command. Waits as long as the server says (429), else 1, 2, 4 ... 60 s.
 */

import { signal } from "@preact/signals";

import { ApiFault, type CommandOutcome, type SentCommand } from "./api";
import { getMeta, openCommands, setMeta, StorageFull } from "./db";
import type { Phone, Session } from "./lock";
import { PASSING } from "./outbox";
import { applied, loadPack, savePack, SHELVES_VERSION, type PullAnswer } from "./pack";
import { pack } from "./store";

export const BATCH = 200;
export const PACE_MS = 5_000;
const LONGEST_MS = 60_000;

export interface SyncState {
  phase: "idle" | "working" | "offline" | "waiting";
  /** Why it did not work the last time; empty when it did. */
  reason: string;
  details: Record<string, unknown>;
  sentAt: string | null;
  pulledAt: string | null;
}

export const traffic = signal<SyncState>({ phase: "idle", reason: "", details: {}, sentAt: null, pulledAt: null });

/** 1, 2, 4 ... 60 s, a quarter more or less, so that phones do not all come at once. `chance` in [0, 1). */
export function backOffMs(failures: number, chance: number): number {
  return Math.min(LONGEST_MS, 1000 * 2 ** (Math.max(1, failures) - 1)) * (0.75 + chance / 2);
}

const held = new Set<string>();

/** Do the work unless another tab is at it; says whether it was done. */
export async function alone(name: string, work: () => Promise<void>): Promise<boolean> {
  const locks = (globalThis.navigator as Partial<Navigator> | undefined)?.locks ?? null;
  if (locks !== null) {
    return await locks.request(name, { ifAvailable: true }, async (lock) => {
      if (lock !== null) await work();
      return lock !== null;
    });
  }
  if (held.has(name)) return false;
  held.add(name);
  try {
    await work();
  } finally {
    held.delete(name);
  }
  return true;
}

export class Sync {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #notBefore = 0;
  #batch = BATCH;
  #again = false;
  #running = false;
  #token: string | null = null;

  /** `told` tells other tabs that the disk has changed. */
  constructor(
    readonly phone: Phone,
    readonly told: () => void = () => undefined,
    readonly watched: () => boolean = () => document.visibilityState === "visible",
  ) {}

  /** Something calls for it: now, unless the server has asked to wait. Calls during a run make one more run. */
  async kick(): Promise<void> {
    clearTimeout(this.#timer);
    const wait = this.#notBefore - Date.now();
    if (wait > 0) return this.#later(wait);
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = true;
    let delay = PACE_MS;
    try {
      delay = await this.#run();
    } finally {
      this.#running = false;
    }
    if (this.phone.session === null) return;
    const soon = this.#again && this.#failures === 0;
    this.#again = false;
    this.#later(soon ? 0 : delay);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#failures = 0;
    this.#token = null;
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.kick(), ms);
  }

  /** One run; gives when the next is due (ms). */
  async #run(): Promise<number> {
    const session = this.phone.session;
    if (session === null) return PACE_MS;
    try {
      await alone(`epigrid-sync-${session.db.name}`, async () => {
        await this.flush(session);
        if (this.watched()) await this.pull(session);
      });
      this.#failures = 0;
      traffic.value = { ...traffic.value, phase: "idle", reason: "", details: {} };
      return PACE_MS;
    } catch (fault) {
      return await this.#failed(fault);
    }
  }

  async #failed(fault: unknown): Promise<number> {
    const known = fault instanceof ApiFault || fault instanceof StorageFull;
    const details = fault instanceof ApiFault ? fault.details : {};
    if (await this.phone.refused(fault)) return PACE_MS;
    this.#failures += 1;
    let delay = backOffMs(this.#failures, Math.random());
    if (fault instanceof ApiFault && fault.status === 429) {
      delay = fault.retryAfterMs ?? delay;
      this.#notBefore = Date.now() + delay;
    }
    const offline = fault instanceof ApiFault && fault.status === 0;
    traffic.value = { ...traffic.value, phase: offline ? "offline" : "waiting", reason: known ? fault.reason : "phone.fault", details };
    return delay;
  }

  /** Send everything that waits, oldest first; what is answered is kept before more is sent. */
  async flush(session: Session): Promise<void> {
    while (this.phone.session === session) {
      const waiting = await openCommands(session.db);
      if (waiting.length === 0) return;
      const commands = await session.outbox.nextBatch(waiting.slice(0, this.#batch));
      session.outbox.sending(new Set(commands.map((each) => each.id)));
      traffic.value = { ...traffic.value, phase: "working" };
      await this.#sent(session, commands, waiting.length - commands.length);
      this.told();
    }
  }

  async #sent(session: Session, commands: SentCommand[], behind: number): Promise<void> {
    const sentMs = Date.now();
    let [outcomes, now]: [CommandOutcome[], string] = [[], ""];
    try {
      const answer = await this.phone.options.door.upload(session.who, commands, behind);
      [outcomes, now] = [answer.outcomes, answer.now];
    } catch (fault) {
      const tooBig = fault instanceof ApiFault && (fault.status === 413 || fault.reason === "input.bad");
      if (!tooBig) throw fault;
      if (commands[0] !== undefined && commands.length === 1) return await session.outbox.spoil(commands[0].id);
      this.#batch = Math.ceil(commands.length / 2);
      return;
    } finally {
      await session.outbox.note(outcomes);
    }
    await this.#contact(now, sentMs, "sentAt");
    const first = outcomes[0];
    if (first !== undefined && PASSING.has(first.reason)) throw new ApiFault(409, first.reason);
  }

  async #contact(now: string, sentMs: number, which: "sentAt" | "pulledAt"): Promise<void> {
    const session = this.phone.session;
    if (session === null) return;
    traffic.value = { ...traffic.value, [which]: now };
    const { sentAt, pulledAt } = traffic.value;
    await setMeta(session.db, { contact: { sentAt, pulledAt } });
    await this.phone.contact(now, sentMs);
  }

  /** Ask the feed from where the pack stands; lay the answer on it; let go of what is done. */
  async pull(session: Session): Promise<void> {
    const { db, key, outbox, who } = session;
    const kept = await getMeta(db, "token");
    const since = kept !== undefined && kept.version === SHELVES_VERSION ? kept.token : null;
    if (since !== this.#token) pack.value = await loadPack(db, key);
    const done = await outbox.doneIds();
    const sentMs = Date.now();
    const answer: PullAnswer = await this.phone.options.door.pull(who, since, (await getMeta(db, "buildings")) ?? [], (await openCommands(db)).length);
    if (this.phone.session !== session) return;
    const result = applied(pack.value, answer);
    if (answer.whole || result.changed.size > 0 || answer.token !== since) await savePack(db, key, result, answer);
    this.#token = answer.token;
    await outbox.forgetDone(done, () => {
      if (answer.whole || result.changed.size > 0) pack.value = result.pack;
    });
    if (result.changed.size > 0 || done.length > 0 || answer.whole) this.told();
    await this.#contact(answer.now, sentMs, "pulledAt");
  }

  /** Another tab has written: look at the disk again. */
  async look(): Promise<void> {
    const session = this.phone.session;
    if (session === null) return;
    const [kept, contact] = [await getMeta(session.db, "token"), await getMeta(session.db, "contact")];
    traffic.value = { ...traffic.value, ...contact };
    await session.outbox.load();
    if ((kept?.token ?? null) === this.#token) return;
    const rows = await loadPack(session.db, session.key);
    if (this.phone.session !== session) return;
    pack.value = rows;
    this.#token = kept?.token ?? null;
  }
}
