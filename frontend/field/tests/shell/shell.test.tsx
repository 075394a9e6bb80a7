import "fake-indexeddb/auto";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/preact";
import axe from "axe-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { codeIn, exercise } from "../../src/core/app";
import { speak } from "../../src/core/i18n";
import { phone } from "../../src/core/lock";
import { commands, forget, pack, useKeeper, type PatchedCommand } from "../../src/core/store";
import { traffic } from "../../src/core/sync";
import type { MeRow } from "../../src/core/types";
import { mayBegin } from "../../src/core/update";
import { App, at } from "../../src/shell/frame";
import { Help, SENTENCES } from "../../src/shell/help";
import { screensOf, type Screen } from "../../src/shell/screens";
import { told } from "../../src/shell/state";
import { Sheet, toast } from "../../src/ui";

const ME: MeRow = {
  title: "演练 grid worker", duties: [{ duty: "grid-worker", area: "a/", name: "演练一网格" }], tree: "a", exercise: true, label: "演练 phone", until: "2099-01-01T00:00:00Z", limit: 1000, shift: null, test: null,
};
const COMMAND: PatchedCommand = {
  id: "1", counter: 1, at: "2022-11-21T00:12:00Z", act: "tasks.do", body: {}, about: [], state: "waiting", reason: "", flags: [], patches: {},
};
const QUIET = { phase: "idle", reason: "", details: {}, sentAt: null, pulledAt: null } as const;

beforeEach(() => {
  speak("en");
  forget();
  pack.value = { me: new Map([["me", ME]]) };
  traffic.value = QUIET;
  at.value = "";
  exercise.value = false;
});
afterEach(cleanup);

