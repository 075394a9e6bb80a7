/** A phone in a test: an invented house (演练), and a keeper that remembers what was sent and shows its patches as the outbox does. */

import { fireEvent } from "@testing-library/preact";

import vectors from "../../../../vectors/commands.json";
import { commands, forget, pack, useKeeper, type Patches } from "../../src/core/store";
import { speak } from "../../src/core/i18n";
import type { MeRow, PersonRow, PlaceRow, RollRow, RoundRow, ShelfName, TaskRow } from "../../src/core/types";
import { toast } from "../../src/ui";

export interface Sent {
  act: string;
  body: Record<string, unknown>;
  about: string[];
  patches: Patches;
}

export const sent: Sent[] = [];
/** What the next sending meets with, as a full disk. */
export const fault: { next: Error | null } = { next: null };

export const rowsOf = <R extends { id: string }>(rows: readonly R[]): Map<string, R> => new Map(rows.map((row) => [row.id, row]));

export const ME: MeRow = {
  title: "演练网格员", duties: [{ duty: "grid-worker", area: "demo/c/g02/", name: "二网格" }], tree: "demo", exercise: true, label: "7", until: "2022-12-31T00:00:00Z", limit: 1000,
  shift: { worker: "worker-1", started_at: null, rest_due_at: null }, test: { outcome: "", due: null },
};

export const ROUND: RoundRow = {
  id: "round-1", reason: "chain unclear", area: "demo/c/", opens_at: "2022-11-21T08:00:00+08:00", closes_at: "2022-11-21T20:00:00+08:00", temperature_gate: false,
};

export function place(id: string, kind: string, name: string, parent: string | null): PlaceRow {
  return { id, kind, name, parent, path: id };
}

export function person(id: string, name: string, dwelling: string | null, more: Partial<PersonRow> = {}): PersonRow {
  return { id, name, band: "18-59", dwelling, household: dwelling === null ? null : `home-${dwelling}`, file_no: `demo-${id}`, head: false, guardian: null, channel: "phone", ...more };
}

export function roll(person: string, state = "open", more: Partial<RollRow> = {}): RollRow {
  return { round: ROUND.id, person, building: "b2", list: "pooled", state, way: "", struck: false, contradicted: false, alone: false, ...more };
}

export function task(id: string, kind: string, more: Partial<TaskRow> = {}): TaskRow {
  return { id, kind, place: "b2", person: null, due_at: "2099-11-21T12:00:00Z", state: "assigned", mine: false, level: 0, roles: [], source_kind: "round", source: "round-1", ...more };
}

/** A house as `units` stairs of `floors` storeys with `width` rooms on each; room ids are "<unit>-<floor>-<room>". */
export function house(units: number, floors: number, width: number): PlaceRow[] {
  const found = [place("c1", "compound", "演练花园1区", null), place("b2", "building", "2号楼", "c1")];
  for (let unit = 1; unit <= units; unit += 1) {
    found.push(place(`u${unit}`, "unit", `${unit}单元`, "b2"));
    for (let floor = 1; floor <= floors; floor += 1) {
      found.push(place(`u${unit}f${floor}`, "floor", `${floor}层`, `u${unit}`));
      for (let room = 1; room <= width; room += 1) found.push(place(`${unit}-${floor}-${room}`, "room", `${floor}${String(room).padStart(2, "0")}室`, `u${unit}f${floor}`));
    }
  }
  return found;
}

export const rolls = (rows: readonly RollRow[]): Map<string, RollRow> => new Map(rows.map((row) => [`${row.round}/${row.person}`, row]));

/** Every screen's command has the fields of the vectors, which the machine door's schema reads too. */
function known(act: string, body: Record<string, unknown>): void {
  const fields = Object.keys((vectors.commands as Record<string, object>)[act] ?? {});
  const strange = Object.keys(body).filter((field) => !fields.includes(field));
  if (fields.length === 0 || strange.length > 0) throw new Error(`${act} is not in the vectors, or these fields are not: ${strange.join(", ")}`);
}

interface Left {
  shelf: string;
  after: Record<string, unknown> | null;
  free: string[];
}

/** What a screen shows at once is what the vectors say that the next pack says. */
function leaves(act: string, patches: Patches): void {
  const left = (vectors.patches as unknown as Record<string, Left>)[act];
  if (left === undefined) return;
  for (const [key, row] of Object.entries(patches[left.shelf as ShelfName] ?? {})) {
    const told = row === null ? null : Object.fromEntries(Object.entries(row).filter(([column]) => !left.free.includes(column)));
    const due = left.after === null ? null : Object.fromEntries(Object.entries(left.after).filter(([column]) => !left.free.includes(column)));
    if (JSON.stringify(Object.entries(told ?? {}).sort()) !== JSON.stringify(Object.entries(due ?? {}).sort()) || (told === null) !== (due === null))
      throw new Error(`${act} leaves ${JSON.stringify(told)} of ${key}, not ${JSON.stringify(due)}`);
  }
}

/** A fresh phone with these shelves. */
export function phone(shelves: { [S in ShelfName]?: ReadonlyMap<string, unknown> }): void {
  forget();
  sent.length = 0;
  fault.next = null;
  toast.value = null;
  speak("en");
  pack.value = { me: new Map([["me", ME]]), ...shelves } as typeof pack.value;
  useKeeper({
    send: (act, body, about, patches) => {
      known(act, body);
      leaves(act, patches);
      const met = fault.next;
      fault.next = null;
      if (met !== null) return Promise.reject(met);
      const id = `command-${sent.length + 1}`;
      sent.push({ act, body, about, patches });
      commands.value = [...commands.value, { id, counter: sent.length, at: "2022-11-21T09:00:00Z", act, body, about, state: "waiting", reason: "", flags: [], patches }];
      return Promise.resolve(id);
    },
    settle: () => Promise.resolve(),
    saveDraft: () => Promise.resolve(),
    dropDraft: () => Promise.resolve(),
  });
}

/** Let what was promised happen. */
export const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/** What a screen reader says of a button. */
export const nameOf = (button: Element): string => (button.getAttribute("aria-label") ?? button.textContent ?? "").trim();

/** The one button of a name. */
export function button(name: string | RegExp, inside: ParentNode = document): HTMLButtonElement {
  const found = [...inside.querySelectorAll("button")].filter((each) => (typeof name === "string" ? nameOf(each) === name : name.test(nameOf(each))));
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} buttons named ${String(name)}`);
  return found[0];
}

export const press = (name: string | RegExp, inside: ParentNode = document): void => void fireEvent.click(button(name, inside));

/** Everything that is labelled so. */
export function labelled(label: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`[aria-label="${label}"]`);
  if (found === null) throw new Error(`nothing is labelled ${label}`);
  return found;
}

export const dialog = (): HTMLElement => {
  const found = document.querySelector<HTMLElement>("[role=dialog]");
  if (found === null) throw new Error("no sheet is open");
  return found;
};
