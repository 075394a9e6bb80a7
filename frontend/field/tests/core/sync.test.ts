import "fake-indexeddb/auto";
import { batch } from "@preact/signals";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";

import { ApiFault } from "../../src/core/api";
import { durable, openDatabase, StorageFull } from "../../src/core/db";
import type { Session } from "../../src/core/lock";
import { Outbox } from "../../src/core/outbox";
import { backOffMs, traffic } from "../../src/core/sync";
import { commands, outbox, rows, settle } from "../../src/core/store";
import { retryAfter } from "../../src/core/api";
import { boundPhone, freshName, HOUR, type Held, phoneOn, PIN, send, Server, type Fault } from "./fake";

const session = (held: Held): Session => held.phone.session ?? expect.fail("locked");
const notes = (server: Server): unknown[] => server.applied.map((each) => each.body["note"]);

afterEach(() => vi.useRealTimers());

/** What may happen to a phone between two contacts. */
type Step = { kind: "send" } | { kind: "two-tabs" } | { kind: "kill" } | { kind: "flush"; fault: Fault } | { kind: "pull" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<Step>({ kind: "send" }) },
  fc.constant<Step>({ kind: "two-tabs" }),
  fc.constant<Step>({ kind: "kill" }),
  fc.record({ kind: fc.constant("flush" as const), fault: fc.constantFrom<Fault>("none", "before", "after", "busy") }),
  fc.constant<Step>({ kind: "pull" }),
);

async function play(steps: Step[], server: Server, noted: number[]): Promise<Held> {
  const name = freshName();
  let held = await boundPhone(server, name);
  let next = 0;
  const note = async (through: { send: typeof send } | Outbox): Promise<void> => {
    const mine = next++;
    noted.push(mine);
    if (through instanceof Outbox) await through.send("tasks.do", { note: mine }, [], {});
    else await through.send("tasks.do", { note: mine });
  };
  for (const each of steps) {
    if (each.kind === "send") await note({ send });
    else if (each.kind === "two-tabs") {
      const other = new Outbox(await openDatabase(name), session(held).key);
      await Promise.all([note({ send }), note(other), note({ send })]);
      other.db.close();
      await held.sync.look();
    } else if (each.kind === "kill") {
      (await held.phone.database()).close();
      held.phone.lock();
      held = phoneOn(server, name);
      await held.phone.start();
      await held.phone.unlock(PIN);
    } else if (each.kind === "flush") {
      server.faults = [each.fault];
      await held.sync.flush(session(held)).catch((fault: unknown) => expect(fault).toBeInstanceOf(ApiFault));
    } else await held.sync.pull(session(held));
  }
  server.faults = [];
  await held.sync.flush(session(held));
  return held;
}