async function faultsOf(element: Element): Promise<string[]> {
  const { violations } = await axe.run(element, { rules: { "color-contrast": { enabled: false }, region: { enabled: false } } });
  return violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.html).join(" ")}`);
}

test("a phone without a binding shows the form for the card, and refuses a weak or a mistyped PIN before it asks anybody", async () => {
  phone.value = "unbound";
  const asked = vi.spyOn(globalThis, "fetch");
  render(<App />);
  fireEvent.input(screen.getByLabelText("Code of the card"), { target: { value: "0123-4567" } });
  fireEvent.input(screen.getByLabelText("A word for this phone"), { target: { value: "table 2" } });
  for (const [pin, again, words] of [["123456", "123456", "too easy"], ["48291", "48291", "at least six"], ["482913", "482914", "differ"]] as const) {
    fireEvent.input(screen.getByLabelText("PIN"), { target: { value: pin } });
    fireEvent.input(screen.getByLabelText("PIN once more"), { target: { value: again } });
    fireEvent.click(screen.getByRole("button", { name: "Bind" }));
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain(words));
  }
  expect(asked).not.toHaveBeenCalled();
  asked.mockRestore();
});

test("a card's code is the same scanned, typed with dashes or pasted", () => {
  for (const text of ["https://epigrid.example/field/#bind=0123ABCD", "#bind=0123-abcd", "0123 abcd"]) expect(codeIn(text)).toBe("0123ABCD");
});

test("an open phone shows the bar of its duties and how the traffic stands, in both languages", () => {
  phone.value = "open";
  commands.value = [COMMAND];
  traffic.value = { ...QUIET, sentAt: "2022-11-21T00:12:00Z" };
  render(<App />);
  const bar = screen.getByRole("navigation");
  expect(bar.textContent).toContain("Today");
  expect(bar.textContent).not.toContain("Gate");
  expect(screen.getByRole("banner").textContent).toMatch(/1 waiting, last sent \d\d:12/);
  speak("zh");
  return waitFor(() => expect(screen.getByRole("banner").textContent).toContain("待上传 1 条"));
});

test("the watermark of an exercise stands on every screen, the locked one too", () => {
  exercise.value = true;
  for (const state of ["unbound", "locked", "open"] as const) {
    phone.value = state;
    const { container } = render(<App />);
    expect(container.textContent).toContain("演练");
    expect(container.querySelector(".watermark")).not.toBeNull();
    cleanup();
  }
});

test("screens are those of the duties, each once", () => {
  const all = [["today", ["grid-worker", "registrar"]], ["gate", ["gate-guard"]]].map(([id, duties]) => ({ id, duties, title: "", icon: "", Show: () => null })) as Screen[];
  expect(screensOf(ME, all).map((each) => each.id)).toEqual(["today"]);
  expect(screensOf({ ...ME, duties: [...ME.duties, { duty: "gate-guard", area: "", name: "" }] }, all).map((each) => each.id)).toEqual(["today", "gate"]);
  expect(screensOf(null, all)).toEqual([]);
});

test("the traffic is told in plain words", () => {
  expect(told(QUIET, [])).toMatchObject({ words: "all sent", tone: "good" });
  expect(told({ ...QUIET, phase: "offline", reason: "phone.offline" }, [COMMAND]).words).toBe("no network, 1 waiting");
  expect(told({ ...QUIET, phase: "waiting", reason: "server.busy" }, [COMMAND]).words).toContain("busy");
  expect(told(QUIET, [{ ...COMMAND, state: "refused" }])).toMatchObject({ words: "1 to decide", tone: "bad" });
});

test("under Me a refused entry says why and is dropped with one tap; what waits has no such button", async () => {
  const dropped: string[] = [];
  useKeeper({ send: () => Promise.resolve(""), settle: (id) => (dropped.push(id), Promise.resolve()), saveDraft: () => Promise.resolve(), dropDraft: () => Promise.resolve() });
  commands.value = [COMMAND, { ...COMMAND, id: "2", state: "refused", reason: "box.count-differs", flags: ["late"] }];
  [phone.value, at.value] = ["open", "me"];
  render(<App />);
  expect(screen.getByText(/The count said is not the number of tubes. · came late/)).toBeTruthy();
  expect(screen.getAllByRole("button", { name: "Drop it" })).toHaveLength(1);
  fireEvent.click(screen.getByRole("button", { name: "Drop it" }));
  await waitFor(() => expect(dropped).toEqual(["2"]));
});

test("of a full outbox those that need a decision come first, and not all lines are drawn", () => {
  commands.value = Array.from({ length: 2000 }, (_, index) => ({ ...COMMAND, id: String(index), state: index === 1500 ? "refused" : "waiting" }) as PatchedCommand);
  [phone.value, at.value] = ["open", "me"];
  render(<App />);
  expect(screen.getAllByText("Task done")).toHaveLength(100);
  expect(screen.getByRole("button", { name: "Drop it" })).toBeTruthy();
  expect(screen.getByText("and 1900 more")).toBeTruthy();
});

test("deleting everything asks once more and says what would be lost", () => {
  commands.value = [COMMAND];
  [phone.value, at.value] = ["open", "me"];
  render(<App />);
  fireEvent.click(screen.getByRole("button", { name: "Delete everything on this phone" }));
  expect(screen.getByRole("dialog").textContent).toContain("1 entries were not taken");
  fireEvent.click(screen.getByRole("button", { name: "No, keep it" }));
  expect(screen.queryByRole("dialog")).toBeNull();
});

test.each(Object.keys(SENTENCES))("the %s has five sentences to say: who, why, what, what for, where to complain", (duty) => {
  pack.value = { me: new Map([["me", { ...ME, duties: [{ duty, area: "", name: "" }] }]]) };
  const { container } = render(<Help />);
  expect(container.querySelectorAll("ol li")).toHaveLength(5);
  expect(container.querySelector("ol li:last-child")?.textContent).toContain("line on the notice");
});

test("a new version begins by itself only on a locked phone where nothing waits", () => {
  expect(mayBegin({ waiting: true, locked: true, empty: true })).toBe(true);
  for (const one of ["waiting", "locked", "empty"]) expect(mayBegin({ waiting: true, locked: true, empty: true, [one]: false })).toBe(false);
});

test("a sheet takes the focus, closes with Escape and gives the focus back", async () => {
  const closed = vi.fn();
  const { rerender } = render(<><button>before</button><Sheet open={false} title="Sheet" onClose={closed}><button>in it</button></Sheet></>);
  screen.getByText("before").focus();
  rerender(<><button>before</button><Sheet open title="Sheet" onClose={closed}><button>in it</button></Sheet></>);
  await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("dialog")));
  fireEvent.keyDown(screen.getByRole("dialog"), { key: "Escape" });
  expect(closed).toHaveBeenCalled();
  rerender(<><button>before</button><Sheet open={false} title="Sheet" onClose={closed}>x</Sheet></>);
  await waitFor(() => expect(document.activeElement).toBe(screen.getByText("before")));
});

test("shell, lock and Me have no fault that axe finds", async () => {
  toast.value = { words: "done" };
  for (const [state, id] of [["unbound", ""], ["locked", ""], ["open", "me"], ["open", "help"]] as const) {
    [phone.value, at.value] = [state, id];
    commands.value = [{ ...COMMAND, state: "refused", reason: "box.count-differs" }];
    const { container } = render(<App />);
    expect(await faultsOf(container)).toEqual([]);
    cleanup();
  }
  toast.value = null;
});
