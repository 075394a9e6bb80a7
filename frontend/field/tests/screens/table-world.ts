/** A table with an invented house: a tube's worth of neighbours, a family on one phone, somebody sampled alone. All people are invented. */

import { signal } from "@preact/signals";

import { commands, drafts, pack, useKeeper, type Pack, type PatchedCommand } from "../../src/core/store";
import type { Band, LookupRow, PersonRow, PlaceRow, RollRow } from "../../src/core/types";
import vectors from "../../../../vectors/tube.json";

export const ROUND = "00000000-0000-4000-8000-00000000f001";
export const LAB = "00000000-0000-4000-8000-00000000f002";
export const AREA = "shanxi/taiyuan/example/";
export const person = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
export const code = (number: number): string => `CDE${String(number).padStart(7, "0")}`;

interface Kept {
  sent: PatchedCommand[];
  /** Drafts as they lie on disk. */
  disk: Map<string, unknown>;
  settled: string[];
  isFull: boolean;
}

/** The keeper of a test: what is sent and kept, as `outbox.ts` would show it. */
export function keep(): Kept {
  const kept: Kept = { sent: [], disk: new Map(), settled: [], isFull: false };
  const whole = (): void => {
    if (kept.isFull) throw new Error("full");
  };
  useKeeper({
    send: async (act, body, about, patches) => {
      whole();
      const id = `command ${kept.sent.length + 1}`;
      const command: PatchedCommand = { id, counter: kept.sent.length + 1, at: "2022-11-21T08:00:00Z", act, body, about, patches, state: "waiting", reason: "", flags: [] };
      kept.sent.push(command);
      commands.value = [...commands.value, command];
      return id;
    },
    settle: async (id) => {
      kept.settled.push(id);
      commands.value = commands.value.filter((one) => one.id !== id);
    },
    saveDraft: async (name, value) => {
      whole();
      kept.disk.set(name, structuredClone(value));
    },
    dropDraft: async (name) => void kept.disk.delete(name),
  });
  return kept;
}

/** The app is killed: memory goes, and comes back from disk. */
export function killAndReopen(kept: Kept): void {
  for (const [name, draft] of drafts) draft.value = structuredClone(kept.disk.get(name) ?? null);
}

export function answered(id: string, state: PatchedCommand["state"], reason = ""): void {
  commands.value = commands.value.map((one) => (one.id === id ? { ...one, state, reason } : one));
}

const byKey = <R>(rows: R[], key: (row: R) => string): ReadonlyMap<string, R> => new Map(rows.map((row) => [key(row), row]));

function people(): PersonRow[] {
  const bands: Record<number, Band> = { 2: "3-17", 13: "80+" };
  return Array.from({ length: 13 }, (_, at) => at + 1).map((number) => ({
    id: person(number),
    name: "演**",
    band: bands[number] ?? "18-59",
    dwelling: number <= 2 ? "room-101" : `room-${200 + number}`,
    household: number <= 2 ? "family" : null,
    file_no: `F${number}`,
    head: number !== 2,
    guardian: number === 2 ? person(1) : null,
    channel: "phone",
  }));
}

function places(): PlaceRow[] {
  const rooms = ["room-101", ...Array.from({ length: 11 }, (_, at) => `room-${203 + at}`), "room-301"];
  return [
    { id: "compound", kind: "compound", name: "演练苑", parent: null, path: "1/" },
    { id: "house", kind: "building", name: "2号楼", parent: "compound", path: "1/2/" },
    ...rooms.map((id) => ({ id, kind: "room", name: `${id.slice(5)}室`, parent: "house", path: `1/2/${id}/` })),
  ];
}

const roll = (number: number): RollRow => ({
  round: ROUND,
  person: person(number),
  building: "house",
  list: number === 13 ? "frail" : "pooled",
  state: "open",
  way: "",
  struck: false,
  contradicted: false,
  alone: number === 13,
});

/** The pack of a registrar; `gate`: the round measures temperature. */
export function fill({ gate = false, duty = "registrar" } = {}): void {
  commands.value = [];
  for (const draft of drafts.values()) draft.value = null;
  const lookups: LookupRow[] = people().map((one, at) => ({ person: one.id, code: code(at + 1), document: at === 2 ? (vectors.documents[0]?.digest ?? "") : "" }));
  const me = {
    title: "演练登记员",
    duties: [{ duty, area: AREA, name: "演练社区" }],
    tree: "mini",
    exercise: true,
    label: "1",
    until: "2030-01-01T00:00:00Z",
    limit: 1000,
    shift: null,
    test: null,
    lookup_key: vectors.lookup_key,
  };
  const round = { id: ROUND, reason: "演练", area: AREA, opens_at: "2022-11-21T00:00:00Z", closes_at: "2099-01-01T00:00:00Z", temperature_gate: gate };
  const rows: Pack = {
    me: new Map([["me", me]]),
    places: byKey(places(), (row) => row.id),
    people: byKey(people(), (row) => row.id),
    lookups: byKey(lookups, (row) => row.person),
    rounds: new Map([[ROUND, round]]),
    roll: byKey(people().map((_, at) => roll(at + 1)), (row) => `${row.round}/${row.person}`),
    labs: new Map([[LAB, { id: LAB, name: "演练实验室" }]]),
  };
  pack.value = rows;
}

/** What the camera shows: set by the mocked scanner. */
export const camera = { onCode: (_text: string): void => undefined, isHeld: signal(false) };
