/** What a worker reports at a door, as commands with the rows that they leave. */

import { t } from "../../core/i18n";
import type { Patches, RollRow } from "../../core/types";
import { joined, standingReported, type Reportable } from "../../rules/roll";
import { note } from "../today/note";
import type { Member } from "./model";
import { classWord, reportWord } from "./words";

export const keyOf = (roll: RollRow): string => `${roll.round}/${roll.person}`;

/** Whoever a report may still change: neither struck off nor sampled. */
export const reportable = (members: readonly Member[]): Member[] => members.filter(({ roll }) => !roll.struck && roll.state !== "sampled");

function rollPatches(members: readonly Member[], change: (roll: RollRow) => Partial<RollRow>): Patches {
  return { roll: Object.fromEntries(members.map(({ roll }) => [keyOf(roll), change(roll)])) };
}

/** Report one class of several people of one round; whether workers contradict each other only the server can tell. */
export function report(members: readonly Member[], state: Exclude<Reportable, "elsewhere">): Promise<boolean> {
  const body = { round_id: roundOf(members), person_ids: members.map(({ roll }) => roll.person), state };
  const patches = rollPatches(members, (roll) => joined(roll, standingReported(state)));
  const stands = members.find(({ roll }) => joined(roll, standingReported(state)).state !== state)?.roll.state;
  const said =
    stands === undefined
      ? t("Noted: {class}", { class: reportWord(state) })
      : t("Noted; {class} stands: the higher report counts", { class: classWord(stands) });
  return note("sampling.report-class", body, { patches, door: doorOf(members), said });
}

/** Report that somebody was sampled elsewhere, with what was shown. */
export function reportElsewhere(member: Member, proof: string): Promise<boolean> {
  const body = { round_id: member.roll.round, entries: [{ person_id: member.roll.person, state: "elsewhere", proof: proof.slice(0, 100) }] };
  const patches = rollPatches([member], (roll) => joined(roll, standingReported("elsewhere")));
  return note("sampling.report-roll", body, { patches, door: doorOf([member]), said: t("Noted: {class}", { class: reportWord("elsewhere") }) });
}

export type Why = "moved-out" | "vacant" | "lives-elsewhere";

/** Strike people off who are not to be sampled here. */
export function notHere(members: readonly Member[], why: Why): Promise<boolean> {
  const body = { round_id: roundOf(members), person_ids: members.map(({ roll }) => roll.person), why };
  return note("sampling.not-here", body, { patches: rollPatches(members, () => ({ struck: true })), said: t("Struck off this round") });
}

/** Note a reminder; whoever was sampled is never reminded (S-213). */
export function remind(members: readonly Member[], channel: "phone" | "door" | "message", result = ""): Promise<boolean> {
  const body = { round_id: roundOf(members), person_ids: members.map(({ roll }) => roll.person), channel, result };
  return note("sampling.remind", body, { said: t("Reminder noted") });
}

const doorOf = (members: readonly Member[]): string | null => members[0]?.person?.dwelling ?? null;
const roundOf = (members: readonly Member[]): string => members[0]?.roll.round ?? "";
