import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";

import { speak } from "../../src/core/i18n";
import { pack, rows } from "../../src/core/store";
import type { MeRow } from "../../src/core/types";
import { byHouse, evidenceOf, houseOf } from "../../src/rules/tasks";
import Today from "../../src/screens/today";
import { button, dialog, house, labelled, ME, person, phone, place, press, rowsOf, sent, settled, task } from "./today-world";

const LATE = "2001-11-21T10:00:00Z";
const TASKS = [
  task("t1", "tell-at-door", { place: "1-2-1" }),
  task("t2", "care.medicine", { place: null, person: "anna", due_at: LATE, state: "accepted", mine: true }),
  task("t3", "door-sample", { place: null, person: "feng", roles: ["medic", "information-officer"], due_at: "2099-01-01T00:00:00Z" }),
  task("t4", "call-down", { place: "r1" }),
  task("t5", "test", { state: "ended" }),
];

beforeEach(() => {
  phone({
    places: rowsOf([...house(2, 2, 2), place("row1", "row", "平房排", "c1"), place("r1", "bungalow", "1号", "row1")]),
    people: rowsOf([person("anna", "安一", "1-2-1"), person("feng", "冯五", "2-1-1")]),
    tasks: rowsOf(TASKS),
  });
});
afterEach(cleanup);

const self = (change: Partial<MeRow>): void => void (pack.value = { ...pack.value, me: new Map([["me", { ...ME, ...change }]]) });

test("tasks stand by house and deadline: the most urgent house first, ended ones nowhere", () => {
  render(<Today />);
  expect(screen.getAllByRole("region").map((region) => region.getAttribute("aria-label"))).toEqual(["演练花园1区 2号楼", "演练花园1区 平房排"]);
  const first = [...labelled("演练花园1区 2号楼").querySelectorAll("button")].map((row) => row.querySelector(".row-title")?.textContent ?? row.textContent);
  expect(first).toEqual(["Accept all 2 here", "Bring medicine", "Sample at the door", "Ring the bell and tell at the door"]);
});

test("every open task stands in exactly one house", () => {
  const places = rows("places").value;
  const groups = byHouse(TASKS, (one) => houseOf(places, one.place));
  expect(groups.flatMap((group) => group.tasks.map((one) => one.id)).sort()).toEqual(["t1", "t2", "t3", "t4"]);
});

test("all free tasks of a house are accepted by one tap, and the button goes", async () => {
  render(<Today />);
  press("Accept all 2 here");
  await settled();
  expect(sent[0]).toMatchObject({ act: "tasks.accept-building", body: { place_id: "b2" } });
  expect([...(sent[0]?.about ?? [])].sort()).toEqual(["t1", "t3"]);
  expect([rows("tasks").value.get("t1"), rows("tasks").value.get("t2")].map((one) => [one?.state, one?.mine])).toEqual([["accepted", true], ["accepted", true]]);
  expect(() => button("Accept all 2 here")).toThrow();
});

test("a signature is a tick of presence with the office, and the task is gone", async () => {
  render(<Today />);
  press(/Bring medicine/);
  press("Close it");
  press("Done");
  await settled();
  expect(sent[0]?.body).toEqual({ task_id: "t2", evidence: "signature", value: "演练网格员", present: [] });
  expect(screen.queryByText("Bring medicine")).toBeNull();
});

test("a count is not closed without its number", async () => {
  render(<Today />);
  press(/Call a unit down/);
  press("Close it");
  expect(button("Done")).toHaveProperty("disabled", true);
  fireEvent.input(screen.getByLabelText("How many"), { target: { value: "12" } });
  press("Done");
  await settled();
  expect(sent[0]?.body).toMatchObject({ evidence: "count", value: "12" });
});

test("a task that its tube closes has no button to close it", () => {
  render(<Today />);
  press(/Sample at the door/);
  expect(() => button("Close it")).toThrow();
  expect(evidenceOf("door-sample")).toBeNull();
});

test("a task that needs two roles is not closed before both are ticked", async () => {
  pack.value = { ...pack.value, tasks: rowsOf([task("t6", "serve-order", { roles: ["medic", "information-officer"] })]) };
  render(<Today />);
  press(/Hand over the order paper/);
  press("Close it");
  press("Medic");
  expect(button("Done")).toHaveProperty("disabled", true);
  press("Information officer");
  press("Done");
  await settled();
  expect(sent[0]?.body).toMatchObject({ task_id: "t6", present: ["medic", "information-officer"] });
});

test("S-019: to escalate and to call for support are two buttons and two acts", async () => {
  render(<Today />);
  press(/Bring medicine/);
  press("Escalate");
  press("Somebody is in danger");
  await settled();
  press(/Bring medicine/);
  press("Call for support", dialog());
  const sheet = dialog();
  expect(button("Send the call", sheet)).toHaveProperty("disabled", true);
  press("More hands", sheet);
  press("10", sheet);
  press("Send the call", sheet);
  await settled();
  expect(sent.map((each) => each.act)).toEqual(["tasks.escalate", "tasks.call-for-support"]);
  expect(sent[0]?.about).toEqual(["t2"]);
  expect(rows("tasks").value.get("t2")?.level).toBe(1);
  expect(sent[1]?.body).toMatchObject({ need: "people", number: 10 });
});

test("a task is given back with a reason of one tap, and is free again", async () => {
  render(<Today />);
  press(/Bring medicine/);
  press("Give back");
  press("My rest is due");
  await settled();
  expect(sent[0]?.about).toEqual(["t2"]);
  expect(rows("tasks").value.get("t2")).toMatchObject({ state: "assigned", mine: false });
});

test("a task that a colleague has is shown as his, stays in the list, and is not given back by me", () => {
  pack.value = { ...pack.value, tasks: rowsOf([task("t7", "care.food", { state: "accepted" })]) };
  render(<Today />);
  expect(document.querySelector(".row-end")?.textContent).toBe("a colleague has it");
  press(/Bring food/);
  expect(() => button("Give back")).toThrow();
});

test("a shift is begun and ended by its carrier", async () => {
  render(<Today />);
  press("Start my shift");
  await settled();
  expect(sent[0]).toMatchObject({ act: "workforce.start-shift", body: { worker_id: "worker-1" } });
  press("End my shift");
  await settled();
  expect(sent[1]?.act).toBe("workforce.end-shift");
  expect(button("Start my shift")).toBeTruthy();
});

test("rest that is due and an overdue test of one's own are told loudly", () => {
  self({ shift: { worker: "worker-1", started_at: LATE, rest_due_at: LATE }, test: { outcome: "overdue", due: LATE } });
  render(<Today />);
  expect(screen.getAllByRole("alert").map((alert) => alert.textContent)).toEqual([
    "Your own test is overdue: you cannot start a shift before it.",
    "Your rest is due: hand over and go.",
  ]);
});

test("only who has a grid can lend it", () => {
  render(<Today />);
  expect(button("Lend my grid until tonight")).toBeTruthy();
  cleanup();
  self({ duties: [{ duty: "sampler", area: "demo/c/", name: "社区" }] });
  render(<Today />);
  expect(() => button("Lend my grid until tonight")).toThrow();
});

test("it speaks Chinese", () => {
  speak("zh");
  render(<Today />);
  expect(document.querySelector("h1")?.textContent).toBe("今日");
  expect(document.body.textContent).not.toMatch(/[A-Za-z]{3,}/);
});
