/** Commands and drafts on disk: sealed, durable before they are confirmed, in counter order. */

import { batch } from "@preact/signals";

import { seal, unseal } from "./crypto";
import { addCommands, durable, type CommandRecord, type Database } from "./db";
import type { CommandOutcome, SentCommand } from "./api";
import { commands, draft, newId, type Keeper, type PatchedCommand, type Patches } from "./store";

/** What is sealed of a command. */
interface Content {
  act: string;
  body: Record<string, unknown>;
  about: string[];
  patches: Patches;
}

export const damagedAct = "field.damaged";
const DAMAGED: Content = { act: damagedAct, body: {}, about: [], patches: {} };

/** From version n to n + 1: how a command that an older app has put in is read. An app that changes `Content` adds one. */
export const MIGRATIONS: ((content: Content) => Content)[] = [];

/** Held for now, not for good: an earlier command is missing at the server, or the server failed. */
export const PASSING: ReadonlySet<string> = new Set(["field.gap", "field.failed"]);
export const settleAct = "field.settle";

const place = (id: string): string => `outbox|${id}`;
const inOrder = (all: PatchedCommand[]): PatchedCommand[] => all.sort((one, other) => one.counter - other.counter);

export class Outbox implements Keeper {
  #last: Promise<unknown> = Promise.resolve();
  #closed = false;

  /** `changed` is called after every write, so that other tabs look again and something is sent soon. */
  constructor(
    readonly db: Database,
    readonly key: CryptoKey,
    readonly changed: () => void = () => undefined,
    readonly migrations = MIGRATIONS,
  ) {}

  /** The phone is locked: what is under way is still kept, but shown no more. */
  close(): void {
    this.#closed = true;
  }

  #show(all: readonly PatchedCommand[]): void {
    if (!this.#closed) commands.value = all;
  }

