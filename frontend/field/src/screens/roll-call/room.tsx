/** The people of a room, each with his class and what can be reported by one tap. "Sampled" is no button: it comes from tubes only. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { rows } from "../../core/store";
import type { CallRow, RollRow } from "../../core/types";
import { WAITED_FOR, type RollClass } from "../../rules/roll";
import { Button, Chip, Choice, Field, Sheet } from "../../ui";
import { CallMark } from "../calls/mark";
import type { Member } from "./model";
import { notHere, remind, report, reportable, reportElsewhere, type Why } from "./reports";
import { classWord, reportWord, SIGNS, TONES, wayWord } from "./words";

const CLASSES = ["exempt", "away", "unreachable", "declined"] as const;
type Said = (typeof CLASSES)[number] | "elsewhere" | "reminded" | Why;

/** What one tap says of somebody; only whoever is waited for can be reminded (S-213). */
function saidOptions(roll: RollRow): { value: Said; label: string }[] {
  return [
    ...CLASSES.map((value) => ({ value, label: reportWord(value) })),
    { value: "elsewhere", label: reportWord("elsewhere") },
    { value: "moved-out", label: t("Moved out") },
    { value: "lives-elsewhere", label: t("Lives elsewhere") },
    ...(WAITED_FOR.includes(roll.state) ? [{ value: "reminded" as const, label: t("Reminded at the door") }] : []),
  ];
}

interface Shown {
  title: string;
  members: readonly Member[];
  onClose: () => void;
  onAdd: () => void;
}

export function RoomSheet({ title, members, onClose, onAdd }: Shown): JSX.Element {
  const open = reportable(members).filter(({ roll }) => roll.state === "open");
  return (
    <Sheet open title={title} onClose={onClose}>
      {open.length > 1 && (
        <Choice
          label={t("All {n} who are not sampled yet", { n: open.length })}
          options={[
            { value: "away", label: t("All away") },
            { value: "unreachable", label: t("Nobody answers") },
          ]}
          onChoose={(state: "away" | "unreachable") => void report(open, state)}
        />
      )}
      {members.map((member) => (
        <PersonLine key={member.roll.person} member={member} />
      ))}
      <div class="buttons">
        {open.length > 0 && open.length === members.filter(({ roll }) => !roll.struck).length && (
          <Button onPress={() => void notHere(open, "vacant")}>{t("The room is vacant")}</Button>
        )}
        <Button onPress={onAdd}>{t("Somebody is not on the list")}</Button>
      </div>
    </Sheet>
  );
}

function callOf(person: string): CallRow | undefined {
  return [...rows("calls").value.values()].find((call) => call.person === person);
}

function PersonLine({ member }: { member: Member }): JSX.Element {
  const [proving, prove] = useState(false);
  const { roll, person } = member;
  const name = person === undefined ? t("Name not on this phone") : person.name;
  const call = callOf(roll.person);
  const may = reportable([member]).length === 1;
  const choose = (said: Said): void => {
    if (said === "elsewhere") prove(true);
    else if (said === "reminded") void remind([member], "door");
    else if (said === "moved-out" || said === "vacant" || said === "lives-elsewhere") void notHere([member], said);
    else void report([member], said);
  };
  return (
    <div class="member" role="group" aria-label={name}>
      <div class="member-head">
        <span class="row-title">{name} {person?.band ?? ""}</span>
        <Standing member={member} />
      </div>
      {roll.contradicted && <Chip tone="bad">{t("Reports differ: look again")}</Chip>}
      {roll.alone && !roll.struck && <Chip tone="wait">{t("Single tube, never in a pool")}</Chip>}
      {call !== undefined && may && <CallMark call={call} member={member} />}
      {may && (
        <Choice
          label={t("Report of {name}", { name })}
          options={saidOptions(roll)}
          value={CLASSES.find((value) => value === roll.state) ?? null}
          onChoose={choose}
        />
      )}
      {proving && <Proof onDone={(proof) => (prove(false), proof !== "" && void reportElsewhere(member, proof))} />}
    </div>
  );
}

function Standing({ member: { roll } }: { member: Member }): JSX.Element {
  if (roll.struck) return <Chip>{t("struck off")}</Chip>;
  const state = roll.state as RollClass;
  const way = wayWord(roll.way);
  return (
    <Chip tone={TONES[state]}>
      {SIGNS[state]} {classWord(state)}
      {way !== "" && ` (${way})`}
    </Chip>
  );
}

/** What shows that somebody was sampled elsewhere; the law of the roll-call asks for it. */
function Proof({ onDone }: { onDone: (proof: string) => void }): JSX.Element {
  const [proof, setProof] = useState("");
  const done = (): void => {
    if (proof.trim() !== "") onDone(proof.trim());
  };
  return (
    <div>
      <Field label={t("Laboratory or paper, and when he was sampled")} value={proof} onInput={setProof} maxLength={100} autoFocus onEnter={done} />
      <div class="buttons">
        <Button tone="main" disabled={proof.trim() === ""} onPress={done}>{t("Note it")}</Button>
        <Button onPress={() => onDone("")}>{t("Cancel")}</Button>
      </div>
    </div>
  );
}
