/** What a command did, in words for the list of what waits. */

import { t } from "../core/i18n";

const ACTS: Record<string, string> = {
  "sampling.report-class": "Ticked in the roll-call",
  "sampling.report-roll": "Roll of a home",
  "sampling.enter-tube": "Tube",
  "sampling.not-here": "Does not live here",
  "sampling.add-late": "Added to the list",
  "sampling.strike-off": "Struck off the list",
  "sampling.take-temperature": "Temperature",
  "sampling.isolate": "Waits apart",
  "sampling.hand-over-isolated": "Handed over from apart",
  "sampling.remind": "Reminded",
  "sampling.make-codes": "Paper code",
  "sampling.send-box": "Box closed",
  "sampling.give-box": "Box handed over",
  "sampling.take-box": "Box received",
  "sampling.discard-tube": "Tube thrown away",
  "sampling.record-decline": "Declined",
  "people.register-person": "New person",
  "people.mark-departed": "Moved out",
  "people.move-person": "Moved home",
  "people.record-need": "Need noted",
  "tasks.accept": "Task accepted",
  "tasks.accept-building": "Building accepted",
  "tasks.do": "Task done",
  "tasks.give-back": "Task given back",
  "tasks.reopen": "Task opened again",
  "tasks.escalate": "Escalated",
  "tasks.call-for-support": "Called for support",
  "tasks.lend-grid": "Grid lent",
  "care.ask": "Request",
  "care.call-emergency": "Emergency",
  "care.accept": "Request accepted",
  "care.claim": "Request claimed",
  "care.buy": "Bought",
  "care.deliver": "Delivered",
  "care.give-back": "Request given back",
  "care.answer": "Answered",
  "care.confirm": "Confirmed",
  "care.record-call": "Result of a call",
  "care.ask-exit": "Way out asked for",
  "care.note-exit-out": "Went out",
  "care.note-exit-back": "Came back",
  "visits.record-visit": "Visit",
  "visits.record-reading": "Reading",
  "visits.do-item": "Item of the day",
  "entry.note-passage": "Passage",
  "entry.note-vehicle": "Vehicle",
  "entry.hand-over": "Gate handed over",
  "entry.enter-paper-page": "Page of the paper register",
  "codes.check-gate": "Gate check",
  "antigen.report-results": "Antigen result",
  "workforce.start-shift": "Shift begun",
  "workforce.end-shift": "Shift ended",
  "field.settle": "Dropped a refused entry",
  "field.damaged": "An entry that can be read no more: enter it again",
};

/** The act in words; its name where nobody has written any. */
export function actWords(act: string): string {
  const words = ACTS[act];
  return words === undefined ? act : t(words);
}

const FLAGS: Record<string, string> = {
  late: "came late",
  clock: "the phone's clock was not believed",
  implausible: "very fast: somebody looks at it",
};

export const flagWords = (flag: string): string => t(FLAGS[flag] ?? flag);
export const WORDS = [...Object.values(ACTS), ...Object.values(FLAGS)];
