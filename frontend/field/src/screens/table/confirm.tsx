/** Whoever was found: name and age band to confirm by one tap, why he is not taken, and those of his home. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { rows } from "../../core/store";
import type { PersonRow } from "../../core/types";
import type { Means } from "../../rules/tube";
import { Banner, BigButton, Button, Chip, Field, ListRow, Sheet } from "../../ui";
import { addressOf } from "../roll-call/model";
import { classWord, TONES } from "../roll-call/words";
import type { RollClass } from "../../rules/roll";
import { activeTube, desk, isolate, standing, temperature, whyNot } from "./desk";
import { bandWord, called, whyWord } from "./words";

export interface Asked {
  id: string;
  means: Means;
}

interface Props {
  asked: Asked;
  /** He is to be taken. */
  onTake: (asked: Asked) => void;
  /** Somebody of the same home is meant. */
  onOther: (asked: Asked) => void;
  /** He is sampled alone: a tube of his own is wanted. */
  onAlone: (asked: Asked) => void;
  onClose: () => void;
}

export function Confirm({ asked, onTake, onOther, onAlone, onClose }: Props): JSX.Element {
  const person = rows("people").value.get(asked.id);
  const why = whyNot(asked.id);
  return (
    <Sheet open title={called(person)} onClose={onClose}>
      <p>{addressOf(person?.dwelling ?? null)} <Standing person={asked.id} /></p>
      {why === "" ? <Take key={asked.id} asked={asked} onTake={onTake} /> : <Banner tone={why === "tube.none" ? "wait" : "bad"}>{whyWord(why)}</Banner>}
      {why === "tube.never-pooled" && <Ready onPress={() => onAlone(asked)}>{t("A tube of his own")}</Ready>}
      <Family person={person} onOther={(id) => onOther({ id, means: asked.means === "home" ? "home" : "phone" })} />
      <div class="buttons">
        <Button onPress={() => void isolate(asked.id).then(onClose)}>{t("Fever or ill: waits apart")}</Button>
        <Button onPress={onClose}>{t("Somebody else")}</Button>
      </div>
    </Sheet>
  );
}

export function Standing({ person }: { person: string }): JSX.Element {
  const roll = standing(person);
  if (roll === null) return <Chip tone="wait">{t("not on the list: is added")}</Chip>;
  if (roll.state === "open" && roll.alone) return <Chip tone="wait">{t("sampled alone")}</Chip>;
  return <Chip tone={TONES[roll.state as RollClass]}>{classWord(roll.state)}</Chip>;
}

/** One tap takes him; where the round measures temperature, the reading comes first. */
function Take({ asked, onTake }: { asked: Asked; onTake: (asked: Asked) => void }): JSX.Element {
  const isMeasured = rows("rounds").value.get(desk.value.round)?.temperature_gate ?? false;
  const [celsius, setCelsius] = useState("");
  const tube = activeTube.value;
  const reading = celsius.trim().replace(",", ".");
  const isRead = /^\d{2}(\.\d)?$/.test(reading);
  const take = async (): Promise<void> => {
    if (isMeasured && !(isRead && (await temperature(asked.id, reading)))) return;
    onTake(asked);
  };
  return (
    <>
      {isMeasured && (
        <Field label={t("Temperature, °C")} value={celsius} onInput={setCelsius} inputMode="decimal" maxLength={4} autoFocus onEnter={() => void take()} />
      )}
      <Ready onPress={() => void take()} isFirst={!isMeasured} disabled={isMeasured && !isRead}>
        {t("Yes, into the tube ({number} of {size})", { number: (tube?.people.length ?? 0) + 1, size: tube?.pool_size ?? 0 })}
      </Ready>
    </>
  );
}

/** The button that Enter presses: the focus stands on it. */
function Ready(props: { onPress: () => void; isFirst?: boolean; disabled?: boolean; children: string }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (props.isFirst !== false) box.current?.querySelector("button")?.focus();
  }, []);
  return (
    <div ref={box}>
      <BigButton tone="main" onPress={props.onPress} disabled={props.disabled ?? false}>{props.children}</BigButton>
    </div>
  );
}

/** Children and old people on one phone: whoever lives with him, or whom he is guardian of. */
function Family({ person, onOther }: { person: PersonRow | undefined; onOther: (id: string) => void }): JSX.Element | null {
  if (person === undefined) return null;
  const lives = (one: PersonRow): boolean =>
    (person.household !== null && one.household === person.household) || (person.dwelling !== null && one.dwelling === person.dwelling) || one.guardian === person.id;
  const family = [...rows("people").value.values()].filter((one) => one.id !== person.id && lives(one));
  if (family.length === 0) return null;
  return (
    <>
      <h3>{t("Of the same home")}</h3>
      {family.map((one) => (
        <ListRow key={one.id} title={one.name} detail={bandWord(one.band)} end={<Standing person={one.id} />} onPress={() => onOther(one.id)} />
      ))}
    </>
  );
}
