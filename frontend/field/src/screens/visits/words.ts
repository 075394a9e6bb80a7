/** Words of visits: results, changes, needs, items of a routine. */

import { clockTime, t } from "../../core/i18n";
import type { RoutineRow } from "../../core/types";
import type { Option } from "../../ui";

export type Result = "met" | "absent" | "refused";
/** Highest first: of several attempts the first of this order is the household's (field/visits/rules.py). */
export const RESULTS: readonly Result[] = ["met", "refused", "absent"];

export function resultWord(state: string): string {
  const words: Record<string, string> = {
    met: t("Met"),
    absent: t("Nobody answers"),
    refused: t("Door stays closed"),
    open: t("Not visited"),
    ended: t("Ended"),
  };
  return words[state] ?? state;
}

export function changeOptions(): Option[] {
  return [
    { value: "moved-in", label: t("Moved in") },
    { value: "moved-out", label: t("Moved out") },
    { value: "baby", label: t("A baby") },
    { value: "away", label: t("Away") },
    { value: "back", label: t("Back again") },
    { value: "died", label: t("Died") },
    { value: "vacant", label: t("Vacant") },
  ];
}

export function needOptions(): Option[] {
  return [
    { value: "alone", label: t("Lives alone") },
    { value: "frail", label: t("Frail") },
    { value: "bed-ridden", label: t("Bed-ridden") },
    { value: "mobility", label: t("Walks badly") },
    { value: "disabled", label: t("Disabled") },
    { value: "chronic", label: t("Needs medicine all the time") },
    { value: "dialysis", label: t("Dialysis") },
    { value: "pregnant", label: t("Pregnant") },
    { value: "infant", label: t("Infant") },
    { value: "deaf", label: t("Deaf") },
    { value: "online-class", label: t("Lessons online") },
    { value: "pet", label: t("Has a pet") },
    { value: "medicine", label: t("Asks for medicine") },
    { value: "food", label: t("Asks for food") },
    { value: "waste", label: t("Asks for waste to be collected") },
    { value: "consolation", label: t("Wants to talk to somebody") },
    { value: "other", label: t("Asks to be called") },
  ];
}

/** An item as the county named it; the five that the daily routine is known by have words in both languages. */
export function itemWord(item: string): string {
  const words: Record<string, string> = {
    patrol: t("Patrol"),
    check: t("Check"),
    monitor: t("Monitoring"),
    monitoring: t("Monitoring"),
    disinfection: t("Disinfection"),
    report: t("Report"),
  };
  return words[item] ?? item;
}

const hour = (moment: string): string => (moment.includes("T") ? clockTime(moment) : moment.slice(0, 5));

export const windowOf = (item: RoutineRow): string => `${hour(item.from)}-${hour(item.to)}`;
