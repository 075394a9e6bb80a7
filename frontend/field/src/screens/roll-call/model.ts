/** What the roll-call shows, from the rows on the phone. */

import { computed } from "@preact/signals";

import { rows } from "../../core/store";
import type { PersonRow, PlaceRow, RollRow } from "../../core/types";
import { counted, lowest, type Counts, type RollClass } from "../../rules/roll";
import { above, houseOf } from "../../rules/tasks";

/** Somebody of a roll-call; `person` is missing where the register says no more of him than that he is asked. */
export interface Member {
  roll: RollRow;
  person: PersonRow | undefined;
}

const HOMES = new Set(["room", "bungalow"]);

/** The places beneath each place. */
export const beneath = computed<ReadonlyMap<string, PlaceRow[]>>(() => {
  const found = new Map<string, PlaceRow[]>();
  for (const place of rows("places").value.values()) {
    if (place.parent === null) continue;
    const siblings = found.get(place.parent);
    if (siblings === undefined) found.set(place.parent, [place]);
    else siblings.push(place);
  }
  return found;
});

/** Rounds that are open, the newest first. */
export const openRounds = computed(() =>
  [...rows("rounds").value.values()].filter((round) => !round.closed).sort((one, other) => (one.opens_at < other.opens_at ? 1 : -1)),
);

const NUMBERS = new Intl.Collator("zh", { numeric: true });
export const byName = (one: { name: string }, other: { name: string }): number => NUMBERS.compare(one.name, other.name);

/** Everybody of a round by house; the key "" holds those of whom no house is known. */
export function membersByHouse(round: string): Map<string, Member[]> {
  const [people, places] = [rows("people").value, rows("places").value];
  const found = new Map<string, Member[]>();
  for (const roll of rows("roll").value.values()) {
    if (roll.round !== round) continue;
    const person = people.get(roll.person);
    const house = roll.building ?? houseOf(places, person?.dwelling ?? null) ?? "";
    const members = found.get(house);
    if (members === undefined) found.set(house, [{ roll, person }]);
    else members.push({ roll, person });
  }
  return found;
}

/** The name of a place with those above it, down from the house ("2号楼 1单元 1701室"). */
export function addressOf(id: string | null): string {
  const places = rows("places").value;
  const names: string[] = [];
  for (let at = id, steps = 0; at !== null && steps < 12; steps += 1) {
    const place = places.get(at);
    if (place === undefined || place.kind === "compound") break;
    if (place.kind !== "floor") names.unshift(place.name);
    at = place.parent;
  }
  return names.join(" ");
}

export interface Cell {
  room: PlaceRow;
  state: RollClass | null;
  waited: number;
  people: number;
  flagged: boolean;
}

export interface House {
  units: { id: string; name: string; counts: Counts }[];
  /** Floors from the top down; `cells[unit]` are the rooms of the floor in each unit. */
  floors: { name: string; cells: Cell[][] }[];
  /** Whoever is asked but has no room on this phone. */
  roomless: Member[];
  counts: Counts;
  struck: number;
}

/** The storey that a floor's or a room's name tells: 17 of "17层" and of "1702室", -1 of "负1层"; null where it tells none. */
export function storey(floor: string | null, room: string): number | null {
  const below = (name: string): number => (/^(负|B|-|地下)/i.test(name) ? -1 : 1);
  const told = floor === null ? null : /\d+/.exec(floor);
  if (floor !== null && told !== null) return below(floor) * Number(told[0]);
  const digits = /(\d+)\d\d(?!\d)/.exec(room);
  return digits === null ? null : below(room) * Number(digits[1]);
}

/** The members of each room. */
export function byRoom(members: readonly Member[]): Map<string, Member[]> {
  const found = new Map<string, Member[]>();
  for (const member of members) {
    const room = member.person?.dwelling ?? "";
    const here = found.get(room);
    if (here === undefined) found.set(room, [member]);
    else here.push(member);
  }
  return found;
}

interface Home {
  room: PlaceRow;
  unit: string;
  storey: number | null;
}

function homesOf(house: string): Home[] {
  const places = rows("places").value;
  const found: Home[] = [];
  const waiting = [house];
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    for (const place of beneath.value.get(id) ?? []) {
      waiting.push(place.id);
      if (!HOMES.has(place.kind)) continue;
      const floor = above(places, place.id, "floor");
      found.push({
        room: place,
        unit: above(places, place.id, "unit") ?? house,
        storey: storey(floor === null ? null : (places.get(floor)?.name ?? null), place.name),
      });
    }
  }
  return found.sort((one, other) => byName(one.room, other.room));
}

function cellOf(room: PlaceRow, here: readonly Member[]): Cell {
  const rolls = here.map((member) => member.roll);
  const still = rolls.filter((roll) => !roll.struck);
  return {
    room,
    state: lowest(still),
    waited: still.filter((roll) => roll.state === "open").length,
    people: still.length,
    flagged: still.some((roll) => roll.contradicted),
  };
}

/** A house as units side by side and floors from the top down; every member stands in exactly one cell or among the roomless. */
export function houseGrid(house: string, members: readonly Member[]): House {
  const here = byRoom(members);
  const homes = homesOf(house);
  const places = rows("places").value;
  const units = [...new Set(homes.map((home) => home.unit))].map((id) => ({ id, name: id === house ? "" : (places.get(id)?.name ?? "") })).sort(byName);
  const storeys = [...new Set(homes.map((home) => home.storey))].sort((one, other) => (other ?? -99) - (one ?? -99));
  const known = new Set(homes.map((home) => home.room.id));
  const rollsOf = (unit: string): RollRow[] =>
    homes.filter((home) => home.unit === unit).flatMap((home) => (here.get(home.room.id) ?? []).map((member) => member.roll));
  return {
    units: units.map((unit) => ({ ...unit, counts: counted(rollsOf(unit.id)) })),
    floors: storeys.map((floor) => ({
      name: floor === null ? "" : String(floor),
      cells: units.map((unit) =>
        homes.filter((home) => home.unit === unit.id && home.storey === floor).map((home) => cellOf(home.room, here.get(home.room.id) ?? [])),
      ),
    })),
    roomless: members.filter((member) => !known.has(member.person?.dwelling ?? "")),
    counts: counted(members.map((member) => member.roll)),
    struck: members.filter((member) => member.roll.struck).length,
  };
}
