/** A guard's watch: the post, what was counted since it began, vehicles inside. Nothing here names anybody. */

import { computed } from "@preact/signals";

import { t } from "../../core/i18n";
import { readPass } from "../../core/pass";
import { draft, me, newId, now, rows, send, type Act, type Body } from "../../core/store";
import { gateAnswer, statusByPass, type Answer, type Way } from "../../rules/gate";
import { toast } from "../../ui";

/** A visitor without a pass goes the way of his own: the desk is asked. */
export type GateWay = Way | "visit";

export interface Inside {
  id: string;
  kind: string;
  company: string;
  at: string;
}

export interface Watch {
  post: string;
  since: string;
  counts: Record<Answer, number>;
  inside: Inside[];
}

const kept = draft<Watch>("gate");
const NONE: Record<Answer, number> = { pass: 0, "call-desk": 0, medical: 0 };

/** The watch as it stands; the only post is taken without asking. */
export const watch = computed<Watch>(() => {
  const posts = rows("posts").value;
  const found = kept.value.value ?? { post: "", since: now().toISOString(), counts: NONE, inside: [] };
  return posts.has(found.post) ? found : { ...found, post: posts.size === 1 ? ([...posts.keys()][0] ?? "") : "" };
});

export const passages = (counts: Record<Answer, number>): number => counts.pass + counts["call-desk"] + counts.medical;

/** Keep the watch with a change. */
export async function change(what: Partial<Watch>): Promise<void> {
  await kept.save({ ...watch.value, ...what }).catch(lost);
}

/** Begin a watch at a post. */
export const stand = (post: string): Promise<void> => kept.save({ post, since: now().toISOString(), counts: NONE, inside: [] }).catch(lost);

function lost(): void {
  toast.value = { words: t("Nothing was noted: the phone is locked or full. Write it on paper."), tone: "bad" };
}

/** Put a command of this post into the outbox; says so where it could not be kept. */
export async function noted<A extends Act>(act: A, body: Body<A>): Promise<boolean> {
  try {
    await send(act, body);
    return true;
  } catch {
    lost();
    return false;
  }
}

const list = computed(() => rows("gate").value.get("list") ?? null);

/** Whether the list of withdrawn passes is too old to trust, or missing. */
export const isListOld = (): boolean => list.value === null || new Date(list.value.until) <= now();

/** What a pass shown as text means for this gate; nothing is noted yet. */
export async function judgePass(text: string): Promise<Answer> {
  const [known, tree] = [list.value, me().value?.tree];
  const found = known === null || tree === undefined ? null : await readPass(text, known.keys, tree);
  const withdrawn = { ids: new Set(known?.withdrawn), until: new Date(known?.until ?? 0) };
  return gateAnswer({ status: statusByPass({ found, withdrawn, now: now() }), way: "pass", hasReleasePaper: false });
}

/** Whoever has no pass with him, by the way he goes. */
export const judgeWay = (way: GateWay): Answer => (way === "visit" ? "call-desk" : gateAnswer({ status: "hold", way, hasReleasePaper: false }));

/** Count a passage: which way, and what was answered. Not who. */
export async function passed(way: GateWay, answer: Answer): Promise<void> {
  const { post, counts } = watch.value;
  if (post !== "") await noted("entry.note-passage", { post_id: post, way, answer });
  await change({ counts: { ...counts, [answer]: counts[answer] + 1 } });
}

/** Somebody shows a release paper: it beats a late code; its number is looked up by the server. */
export async function released(number: string): Promise<void> {
  await noted("codes.check-gate", { way: "pass", code: "", shown: "", release_paper: number });
  await passed("pass", "pass");
}

/** Vehicles by kind; the first three are never held up. */
export const EMERGENCY = ["ambulance", "fire-engine", "police"] as const;
export const VEHICLES = [...EMERGENCY, "supply", "delivery", "waste", "transfer", "resident", "other"] as const;

/** A vehicle comes in (`call-desk`: it waits while the desk is asked). */
export async function letIn(kind: string, company: string, answer: Answer): Promise<void> {
  const { post, inside } = watch.value;
  const id = newId();
  if (!(await noted("entry.note-vehicle", { post_id: post, kind, direction: "in", company, answer, vehicle_id: id }))) return;
  if (answer === "pass") await change({ inside: [...inside, { id, kind, company, at: now().toISOString() }] });
}

export async function letOut(vehicle: Inside): Promise<void> {
  const { post, inside } = watch.value;
  const body = { post_id: post, kind: vehicle.kind, direction: "out" as const, company: vehicle.company, answer: "pass", vehicle_id: vehicle.id };
  if (await noted("entry.note-vehicle", body)) await change({ inside: inside.filter((one) => one.id !== vehicle.id) });
}
