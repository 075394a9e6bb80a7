/** Words of requests. */

import { t } from "../../core/i18n";
import type { Option } from "../../ui";

export function kindWord(kind: string): string {
  const words: Record<string, string> = {
    medicine: t("Medicine"),
    dialysis: t("Dialysis"),
    food: t("Food"),
    waste: t("Waste collection"),
    ambulance: t("Needs an ambulance"),
    birth: t("Birth"),
    consolation: t("Somebody to talk to"),
    pet: t("Pet"),
    complaint: t("Complaint"),
    other: t("Please call me"),
  };
  return words[kind] ?? kind;
}

/** What can be asked for at a door; an ambulance has a button of its own. */
export const ASKED = ["medicine", "food", "dialysis", "birth", "waste", "consolation", "pet", "complaint", "other"] as const;

export function stateWord(state: string): string {
  const words: Record<string, string> = {
    recorded: t("Nobody has it yet"),
    accepted: t("Taken on"),
    bought: t("Bought"),
    delivered: t("Delivered"),
    answered: t("Answered"),
    confirmed: t("Confirmed by the resident"),
  };
  return words[state] ?? state;
}

export type BackReason = "sold-out" | "too-far" | "shift-over" | "needs-another" | "other";

export function backOptions(): Option<BackReason>[] {
  return [
    { value: "sold-out", label: t("Sold out") },
    { value: "too-far", label: t("Too far") },
    { value: "shift-over", label: t("My shift is over") },
    { value: "needs-another", label: t("Somebody else can do it") },
    { value: "other", label: t("Another reason") },
  ];
}
