/** My tasks by building and deadline, and where a person or a place belongs. Pure. */

export interface Located {
  id: string;
  kind: string;
  parent: string | null;
}

/** What lies around houses and is none. */
const AROUND = new Set(["compound", "section"]);

/** The house (row, hotel, shop) in which a place lies: the outermost known place that is no compound; null where it is not known. */
export function houseOf(places: ReadonlyMap<string, Located>, id: string | null): string | null {
  let found: string | null = null;
  for (let at: string | null = id, steps = 0; at !== null && steps < 12; steps += 1) {
    const place = places.get(at);
    if (place === undefined || AROUND.has(place.kind)) break;
    found = place.id;
    at = place.parent;
  }
  return found;
}

export interface Due {
  id: string;
  due_at: string;
  state: string;
}

export interface Group<T extends Due> {
  house: string | null;
  tasks: T[];
  /** Tasks that nobody has taken on yet. */
  free: T[];
}

const byDeadline = (one: Due, other: Due): number => Date.parse(one.due_at) - Date.parse(other.due_at) || (one.id < other.id ? -1 : 1);

/** Open tasks by house, most urgent house first, most urgent task first; every open task stands in exactly one group. */
export function byHouse<T extends Due>(tasks: Iterable<T>, house: (task: T) => string | null): Group<T>[] {
  const groups = new Map<string | null, Group<T>>();
  const open = [...tasks].filter((task) => task.state === "assigned" || task.state === "accepted").sort(byDeadline);
  for (const task of open) {
    const key = house(task);
    const group = groups.get(key) ?? { house: key, tasks: [], free: [] };
    groups.set(key, group);
    group.tasks.push(task);
    if (task.state === "assigned") group.free.push(task);
  }
  return [...groups.values()];
}

export type Evidence = "scan" | "reading" | "count" | "signature" | "call";

/** Tasks that no hand closes: the tube, the test or the hand-over that they wait for does. */
const BY_THEMSELVES = new Set(["door-sample", "test", "antigen-again", "isolated"]);
const FACTS: Readonly<Record<string, Evidence>> = { "tell-hold": "call", "call-down": "count", remaining: "count", "warm-site": "reading" };

/** The fact by which a task of a kind is closed by hand, null where it closes by itself; a signature is a tick of presence with one's office, never a photo. */
export const evidenceOf = (kind: string): Evidence | null => (BY_THEMSELVES.has(kind) ? null : (FACTS[kind] ?? "signature"));
