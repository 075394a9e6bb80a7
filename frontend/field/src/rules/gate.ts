/** What a gate answers, as the server's `field/codes/rules.py` does: these rules advise where there is no network, the server's decide. Pure. */

import type { Pass, Status } from "../core/pass";

/** Which way somebody goes. The way home, a medical emergency and a fire are never refused (X06). */
export const WAYS = ["pass", "home", "medical", "fire"] as const;
export type Way = (typeof WAYS)[number];
export type Answer = "pass" | "call-desk" | "medical";

/** What a guard is told. A release paper beats every late code. */
export function gateAnswer({ status, way, hasReleasePaper }: { status: Status; way: Way; hasReleasePaper: boolean }): Answer {
  if (way === "medical") return "medical";
  return way !== "pass" || hasReleasePaper || status === "clear" ? "pass" : "call-desk";
}

/** The gate list as it stands in the pack: ids of withdrawn passes, and until when the list is trusted. */
export interface Withdrawn {
  ids: ReadonlySet<string>;
  until: Date;
}

/**
 * The status that a gate goes by when a pass is shown (null: none, or a forged one): what the pass says while it is good, else `hold`. An ended or withdrawn
 * pass and a list that is too old mean to ask the desk, never to stop.
 */
export function statusByPass({ found, withdrawn, now }: { found: Pass | null; withdrawn: Withdrawn; now: Date }): Status {
  const isGood = found !== null && found.issuedAt <= now && now < found.until && !withdrawn.ids.has(found.id) && now < withdrawn.until;
  return isGood ? found.status : "hold";
}
