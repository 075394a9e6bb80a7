/** Calls: my own list, one after another: dial, one tap, next. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../core/i18n";
import { rows } from "../core/store";
import type { CallRow } from "../core/types";
import { BigButton, Button, Chip, Choice, Count, Empty, ListRow } from "../ui";
import { Dial } from "./calls/mark";
import { calledWord, healthOptions, missedOptions, reasonWord, testedOptions } from "./calls/words";
import { EmergencyButton } from "./requests/emergency";
import { note } from "./today/note";

export const screen = { id: "calls", title: "Calls", icon: "phone", duties: ["phone-operator"] };

/** Nobody has called yet, then those who did not answer: they are called again. */
const waiting = (calls: readonly CallRow[]): CallRow[] => [...calls.filter((call) => call.result === ""), ...calls.filter((call) => call.result === "no-answer")];

export default function Calls(): JSX.Element {
  const [chosen, choose] = useState<string | null>(null);
  const calls = [...rows("calls").value.values()];
  const queue = waiting(calls);
  const current = calls.find((call) => call.id === chosen) ?? queue[0];
  const over = calls.length - queue.length;
  const after = (call: CallRow): void => choose(queue[queue.findIndex((one) => one.id === call.id) + 1]?.id ?? null);
  return (
    <>
      <h1>{t("Calls")}</h1>
      <EmergencyButton />
      {calls.length === 0 && <Empty>{t("Your call list is empty.")}</Empty>}
      {calls.length > 0 && <Count value={over} of={calls.length} label={t("called")} />}
      {current !== undefined && <Current key={`${current.id}/${current.result}`} call={current} onNext={() => after(current)} />}
      {calls.length > 0 && current === undefined && <Empty>{t("Everybody on your list is called.")}</Empty>}
      {calls.map((call) => (
        <ListRow
          key={call.id}
          title={call.name}
          detail={reasonWord(call.reason)}
          end={call.result === "" ? "" : <Chip tone={call.result === "reached" ? "good" : "wait"}>{calledWord(call.result)}</Chip>}
          onPress={() => choose(call.id)}
        />
      ))}
    </>
  );
}

function record(call: CallRow, result: string, more: Record<string, unknown> = {}): Promise<boolean> {
  const patches = { calls: { [call.id]: { result } } };
  return note("care.record-call", { item_id: call.id, result, ...more }, { about: [call.id], patches, said: `${call.name}: ${calledWord(result)}` });
}

/** The one who is called now. Whoever did not answer is noted by one tap; of whoever did, two things may be noted beside it. */
function Current({ call, onNext }: { call: CallRow; onNext: () => void }): JSX.Element {
  const [reached, reach] = useState(false);
  const [health, setHealth] = useState<string | null>(null);
  const [tested, setTested] = useState<string | null>(null);
  const done = (kept: Promise<boolean>): void => void kept.then((noted) => noted && onNext());
  return (
    <section aria-label={t("Now: {name}", { name: call.name })}>
      <h2>{call.name}</h2>
      <p>{reasonWord(call.reason)}</p>
      <div class="buttons">
        {call.phone !== "" && <Dial call={call} />}
        <Button onPress={onNext}>{t("Next")}</Button>
      </div>
      {reached ? (
        <>
          <Choice label={t("How are they?")} options={healthOptions()} value={health} onChoose={setHealth} />
          <Choice label={t("Tested?")} options={testedOptions()} value={tested} onChoose={setTested} />
          <BigButton tone="good" onPress={() => done(record(call, "reached", { health, tested }))}>{t("Note it, and the next one")}</BigButton>
        </>
      ) : (
        <>
          <BigButton tone="good" onPress={() => reach(true)}>{t("Reached")}</BigButton>
          <Choice label={t("Not reached")} options={missedOptions()} onChoose={(result) => done(record(call, result))} />
        </>
      )}
    </section>
  );
}
