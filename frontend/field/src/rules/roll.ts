/**
 * The roll-call's law, as the server has it (field/sampling/rules/tubes.py); both read vectors/roll_call.json.
 * These rules advise: what the server answers stands.
 */

/** Classes of a roll-call, highest first. */
export const CLASSES = ["sampled", "exempt", "away", "declined", "unreachable", "open"] as const;
export type RollClass = (typeof CLASSES)[number];
/** How somebody was sampled: in a tube of the round, under his own plan, elsewhere with proof. */
const WAYS = ["here", "own-plan", "elsewhere"];
/** What a worker may report; `sampled here` comes from tubes only. */
export const REPORTABLE = ["exempt", "away", "unreachable", "declined", "elsewhere"] as const;
export type Reportable = (typeof REPORTABLE)[number];
/** Whoever is still waited for, and may be reminded. */
export const WAITED_FOR: readonly string[] = ["open", "unreachable"];

export interface Standing {
  state: string;
  way: string;
}

export interface RollFact extends Standing {
  by: string | null;
}

const rank = (order: readonly string[], value: string): number => (order.includes(value) ? order.indexOf(value) : order.length);

/** The higher of two standings: the order of arrival and repetition cannot matter. */
export function joined(one: Standing, other: Standing): Standing {
  const by = rank(CLASSES, one.state) - rank(CLASSES, other.state) || rank(WAYS, one.way) - rank(WAYS, other.way);
  return by <= 0 ? { state: one.state, way: one.way } : { state: other.state, way: other.way };
}

/** The highest class over all facts; flagged when two workers reported different classes and one of them says exempt or away. */
export function standingOf(facts: readonly RollFact[]): Standing & { contradicted: boolean } {
  const best = facts.reduce<Standing>(joined, { state: "open", way: "" });
  const states = new Set(facts.map((fact) => fact.state));
  const workers = new Set(facts.map((fact) => fact.by));
  return { ...best, contradicted: states.size > 1 && workers.size > 1 && (states.has("exempt") || states.has("away")) };
}

/** Class and way of what a worker reports. */
export const standingReported = (reported: Reportable): Standing =>
  reported === "elsewhere" ? { state: "sampled", way: "elsewhere" } : { state: reported, way: "" };

export interface Counts {
  total: number;
  by: Record<RollClass, number>;
}

/** How many stand in each class; whoever was struck off is in none, so the classes add up to everybody who is left. */
export function counted(rows: Iterable<{ state: string; struck: boolean }>): Counts {
  const by = Object.fromEntries(CLASSES.map((name) => [name, 0])) as Record<RollClass, number>;
  let total = 0;
  for (const row of rows) {
    if (row.struck) continue;
    by[row.state as RollClass] += 1;
    total += 1;
  }
  return { total, by };
}

/** The class that a room shows: the lowest of its people, so that nobody who is missing is hidden; null where nobody is asked. */
export function lowest(rows: Iterable<{ state: string; struck: boolean }>): RollClass | null {
  let found = -1;
  for (const row of rows) if (!row.struck) found = Math.max(found, rank(CLASSES, row.state));
  return CLASSES[found] ?? null;
}
