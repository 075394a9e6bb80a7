/** What stands on a registrar's table: the round, open tubes, who was found. The open tubes are a draft that is kept after each person. */

import { computed } from "@preact/signals";

import { t } from "../../core/i18n";
import { draft, me, newId, now, outbox, rows, send, settle, type Act, type Body, type Patches, type Pending } from "../../core/store";
import type { PersonRow, RollRow, TubeRow } from "../../core/types";
import { codeForm, documentDigest, labelKind, refusal, take, withdraw, type Means, type Taken, type Tube } from "../../rules/tube";
import { toast } from "../../ui";

export interface Desk {
  round: string;
  pool_size: number;
  table: string;
  team: string;
  tubes: Tube[];
  /** The label of the tube that is filled now, or "". */
  active: string;
  /** Labels of tubes that were closed on this phone; those in boxes drop out. */
  bag: string[];
}

/** Open tubes of several at one table; one for somebody who is sampled alone may stand beside them. */
export const MOST_TUBES = 2;
const FRESH: Desk = { round: "", pool_size: 10, table: "1", team: "", tubes: [], active: "", bag: [] };
const kept = draft<Desk>("table");

/** Rounds that are open and run, the one that ends first first. */
export const rounds = computed(() =>
  [...rows("rounds").value.values()].sort((one, other) => (one.closes_at < other.closes_at ? -1 : 1)),
);

/** The table as it stands. A tube whose command lies in the outbox is closed, also where the app was killed before the draft was kept. */
export const desk = computed<Desk>(() => {
  const found = { ...FRESH, ...kept.value.value };
  const round = rounds.value.find((one) => one.id === found.round) ?? rounds.value[0];
  const tubes = found.tubes.filter((tube) => !isClosed(tube));
  const bag = [...new Set([...found.bag, ...found.tubes.filter(isClosed).map((tube) => tube.label)])];
  const active = tubes.some((tube) => tube.label === found.active) ? found.active : (tubes.at(-1)?.label ?? "");
  return { ...found, round: found.tubes.length > 0 ? found.round : (round?.id ?? ""), tubes, active, bag };
});

/** Whether a tube of the draft is closed: its command waits here, or the server knows it with these people. Another's tube under this label closes nothing. */
function isClosed(tube: Tube): boolean {
  if (entered.value.some((one) => one.body["label"] === tube.label)) return true;
  const known = [...rows("tubes").value.values()].find((one) => one.label === tube.label);
  return known !== undefined && known.people.join() === tube.people.map((one) => one.person_id).join();
}

const entered = computed(() => outbox.value.filter((one) => one.act === "sampling.enter-tube"));

/** Labels of tubes that are closed: on their way from this phone, at the server, in a box. */
const sealed = computed(
  () =>
    new Set([
      ...entered.value.map((one) => String(one.body["label"])),
      ...[...rows("tubes").value.values()].map((tube) => tube.label),
      ...[...rows("boxes").value.values()].flatMap((box) => box.tubes),
    ]),
);

/** Commands of tubes that the server has refused: they wait for the worker. */
export const refused = computed(() => entered.value.filter((one) => one.state === "refused"));

/** Open a refused tube again, with its people, to mend it. */
export async function reopen(command: Pending): Promise<void> {
  const { label, pool_size, opened_at, people } = command.body as unknown as Tube;
  if (await change({ tubes: [...desk.value.tubes, { label, pool_size, opened_at, people }], active: label })) await settle(command.id);
}

/** The tube that is filled now. */
export const activeTube = computed(() => desk.value.tubes.find((tube) => tube.label === desk.value.active) ?? null);

/** Keep the table with a change; resolved once it is on disk. Tells whether it was kept. */
export async function change(what: Partial<Desk>): Promise<boolean> {
  const before = kept.value.value;
  try {
    await kept.save({ ...desk.value, ...what });
    return true;
  } catch {
    // Nobody is shown as taken who is not on disk.
    kept.value.value = before;
    toast.value = { words: t("Nothing was noted: the phone is locked or full. Write it on paper."), tone: "bad" };
    return false;
  }
}

export type Found = { kind: "person"; id: string; means: Means } | { kind: "tube"; label: string } | { kind: "box"; label: string } | { kind: "none"; text: string };

const byCode = computed(() => new Map([...rows("lookups").value.values()].filter((one) => one.code).map((one) => [one.code, one.person])));
const byDocument = computed(() => new Map([...rows("lookups").value.values()].filter((one) => one.document).map((one) => [one.document, one.person])));
const byPaper = computed(() => new Map([...rows("people").value.values()].filter((one) => one.file_no).map((one) => [one.file_no, one.id])));

/** What a scanned or typed text is: a label, or somebody by his sampling code, the number on his paper, his document. */
export async function find(text: string): Promise<Found> {
  const kind = labelKind(text);
  if (kind !== "") return { kind, label: text };
  const code = byCode.value.get(codeForm(text));
  if (code !== undefined) return { kind: "person", id: code, means: "code" };
  const paper = byPaper.value.get(text);
  if (paper !== undefined) return { kind: "person", id: paper, means: "paper" };
  const key = me().value?.lookup_key;
  const document = key ? byDocument.value.get(await documentDigest(text, key)) : undefined;
  return document === undefined ? { kind: "none", text } : { kind: "person", id: document, means: "document" };
}

/** What the roll-call says about somebody; null: he stands on no roll. */
export const standing = (person: string): RollRow | null => rows("roll").value.get(`${desk.value.round}/${person}`) ?? null;

