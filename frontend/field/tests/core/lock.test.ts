import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";

import { ApiFault } from "../../src/core/api";
import { getMeta, setMeta } from "../../src/core/db";
import { BACKGROUND_MS, notice, phone as state, PinWrong, WRONG_PINS } from "../../src/core/lock";
import { commands, draft, pack, rows } from "../../src/core/store";
import type { PersonRow } from "../../src/core/types";
import { boundPhone, CODE, everythingStored, freshName, HOUR, phoneOn, PIN, send, Server } from "./fake";

const PERSON: PersonRow = { id: "p1", name: "演练王小明", band: "18-59", dwelling: null, household: null, file_no: "F-1", head: true, guardian: null, channel: "" };
const withPeople = (server: Server): Server => {
  server.answer = (since) => (since === null ? { rows: { people: { p1: PERSON } } } : {});
  return server;
};

afterEach(() => vi.useRealTimers());

test("a wrong PIN never opens, and does not reach the server", async () => {
  const server = new Server();
  const { phone } = await boundPhone(server);
  phone.lock();
  await expect(phone.unlock("482914")).rejects.toThrow(PinWrong);
  expect([state.value, server.releases]).toEqual(["locked", 1]);
});

test("a right PIN gives all tries back", async () => {
  const { phone } = await boundPhone(new Server());
  for (let round = 0; round < 3; round++) {
    phone.lock();
    for (let wrong = 1; wrong < WRONG_PINS; wrong++) await expect(phone.unlock("000111")).rejects.toMatchObject({ left: WRONG_PINS - wrong });
    await phone.unlock(PIN);
    expect(state.value).toBe("open");
  }
});

test("ten wrong PINs wipe the phone, also over restarts", async () => {
  const server = new Server();
  const name = freshName();
  await boundPhone(server, name);
  for (let wrong = 1; wrong <= WRONG_PINS; wrong++) {
    const { phone } = phoneOn(server, name);
    await phone.start();
    await expect(phone.unlock("000111")).rejects.toMatchObject({ left: WRONG_PINS - wrong });
    (await phone.database()).close();
  }
  const { phone } = phoneOn(server, name);
  await phone.start();
  expect(state.value).toBe("unbound");
  expect(await everythingStored(phone)).toBe("");
});

test("after its end the pack is gone although the PIN is right, and the outbox opens after the next release", async () => {
  const server = withPeople(new Server());
  const name = freshName();
  const { phone, sync } = await boundPhone(server, name);
  await sync.pull(phone.session ?? expect.fail("locked"));
  await send("tasks.accept", { task_id: "t1" });
  await draft<string>("tube.a").save("half a tube");
  phone.lock();
  vi.setSystemTime(Date.now() + 24 * HOUR);
  server.refusal = new ApiFault(0, "phone.offline");
  const later = phoneOn(server, name).phone;
  await later.start();
  await expect(later.unlock(PIN)).rejects.toMatchObject({ reason: "phone.offline" });
  const db = await later.database();
  expect([await db.count("pack"), await getMeta(db, "release"), await db.count("outbox")]).toEqual([0, undefined, 1]);
  server.refusal = null;
  await later.unlock(PIN);
  expect(commands.value.map((each) => each.act)).toEqual(["tasks.accept"]);
  expect(draft<string>("tube.a").value.value).toBe("half a tube");
  expect(rows("people").value.size).toBe(0);
});

test("an end that passes while the phone is open locks it within a minute", async () => {
  const server = withPeople(new Server());
  const { phone, sync } = await boundPhone(server);
  await sync.pull(phone.session ?? expect.fail("locked"));
  vi.setSystemTime(Date.now() + 24 * HOUR);
  await phone.minute();
  expect([state.value, notice.value, pack.value]).toEqual(["locked", "phone.over", {}]);
  expect(await (await phone.database()).count("pack")).toBe(0);
});

test("a clock set back lengthens nothing", async () => {
  const server = new Server();
  const { phone } = await boundPhone(server);
  const began = Date.now();
  vi.setSystemTime(began + 23.9 * HOUR);
  await phone.checkEnd();
  vi.setSystemTime(began);
  expect(await phone.checkEnd()).toBe(false);
  await setMeta(await phone.database(), { latestMs: began + 25 * HOUR });
  expect(await phone.checkEnd()).toBe(true);
});

test("the end is the tree's: an exercise whose clock runs ahead ends by its own time", async () => {
  const server = new Server();
  server.aheadMs = -400 * 24 * HOUR;
  const { phone } = await boundPhone(server);
  expect(await phone.checkEnd()).toBe(false);
  vi.setSystemTime(Date.now() + 24 * HOUR);
  expect(await phone.checkEnd()).toBe(true);
});

