/** Words and signs of the classes; a class is told by sign, pattern and colour, never by colour alone. */

import { t } from "../../core/i18n";
import type { Reportable, RollClass } from "../../rules/roll";
import type { Tone } from "../../ui";

export const SIGNS: Readonly<Record<RollClass, string>> = { sampled: "✓", exempt: "△", away: "→", declined: "✕", unreachable: "?", open: "○" };
export const TONES: Readonly<Record<RollClass, Tone>> = {
  sampled: "good",
  exempt: "plain",
  away: "plain",
  declined: "wait",
  unreachable: "wait",
  open: "bad",
};

export function classWord(state: string): string {
  const words: Record<string, string> = {
    sampled: t("Sampled"),
    exempt: t("Exempt"),
    away: t("Away"),
    declined: t("Declined"),
    unreachable: t("Not reached"),
    open: t("Not yet"),
  };
  return words[state] ?? state;
}

export const reportWord = (reported: Reportable): string => (reported === "elsewhere" ? t("Sampled elsewhere") : classWord(reported));

/** Sampled somewhere else or under a plan of his own is said beside the class. */
export function wayWord(way: string): string {
  const words: Record<string, string> = { elsewhere: t("elsewhere, with proof"), "own-plan": t("under his own plan") };
  return words[way] ?? "";
}
