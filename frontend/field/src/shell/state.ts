/** How the traffic stands, in plain words. */

import { clockTime, t } from "../core/i18n";
import { why } from "../core/reasons";
import type { SyncState } from "../core/sync";
import type { Pending } from "../core/types";
import type { Tone } from "../ui";

export interface Told {
  words: string;
  tone: Tone;
  /** One sign beside the words, so that colour is not the only one. */
  sign: string;
}

/** "3 waiting, last sent 08:12": what lies here, when something went, and why not if not. */
export function told(state: SyncState, outbox: readonly Pending[]): Told {
  const waiting = outbox.filter((each) => each.state === "waiting" || each.state === "sent").length;
  const stuck = outbox.length - waiting;
  const sent = state.sentAt === null ? "" : t("last sent {time}", { time: clockTime(state.sentAt) });
  const count = waiting > 0 ? t("{n} waiting", { n: waiting }) : stuck === 0 ? t("all sent") : "";
  const decide = stuck > 0 ? t("{n} to decide", { n: stuck }) : "";
  const cause = state.phase === "offline" ? t("no network") : state.phase === "waiting" ? why(state.reason).replace(/[.。]$/, "") : "";
  const words = [cause, decide, count, sent].filter((each) => each !== "").join(t(", "));
  if (stuck > 0) return { words, tone: "bad", sign: "!" };
  if (state.phase === "offline") return { words, tone: "wait", sign: "⌁" };
  if (state.phase === "waiting") return { words, tone: "wait", sign: "…" };
  return { words, tone: waiting > 0 ? "plain" : "good", sign: waiting > 0 ? "↑" : "✓" };
}
