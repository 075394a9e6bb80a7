/** Words of call lists (field/care/rules.py has the closed lists). */

import { t } from "../../core/i18n";
import type { Option } from "../../ui";

export function reasonWord(reason: string): string {
  const words: Record<string, string> = {
    "household-survey": t("Ask who lives there and how they are"),
    "health-check": t("Ask how they are"),
    "test-reminder": t("Remind of the test"),
  };
  return words[reason] ?? reason;
}

export type Missed = "no-answer" | "wrong-number" | "moved-away" | "declined";

export function missedOptions(): Option<Missed>[] {
  return [
    { value: "no-answer", label: t("No answer") },
    { value: "wrong-number", label: t("Wrong number") },
    { value: "moved-away", label: t("Moved away") },
    { value: "declined", label: t("Does not want to talk") },
  ];
}

export function testedOptions(): Option[] {
  return [
    { value: "tested", label: t("Is tested") },
    { value: "not-tested", label: t("Is not tested") },
    { value: "exempt", label: t("Need not be tested") },
  ];
}

export function healthOptions(): Option[] {
  return [
    { value: "well", label: t("All are well") },
    { value: "unwell", label: t("Somebody is unwell"), tone: "bad" },
  ];
}

export function calledWord(result: string): string {
  if (result === "reached") return t("Reached");
  return missedOptions().find((one) => one.value === result)?.label ?? result;
}