test("within half a day of its end the release is asked for again at a contact, and once only", async () => {
  const server = new Server();
  server.keptForMs = 11 * HOUR;
  const { phone } = await boundPhone(server);
  await phone.contact(server.now(), Date.now());
  expect(server.releases).toBe(1);
  vi.setSystemTime(Date.now() + HOUR);
  await phone.contact(server.now(), Date.now());
  await phone.contact(server.now(), Date.now());
  expect(server.releases).toBe(2);
});

test("a phone that was opened after an end measures its clock at contacts and is released anew like any other", async () => {
  const server = new Server();
  server.keptForMs = 11 * HOUR;
  const { phone } = await boundPhone(server);
  phone.lock();
  vi.setSystemTime(Date.now() + 12 * HOUR);
  await phone.unlock(PIN);
  vi.setSystemTime(Date.now() + HOUR);
  server.aheadMs = 90_000;
  await phone.contact(server.now(), Date.now());
  expect(server.releases).toBe(3);
  expect(await getMeta(await phone.database(), "skewMs")).toBeCloseTo(90_000, -3);
});

test("a revoked phone is wiped at the next contact", async () => {
  const server = withPeople(new Server());
  const { phone, sync } = await boundPhone(server);
  await sync.pull(phone.session ?? expect.fail("locked"));
  await send("tasks.accept", { task_id: "t1" });
  server.refusal = new ApiFault(401, "device.revoked");
  await sync.kick();
  sync.stop();
  expect([state.value, notice.value, commands.value.length]).toEqual(["unbound", "device.revoked", 0]);
  expect(await everythingStored(phone)).toBe("");
});

test("an ended phone loses its pack and keeps its outbox, sealed", async () => {
  const server = withPeople(new Server());
  const { phone, sync } = await boundPhone(server);
  await sync.pull(phone.session ?? expect.fail("locked"));
  await send("tasks.accept", { task_id: "t1" });
  server.refusal = new ApiFault(401, "device.ended");
  await sync.kick();
  sync.stop();
  expect([state.value, notice.value]).toEqual(["locked", "device.ended"]);
  const db = await phone.database();
  expect([await db.count("pack"), await db.count("outbox"), await getMeta(db, "release")]).toEqual([0, 1, undefined]);
});

test("five minutes out of sight lock the phone, four do not", async () => {
  const { phone } = await boundPhone(new Server());
  phone.visible(false, 0);
  phone.visible(true, BACKGROUND_MS - 1);
  expect(state.value).toBe("open");
  phone.visible(false, 0);
  phone.visible(true, BACKGROUND_MS);
  expect([state.value, notice.value]).toEqual(["locked", "phone.was-hidden"]);
  expect(phone.session).toBeNull();
});

test("nothing readable lies on the disk: no name, no text, no act, no secret, no PIN", async () => {
  const server = withPeople(new Server());
  const { phone, sync } = await boundPhone(server);
  await sync.pull(phone.session ?? expect.fail("locked"));
  await send("sampling.isolate", { person_id: "p1", note: "words of the worker" }, { about: ["tube 7"], patches: { people: { p1: { name: "演练李" } } } });
  await draft<unknown>("tube.a").save({ people: ["演练张三丰"] });
  const stored = await everythingStored(phone);
  for (const word of ["演练王小明", "王小明", "演练李", "演练张三丰", "words of the worker", "sampling.isolate", "secret-of-the-phone", PIN, "F-1", "tube 7"]) expect(stored).not.toContain(word);
  expect(stored).toContain("waiting");
});

test("a damaged record of the pack costs a fetch, not what was noted", async () => {
  const server = withPeople(new Server());
  const { phone, sync } = await boundPhone(server);
  await sync.pull(phone.session ?? expect.fail("locked"));
  await send("tasks.accept", { task_id: "t1" });
  const db = await phone.database();
  const [place] = await db.getAllKeys("pack");
  await db.put("pack", { n: new Uint8Array(12), c: new Uint8Array(40) }, place ?? expect.fail("no pack"));
  phone.lock();
  sync.stop();
  await phone.unlock(PIN);
  expect([rows("people").value.size, commands.value.length]).toEqual([0, 1]);
  await sync.pull(phone.session ?? expect.fail("locked"));
  expect([rows("people").value.size, server.pulls]).toEqual([1, [null, null]]);
});

test("a code that is not known binds nothing", async () => {
  const { phone } = phoneOn(new Server(), freshName());
  await phone.start();
  await expect(phone.bind("X" + CODE.slice(1), "演练", PIN)).rejects.toMatchObject({ reason: "device.invitation-unknown" });
  expect(state.value).toBe("unbound");
});
