/** Words and signs of a gate: each answer has a word, a colour and a shape of its own. */

import { t } from "../../core/i18n";
import type { Answer } from "../../rules/gate";

export const SHAPES: Readonly<Record<Answer, string>> = { pass: "✓", "call-desk": "☎", medical: "✚" };

export function answerWord(answer: Answer): string {
  if (answer === "pass") return t("Pass");
  return answer === "medical" ? t("Medical: let through at once") : t("Call the desk");
}

export function vehicleWord(kind: string): string {
  const words: Record<string, string> = {
    ambulance: t("Ambulance"),
    "fire-engine": t("Fire engine"),
    police: t("Police"),
    supply: t("Supplies"),
    delivery: t("Delivery"),
    waste: t("Waste"),
    transfer: t("Transfer of people"),
    resident: t("Resident's car"),
    other: t("Another vehicle"),
  };
  return words[kind] ?? kind;
}

/** What may stay open at a hand-over (the server's `entry.rules.MATTERS`). */
export function matters(): { value: string; label: string }[] {
  return [
    { value: "visitor-waits", label: t("A visitor waits") },
    { value: "delivery-waits", label: t("A delivery waits") },
    { value: "vehicle-inside", label: t("A vehicle is inside") },
    { value: "barrier-damaged", label: t("The barrier is damaged") },
    { value: "register-full", label: t("The paper register is full") },
    { value: "light-fails", label: t("The light fails") },
    { value: "other", label: t("Something else") },
  ];
}
