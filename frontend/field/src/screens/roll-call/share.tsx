/** A text for a group, of the house or of the unit that is called down next. No name, no room, and no small number that would point at one. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { clockTime, t } from "../../core/i18n";
import { me } from "../../core/store";
import type { RoundRow } from "../../core/types";
import { WAITED_FOR, type Counts } from "../../rules/roll";
import { Button, Choice, Sheet, toast } from "../../ui";
import type { House, Member } from "./model";
import { remind } from "./reports";

/** Below this a count is told as "fewer than" (procedures, section 4). */
const SMALLEST = 10;
const ALL = "";

export function awaited(counts: Counts): number {
  return counts.by.open + counts.by.unreachable;
}

function told(count: number): string {
  if (count === 0) return t("nobody is awaited");
  return count < SMALLEST ? t("fewer than {n} people are awaited", { n: SMALLEST }) : t("{n} people are awaited", { n: count });
}

export interface Told {
  house: House;
  name: string;
  round: RoundRow;
  exercise: boolean;
}

/** The text of a house, or of one of its units; in an exercise it says so. */
export function groupText({ house, name, round, exercise }: Told, unit = ALL): string {
  const units = house.units.filter((one) => one.name !== "" && (unit === ALL || one.id === unit));
  const called = t("Residents of {unit}, {house}: please come down now", { unit: units[0]?.name ?? "", house: name });
  const lines = [
    unit === ALL ? `${t("Sampling at {house}", { house: name })}: ${told(awaited(house.counts))}` : called,
    ...units.map((one) => `${one.name}: ${told(awaited(one.counts))}`),
    t("Please come down before {time} with your sampling code or document. Whoever cannot come: call us, we come to the door.", {
      time: clockTime(round.closes_at),
    }),
  ];
  return (exercise ? t("[EXERCISE] ") : "") + lines.join("\n");
}

interface Shown {
  house: House;
  name: string;
  round: RoundRow;
  onClose: () => void;
}

export function Share({ house, name, round, onClose }: Shown): JSX.Element {
  const [unit, choose] = useState(ALL);
  const text = groupText({ house, name, round, exercise: me().value?.exercise ?? false }, unit);
  const people = house.units.filter((one) => unit === ALL || one.id === unit).flatMap((one) => one.members);
  const waited = (unit === ALL ? [...people, ...house.roomless] : people).filter(isWaitedFor);
  const units = house.units
    .filter((one) => one.name !== "")
    .map((one) => ({ value: one.id, label: one.name, detail: t("{n} awaited", { n: awaited(one.counts) }) }));
  const note = (): void => void remind(waited, "message").then((kept) => kept && onClose());
  return (
    <Sheet open title={t("Text for the group")} onClose={onClose}>
      {units.length > 1 && <Choice label={t("Which unit?")} options={[{ value: ALL, label: t("The whole house") }, ...units]} value={unit} onChoose={choose} />}
      <p>{t("It names nobody and no room.")}</p>
      <textarea class="paste" readOnly aria-label={t("Text for the group")} value={text} onFocus={(event) => event.currentTarget.select()} />
      <div class="buttons">
        <Button tone="main" onPress={() => void copy(text)}>{t("Copy")}</Button>
        <Button disabled={waited.length === 0} onPress={note}>{t("It is sent: note {n} reminders", { n: waited.length })}</Button>
      </div>
    </Sheet>
  );
}

const isWaitedFor = ({ roll }: Member): boolean => !roll.struck && WAITED_FOR.includes(roll.state);

async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast.value = { words: t("Copied"), tone: "good" };
  } catch {
    toast.value = { words: t("Hold the text to copy it"), tone: "wait" };
  }
}
