import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";

import { speak } from "../../src/core/i18n";
import { rows } from "../../src/core/store";
import type { RoutineRow, TestRow, VisitRow } from "../../src/core/types";
import Visits from "../../src/screens/visits";
import { after } from "../../src/screens/visits/door";
import { celsius, tally } from "../../src/screens/visits/home";
import { walked } from "../../src/screens/visits/pace";
import { dialog, house, labelled, person, phone, press, rowsOf, sent, settled } from "./today-world";

function visit(id: string, dwelling: string, state = "open", step = 1): VisitRow {
  return { id, campaign: "camp", kind: "door-to-door", household: `home-${dwelling}`, dwelling, due_at: null, state, attempts: state === "open" ? 0 : 1, step };
}

/** The template that this test itself fills: 3 patrols, 2 checks, 1 monitoring, 1 disinfection, 1 report. */
const ITEMS = ["patrol", "patrol", "patrol", "check", "check", "monitoring", "disinfection", "report"].map(
  (item, number): RoutineRow => ({ id: `i${number}`, person: "anna", place: null, day: "2022-11-21", item, from: `${String(8 + number).padStart(2, "0")}:00`, to: `${String(9 + number).padStart(2, "0")}:00`, done: number !== 2 }),
);
const TEST: TestRow = { id: "d1", person: "bo", opens_at: "2022-11-21T00:00:00Z", due_at: "2022-11-21T20:00:00Z", where: "door", source_kind: "order" };

beforeEach(() => {
  walked.value = [];
  phone({
    places: rowsOf(house(2, 2, 2)),
    people: rowsOf([person("anna", "安一", "1-2-1"), person("bo", "薄二", "1-2-2"), person("deng", "邓四", "2-1-1")]),
    visits: rowsOf([visit("v1", "1-2-1", "open", 3), visit("v2", "2-1-1", "absent", 2), visit("v3", "1-1-1", "met", 1)]),
    routine: rowsOf(ITEMS),
    tests: rowsOf([TEST]),
  });
});
afterEach(cleanup);

const doors = (): HTMLElement => labelled("演练花园1区 2号楼");

test("a campaign is a list of its house in walking order; who was met is struck off beneath", () => {
  render(<Visits />);
  expect([...doors().querySelectorAll("button")].map((row) => row.querySelector(".row-title")?.textContent)).toEqual(["2号楼 2单元 101室", "2号楼 1单元 201室", "2号楼 1单元 101室"]);
  expect(doors().querySelectorAll("s")).toHaveLength(1);
  expect(doors().querySelector("h2")?.textContent).toBe("演练花园1区 2号楼: 1 of 3 households");
});

test("a visit is met with what changed and who needs what, by taps", async () => {
  render(<Visits />);
  press(/1单元 201室/, doors());
  press("A baby");
  press("Needs");
  press("Asks for medicine");
  press("Met");
  await settled();
  expect(sent[0]).toMatchObject({
    act: "visits.record-visit",
    body: { visit_id: "v1", result: "met", means: "door", changes: ["baby"], needs: [{ person_id: "anna", need: "medicine" }] },
  });
  expect(rows("visits").value.get("v1")).toMatchObject({ state: "met", attempts: 1 });
});

test("nobody answers: one tap after the door is opened on the phone, and it is tried again later", async () => {
  render(<Visits />);
  press(/2单元 101室/, doors());
  press("Nobody answers");
  await settled();
  expect(rows("visits").value.get("v2")).toMatchObject({ state: "absent", attempts: 2 });
  expect(document.querySelector("[role=dialog]")).toBeNull();
});

test("of several attempts met stands before refused before absent, whatever came first", () => {
  expect([after("open", "absent"), after("absent", "met"), after("met", "absent"), after("refused", "absent"), after("absent", "refused")]).toEqual(["absent", "met", "met", "refused", "refused"]);
});

test("S-146: a day with two of three patrols shows 7 of 8 and which one is missing", async () => {
  render(<Visits />);
  expect(tally(ITEMS)).toBe("7 of 8 items done; missing: Patrol 10:00-11:00");
  fireEvent.click(document.querySelector("h2 + .row") as HTMLElement);
  press("Done");
  await settled();
  expect(sent[0]?.body).toEqual({ item_id: "i2", watched_id: "anna", day: "2022-11-21" });
  expect(dialog().textContent).toContain("8 of 8 items done");
});

test("a temperature is three figures and a tap; what no body has is not taken", async () => {
  expect(["365", "36,5", "36.5", "36", "29.9", "45.1", "3", "abc", ""].map(celsius)).toEqual(["36.5", "36.5", "36.5", "36.0", null, null, null, null, null]);
  render(<Visits />);
  press(/^薄二/);
  fireEvent.input(screen.getByLabelText(/Temperature/), { target: { value: "372" } });
  press("By phone");
  press("Note the temperature");
  await settled();
  expect(sent[0]).toMatchObject({ act: "visits.record-reading", body: { person_id: "bo", celsius: "37.2", channel: "phone" } });
});

test("S-432 X08: the forty-first door within ten minutes is noted all the same, and the worker is told that it will be looked at", async () => {
  const many = Array.from({ length: 41 }, (_, number) => visit(`w${number}`, `1-${number}-1`));
  const rooms = Array.from({ length: 41 }, (_, number) => ({ id: `1-${number}-1`, kind: "room", name: `R${number}`, parent: "u1", path: "" }));
  phone({ places: rowsOf([...house(1, 0, 0), ...rooms]), visits: rowsOf(many) });
  render(<Visits />);
  for (let number = 0; number < 41; number += 1) {
    expect(screen.queryByText(/such series are looked at/)).toBeNull();
    press(new RegExp(`R${number}(?!\\d)`));
    press("Met");
    await settled();
  }
  expect(sent).toHaveLength(41);
  expect(screen.getByText(/such series are looked at/)).toBeTruthy();
});

test("it speaks Chinese", () => {
  speak("zh");
  render(<Visits />);
  expect(document.querySelector("h1")?.textContent).toBe("入户");
  expect(document.body.textContent).not.toMatch(/[A-Za-z]{3,}/);
});
