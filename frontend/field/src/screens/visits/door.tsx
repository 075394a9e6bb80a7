/** One household of a campaign: changes and needs by taps, then how it was met. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { rows } from "../../core/store";
import type { PersonRow, VisitRow } from "../../core/types";
import { BigButton, Button, Sheet, type Option } from "../../ui";
import { addressOf } from "../roll-call/model";
import { note } from "../today/note";
import { changeOptions, needOptions, RESULTS, resultWord, type Result } from "./words";

export const householdOf = (visit: VisitRow): PersonRow[] => [...rows("people").value.values()].filter((person) => person.household === visit.household);

/** The state of a visit after one more attempt: the first of met, refused, absent. */
export function after(state: string, result: Result): string {
  return RESULTS.find((one) => one === state || one === result) ?? result;
}

const toggled = (chosen: readonly string[], value: string): string[] => (chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);

export function DoorSheet({ visit, onClose }: { visit: VisitRow; onClose: () => void }): JSX.Element {
  const [changes, setChanges] = useState<readonly string[]>([]);
  const [needs, setNeeds] = useState<readonly string[]>([]);
  const [asked, ask] = useState<string | null>(null);
  const people = householdOf(visit);
  const record = async (result: Result): Promise<void> => {
    const told = needs.map((need) => need.split(" ")).map(([person_id = "", need = ""]) => ({ person_id, need }));
    const body = { visit_id: visit.id, result, means: "door", changes, needs: told };
    const patches = { visits: { [visit.id]: { state: after(visit.state, result), attempts: visit.attempts + 1 } } };
    const said = `${addressOf(visit.dwelling)}: ${resultWord(result)}`;
    if (await note("visits.record-visit", body, { about: [visit.id], patches, door: visit.dwelling, said })) onClose();
  };
  return (
    <Sheet open title={addressOf(visit.dwelling)} onClose={onClose}>
      {visit.attempts > 0 && <p>{t("Tried {n} times: {result}", { n: visit.attempts, result: resultWord(visit.state) })}</p>}
      <div class="buttons">
        <BigButton tone="good" onPress={() => void record("met")}>{resultWord("met")}</BigButton>
        <BigButton tone="wait" onPress={() => void record("absent")}>{resultWord("absent")}</BigButton>
        <BigButton onPress={() => void record("refused")}>{resultWord("refused")}</BigButton>
      </div>
      <h3>{t("What changed? (tap before the result)")}</h3>
      <Toggles label={t("Changes")} options={changeOptions()} chosen={changes} onToggle={(value) => setChanges(toggled(changes, value))} />
      {people.map((person) => (
        <div key={person.id} class="member">
          <div class="member-head">
            <span class="row-title">{person.name} {person.band}</span>
            <Button pressed={asked === person.id} onPress={() => ask(asked === person.id ? null : person.id)}>{t("Needs")}</Button>
          </div>
          {asked === person.id && (
            <Toggles
              label={t("Needs of {name}", { name: person.name })}
              options={needOptions().map((need) => ({ ...need, value: `${person.id} ${need.value}` }))}
              chosen={needs}
              onToggle={(value) => setNeeds(toggled(needs, value))}
            />
          )}
        </div>
      ))}
    </Sheet>
  );
}

function Toggles(props: { label: string; options: readonly Option[]; chosen: readonly string[]; onToggle: (value: string) => void }): JSX.Element {
  return (
    <div class="buttons" role="group" aria-label={props.label}>
      {props.options.map((option) => (
        <Button key={option.value} pressed={props.chosen.includes(option.value)} onPress={() => props.onToggle(option.value)}>{option.label}</Button>
      ))}
    </div>
  );
}
