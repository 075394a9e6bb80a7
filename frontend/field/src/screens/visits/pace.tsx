/** The pace of this hand since the app was opened: a warning, never a refusal (guard X08). */

import { computed, signal } from "@preact/signals";
import type { JSX } from "preact";

import { t } from "../../core/i18n";
import { now } from "../../core/store";
import { implausible, MOST_DOORS, WITHIN_MS, type Act } from "../../rules/pace";
import { Banner } from "../../ui";

/** What was noted at doors, newest last; it names doors by id, stays in memory and goes with the app. */
export const walked = signal<readonly Act[]>([]);
const recent = computed(() => {
  const last = walked.value.at(-1)?.[0] ?? 0;
  const window = walked.value.filter(([at]) => at >= last - WITHIN_MS);
  return implausible(window).size > 0;
});

/** Remember that something was noted at a door just now. */
export function atDoor(door: string): void {
  const at = now().getTime();
  walked.value = [...walked.value.filter((act) => act[0] >= at - WITHIN_MS), [at, door]];
}

export function PaceBanner(): JSX.Element | null {
  if (!recent.value) return null;
  const values = { n: MOST_DOORS, minutes: WITHIN_MS / 60_000 };
  return <Banner tone="wait">{t("More than {n} doors in {minutes} minutes: such series are looked at. It is noted all the same.", values)}</Banner>;
}
