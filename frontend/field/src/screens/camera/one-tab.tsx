/** Table and gate stand in one tab: two tabs with a memory of their own would write over each other's open tubes. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";

import { t } from "../../core/i18n";
import { Banner, BigButton } from "../../ui";

/** How long a tab waits for the one before it to go, as at a reload. */
const WAIT_MS = 2_000;

/** Whether this tab is the one, once and for as long as it lives; a tab that came second reads the phone's memory anew when it is loaded again. */
export const isHere = signal(true);

const locks = (globalThis.navigator as { locks?: LockManager }).locks;
void locks?.request("epigrid-open-work", { signal: AbortSignal.timeout(WAIT_MS) }, () => new Promise(() => undefined)).catch(() => (isHere.value = false));

export function Elsewhere(): JSX.Element {
  return (
    <>
      <Banner tone="wait">{t("Table and gate are open in another tab of this phone. Go on there, or close it and load this one again.")}</Banner>
      <BigButton onPress={() => location.reload()}>{t("Load again")}</BigButton>
    </>
  );
}
