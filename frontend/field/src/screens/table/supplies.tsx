/** Something runs out at the table: one tap calls for it. */

import type { JSX } from "preact";

import { t } from "../../core/i18n";
import { now } from "../../core/store";
import { Choice, Sheet, toast } from "../../ui";
import { area, noted } from "./desk";

/** By when it should have come (design value: half an hour, before a table at full pace stands still). */
const WANTED_MS = 30 * 60_000;

export function Supplies({ onClose }: { onClose: () => void }): JSX.Element {
  const call = async (need: string): Promise<void> => {
    const from = now();
    const body = { area: area(), task_id: null, need, number: 1, starts_at: from.toISOString(), ends_at: new Date(from.getTime() + WANTED_MS).toISOString() };
    if (!(await noted("tasks.call-for-support", body, [], {}))) return;
    toast.value = { words: t("Called for. The office sees it with the next contact."), tone: "good" };
    onClose();
  };
  const options = [
    { value: "supplies", label: t("Supplies"), detail: t("tubes, swabs, gloves, labels") },
    { value: "people", label: t("Hands"), detail: t("the queue grows") },
  ];
  return (
    <Sheet open title={t("What is needed?")} onClose={onClose}>
      <Choice label={t("What is needed?")} options={options} onChoose={(need) => void call(need)} />
    </Sheet>
  );
}
