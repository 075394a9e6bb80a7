import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Listener } from "../../src/core/scanner";
import { speak } from "../../src/core/i18n";
import { pack, skewMs } from "../../src/core/store";
import { toast } from "../../src/ui";
import vectors from "../../../../vectors/pass.json";
import { camera, fill, keep, killAndReopen } from "./table-world";

vi.mock("../../src/core/scanner", async (original) => ({
  ...(await original<object>()),
  startScanner: (_video: unknown, listener: Listener) => {
    camera.onCode = (text) => listener.onCode(text);
    listener.onState("running");
    return { hold: (isHeld: boolean) => (camera.isHeld.value = isHeld), torch: async () => undefined, stop: () => undefined };
  },
}));

const { default: Gate } = await import("../../src/screens/gate");
const POST = "00000000-0000-4000-8000-00000000f009";
const pass = (what: string): string => vectors.cases.find((one) => one.what === what)?.text ?? "";
const withdrawnId = (what: string): string => vectors.cases.find((one) => one.what === what)?.says?.id ?? "";
let kept = keep();

/** A guard at his only post, at a moment of the vectors' day. */
function stand({ now = "2022-11-21T09:00:00Z", until = "2022-11-21T20:00:00Z", withdrawn = [] as string[], posts = 1 } = {}): void {
  skewMs.value = Date.parse(now) - Date.now();
  fill({ duty: "gate-guard" });
  const gates = Array.from({ length: posts }, (_, at) => ({ id: at === 0 ? POST : `${POST}${at}`, name: `演练${at + 1}号门`, place: "compound", kind: "gate" }));
  pack.value = {
    me: pack.value.me!,
    posts: new Map(gates.map((gate) => [gate.id, gate])),
    gate: new Map([["list", { keys: vectors.keys, withdrawn, until }]]),
  };
}

beforeEach(() => {
  speak("en");
  stand();
  kept = keep();
  toast.value = null;
  render(<Gate />);
});

afterEach(() => {
  const open = document.querySelector<HTMLElement>(".gate-answer");
  if (open !== null) fireEvent.click(open);
  fireEvent.keyDown(screen.queryByRole("dialog") ?? document.body, { key: "Escape" });
  cleanup();
  skewMs.value = 0;
});

async function shown(): Promise<HTMLElement> {
  return await waitFor(() => {
    const answer = document.querySelector<HTMLElement>(".gate-answer");
    if (answer === null) throw new Error("no answer yet");
    return answer;
  });
}

async function scan(text: string): Promise<string> {
  await waitFor(() => expect(camera.isHeld.value).toBe(false));
  camera.onCode(text);
  return (await shown()).querySelector(".gate-word")?.textContent ?? "";
}

async function tap(name: string | RegExp): Promise<void> {
  fireEvent.click(await screen.findByRole("button", { name }));
}

const notedPassages = (): unknown[] => kept.sent.filter((one) => one.act === "entry.note-passage").map((one) => one.body);

test("s_238 a pass is answered in one glance: pass or call the desk, and neither name nor reason is shown or noted", async () => {
  for (const [what, word] of [["clear", "Pass"], ["hold", "Call the desk"], ["stay", "Call the desk"], ["of another tree", "Call the desk"]] as const) {
    expect(await scan(pass(what))).toBe(word);
    const answer = await shown();
    expect(answer.textContent).toBe(`${word === "Pass" ? "✓" : "☎"}${word}Tap for the next one`);
    expect(document.activeElement).toBe(answer);
    fireEvent.click(answer);
  }
  await waitFor(() => expect(notedPassages()).toHaveLength(4));
  expect(notedPassages()).toEqual(["pass", "call-desk", "call-desk", "call-desk"].map((answer) => ({ post_id: POST, way: "pass", answer })));
  expect(JSON.stringify([kept.sent, [...kept.disk]])).not.toContain("EG1:");
});

test("a withdrawn pass, an ended one and an old list mean to ask the desk, never to stop", async () => {
  stand({ withdrawn: [withdrawnId("clear")] });
  expect(await scan(pass("clear"))).toBe("Call the desk");
  fireEvent.click(await shown());
  stand({ now: "2022-11-22T09:00:00Z", until: "2022-11-22T20:00:00Z" });
  expect(await scan(pass("clear"))).toBe("Call the desk");
  fireEvent.click(await shown());
  stand({ until: "2022-11-21T08:30:00Z" });
  expect(await scan(pass("clear"))).toBe("Call the desk");
  fireEvent.click(await shown());
  expect(screen.getByText(/The list of withdrawn passes is old/)).toBeTruthy();
});

