import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Listener } from "../../src/core/scanner";
import { speak } from "../../src/core/i18n";
import { commands, pack, rows } from "../../src/core/store";
import { toast } from "../../src/ui";
import vectors from "../../../../vectors/tube.json";
import { answered, AREA, camera, code, fill, keep, killAndReopen, LAB, person, ROUND } from "./table-world";

vi.mock("../../src/core/scanner", async (original) => ({
  ...(await original<object>()),
  startScanner: (_video: unknown, listener: Listener) => {
    camera.onCode = (text) => !camera.isHeld.value && listener.onCode(text);
    listener.onState("running");
    return { hold: (isHeld: boolean) => (camera.isHeld.value = isHeld), torch: async () => undefined, stop: () => undefined };
  },
}));

const { default: Table } = await import("../../src/screens/table");
const { isHere } = await import("../../src/screens/camera/one-tab");
let kept = keep();

beforeEach(() => {
  speak("en");
  fill();
  kept = keep();
  toast.value = null;
  render(<Table />);
});

afterEach(() => {
  fireEvent.keyDown(screen.queryByRole("dialog") ?? document.body, { key: "Escape" });
  cleanup();
});

const button = (name: string | RegExp): Promise<HTMLElement> => screen.findByRole("button", { name });
async function tap(name: string | RegExp): Promise<void> {
  fireEvent.click(await button(name));
}
async function scan(text: string): Promise<void> {
  await waitFor(() => expect(camera.isHeld.value).toBe(false));
  camera.onCode(text);
}

async function open(label = "T0000001"): Promise<void> {
  await scan(label);
  await button(new RegExp(label));
}

/** Scan and one tap; resolved once he stands in the queue. */
async function take(number: number): Promise<void> {
  await scan(code(number));
  await tap(/Yes, into the tube/);
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
}

const queued = (): number => screen.queryAllByRole("button", { name: /^Walked off/ }).length;

test("s_199 a tube of ten by camera: one tap each, an eleventh refused, sealed as one command", async () => {
  await open();
  let taps = 0;
  const counts = (): void => void (taps += 1);
  document.addEventListener("click", counts);
  for (let number = 3; number <= 12; number += 1) await take(number);
  document.removeEventListener("click", counts);
  expect([queued(), taps]).toEqual([10, 10]);
  await scan(code(1));
  expect((await screen.findByRole("alert")).textContent).toContain("The tube is full");
  expect(screen.queryByRole("button", { name: /Yes, into the tube/ })).toBeNull();
  await tap("Somebody else");
  await tap(/Seal the tube \(10 people\)/);
  await waitFor(() => expect(kept.sent).toHaveLength(1));
  const [command] = kept.sent;
  expect(command?.act).toBe("sampling.enter-tube");
  expect(command?.about).toEqual(["T0000001"]);
  expect(command?.body).toMatchObject({ area: AREA, round_id: ROUND, label: "T0000001", pool_size: 10, team: "", site_id: null, table: "1", lane: null });
  const people = command?.body["people"] as { person_id: string; means: string; at: string }[];
  expect(people.map((one) => one.person_id)).toEqual(Array.from({ length: 10 }, (_, at) => person(at + 3)));
  expect(new Set(people.map((one) => one.means))).toEqual(new Set(["code"]));
  expect(people.every((one) => !Number.isNaN(Date.parse(one.at)))).toBe(true);
  expect(rows("roll").value.get(`${ROUND}/${person(3)}`)).toMatchObject({ state: "sampled", way: "here" });
  expect(screen.getByText("10").parentElement?.textContent).toContain("people in them");
});

test("the open tube survives a kill after each person", async () => {
  await open();
  for (const number of [3, 4, 5]) {
    await take(number);
    killAndReopen(kept);
    await waitFor(() => expect(queued()).toBe(number - 2));
  }
});

test("a kill between the command and the table's own memory leaves one tube, sealed", async () => {
  await open();
  await take(3);
  const before = structuredClone(kept.disk.get("table"));
  await tap(/Seal the tube/);
  await waitFor(() => expect(screen.queryByRole("button", { name: /T0000001/ })).toBeNull());
  kept.disk.set("table", before);
  killAndReopen(kept);
  await waitFor(() => expect(screen.queryByRole("button", { name: /Seal the tube/ })).toBeNull());
  expect(kept.sent.filter((one) => one.act === "sampling.enter-tube")).toHaveLength(1);
});

test("s_196 somebody is found by code, document, number on paper, or home", async () => {
  await open();
  await take(4);
  for (const [typed, number] of [
    [vectors.documents[0]?.typed ?? "", 3],
    ["F5", 5],
  ] as const) {
    fireEvent.input(screen.getByLabelText("Code, number or label"), { target: { value: typed } });
    fireEvent.keyDown(screen.getByLabelText("Code, number or label"), { key: "Enter" });
    await tap(/Yes, into the tube/);
    await waitFor(() => expect(queued()).toBe(number === 3 ? 2 : 3));
  }
  await tap(/find by home/);
  await tap(/206/);
  fireEvent.click(screen.getByText("演**"));
  await tap(/Yes, into the tube/);
  await waitFor(() => expect(queued()).toBe(4));
  await tap(/Seal the tube/);
  await waitFor(() => expect(kept.sent).toHaveLength(1));
  const people = kept.sent[0]?.body["people"] as { means: string }[];
  expect(people.map((one) => one.means)).toEqual(["code", "document", "paper", "home"]);
  expect(JSON.stringify(kept.sent[0])).not.toContain("110101199003078515");
});

