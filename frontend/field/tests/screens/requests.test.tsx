import { cleanup, fireEvent, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";

import { speak } from "../../src/core/i18n";
import { pack, rows } from "../../src/core/store";
import type { RequestRow } from "../../src/core/types";
import Requests from "../../src/screens/requests";
import { cents } from "../../src/screens/requests/request";
import { button, dialog, house, ME, person, phone, press, rowsOf, sent, settled } from "./today-world";

function request(id: string, kind: string, more: Partial<RequestRow> = {}): RequestRow {
  return { id, person: "anna", kind, asked_at: "2022-11-21T02:00:00Z", due_at: "2099-11-21T04:00:00Z", state: "recorded", mine: false, claimed: false, incident: null, amount: null, ...more };
}

beforeEach(() => {
  phone({
    places: rowsOf(house(1, 2, 2)),
    people: rowsOf([person("anna", "安一", "1-2-1"), person("bo", "薄二", "1-1-1")]),
    requests: rowsOf([request("r1", "medicine"), request("r2", "food", { state: "accepted", mine: true, claimed: true }), request("r3", "pet", { state: "accepted", claimed: true }), request("r4", "waste", { state: "delivered", mine: true, claimed: true })]),
  });
});
afterEach(cleanup);


test("what nobody has stands first, then mine, then others', then what was brought", () => {
  render(<Requests />);
  expect([...document.querySelectorAll("h2")].map((head) => head.textContent)).toEqual(["Nobody has it yet (1)", "Mine (1)", "With others (1)", "Brought, to be confirmed (1)"]);
});

test("S-152: claimed, bought with amount and receipt, delivered at the door, confirmed", async () => {
  render(<Requests />);
  press(/Medicine/);
  press("I take it on");
  await settled();
  expect(rows("requests").value.get("r1")).toMatchObject({ state: "accepted", mine: true, claimed: true });
  fireEvent.input(screen.getByLabelText("Paid, in yuan"), { target: { value: "38.5" } });
  expect(button("Bought")).toHaveProperty("disabled", true);
  fireEvent.input(screen.getByLabelText("Number on the receipt"), { target: { value: "0042" } });
  press("Bought");
  await settled();
  expect(rows("requests").value.get("r1")).toMatchObject({ state: "bought", amount: 3850 });
  press("Delivered at the door");
  await settled();
  press("The resident says it came");
  await settled();
  expect(sent.map((each) => [each.act, each.body])).toEqual([
    ["care.claim", { request_id: "r1" }],
    ["care.buy", { request_id: "r1", amount_cents: 3850, receipt: "0042" }],
    ["care.deliver", { request_id: "r1" }],
    ["care.confirm", { request_id: "r1" }],
  ]);
  expect(sent.every((each) => each.about.includes("r1"))).toBe(true);
  expect(rows("requests").value.has("r1")).toBe(false);
});

test("S-278: what another has taken on has no button to take it on, and mine goes back by one tap", async () => {
  render(<Requests />);
  press(/^Pet/);
  expect(() => button("I take it on")).toThrow();
  press("Close", dialog());
  press(/^Food/);
  press("Give back");
  press("Sold out");
  await settled();
  expect(sent[0]).toMatchObject({ act: "care.give-back", body: { request_id: "r2", reason: "sold-out" } });
  expect(rows("requests").value.get("r2")).toMatchObject({ state: "recorded", mine: false, claimed: false });
});

test("S-178: an emergency is the first button, asks for nobody's leave, and stands at once", async () => {
  render(<Requests />);
  expect(document.querySelector("button")?.textContent).toContain("Emergency");
  press(/Emergency/);
  press(/薄二/, dialog());
  await settled();
  expect(sent[0]).toMatchObject({ act: "care.call-emergency", body: { person_id: "bo", channel: "visit" } });
  expect([...rows("requests").value.values()].some((one) => one.person === "bo" && one.kind === "ambulance")).toBe(true);
});

test("an exercise dials nothing; a real tree offers 120 at once", () => {
  render(<Requests />);
  press(/Emergency/);
  expect(document.querySelector("a[href^='tel:']")).toBeNull();
  cleanup();
  pack.value = { ...pack.value, me: new Map([["me", { ...ME, exercise: false }]]) };
  render(<Requests />);
  press(/Emergency/);
  expect(document.querySelector("a")?.getAttribute("href")).toBe("tel:120");
});

test("a request that is taken down here cannot be taken on before the server knows it, and is not shown twice", async () => {
  render(<Requests />);
  for (const kind of ["Dialysis", "Dialysis"]) {
    press("Somebody asks for something");
    press(/薄二/, dialog());
    press(kind, dialog());
    await settled();
  }
  expect(sent.map((each) => each.act)).toEqual(["care.ask", "care.ask"]);
  expect([...rows("requests").value.values()].filter((one) => one.kind === "dialysis")).toHaveLength(1);
  press(/^Dialysis/);
  expect(() => button("I take it on")).toThrow();
});

test("an amount is whole cents, and nothing else is an amount", () => {
  expect(["12", "12.5", "12,50", "0.01", "0", "1.234", "-3", "abc", ""].map(cents)).toEqual([1200, 1250, 1250, 1, null, null, null, null, null]);
});

test("it speaks Chinese", () => {
  speak("zh");
  render(<Requests />);
  expect(document.querySelector("h1")?.textContent).toBe("代办");
  expect(document.body.textContent).not.toMatch(/[A-Za-z]{3,}/);
});
