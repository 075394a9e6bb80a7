/** Words of the table. */

import { t } from "../../core/i18n";
import { why } from "../../core/reasons";
import type { PersonRow } from "../../core/types";

export const bandWord = (band: string): string => (band === "" ? t("age not known") : t("{band} years", { band }));

/** Why somebody, or a label, is not taken; the server's reasons in the words of the table. */
export function whyWord(reason: string): string {
  const words: Record<string, string> = {
    "tube.none": t("First scan the label of a tube."),
    "tube.full": t("The tube is full. Seal it, then open the next one."),
    "tube.never-pooled": t("Is sampled alone, never in a pool."),
    "roster.already-sampled": t("Is in a tube of this round already."),
    "roster.not-on-roster": t("Was struck off this round. The grid worker knows why."),
    "tube.label-taken": t("This label was used before. Take another tube."),
    "table.tubes-open": t("Two tubes are open at this table. Seal one of them first."),
    "phone.not-kept": t("Nothing was noted: the phone is locked or full. Write it on paper."),
  };
  return words[reason] ?? why(reason);
}

/** How somebody is called at a table: what the phone knows of his name, and the age band. */
export const called = (person: PersonRow | undefined): string => (person === undefined ? t("not on this phone") : `${person.name} · ${bandWord(person.band)}`);
