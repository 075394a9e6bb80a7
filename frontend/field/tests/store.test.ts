import { beforeEach, expect, test } from "vitest";

import { commands, draft, forget, Locked, me, newId, outbox, pack, rows, send, useKeeper, type PatchedCommand } from "../src/core/store";
import type { TaskRow } from "../src/core/types";

const TASK: TaskRow = {
  id: "a", kind: "door", place: null, person: null, due_at: "2022-11-21T10:00:00+08:00", state: "open", mine: false, level: 1, roles: [], source_kind: "round", source: "r",
};

function command(over: Partial<PatchedCommand>): PatchedCommand {
  return { id: "1", counter: 1, at: "", act: "tasks.accept", body: {}, about: ["a"], state: "waiting", reason: "", flags: [], patches: { tasks: { a: { state: "accepted", mine: true } } }, ...over };
}

beforeEach(() => {
  forget();
  pack.value = { tasks: new Map([["a", TASK]]) };
});

test("rows show the pack with what was noted since, in order", () => {
  commands.value = [command({}), command({ id: "2", counter: 2, patches: { tasks: { a: { state: "done" }, b: { ...TASK, id: "b" } } } })];
  expect(rows("tasks").value.get("a")).toEqual({ ...TASK, state: "done", mine: true });
  expect(rows("tasks").value.has("b")).toBe(true);
});

test("what the server refused is shown no longer, but stands in the outbox; what is done stays until the pull", () => {
  commands.value = [command({ state: "refused", reason: "task.not-open" })];
  expect(rows("tasks").value.get("a")).toEqual(TASK);
  expect(outbox.value).toHaveLength(1);
  commands.value = [command({ state: "done" })];
  expect(rows("tasks").value.get("a")?.mine).toBe(true);
  expect(outbox.value).toHaveLength(0);
});

test("a patch of null takes a row away", () => {
  commands.value = [command({ patches: { tasks: { a: null } } })];
  expect(rows("tasks").value.size).toBe(0);
});

test("a locked phone notes nothing and shows nothing", async () => {
  await expect(send("tasks.accept", { task_ids: [] })).rejects.toThrow(Locked);
  expect(me().value).toBeNull();
  const open = draft<string>("tube.a");
  open.value.value = "half a tube";
  forget();
  expect([rows("tasks").value.size, open.value.value]).toEqual([0, null]);
});

test("what is kept reaches the keeper with its patches", async () => {
  const kept: unknown[] = [];
  useKeeper({
    send: (...all) => (kept.push(all), Promise.resolve("id")),
    settle: () => Promise.resolve(),
    saveDraft: () => Promise.resolve(),
    dropDraft: () => Promise.resolve(),
  });
  expect(await send("tasks.accept", { task_ids: ["a"] }, { about: ["a"] })).toBe("id");
  expect(kept).toEqual([["tasks.accept", { task_ids: ["a"] }, ["a"], {}]]);
});

test("ids are UUIDv7 and sort as they were made", () => {
  const ids = Array.from({ length: 5000 }, newId);
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true);
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(5000);
});
