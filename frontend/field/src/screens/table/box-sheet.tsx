/** Hand over: the box's label, its laboratory, the count said aloud, the vehicle. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { rows } from "../../core/store";
import { Banner, BigButton, Button, Choice, Count, Field, ListRow, Sheet } from "../../ui";
import { bag, isLoose, pack, packed, peopleIn, unpack, type Packed } from "./boxes";

interface Props {
  /** The label that was scanned, or "". */
  label: string;
  onClose: () => void;
}

export function BoxSheet({ label: scanned, onClose }: Props): JSX.Element {
  const [left, setLeft] = useState<readonly string[]>([]);
  const [more, setMore] = useState<readonly string[]>([]);
  const tubes = [...bag.value.map((tube) => tube.label).filter((label) => !left.includes(label)), ...more];
  const loose = bag.value.filter((tube) => !left.includes(tube.label));
  return (
    <Sheet open title={t("Hand over")} onClose={onClose}>
      <Count value={tubes.length} label={t("tubes in the bag")} />
      <Count value={peopleIn(loose)} label={t("people in them")} />
      {tubes.length === 0 ? <p>{t("No closed tube is in the bag.")}</p> : <Packing scanned={scanned} tubes={tubes} onClose={onClose} />}
      <h3>{t("Tubes")}</h3>
      {loose.map((tube) => (
        <ListRow key={tube.label} title={tube.label} detail={t("{number} people", { number: tube.people.length })} end={t("Leave out")} onPress={() => setLeft([...left, tube.label])} />
      ))}
      {more.map((label) => (
        <ListRow key={label} title={label} end={t("Leave out")} onPress={() => setMore(more.filter((one) => one !== label))} />
      ))}
      <Another known={tubes} onTube={(label) => (left.includes(label) ? setLeft(left.filter((one) => one !== label)) : setMore([...more, label]))} />
      <Waiting />
    </Sheet>
  );
}

function Packing({ scanned, tubes, onClose }: { scanned: string; tubes: string[]; onClose: () => void }): JSX.Element {
  const labs = [...rows("labs").value.values()];
  const [label, setLabel] = useState(scanned);
  const [lab, setLab] = useState(labs.length === 1 ? (labs[0]?.id ?? "") : "");
  const [said, setSaid] = useState("");
  const [seal, setSeal] = useState("");
  const [vehicle, setVehicle] = useState("");
  const isCounted = Number(said) === tubes.length;
  const isWhole = label.trim() !== "" && lab !== "" && said !== "" && isCounted;
  const done = async (): Promise<void> => {
    const box = { label: label.trim(), tubes, to_body: lab, said: Number(said), seal: seal.trim(), vehicle: vehicle.trim() };
    if (isWhole && (await pack(box))) onClose();
  };
  return (
    <>
      <Field label={t("Label of the box")} value={label} onInput={setLabel} maxLength={40} hint={t("Or scan it at the table.")} />
      <Choice label={t("Laboratory")} options={labs.map((one) => ({ value: one.id, label: one.name }))} value={lab} onChoose={setLab} />
      <Field
        label={t("Count the tubes aloud, together: how many?")}
        value={said}
        onInput={setSaid}
        inputMode="numeric"
        maxLength={4}
        error={said !== "" && !isCounted ? t("{said} were said, {number} are listed. Count again; leave out what is not there.", { said, number: tubes.length }) : undefined}
      />
      <Field label={t("Number of the seal")} value={seal} onInput={setSeal} maxLength={40} />
      <Field label={t("Vehicle")} value={vehicle} onInput={setVehicle} maxLength={40} onEnter={() => void done()} />
      <BigButton tone="main" onPress={() => void done()} disabled={!isWhole}>{t("Sealed and handed over")}</BigButton>
    </>
  );
}

/** A tube of another phone goes into the same box. */
function Another({ known, onTube }: { known: readonly string[]; onTube: (label: string) => void }): JSX.Element {
  const [label, setLabel] = useState("");
  const typed = label.trim();
  const error = typed === "" || known.includes(typed) || isLoose(typed) ? undefined : t("Not closed yet, or in another box.");
  return (
    <>
      <Field label={t("A tube of another phone")} value={label} onInput={setLabel} maxLength={40} error={error} />
      <Button disabled={error !== undefined || typed === "" || known.includes(typed)} onPress={() => (onTube(typed), setLabel(""))}>{t("Add")}</Button>
    </>
  );
}

/** Boxes that wait on this phone. */
function Waiting(): JSX.Element | null {
  if (packed.value.length === 0) return null;
  return (
    <>
      <h3>{t("On the way from this phone")}</h3>
      <Banner>{t("What was packed without a network goes by itself as soon as there is one.")}</Banner>
      {packed.value.map((box) => (
        <ListRow key={box.label} title={box.label} detail={t("{number} tubes", { number: box.said })} end={<Back box={box} />} />
      ))}
    </>
  );
}

function Back({ box }: { box: Packed }): JSX.Element {
  return <Button onPress={() => void unpack(box.label)}>{box.isSent ? t("Forget") : t("Unpack")}</Button>;
}
