/** What is chosen once: the round, how many people a tube is for, the table. And what runs out. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { clockTime, t } from "../../core/i18n";
import { POOL_SIZES } from "../../rules/tube";
import { BigButton, Choice, Field, Sheet } from "../../ui";
import { change, desk, rounds } from "./desk";

export function Setup({ onClose }: { onClose: () => void }): JSX.Element {
  const { round, pool_size, table, team, tubes } = desk.value;
  const [name, setName] = useState(table);
  const [crew, setCrew] = useState(team);
  const isBusy = tubes.length > 0;
  const done = async (): Promise<void> => {
    // What the server takes as the name of a table: letters, digits, dots, hyphens.
    if (await change({ table: name.replace(/[^\p{L}\p{N}_.-]/gu, ""), team: crew.trim() })) onClose();
  };
  return (
    <Sheet open title={t("This table")} onClose={onClose}>
      {rounds.value.length > 1 && !isBusy && (
        <Choice
          label={t("Round")}
          options={rounds.value.map((one) => ({ value: one.id, label: one.reason, detail: t("until {time}", { time: clockTime(one.closes_at) }) }))}
          value={round}
          onChoose={(id) => void change({ round: id })}
        />
      )}
      <h3>{t("People in one tube")}</h3>
      <Choice
        label={t("People in one tube")}
        options={POOL_SIZES.map((size) => ({ value: String(size), label: String(size) }))}
        value={String(pool_size)}
        onChoose={(size) => void change({ pool_size: Number(size) })}
      />
      <Field label={t("Table")} value={name} onInput={setName} maxLength={20} />
      <Field label={t("Team")} value={crew} onInput={setCrew} maxLength={40} hint={t("A number or a name of the team, no person.")} onEnter={() => void done()} />
      <BigButton tone="main" onPress={() => void done()}>{t("Done")}</BigButton>
    </Sheet>
  );
}