test("a child on his parent's phone is chosen from the household", async () => {
  await open();
  await scan(code(1));
  fireEvent.click(await screen.findByText("3-17 years"));
  await tap(/Yes, into the tube/);
  await tap(/Seal the tube/);
  await waitFor(() => expect(kept.sent).toHaveLength(1));
  expect(kept.sent[0]?.body["people"]).toMatchObject([{ person_id: person(2), means: "phone" }]);
});

test("s_210 whoever is sampled alone is refused in a pool and gets a tube of his own", async () => {
  await open();
  await take(3);
  await scan(code(13));
  expect((await screen.findByRole("alert")).textContent).toContain("Is sampled alone");
  await tap("A tube of his own");
  await scan("T0000002");
  await button(/1 \/ 1/);
  await tap(/Seal the tube \(1 people\)/);
  await waitFor(() => expect(kept.sent).toHaveLength(1));
  expect(kept.sent[0]?.body).toMatchObject({ label: "T0000002", pool_size: 1, people: [{ person_id: person(13) }] });
  expect(queued()).toBe(1);
});

test("somebody who was sampled already is shown as such: in this tube by a word only, at another table by a refusal", async () => {
  await open();
  await take(1);
  await scan(code(1));
  await waitFor(() => expect(toast.value?.words).toContain("In this tube already"));
  expect(screen.queryByRole("dialog")).toBeNull();
  toast.value?.action?.onPress();
  fireEvent.click(await screen.findByText("3-17 years"));
  await tap(/Yes, into the tube/);
  await waitFor(() => expect(queued()).toBe(2));
  const row = rows("roll").value.get(`${ROUND}/${person(4)}`);
  pack.value = { ...pack.value, roll: new Map([...rows("roll").value, [`${ROUND}/${person(4)}`, { ...row!, state: "sampled", way: "here" }]]) };
  await scan(code(4));
  expect((await screen.findByRole("alert")).textContent).toContain("in a tube of this round already");
});

test("somebody in the open tube whom another table has taken meanwhile is pointed out", async () => {
  await open();
  await take(3);
  const row = rows("roll").value.get(`${ROUND}/${person(3)}`);
  pack.value = { ...pack.value, roll: new Map([...rows("roll").value, [`${ROUND}/${person(3)}`, { ...row!, state: "sampled", way: "here" }]]) };
  expect((await button(/^Walked off/)).textContent).toContain("in a tube of this round already");
});

test("undo and walk-off take out one person and no other", async () => {
  await open();
  for (const number of [3, 4, 5]) await take(number);
  await tap("Undo the last");
  await waitFor(() => expect(queued()).toBe(2));
  fireEvent.click(screen.getAllByRole("button", { name: /^Walked off/ })[1]!);
  await waitFor(() => expect(queued()).toBe(1));
  await tap(/Seal the tube \(1 people\)/);
  await waitFor(() => expect(kept.sent[0]?.body["people"]).toMatchObject([{ person_id: person(4) }]));
});

test("two tubes at one table, each filled on by its label; a third is refused, and a used label", async () => {
  await open("T0000001");
  await take(3);
  await open("T0000002");
  await take(4);
  await scan("T0000001");
  await waitFor(() => expect(screen.getByRole("button", { name: /T0000001/ }).getAttribute("aria-pressed")).toBe("true"));
  await take(5);
  expect(queued()).toBe(2);
  await scan("T0000003");
  await waitFor(() => expect(toast.value?.words).toContain("Two tubes are open"));
  await tap(/Seal the tube/);
  await waitFor(() => expect(kept.sent).toHaveLength(1));
  await scan("T0000001");
  await waitFor(() => expect(toast.value?.words).toContain("used before"));
});

test("somebody who is in no register: name, one tap, and he is asked into the tube under an id of this phone", async () => {
  await open();
  await tap(/find by home/);
  await tap(/301/);
  await tap("Not on the list");
  fireEvent.input(screen.getByLabelText("Name"), { target: { value: "演新来" } });
  await tap("Is a visitor");
  await tap(/Yes, into the tube/);
  await waitFor(() => expect(queued()).toBe(1));
  await tap(/Seal the tube/);
  await waitFor(() => expect(kept.sent).toHaveLength(2));
  const [entered, tube] = kept.sent;
  expect(entered?.act).toBe("people.register-person");
  expect(entered?.body).toMatchObject({ area: AREA, name: "演新来", residence: "visitor", dwelling_id: "room-301" });
  const id = String(entered?.body["id"]);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(tube?.body["people"]).toMatchObject([{ person_id: id, means: "home" }]);
  expect(rows("people").value.get(id)?.name).toBe("演**");
});