/** Why somebody may not be taken into the tube that is filled now: "tube.none", a reason of the rules, or "". */
export function whyNot(person: string): string {
  const tube = activeTube.value;
  if (tube === null) return "tube.none";
  const others = desk.value.tubes.filter((one) => one !== tube);
  return refusal(tube, person, standing(person), others);
}

/** Why a label cannot be that of a new tube, or "". The label of a tube that is open here is none of a new one: it is chosen. */
export function whyNoTube(label: string, size: number): string {
  const { tubes } = desk.value;
  if (sealed.value.has(label)) return "tube.label-taken";
  const same = tubes.filter((tube) => tube.pool_size > 1 === size > 1).length;
  return same >= (size > 1 ? MOST_TUBES : 1) ? "table.tubes-open" : "";
}

/** Open a tube, or fill the one on with this label if it is open here. */
export async function openTube(label: string, size: number, people: Taken[] = []): Promise<string> {
  const { tubes } = desk.value;
  if (tubes.some((tube) => tube.label === label)) {
    await change({ active: label });
    return "";
  }
  const why = whyNoTube(label, size);
  if (why === "") await change({ tubes: [...tubes, { label, pool_size: size, opened_at: now().toISOString(), people }], active: label });
  return why;
}

export const taken = (person_id: string, means: Means): Taken => ({ person_id, means, at: now().toISOString() });

const replaced = (tube: Tube): Tube[] => desk.value.tubes.map((one) => (one.label === tube.label ? tube : one));

/** Take somebody into the tube that is filled now. Refused with the rule's reason; "" once it is kept. */
export async function admit(person: string, means: Means): Promise<string> {
  const [tube, why] = [activeTube.value, whyNot(person)];
  if (tube === null || why !== "") return why;
  return (await change({ tubes: replaced(take(tube, taken(person, means))) })) ? "" : "phone.not-kept";
}

/** Take somebody out of an open tube: he walks off, or his scan is undone. */
export async function release(label: string, person: string): Promise<boolean> {
  const tube = desk.value.tubes.find((one) => one.label === label);
  return tube !== undefined && (await change({ tubes: replaced(withdraw(tube, person)) }));
}

/** Put an empty tube away unused. */
export const putAway = (label: string): Promise<boolean> => change({ tubes: desk.value.tubes.filter((tube) => tube.label !== label) });

/** The area of my duty at the table. */
export function area(): string {
  const duties = me().value?.duties ?? [];
  return (duties.find(({ duty }) => duty === "registrar" || duty === "sampler") ?? duties[0])?.area ?? "";
}

/** Close a tube, full or not, and put it into the outbox as one command. Tells whether it was kept. */
export async function seal(tube: Tube): Promise<boolean> {
  const { round, team, table, tubes, bag } = desk.value;
  const closed_at = now().toISOString();
  const body = { area: area(), round_id: round, ...tube, team, site_id: null, table, lane: null, closed_at };
  const row: TubeRow = {
    id: "",
    label: tube.label,
    purpose: "round",
    pool_size: tube.pool_size,
    round,
    team,
    state: "closed",
    opened_at: tube.opened_at,
    closed_at,
    people: tube.people.map((one) => one.person_id),
    box: null,
  };
  const roll = Object.fromEntries(tube.people.map((one) => [`${round}/${one.person_id}`, sampledRow(one.person_id)]));
  if (!(await noted("sampling.enter-tube", body, [tube.label], { tubes: { [tube.label]: row }, roll }))) return false;
  return await change({ tubes: tubes.filter((one) => one.label !== tube.label), bag: [...bag.filter((label) => sealed.value.has(label)), tube.label] });
}

function sampledRow(person: string): Partial<RollRow> {
  const sampled = { state: "sampled", way: "here" };
  if (standing(person) !== null) return sampled;
  const late = { round: desk.value.round, person, building: null, list: "pooled", struck: false, contradicted: false, alone: false };
  return { ...late, ...sampled };
}

/** Somebody waits apart from now on, and is sampled alone. */
export function isolate(person: string): Promise<boolean> {
  const { round } = desk.value;
  const patches = { roll: { [`${round}/${person}`]: { list: "isolated", alone: true } } };
  return noted("sampling.isolate", { round_id: round, person_id: person, site_id: null }, [person], patches);
}

/** Note a temperature in degrees Celsius, as typed; the server judges it where the county has set a limit. */
export function temperature(person: string, celsius: string): Promise<boolean> {
  return noted("sampling.take-temperature", { round_id: desk.value.round, person_id: person, celsius, site_id: null }, [person], {});
}

/** Enter somebody who is in no register, under an id made here; returns it, or "" where it could not be kept. */
export async function register(name: string, residence: string, dwelling: string | null): Promise<string> {
  const id = newId();
  const household = [...rows("people").value.values()].find((one) => dwelling !== null && one.dwelling === dwelling)?.household ?? null;
  // As the server will show him at a table: the surname only.
  const person: PersonRow = { id, name: `${name.slice(0, 1)}**`, band: "", dwelling, household, file_no: "", head: false, guardian: null, channel: "" };
  const body = { id, area: area(), name, residence, dwelling_id: dwelling };
  return (await noted("people.register-person", body, [id], { people: { [id]: person } })) ? id : "";
}

/** Put a command into the outbox; what could not be kept is said loudly. */
export async function noted<A extends Act>(act: A, body: Body<A>, about: string[], patches: Patches): Promise<boolean> {
  try {
    await send(act, body, { about, patches });
    return true;
  } catch {
    toast.value = { words: t("Nothing was noted: the phone is locked or full. Write it on paper."), tone: "bad" };
    return false;
  }
}
