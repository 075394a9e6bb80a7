/** Closed tubes of this table: the bag, boxes that are sealed, and their way to the vehicle. */

import { computed } from "@preact/signals";

import { t } from "../../core/i18n";
import { draft, rows } from "../../core/store";
import type { TubeRow } from "../../core/types";
import { toast } from "../../ui";
import { area, desk, noted } from "./desk";

/**
 * A box as it was packed here. The server knows tubes and boxes by ids that it gives, so a box that is packed without a network waits on the phone, on disk,
 * until its tubes have come back with theirs; then it goes by itself, and its hand-over after it.
 */
export interface Packed {
  label: string;
  /** Labels of its tubes. */
  tubes: string[];
  to_body: string;
  /** The count said aloud. */
  said: number;
  seal: string;
  vehicle: string;
  isSent: boolean;
}

const kept = draft<Packed[]>("boxes");
export const packed = computed(() => kept.value.value ?? []);
const packedLabels = computed(() => new Set(packed.value.flatMap((box) => box.tubes)));
const closed = computed(() => new Map([...rows("tubes").value.values()].filter((tube) => tube.state === "closed" && tube.box === null).map((tube) => [tube.label, tube])));

/** Tubes that were closed on this phone and are in no box yet. */
export const bag = computed<TubeRow[]>(() => desk.value.bag.flatMap((label) => (packedLabels.value.has(label) ? [] : (closed.value.get(label) ?? []))));

/** Whether a tube with this label is closed and in no box, so that it may be packed. */
export const isLoose = (label: string): boolean => closed.value.has(label) && !packedLabels.value.has(label);

/** How many people's swabs lie in tubes. */
export const peopleIn = (tubes: readonly TubeRow[]): number => tubes.reduce((sum, tube) => sum + tube.people.length, 0);

async function keep(boxes: Packed[]): Promise<boolean> {
  const before = kept.value.value;
  try {
    await kept.save(boxes);
    return true;
  } catch {
    kept.value.value = before;
    toast.value = { words: t("Nothing was noted: the phone is locked or full. Write it on paper."), tone: "bad" };
    return false;
  }
}

/** Seal a box; refused (false) where the count said is not the number of tubes. */
export async function pack(box: Omit<Packed, "isSent">): Promise<boolean> {
  if (box.said !== box.tubes.length) return false;
  const isKept = await keep([...packed.value.filter((one) => one.label !== box.label), { ...box, isSent: false }]);
  if (isKept) await forward();
  return isKept;
}

/** Unpack a box that is not on its way. */
export const unpack = (label: string): Promise<boolean> => keep(packed.value.filter((box) => box.label !== label));

let isForwarding = false;

/** Send on what can go: boxes whose tubes the server knows, hand-overs whose boxes it knows. */
export async function forward(): Promise<void> {
  if (isForwarding) return;
  isForwarding = true;
  try {
    for (const box of packed.value) await (box.isSent ? give(box) : sendBox(box));
  } finally {
    isForwarding = false;
  }
}

async function sendBox(box: Packed): Promise<void> {
  const ids = box.tubes.map((label) => closed.value.get(label)?.id ?? "");
  if (ids.includes("")) return;
  const body = { area: area(), label: box.label, tube_ids: ids, to_body_id: box.to_body, said: box.said };
  const tubes = Object.fromEntries(ids.map((id) => [id, null]));
  const boxes = { [box.label]: { id: "", label: box.label, to_body: box.to_body, said: box.said, tubes: box.tubes } };
  if (await noted("sampling.send-box", body, [box.label, ...ids], { tubes, boxes })) await keep(packed.value.map((one) => (one.label === box.label ? { ...one, isSent: true } : one)));
}

async function give(box: Packed): Promise<void> {
  const known = [...rows("boxes").value.values()].find((one) => one.label === box.label && one.id !== "");
  if (known === undefined) return;
  const body = { box_id: known.id, leg: "vehicle", count: box.said, seal: box.seal, celsius: null, vehicle: box.vehicle };
  if (await noted("sampling.give-box", body, [known.id], {})) await unpack(box.label);
}