test("where the round measures temperature, the reading comes before the tube", async () => {
  fill({ gate: true });
  await open();
  await scan(code(3));
  const yes = await button(/Yes, into the tube/);
  expect(yes.hasAttribute("disabled")).toBe(true);
  fireEvent.input(screen.getByLabelText("Temperature, °C"), { target: { value: "36,5" } });
  fireEvent.click(await button(/Yes, into the tube/));
  await waitFor(() => expect(queued()).toBe(1));
  expect(kept.sent[0]).toMatchObject({ act: "sampling.take-temperature", body: { round_id: ROUND, person_id: person(3), celsius: "36.5", site_id: null } });
});

test("a tube that the server refused is opened again with its people", async () => {
  await open();
  await take(3);
  await tap(/Seal the tube/);
  await waitFor(() => expect(kept.sent).toHaveLength(1));
  answered("command 1", "refused", "roster.already-sampled");
  expect((await screen.findByRole("alert")).textContent).toContain("T0000001");
  await tap("Open it again");
  await waitFor(() => expect(queued()).toBe(1));
  expect(kept.settled).toEqual(["command 1"]);
});

test("s_200 a box is handed over with a count that must be the tubes'; packed without a network it goes when its tubes are known", async () => {
  for (const [label, number] of [["T0000001", 3], ["T0000002", 4]] as const) {
    await open(label);
    await take(number);
    await tap(/Seal the tube/);
    await waitFor(() => expect(screen.queryByRole("button", { name: new RegExp(label) })).toBeNull());
  }
  await scan("B0000001");
  fireEvent.input(await screen.findByLabelText(/how many/), { target: { value: "3" } });
  expect((await button("Sealed and handed over")).hasAttribute("disabled")).toBe(true);
  expect(screen.getByText(/3 were said, 2 are listed/)).toBeTruthy();
  fireEvent.input(screen.getByLabelText(/how many/), { target: { value: "2" } });
  fireEvent.input(screen.getByLabelText("Vehicle"), { target: { value: "演练车1" } });
  await tap("Sealed and handed over");
  await waitFor(() => expect(kept.disk.get("boxes")).toHaveLength(1));
  expect(kept.sent.map((one) => one.act)).toEqual(["sampling.enter-tube", "sampling.enter-tube"]);
  killAndReopen(kept);
  const known = kept.sent.map((one, at) => ({ ...rows("tubes").value.get(String(one.body["label"]))!, id: person(90 + at) }));
  commands.value = [];
  pack.value = { ...pack.value, tubes: new Map(known.map((tube) => [tube.id, tube])) };
  await waitFor(() => expect(kept.sent).toHaveLength(3));
  expect(kept.sent[2]).toMatchObject({ act: "sampling.send-box", body: { area: AREA, label: "B0000001", tube_ids: [person(90), person(91)], to_body_id: LAB, said: 2 } });
  commands.value = [];
  pack.value = { ...pack.value, tubes: new Map(), boxes: new Map([[person(99), { id: person(99), label: "B0000001", to_body: LAB, said: 2, tubes: ["T0000001", "T0000002"] }]]) };
  await waitFor(() => expect(kept.sent).toHaveLength(4));
  expect(kept.sent[3]).toMatchObject({ act: "sampling.give-box", body: { box_id: person(99), leg: "vehicle", count: 2, vehicle: "演练车1" } });
  expect(kept.disk.get("boxes")).toEqual([]);
});

test("what could not be kept is said loudly and nobody is counted", async () => {
  await open();
  kept.isFull = true;
  await scan(code(3));
  await tap(/Yes, into the tube/);
  await waitFor(() => expect(toast.value?.tone).toBe("bad"));
  await waitFor(() => expect(queued()).toBe(0));
  kept.isFull = false;
  await take(3);
  expect(queued()).toBe(1);
});

test("a label of another maker is asked about, and an unknown code is no label while a tube is open", async () => {
  await scan("ABC-998877");
  await tap("It is the label of a new tube");
  await button(/ABC-998877/);
  await scan("XYZ");
  await waitFor(() => expect(toast.value?.words).toContain("Nobody on this phone"));
});

test("a second tab does not touch the table of the first", async () => {
  await open();
  await take(3);
  isHere.value = false;
  expect((await screen.findByRole("note")).textContent).toContain("another tab");
  expect(screen.queryByRole("button", { name: /Seal/ })).toBeNull();
  isHere.value = true;
  await button(/Seal the tube \(1 people\)/);
});

test("the table speaks both languages and says aloud what happened", async () => {
  await open();
  await take(3);
  const live = document.querySelector("[aria-live=assertive]");
  expect(live?.textContent).toContain("1 of 10");
  speak("zh");
  fireEvent.click(await screen.findByRole("button", { name: /^离开了/ }));
  await scan(code(4));
  fireEvent.click(await screen.findByRole("button", { name: /^是他/ }));
  await waitFor(() => expect(live?.textContent).toContain("1/10"));
  expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("采样台 1");
  expect(document.body.textContent).not.toMatch(/[A-Za-z]{4,}/);
});