test.each([
  [/On the way home/, "home", "Pass"],
  [/Medical emergency/, "medical", "Medical: let through at once"],
  [/Fire, fleeing/, "fire", "Pass"],
  ["No pass", "pass", "Call the desk"],
  ["Visitor", "visit", "Call the desk"],
])("x06 without a pass, %s: one tap, also with no list at all", async (button, way, word) => {
  pack.value = { ...pack.value, gate: new Map() };
  await tap(button);
  expect((await shown()).querySelector(".gate-word")?.textContent).toBe(word);
  const answer = way === "medical" ? "medical" : word === "Pass" ? "pass" : "call-desk";
  await waitFor(() => expect(notedPassages()).toEqual([{ post_id: POST, way, answer }]));
});

test("a release paper beats a late code", async () => {
  expect(await scan(pass("stay"))).toBe("Call the desk");
  fireEvent.click(await shown());
  await tap("Release paper");
  fireEvent.input(screen.getByLabelText("Number on the paper"), { target: { value: " 演练-12 " } });
  await tap("He shows the paper");
  expect((await shown()).querySelector(".gate-word")?.textContent).toBe("Pass");
  expect(kept.sent.find((one) => one.act === "codes.check-gate")?.body).toEqual({ way: "pass", code: "", shown: "", release_paper: "演练-12" });
});

test("s_251 an ambulance is never held up; a delivery comes in and goes out without plate and driver", async () => {
  await tap("Vehicles and deliveries");
  await tap("Ambulance");
  expect((await shown()).querySelector(".gate-word")?.textContent).toBe("Pass");
  fireEvent.click(await shown());
  await tap("Vehicles and deliveries");
  await tap("Delivery");
  fireEvent.input(screen.getByLabelText("Company on it"), { target: { value: "演练快送" } });
  await tap("Let in");
  fireEvent.click(await shown());
  await tap("Vehicles and deliveries");
  await tap(/Delivery · 演练快送/);
  await waitFor(() => expect(kept.sent).toHaveLength(3));
  const [ambulance, delivery, out] = kept.sent.map((one) => one.body);
  expect(ambulance).toMatchObject({ post_id: POST, kind: "ambulance", direction: "in", answer: "pass" });
  expect(delivery).toMatchObject({ kind: "delivery", direction: "in", company: "演练快送", answer: "pass" });
  expect(out).toMatchObject({ kind: "delivery", direction: "out", vehicle_id: delivery?.["vehicle_id"] });
});

test("s_174 a post is handed over with the guard's own count and what stays open; the count survives a kill", async () => {
  await tap(/On the way home/);
  fireEvent.click(await shown());
  await waitFor(() => expect(kept.disk.get("gate")).toMatchObject({ counts: { pass: 1 } }));
  killAndReopen(kept);
  await tap("Hand over the post");
  expect((screen.getByLabelText("How many people passed") as HTMLInputElement).value).toBe("1");
  fireEvent.input(screen.getByLabelText("How many people passed"), { target: { value: "3" } });
  await tap("The barrier is damaged");
  await tap("The next guard stands here: hand over");
  await waitFor(() => expect(kept.sent.at(-1)?.act).toBe("entry.hand-over"));
  expect(kept.sent.at(-1)?.body).toEqual({ post_id: POST, passages: 3, vehicles_inside: 0, matters: ["barrier-damaged"], note: "", to_worker_id: null });
  expect(kept.disk.get("gate")).toMatchObject({ counts: { pass: 0, "call-desk": 0, medical: 0 } });
});

test("a page of the paper register is entered by its counts", async () => {
  await tap("Paper register");
  fireEvent.input(screen.getByLabelText("Number of the page"), { target: { value: "12" } });
  fireEvent.input(screen.getByLabelText("How many people passed"), { target: { value: "31" } });
  fireEvent.input(screen.getByLabelText("Day"), { target: { value: "2022-11-21" } });
  await tap("Enter the page");
  await waitFor(() => expect(kept.sent.at(-1)).toMatchObject({ act: "entry.enter-paper-page", body: { post_id: POST, number: 12, day: "2022-11-21", passages: 31, vehicles: 0 } }));
});

test("of several posts one is chosen; without any, answers are given and nothing is counted", async () => {
  stand({ posts: 2 });
  await tap("演练2号门");
  await screen.findByRole("heading", { level: 1, name: "演练2号门" });
  pack.value = { ...pack.value, posts: new Map() };
  await screen.findByText(/nothing is counted/);
  expect(await scan(pass("clear"))).toBe("Pass");
  await waitFor(() => expect(kept.disk.get("gate")).toMatchObject({ counts: { pass: 1 } }));
  expect(kept.sent).toEqual([]);
});

test("the gate speaks both languages, says the answer aloud, and Escape leads to the next one", async () => {
  speak("zh");
  expect(await scan(pass("clear"))).toBe("放行");
  expect(document.querySelector("[aria-live=assertive]")?.textContent).toBe("放行");
  fireEvent.keyDown(await shown(), { key: "Escape" });
  await waitFor(() => expect(document.querySelector(".gate-answer")).toBeNull());
  expect(document.body.textContent).not.toMatch(/[A-Za-z]{4,}/);
});
