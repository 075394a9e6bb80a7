/** Call for support: what is needed, how many, until when. It is not the same as escalating: units come, nobody decides. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { me, now } from "../../core/store";
import type { TaskRow } from "../../core/types";
import { BigButton, Choice, Sheet } from "../../ui";
import { note } from "./note";
import { needWords } from "./words";

const NUMBERS = ["1", "2", "5", "10"] as const;
const HOURS = ["2", "4", "8"] as const;
const HOUR_MS = 3_600_000;

export function SupportSheet({ task, onClose }: { task: TaskRow | null; onClose: () => void }): JSX.Element {
  const [need, setNeed] = useState<string | null>(null);
  const [number, setNumber] = useState<string>("2");
  const [hours, setHours] = useState<string>("4");
  const call = async (): Promise<void> => {
    if (need === null) return;
    const from = now();
    const body = {
      area: me().value?.duties[0]?.area ?? "",
      task_id: task?.id ?? null,
      need,
      number: Number(number),
      starts_at: from.toISOString(),
      ends_at: new Date(from.getTime() + Number(hours) * HOUR_MS).toISOString(),
    };
    if (await note("tasks.call-for-support", body, { about: task === null ? [] : [task.id], said: t("Called for support") })) onClose();
  };
  return (
    <Sheet open title={t("Call for support")} onClose={onClose}>
      <Choice label={t("What do you need?")} options={needWords()} value={need} onChoose={setNeed} />
      <h3>{t("How many?")}</h3>
      <Choice label={t("How many?")} options={NUMBERS.map((value) => ({ value, label: value }))} value={number} onChoose={setNumber} />
      <h3>{t("For how long?")}</h3>
      <Choice label={t("For how long?")} options={HOURS.map((value) => ({ value, label: t("{n} hours", { n: value }) }))} value={hours} onChoose={setHours} />
      <BigButton tone="bad" disabled={need === null} onPress={() => void call()}>{t("Send the call")}</BigButton>
    </Sheet>
  );
}