test("s_423: whatever is killed, doubled or cut off half-way, each command is applied once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      const [server, noted] = [new Server(), [] as number[]];
      const held = await play(steps, server, noted);
      expect([...notes(server)].sort((one, other) => Number(one) - Number(other))).toEqual(noted);
      expect(server.applied.map((each) => each.counter)).toEqual(noted.map((_, index) => index + 1));
      expect(new Set(server.applied.map((each) => each.id)).size).toBe(noted.length);
      await held.sync.pull(session(held));
      expect(commands.value).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test("what one hand notes goes up in the order in which it was noted, also without waiting", async () => {
  const server = new Server();
  const held = await boundPhone(server);
  await Promise.all(Array.from({ length: 450 }, (_, note) => send("tasks.do", { note })));
  await held.sync.flush(session(held));
  expect(notes(server)).toEqual(Array.from({ length: 450 }, (_, note) => note));
  expect(server.uploads).toBe(3);
});

test("s_423: a server that is down for eight hours loses nothing and is not run down", async () => {
  const server = new Server();
  const held = await boundPhone(server);
  server.refusal = new ApiFault(503, "server.down");
  for (let note = 0; note < 20; note++) await send("tasks.do", { note });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  let asked = 0;
  const upload = server.upload.bind(server);
  server.upload = (...all) => ((asked += 1), upload(...all));
  const began = Date.now();
  const settled = async (): Promise<void> => {
    while (vi.getTimerCount() === 0) await new Promise((resolve) => setImmediate(resolve));
  };
  void held.sync.kick();
  await settled();
  while (Date.now() - began < 8 * HOUR) {
    vi.advanceTimersToNextTimer();
    await settled();
  }
  expect(asked).toBeGreaterThan(8 * 60 * 0.8);
  expect(asked).toBeLessThan(8 * 60 * 1.35 + 10);
  server.refusal = null;
  vi.advanceTimersToNextTimer();
  await settled();
  expect(traffic.value.reason).toBe("");
  expect(notes(server)).toEqual(Array.from({ length: 20 }, (_, note) => note));
  held.sync.stop();
});

test("a server that says when to come again is not asked before", async () => {
  const server = new Server();
  const held = await boundPhone(server);
  await send("tasks.do", { note: 1 });
  server.faults = ["busy"];
  const uploads = (): number => server.uploads;
  const before = Date.now();
  await held.sync.kick();
  expect(traffic.value).toMatchObject({ phase: "waiting", reason: "server.busy" });
  await held.sync.kick();
  expect(uploads()).toBe(1);
  vi.setSystemTime(before + 8_000);
  await held.sync.kick();
  held.sync.stop();
  expect([uploads(), notes(server)]).toEqual([2, [1]]);
});

test("an upload that is too big is halved until it passes", async () => {
  const server = new Server();
  const held = await boundPhone(server);
  for (let note = 0; note < 9; note++) await send("tasks.do", { note });
  const upload = server.upload.bind(server);
  server.upload = async (who, sent) => {
    if (sent.length > 2) throw new ApiFault(413, "http.413");
    return await upload(who, sent);
  };
  await held.sync.flush(session(held));
  expect(notes(server)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("back-off grows to a minute with jitter", () => {
  expect([1, 2, 3, 7, 40].map((failures) => backOffMs(failures, 0.5))).toEqual([1000, 2000, 4000, 60_000, 60_000]);
  expect([backOffMs(1, 0), backOffMs(1, 0.999)].map(Math.round)).toEqual([750, 1250]);
  expect([retryAfter("3", 0), retryAfter(null, 0), retryAfter("Thu, 01 Jan 1970 00:00:09 GMT", 4000)]).toEqual([3000, null, 5000]);
});

test("a refused command is shown with its reason until the worker drops it; the server is told", async () => {
  const server = new Server();
  const held = await boundPhone(server);
  server.refuse = (command) => (command.act === "tasks.do" ? "task.not-open" : null);
  const id = await send("tasks.do", { task_id: "t1" }, { about: ["t1"] });
  await held.sync.flush(session(held));
  expect(outbox.value).toMatchObject([{ id, state: "refused", reason: "task.not-open" }]);
  await settle(id);
  expect(outbox.value).toMatchObject([{ act: "field.settle", body: { command_id: id } }]);
  await held.sync.flush(session(held));
  expect(server.applied).toMatchObject([{ act: "field.settle", counter: 2 }]);
  await held.sync.pull(session(held));
  expect(commands.value).toEqual([]);
});

test("what was held back can be sent again with a new id, after the refused one is settled", async () => {
  const server = new Server();
  const held = await boundPhone(server);
  server.refuse = (command) => ({ "tasks.do": "task.not-open", "tasks.escalate": "field.held-back" })[command.act] ?? null;
  const refused = await send("tasks.do", { task_id: "t1" });
  const back = await send("tasks.escalate", { task_id: "t1" });
  await held.sync.flush(session(held));
  expect(outbox.value.map((each) => each.state)).toEqual(["refused", "held"]);
  server.refuse = () => null;
  await settle(refused);
  await session(held).outbox.again(back);
  await held.sync.flush(session(held));
  expect(server.applied.map((each) => each.act)).toEqual(["field.settle", "tasks.escalate"]);
  expect(server.applied[1]?.id).not.toBe(back);
});

test("a full storage is said aloud, keeps what was confirmed and takes more when there is room again", async () => {
  const server = new Server();
  const held = await boundPhone(server);
  const first = await send("tasks.do", { note: 1 });
  const full = vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
    throw new DOMException("no room", "QuotaExceededError");
  });
  await expect(send("tasks.do", { note: 2 })).rejects.toThrow(StorageFull);
  expect(outbox.value.map((each) => each.id)).toEqual([first]);
  full.mockRestore();
  await send("tasks.do", { note: 3 });
  await held.sync.flush(session(held));
  expect(server.applied.map((each) => each.counter)).toEqual([1, 2]);
  expect(notes(server)).toEqual([1, 3]);
});

test("a transaction that fails leaves nothing of itself", async () => {
  const db = await openDatabase(freshName());
  const half = durable(db, ["meta"], async (tx) => {
    await tx.objectStore("meta").put(7, "counter");
    throw new Error("killed");
  });
  await expect(half).rejects.toThrow("killed");
  expect(await db.get("meta", "counter")).toBeUndefined();
});

test("of two tabs one sends; the other shows what came of it", async () => {
  const server = new Server();
  const one = await boundPhone(server);
  const id = await send("tasks.do", { note: 1 });
  await Promise.all([one.sync.kick(), one.sync.kick()]);
  one.sync.stop();
  expect(server.applied.map((each) => each.id)).toEqual([id]);
});

test("an older app's commands are read by a newer one", async () => {
  const name = freshName();
  const held = await boundPhone(new Server(), name);
  await send("tasks.close", { note: 1 });
  const newer = new Outbox(session(held).db, session(held).key, undefined, [(content) => ({ ...content, act: content.act.replace("close", "do") })]);
  await newer.load();
  expect(commands.value.map((each) => each.act)).toEqual(["tasks.do"]);
  await newer.send("tasks.close", { note: 2 }, [], {});
  await newer.load();
  expect(commands.value.map((each) => each.act)).toEqual(["tasks.do", "tasks.close"]);
});

test("patches stay until the pull that brings their rows, and go with it in one step", async () => {
  const server = new Server();
  const held = await boundPhone(server);
  const task = { id: "t1", kind: "door", place: null, person: null, due_at: "", state: "open", mine: false, level: 0, roles: [], source_kind: "", source: "" };
  server.answer = () => ({ whole: true, deps: { tasks: ["id"] }, rows: { tasks: { t1: task } } });
  await held.sync.pull(session(held));
  await send("tasks.accept", { task_id: "t1" }, { patches: { tasks: { t1: { state: "accepted", mine: true } } } });
  await held.sync.flush(session(held));
  const seen: string[] = [];
  const stop = rows("tasks").subscribe((all) => void seen.push(all.get("t1")?.state ?? "gone"));
  server.answer = () => ({ touched: ["t1"], deps: { tasks: ["id"] }, rows: { tasks: { t1: { ...task, state: "accepted", mine: true } } } });
  await held.sync.pull(session(held));
  stop();
  batch(() => undefined);
  expect(new Set(seen)).toEqual(new Set(["accepted"]));
  expect(rows("tasks").value.get("t1")).toMatchObject({ state: "accepted", mine: true });
});

test("what can be read no more keeps its place in the count, the phone opens, and the worker sees that it was lost", async () => {
  const [server, name] = [new Server(), freshName()];
  const held = await boundPhone(server, name);
  for (const note of [1, 2, 3]) await send("tasks.do", { note });
  const { db } = session(held);
  const second = (await db.getAll("outbox")).find((record) => record.counter === 2) ?? expect.fail("not kept");
  await db.put("outbox", { ...second, c: new Uint8Array(second.c.length) });
  await db.put("drafts", { n: second.n, c: second.c }, "table");
  held.phone.lock();
  await held.phone.unlock(PIN);
  server.refuse = (command) => (command.act === "field.damaged" ? "field.act-unknown" : null);
  await held.sync.flush(session(held));
  expect(notes(server)).toEqual([1, 3]);
  expect(outbox.value.filter((each) => each.state === "refused").map((each) => each.act)).toEqual(["field.damaged"]);
});

test("a command that the server cannot read does not stop those behind it", async () => {
  const server = new Server();
  const held = await boundPhone(server);
  const upload = server.upload.bind(server);
  vi.spyOn(server, "upload").mockImplementation(async (who, sent) => {
    if (sent.some((command) => command.body["note"] === 2)) throw new ApiFault(422, "input.bad");
    return await upload(who, sent);
  });
  server.refuse = (command) => (command.act === "field.damaged" ? "field.act-unknown" : null);
  for (const note of [1, 2, 3]) await send("tasks.do", { note });
  for (let turn = 0; turn < 6; turn += 1) await held.sync.flush(session(held)).catch(() => undefined);
  expect(notes(server)).toEqual([1, 3]);
});
