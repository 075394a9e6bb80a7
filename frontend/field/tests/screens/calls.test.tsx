import { cleanup, render, screen } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test } from "vitest";

import { speak } from "../../src/core/i18n";
import { rows } from "../../src/core/store";
import type { CallRow } from "../../src/core/types";
import Calls from "../../src/screens/calls";
import { phone, press, rowsOf, sent, settled } from "./today-world";

const call = (id: string, name: string, result = ""): CallRow => ({ id, person: `p-${id}`, name, phone: "139 0000 000" + id.slice(-1), reason: "household-survey", result });

beforeEach(() => phone({ calls: rowsOf([call("c1", "安一"), call("c2", "薄二"), call("c3", "陈三", "reached")]) }));
afterEach(cleanup);

const current = (): string => document.querySelector("section h2")?.textContent ?? "";

test("S-070: the list goes from one household to the next: dial, one tap, next", async () => {
  render(<Calls />);
  expect(current()).toBe("安一");
  expect(screen.getByRole("link", { name: "Call 安一" }).getAttribute("href")).toBe("tel:13900000001");
  press("No answer");
  await settled();
  expect(sent[0]).toMatchObject({ act: "care.record-call", body: { item_id: "c1", result: "no-answer" } });
  expect(current()).toBe("薄二");
});

test("S-070: whoever was reached is noted with health and test, and counted", async () => {
  render(<Calls />);
  press("Reached", document.querySelector("section") ?? document);
  press("Somebody is unwell");
  press("Is not tested");
  press("Note it, and the next one");
  await settled();
  expect(sent[0]?.body).toEqual({ item_id: "c1", result: "reached", health: "unwell", tested: "not-tested" });
  expect(rows("calls").value.get("c1")?.result).toBe("reached");
  expect(document.querySelector(".count-value")?.textContent).toBe("2 / 3");
});

test("who did not answer is called again after the others; a list that is done says so", async () => {
  render(<Calls />);
  press("No answer");
  await settled();
  press("Wrong number");
  await settled();
  expect(current()).toBe("安一");
  press("Moved away");
  await settled();
  expect(screen.getByText("Everybody on your list is called.")).toBeTruthy();
});

test("a number stands in the link of its call only", () => {
  render(<Calls />);
  expect(document.body.textContent).not.toMatch(/139/);
  expect(document.querySelectorAll("a[href^='tel:']")).toHaveLength(1);
});

test("it speaks Chinese", () => {
  speak("zh");
  render(<Calls />);
  expect(document.querySelector("h1")?.textContent).toBe("电话");
  expect(document.body.textContent).not.toMatch(/[A-Za-z]{3,}/);
});