  /** One write after another: what was noted first has the lower counter. */
  #next<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  /** What can be read no more keeps its place in the count: the server refuses it, and the worker sees that it was lost. */
  async #opened(record: CommandRecord): Promise<PatchedCommand> {
    const { n, c, v, ...clear } = record;
    let content = await unseal<Content>(this.key, place(record.id), { n, c }).catch(() => null);
    if (content === null) return { ...clear, ...DAMAGED };
    for (const migrate of this.migrations.slice(v - 1)) content = migrate(content);
    return { ...clear, ...content };
  }

  /** A command that the server cannot read keeps its place in the count too, as one that was damaged. */
  spoil(id: string): Promise<void> {
    return this.#next(async () => {
      const sealed = await this.#sealed(id, new Date().toISOString(), DAMAGED);
      await durable(this.db, ["outbox"], async (tx) => {
        const record = await tx.objectStore("outbox").get(id);
        if (record !== undefined) await tx.objectStore("outbox").put({ ...sealed, counter: record.counter });
      });
      this.#show(commands.value.map((each) => (each.id === id ? { ...each, ...DAMAGED } : each)));
    });
  }

  async #sealed(id: string, at: string, content: Content): Promise<Omit<CommandRecord, "counter">> {
    const sealed = await seal(this.key, place(id), content);
    return { id, at, state: "waiting", reason: "", flags: [], v: this.migrations.length + 1, ...sealed };
  }

  /** Read everything from disk into memory. */
  load(): Promise<void> {
    return this.#next(async () => {
      const opened = await Promise.all((await this.db.getAll("outbox")).map((record) => this.#opened(record)));
      this.#show(inOrder(opened));
    });
  }

  async loadDrafts(): Promise<void> {
    for (const name of await this.db.getAllKeys("drafts")) {
      const sealed = await this.db.get("drafts", name);
      if (sealed === undefined) continue;
      const value = await unseal(this.key, `drafts|${name}`, sealed).catch(() => null);
      if (value !== null && !this.#closed) draft(name).value.value = value;
    }
  }

  send(act: string, body: Record<string, unknown>, about: string[], patches: Patches): Promise<string> {
    const [id, at] = [newId(), new Date().toISOString()];
    return this.#next(async () => {
      await this.#put([{ id, at, content: { act, body, about, patches } }]);
      return id;
    });
  }

  async #put(added: { id: string; at: string; content: Content }[], instead: string[] = []): Promise<void> {
    const records = await Promise.all(added.map(({ id, at, content }) => this.#sealed(id, at, content)));
    const counters = await addCommands(this.db, records, instead);
    const fresh = added.map(({ id, at, content }, index): PatchedCommand => ({ id, at, counter: counters[index] ?? 0, state: "waiting", reason: "", flags: [], ...content }));
    this.#show([...commands.value.filter((each) => !instead.includes(each.id)), ...fresh]);
    this.changed();
  }

  #settling(id: string): { id: string; at: string; content: Content } {
    return { id: newId(), at: new Date().toISOString(), content: { act: settleAct, body: { command_id: id }, about: [], patches: {} } };
  }

  /** Drop a command that the server has refused or held back: a refused one is settled there, of a held one nothing was done. */
  settle(id: string): Promise<void> {
    return this.#next(async () => {
      const found = commands.value.find((each) => each.id === id);
      if (found?.state === "refused") await this.#put([this.#settling(id)], [id]);
      else if (found?.state === "held") await this.#put([], [id]);
    });
  }

  /** The worker has decided that it shall be tried again: with a new id and its own moment, behind everything else. */
  again(id: string): Promise<void> {
    return this.#next(async () => {
      const found = commands.value.find((each) => each.id === id);
      if (found === undefined || (found.state !== "refused" && found.state !== "held")) return;
      const { at, act, body, about, patches } = found;
      const first = found.state === "refused" ? [this.#settling(id)] : [];
      await this.#put([...first, { id: newId(), at, content: { act, body, about, patches } }], [id]);
    });
  }

  /** The next commands as the server takes them, read from disk: another tab may have put some in. */
  async nextBatch(records: CommandRecord[]): Promise<SentCommand[]> {
    const opened = await Promise.all(records.map((record) => this.#opened(record)));
    return opened.map(({ id, counter, at, act, body }) => ({ id, counter, at, act, body }));
  }

  /** Those that are on their way, in memory only: after a kill they are waiting again. */
  sending(ids: ReadonlySet<string>): void {
    this.#show(commands.value.map((each) => (ids.has(each.id) && each.state === "waiting" ? { ...each, state: "sent" } : each)));
  }

  /** Keep what the server has answered; whatever it has not answered, or not for good, waits again. Gives how many are over. */
  note(outcomes: CommandOutcome[]): Promise<number> {
    const over = new Map(outcomes.filter((each) => !PASSING.has(each.reason)).map((each) => [each.id, each]));
    return this.#next(async () => {
      await durable(this.db, ["outbox"], async (tx) => {
        for (const { id, outcome, reason, flags } of over.values()) {
          const record = await tx.objectStore("outbox").get(id);
          if (record !== undefined) await tx.objectStore("outbox").put({ ...record, state: outcome, reason, flags });
        }
      });
      const after = commands.value.map((each): PatchedCommand => {
        const told = over.get(each.id);
        if (told !== undefined) return { ...each, state: told.outcome, reason: told.reason, flags: told.flags };
        return each.state === "sent" ? { ...each, state: "waiting" } : each;
      });
      this.#show(after);
      return over.size;
    });
  }

  /** Ids of what is done and may go once the next pull has brought its rows. */
  async doneIds(): Promise<string[]> {
    return (await this.db.getAll("outbox")).filter((record) => record.state === "done").map((record) => record.id);
  }

  /** Let go of what is done; `together` is shown in the same step as the rows that replace the patches. */
  forgetDone(ids: readonly string[], together: () => void): Promise<void> {
    return this.#next(async () => {
      batch(() => {
        if (!this.#closed) together();
        if (ids.length > 0) this.#show(commands.value.filter((each) => !ids.includes(each.id)));
      });
      if (ids.length === 0) return;
      await durable(this.db, ["outbox"], async (tx) => {
        await Promise.all(ids.map((id) => tx.objectStore("outbox").delete(id)));
      });
    });
  }

  saveDraft(name: string, value: unknown): Promise<void> {
    return this.#next(async () => {
      const sealed = await seal(this.key, `drafts|${name}`, value);
      await durable(this.db, ["drafts"], async (tx) => {
        await tx.objectStore("drafts").put(sealed, name);
      });
    });
  }

  dropDraft(name: string): Promise<void> {
    return this.#next(async () => {
      await durable(this.db, ["drafts"], async (tx) => {
        await tx.objectStore("drafts").delete(name);
      });
    });
  }
}
