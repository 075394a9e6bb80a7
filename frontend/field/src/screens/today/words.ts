/** Words of tasks, and the reasons that one tap gives. */

import { t } from "../../core/i18n";
import type { Evidence } from "../../rules/tasks";

/** What a task is, in words; a kind that this phone does not know yet is a task all the same. */
export function taskWord(kind: string): string {
  const words: Record<string, string> = {
    "door-sample": t("Sample at the door"),
    test: t("Test at the door"),
    dispatch: t("Send a squad to the doors"),
    "tell-hold": t("Tell by phone: wait for the retest"),
    "tell-at-door": t("Ring the bell and tell at the door"),
    "serve-order": t("Hand over the order paper"),
    isolated: t("Call the ambulance for somebody who waits apart, and hand him over"),
    "antigen-again": t("Bring another antigen kit and ask again"),
    "call-down": t("Call a unit down: too few came by half time"),
    remaining: t("Ask whoever of the unit has not come yet"),
    "care.medicine": t("Bring medicine"),
    "care.dialysis": t("Arrange dialysis"),
    "care.food": t("Bring food"),
    "care.waste": t("Have waste collected"),
    "care.birth": t("Arrange the birth"),
    "care.consolation": t("Talk and comfort"),
    "care.pet": t("Look after a pet"),
    "care.complaint": t("Answer a complaint"),
    "care.other": t("Call back"),
  };
  return words[kind] ?? t("Task");
}

export function evidenceWord(evidence: Evidence): string {
  const words: Record<Evidence, string> = {
    scan: t("What the scan reads"),
    reading: t("The reading"),
    count: t("How many"),
    signature: t("I was there"),
    call: t("I called"),
  };
  return words[evidence];
}

export function roleWord(role: string): string {
  const words: Record<string, string> = {
    "grid-worker": t("Grid worker"),
    sampler: t("Sampler"),
    doctor: t("Doctor"),
    nurse: t("Nurse"),
    police: t("Police officer"),
    medic: t("Medic"),
    "information-officer": t("Information officer"),
    "community-worker": t("Community worker"),
  };
  return words[role] ?? role;
}

export type Reason = { value: string; label: string };

/** Why a task is given back. The value is what is written into the record. */
export function backReasons(): Reason[] {
  return [
    { value: "no-time", label: t("No time before the deadline") },
    { value: "not-my-area", label: t("Not in my area") },
    { value: "nobody-there", label: t("Nobody is there") },
    { value: "means-missing", label: t("Material or protection is missing") },
    { value: "rest-due", label: t("My rest is due") },
    { value: "already-done", label: t("Done by somebody else") },
  ];
}

/** Why a task goes up the line. */
export function upReasons(): Reason[] {
  return [
    { value: "deadline", label: t("It cannot be done in time") },
    { value: "danger", label: t("Somebody is in danger") },
    { value: "refused", label: t("People refuse") },
    { value: "decision-needed", label: t("Somebody must decide") },
    { value: "means-missing", label: t("Material or protection is missing") },
  ];
}

/** What a call for support asks for. */
export function needWords(): Reason[] {
  return [
    { value: "people", label: t("More hands") },
    { value: "sampling", label: t("Samplers") },
    { value: "medical", label: t("Medical staff") },
    { value: "supplies", label: t("Supplies") },
    { value: "transport", label: t("A vehicle") },
    { value: "order", label: t("Keeping order") },
  ];
}
