/** What a guard notes beside passages: a release paper, vehicles, a page of the paper register, the hand-over of the post. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { clockTime, t } from "../../core/i18n";
import { now } from "../../core/store";
import { BigButton, Button, Choice, Field, ListRow, Sheet, toast } from "../../ui";
import type { Answer } from "../../rules/gate";
import { EMERGENCY, letIn, letOut, noted, passages, released, stand, VEHICLES, watch, type Inside } from "./watch";
import { matters, vehicleWord } from "./words";

interface Over {
  onClose: () => void;
  /** Show an answer over the whole screen. */
  onAnswer: (answer: Answer) => void;
}

const isCount = (text: string): boolean => /^\d{1,5}$/.test(text.trim());

export function ReleasePaper({ onClose, onAnswer }: Over): JSX.Element {
  const [number, setNumber] = useState("");
  const typed = number.trim();
  const shown = async (): Promise<void> => {
    if (typed === "") return;
    await released(typed);
    onAnswer("pass");
  };
  return (
    <Sheet open title={t("Release paper")} onClose={onClose}>
      <p>{t("Whoever shows his release paper passes, whatever a code says.")}</p>
      <Field label={t("Number on the paper")} value={number} onInput={setNumber} maxLength={60} autoFocus onEnter={() => void shown()} />
      <BigButton tone="main" disabled={typed === ""} onPress={() => void shown()}>{t("He shows the paper")}</BigButton>
    </Sheet>
  );
}

export function Vehicles({ onClose, onAnswer }: Over): JSX.Element {
  const [kind, setKind] = useState<string | null>(null);
  const { inside } = watch.value;
  const chosen = (value: string): void => {
    if ((EMERGENCY as readonly string[]).includes(value)) void letIn(value, "", "pass").then(() => onAnswer("pass"));
    else setKind(value);
  };
  return (
    <Sheet open title={t("Vehicles and deliveries")} onClose={onClose}>
      {kind === null ? (
        <>
          <p>{t("Ambulance, fire engine and police are never held up.")}</p>
          <Choice label={t("Comes in")} options={VEHICLES.map((value) => ({ value, label: vehicleWord(value) }))} onChoose={chosen} />
        </>
      ) : (
        <OneVehicle kind={kind} onDone={onAnswer} />
      )}
      {inside.length > 0 && <h3>{t("Inside")}</h3>}
      {inside.map((vehicle) => (
        <ListRow key={vehicle.id} title={vehicleLine(vehicle)} detail={clockTime(vehicle.at)} end={t("Goes out")} onPress={() => void letOut(vehicle)} />
      ))}
    </Sheet>
  );
}

const vehicleLine = (vehicle: Inside): string => [vehicleWord(vehicle.kind), vehicle.company].filter(Boolean).join(" · ");

function OneVehicle({ kind, onDone }: { kind: string; onDone: (answer: Answer) => void }): JSX.Element {
  const [company, setCompany] = useState("");
  const said = (answer: Answer): void => void letIn(kind, company.trim(), answer).then(() => onDone(answer));
  return (
    <>
      <h3>{vehicleWord(kind)}</h3>
      <Field label={t("Company on it")} value={company} onInput={setCompany} maxLength={40} hint={t("No number plate, no driver's name.")} />
      <BigButton tone="good" onPress={() => said("pass")}>{t("Let in")}</BigButton>
      <BigButton tone="wait" onPress={() => said("call-desk")}>{t("Call the desk")}</BigButton>
    </>
  );
}

/** The day in the phone's zone, as YYYY-MM-DD. */
function today(): string {
  const at = now();
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

export function PaperPage({ onClose }: Pick<Over, "onClose">): JSX.Element {
  const [number, setNumber] = useState("");
  const [day, setDay] = useState(today());
  const [people, setPeople] = useState("");
  const [vehicles, setVehicles] = useState("0");
  const isWhole = isCount(number) && Number(number) > 0 && isCount(people) && isCount(vehicles) && /^\d{4}-\d{2}-\d{2}$/.test(day);
  const enter = async (): Promise<void> => {
    const body = { post_id: watch.value.post, number: Number(number), day, passages: Number(people), vehicles: Number(vehicles) };
    if (!isWhole || !(await noted("entry.enter-paper-page", body))) return;
    toast.value = { words: t("Page {number} is entered", { number }), tone: "good" };
    onClose();
  };
  return (
    <Sheet open title={t("Paper register")} onClose={onClose}>
      <p>{t("Counts only; the page itself stays in the binder.")}</p>
      <Field label={t("Number of the page")} value={number} onInput={setNumber} inputMode="numeric" maxLength={5} autoFocus />
      <Field label={t("Day")} value={day} onInput={setDay} type="date" />
      <Field label={t("How many people passed")} value={people} onInput={setPeople} inputMode="numeric" maxLength={5} />
      <Field label={t("How many vehicles")} value={vehicles} onInput={setVehicles} inputMode="numeric" maxLength={5} onEnter={() => void enter()} />
      <BigButton tone="main" disabled={!isWhole} onPress={() => void enter()}>{t("Enter the page")}</BigButton>
    </Sheet>
  );
}

export function HandOver({ onClose }: Pick<Over, "onClose">): JSX.Element {
  const { post, since, counts, inside } = watch.value;
  const [people, setPeople] = useState(String(passages(counts)));
  const [vehicles, setVehicles] = useState(String(inside.length));
  const [open, setOpen] = useState<readonly string[]>(inside.length > 0 ? ["vehicle-inside"] : []);
  const [note, setNote] = useState("");
  const isWhole = isCount(people) && isCount(vehicles);
  const toggle = (value: string): void => setOpen(open.includes(value) ? open.filter((one) => one !== value) : [...open, value]);
  const give = async (): Promise<void> => {
    const body = { post_id: post, passages: Number(people), vehicles_inside: Number(vehicles), matters: [...open], note: note.trim(), to_worker_id: null };
    if (!isWhole || !(await noted("entry.hand-over", body))) return;
    await stand("");
    toast.value = { words: t("The post is handed over"), tone: "good" };
    onClose();
  };
  return (
    <Sheet open title={t("Hand over the post")} onClose={onClose}>
      <p>{t("Since {time} this phone has counted {number}.", { time: clockTime(since), number: passages(counts) })}</p>
      <Field label={t("How many people passed")} value={people} onInput={setPeople} inputMode="numeric" maxLength={5} hint={t("Your own count; it stands beside the log's.")} />
      <Field label={t("Vehicles inside")} value={vehicles} onInput={setVehicles} inputMode="numeric" maxLength={5} />
      <h3>{t("What stays open?")}</h3>
      <div class="choice" role="group" aria-label={t("What stays open?")}>
        {matters().map((one) => (
          <Button key={one.value} pressed={open.includes(one.value)} onPress={() => toggle(one.value)}>{one.label}</Button>
        ))}
      </div>
      <Field label={t("A line, without names")} value={note} onInput={setNote} maxLength={60} />
      <BigButton tone="main" disabled={!isWhole} onPress={() => void give()}>{t("The next guard stands here: hand over")}</BigButton>
    </Sheet>
  );
}
