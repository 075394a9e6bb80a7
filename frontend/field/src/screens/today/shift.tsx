/** My shift, my rest, my own test. */

import type { JSX } from "preact";

import { clockTime, dayTime, t } from "../../core/i18n";
import { now, type Patches } from "../../core/store";
import type { MeRow } from "../../core/types";
import { Banner, BigButton, Button } from "../../ui";
import { note } from "./note";

export function Shift({ mine }: { mine: MeRow }): JSX.Element {
  return (
    <>
      {mine.test !== null && mine.test.outcome !== "" && <OwnTest test={mine.test} />}
      {mine.shift !== null && <Spell shift={mine.shift} />}
    </>
  );
}

function OwnTest({ test }: { test: NonNullable<MeRow["test"]> }): JSX.Element | null {
  if (test.outcome === "overdue") return <Banner tone="bad">{t("Your own test is overdue: you cannot start a shift before it.")}</Banner>;
  if (test.due === null) return null;
  return <Banner>{t("Your own test is due by {time}", { time: dayTime(test.due) })}</Banner>;
}

function Spell({ shift }: { shift: NonNullable<MeRow["shift"]> }): JSX.Element {
  const body = { worker_id: shift.worker };
  const patched = (started_at: string | null): Patches => ({ me: { me: { shift: { ...shift, started_at, rest_due_at: null } } } });
  if (shift.started_at === null) {
    return (
      <BigButton
        tone="main"
        onPress={() => void note("workforce.start-shift", body, { patches: patched(now().toISOString()), said: t("Your shift has begun") })}
      >
        {t("Start my shift")}
      </BigButton>
    );
  }
  const over = shift.rest_due_at !== null && Date.parse(shift.rest_due_at) <= now().getTime();
  return (
    <div class="shift">
      <p>
        {t("On shift since {time}", { time: clockTime(shift.started_at) })}
        {shift.rest_due_at !== null && !over && ` · ${t("rest at {time}", { time: clockTime(shift.rest_due_at) })}`}
      </p>
      {over && <Banner tone="bad">{t("Your rest is due: hand over and go.")}</Banner>}
      <Button onPress={() => void note("workforce.end-shift", body, { patches: patched(null), said: t("Your shift is over. Rest well.") })}>{t("End my shift")}</Button>
    </div>
  );
}
