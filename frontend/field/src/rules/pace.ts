/**
 * Guard X08 as the phone warns of it: doors that nobody can have walked so fast are looked at by a second person. Nothing is refused.
 * The server's rule is field/visits/rules.py; both read vectors/pace.json.
 */

/** The window, and so many doors within it can be walked (design values). */
export const WITHIN_MS = 10 * 60 * 1000;
export const MOST_DOORS = 40;

/** An act: its moment in milliseconds, and the door. */
export type Act = readonly [at: number, door: string];

/** Which of one hand's acts lie in some window (both ends included) with too many different doors; places in `acts`, whose order does not matter. */
export function implausible(acts: readonly Act[], within = WITHIN_MS, most = MOST_DOORS): Set<number> {
  const order = acts.map((act, place) => ({ at: act[0], door: act[1], place })).sort((one, other) => one.at - other.at);
  const doors = new Map<string, number>();
  const found = new Set<number>();
  let end = 0;
  let marked = 0;
  for (const [first, act] of order.entries()) {
    for (let next = order[end]; next !== undefined && next.at <= act.at + within; next = order[end]) {
      doors.set(next.door, (doors.get(next.door) ?? 0) + 1);
      end += 1;
    }
    if (doors.size > most) {
      for (const hurried of order.slice(Math.max(first, marked), end)) found.add(hurried.place);
      marked = Math.max(marked, end);
    }
    const left = (doors.get(act.door) ?? 1) - 1;
    if (left === 0) doors.delete(act.door);
    else doors.set(act.door, left);
  }
  return found;
}
