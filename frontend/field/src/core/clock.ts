/** The tree's time on a phone: its own clock and the skew of the last contact, never earlier than what it has seen. */

import { skewMs } from "./store";

/** Tree time minus device clock, the request taken as answered half-way between sending and receiving (ms). */
export function skewOf(treeNow: string, sentMs: number, receivedMs: number): number {
  return Date.parse(treeNow) - (sentMs + receivedMs) / 2;
}

/** The moment by which ends are judged: a clock set back gains nothing. */
export function treeNowMs(latestMs: number, deviceMs = Date.now()): number {
  return Math.max(deviceMs + skewMs.value, latestMs);
}
