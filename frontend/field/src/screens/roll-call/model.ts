/** What the roll-call shows, from the rows on the phone. */

import { computed } from "@preact/signals";

import { rows } from "../../core/store";
import type { PersonRow, PlaceRow, RollRow } from "../../core/types";
import { counted, lowest, type Counts, type RollClass } from "../../rules/roll";
import { houseOf } from "../../rules/tasks";

/** Somebody of a roll-call; `person` is missing where the register says no more of him than that he is asked. */
export interface Member {
  roll: RollRow;
  person: PersonRow | undefined;
}

const HOMES = new Set(["room", "bungalow"]);

/** The places beneath each place. */
export const beneath = computed<ReadonlyMap<string, PlaceRow[]>>(() => {
  const found = new Map<string, PlaceRow[]>();
  for (const place of rows("places").value.values()) if (place.parent !== null) grouped(found, place.parent, place);
  return found;
});

/** Rounds that are open, the newest first. */
export const openRounds = computed(() =>
  [...rows("rounds").value.values()].sort((one, other) => (one.opens_at < other.opens_at ? 1 : -1)),
);

const NUMBERS = new Intl.Collator("zh", { numeric: true });
export const byName = (one: { name: string }, other: { name: string }): number => NUMBERS.compare(one.name, other.name);

const NOBODY: ReadonlyMap<string, Member[]> = new Map();

/** Everybody of each round by house; the key "" holds those of whom no house is known. */
const byRound = computed<ReadonlyMap<string, ReadonlyMap<string, Member[]>>>(() => {
  const [people, places] = [rows("people").value, rows("places").value];
  const found = new Map<string, Map<string, Member[]>>();
  for (const roll of rows("roll").value.values()) {
    const person = people.get(roll.person);
    const house = roll.building ?? houseOf(places, person?.dwelling ?? null) ?? "";
    const houses = found.get(roll.round) ?? new Map<string, Member[]>();
    found.set(roll.round, houses);
    grouped(houses, house, { roll, person });
  }
  return found;
});

function grouped<K, V>(groups: Map<K, V[]>, key: K, value: V): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

export const membersByHouse = (round: string): ReadonlyMap<string, Member[]> => byRound.value.get(round) ?? NOBODY;

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

/** A house with the compound around it: two compounds may have a house 2 each. */
export function houseName(id: string): string {
  const places = rows("places").value;
  let name = places.get(id)?.name ?? "";
  for (let at = places.get(id)?.parent ?? null, steps = 0; at !== null && steps < 12; steps += 1) {
    const around = places.get(at);
    if (around === undefined) break;
    if (!name.startsWith(around.name)) name = `${around.name} ${name}`;
    at = around.parent;
  }
  return name;
}

export interface Cell {
  room: PlaceRow;
  state: RollClass | null;
  waited: number;
  people: number;
  flagged: boolean;
}

export interface House {
  units: { id: string; name: string; counts: Counts; members: Member[] }[];
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
  for (const member of members) grouped(found, member.person?.dwelling ?? "", member);
  return found;
}

interface Home {
  room: PlaceRow;
  unit: PlaceRow;
  storey: number | null;
}

/** The homes of a house, in no order: units and floors are known on the way down. */
function homesOf(house: PlaceRow): Home[] {
  const found: Home[] = [];
  const waiting: { place: PlaceRow; unit: PlaceRow; floor: string | null }[] = [{ place: house, unit: house, floor: null }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { place, unit, floor } = at;
    if (HOMES.has(place.kind)) found.push({ room: place, unit, storey: storey(floor, place.name) });
    for (const child of beneath.value.get(place.id) ?? [])
      waiting.push({ place: child, unit: child.kind === "unit" ? child : unit, floor: child.kind === "floor" ? child.name : floor });
  }
  return found;
}

function cellOf(room: PlaceRow, here: readonly Member[]): Cell {
  const still = here.flatMap(({ roll }) => (roll.struck ? [] : [roll]));
  return {
    room,
    state: lowest(still),
    waited: still.filter((roll) => roll.state === "open").length,
    people: still.length,
    flagged: still.some((roll) => roll.contradicted),
  };
}

/** A house as units side by side and floors from the top down; every member stands in exactly one cell or among the roomless. */
export function houseGrid(id: string, members: readonly Member[]): House {
  const here = byRoom(members);
  const house = rows("places").value.get(id);
  const homes = house === undefined ? [] : homesOf(house);
  const units = [...new Set(homes.map((home) => home.unit))].sort(byName);
  const storeys = [...new Set(homes.map((home) => home.storey))].sort((one, other) => (other ?? LAST) - (one ?? LAST));
  const known = new Set(homes.map((home) => home.room.id));
  const [cells, residents] = [new Map<string, Cell[]>(), new Map<string, Member[]>()];
  for (const { room, unit, storey } of homes) {
    const people = here.get(room.id) ?? [];
    grouped(cells, `${storey}/${unit.id}`, cellOf(room, people));
    for (const member of people) grouped(residents, unit.id, member);
  }
  return {
    units: units.map((unit) => {
      const living = residents.get(unit.id) ?? [];
      return { id: unit.id, name: unit.id === id ? "" : unit.name, counts: counted(living.map((member) => member.roll)), members: living };
    }),
    floors: storeys.map((floor) => ({
      name: floor === null ? "" : String(floor),
      cells: units.map((unit) => (cells.get(`${floor}/${unit.id}`) ?? []).sort((one, other) => byName(one.room, other.room))),
    })),
    roomless: members.filter((member) => !known.has(member.person?.dwelling ?? "")),
    counts: counted(members.map((member) => member.roll)),
    struck: members.filter((member) => member.roll.struck).length,
  };
}

/** Where homes without a storey stand: beneath the lowest cellar. */
const LAST = -99;
