/** A text for a group: how many are awaited, by house and unit. No name, no room, and no small number that would point at one. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { clockTime, t } from "../../core/i18n";
import type { RoundRow } from "../../core/types";
import type { Counts } from "../../rules/roll";
import { Button, Sheet, toast } from "../../ui";
import type { House } from "./model";

/** Below this a count is told as "fewer than" (procedures, section 4). */
const SMALLEST = 10;

export function awaited(counts: Counts): number {
  return counts.by.open + counts.by.unreachable;
}

function told(count: number): string {
  if (count === 0) return t("nobody is awaited");
  return count < SMALLEST ? t("fewer than {n} people are awaited", { n: SMALLEST }) : t("{n} people are awaited", { n: count });
}

/** The text itself; `exercise` marks it as practice. */
export function groupText(house: House, name: string, round: RoundRow, exercise: boolean): string {
  const lines = [
    `${exercise ? t("[EXERCISE] ") : ""}${t("Sampling at {house}", { house: name })}: ${told(awaited(house.counts))}`,
    ...house.units.filter((unit) => unit.name !== "").map((unit) => `${unit.name}: ${told(awaited(unit.counts))}`),
    t("Please come down before {time} with your sampling code or document. Whoever cannot come: call us, we come to the door.", {
      time: clockTime(round.closes_at),
    }),
  ];
  return lines.join("\n");
}

export function Share(props: { text: string; onClose: () => void }): JSX.Element {
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(props.text);
      setCopied(true);
      toast.value = { words: t("Copied"), tone: "good" };
    } catch {
      toast.value = { words: t("Hold the text to copy it"), tone: "wait" };
    }
  };
  return (
    <Sheet open title={t("Text for the group")} onClose={props.onClose}>
      <p>{t("It names nobody and no room.")}</p>
      <textarea class="paste" readOnly aria-label={t("Text for the group")} value={props.text} onFocus={(event) => event.currentTarget.select()} />
      <div class="buttons">
        <Button tone="main" onPress={() => void copy()}>{copied ? t("Copied") : t("Copy")}</Button>
      </div>
    </Sheet>
  );
}
