/** Somebody who is not on the list, in fifteen seconds: a person of the register by his name, or a new one by name and one tap. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { me, newId, rows } from "../../core/store";
import type { PersonRow, RollRow, RoundRow } from "../../core/types";
import { houseOf } from "../../rules/tasks";
import { Choice, Field, ListRow, Sheet } from "../../ui";
import { note } from "../today/note";
import { addressOf } from "./model";

type Residence = "resident" | "tenant" | "visitor";
const MOST = 6;

function residences(): { value: Residence; label: string }[] {
  return [
    { value: "resident", label: t("Lives here") },
    { value: "tenant", label: t("Rents here") },
    { value: "visitor", label: t("Is a visitor") },
  ];
}

/** The row of somebody who came after the freeze, as the server makes it; a list of people sampled alone comes with the next pull. */
function lateRow(round: string, person: string, dwelling: string | null): RollRow {
  const building = houseOf(rows("places").value, dwelling);
  return { round, person, building, list: "pooled", state: "open", way: "", struck: false, contradicted: false, alone: false };
}

function addLate(round: RoundRow, person: PersonRow): Promise<boolean> {
  const patches = { roll: { [`${round.id}/${person.id}`]: lateRow(round.id, person.id, person.dwelling) } };
  const body = { round_id: round.id, person_ids: [person.id] };
  return note("sampling.add-late", body, { about: [person.id], patches, said: t("{name} is on the list now", { name: person.name }) });
}

/** The area in which somebody is entered: my own that is nearest to the round's. */
function areaFor(round: RoundRow): string {
  const mine = (me().value?.duties ?? []).map((duty) => duty.area);
  return mine.find((area) => area.startsWith(round.area)) ?? mine[0] ?? round.area;
}

async function register(round: RoundRow, name: string, residence: Residence, dwelling: string | null): Promise<boolean> {
  const id = newId();
  const household = [...rows("people").value.values()].find((one) => dwelling !== null && one.dwelling === dwelling)?.household ?? null;
  const person: PersonRow = { id, name, band: "", dwelling, household, file_no: "", head: false, guardian: null, channel: "" };
  const body = { id, area: areaFor(round), name, residence, dwelling_id: dwelling };
  const kept = await note("people.register-person", body, { about: [id], patches: { people: { [id]: person } }, said: t("Noted") });
  return kept && addLate(round, person);
}

interface Shown {
  round: RoundRow;
  dwelling: string | null;
  onClose: () => void;
}

export function AddSheet({ round, dwelling, onClose }: Shown): JSX.Element {
  const [name, setName] = useState("");
  const typed = name.trim();
  const roll = rows("roll").value;
  const known = typed === "" ? [] : [...rows("people").value.values()].filter((one) => one.name.includes(typed) && !roll.has(`${round.id}/${one.id}`));
  const close = (kept: Promise<boolean>): void => void kept.then((done) => done && onClose());
  return (
    <Sheet open title={t("Not on the list")} onClose={onClose}>
      {dwelling !== null && <p>{addressOf(dwelling)}</p>}
      <Field label={t("Name")} value={name} onInput={setName} maxLength={60} autoFocus />
      {known.slice(0, MOST).map((person) => (
        <ListRow key={person.id} title={person.name} detail={addressOf(person.dwelling)} end={t("Add")} onPress={() => close(addLate(round, person))} />
      ))}
      {typed !== "" && (
        <Choice
          label={t("{name} is in no register", { name: typed })}
          options={residences().map((one) => ({ ...one, detail: t("in no register") }))}
          onChoose={(residence) => close(register(round, typed, residence, dwelling))}
        />
      )}
    </Sheet>
  );
}
