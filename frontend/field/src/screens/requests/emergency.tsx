/** An emergency: always first, never refused, nothing is asked before. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { me } from "../../core/store";
import { BigButton, Empty, Field, ListRow, Sheet } from "../../ui";
import { addressOf } from "../roll-call/model";
import { note } from "../today/note";
import { everybody, type Somebody } from "./people";
import { asked } from "./request";

const MOST = 30;

export function EmergencyButton(): JSX.Element {
  const [open, set] = useState(false);
  return (
    <>
      <BigButton tone="bad" onPress={() => set(true)}>✚ {t("Emergency: ambulance")}</BigButton>
      {open && <EmergencySheet onClose={() => set(false)} />}
    </>
  );
}

function EmergencySheet({ onClose }: { onClose: () => void }): JSX.Element {
  const call = (person: Somebody): void => void emergency(person.id).then((kept) => kept && onClose());
  return (
    <Sheet open title={t("Who needs the ambulance?")} onClose={onClose}>
      {me().value?.exercise === true ? (
        <p>{t("This is an exercise: nothing is dialled. In a real emergency dial 120 on the phone itself.")}</p>
      ) : (
        <a class="button big tone-bad" href="tel:120">☎ {t("Dial 120 now")}</a>
      )}
      <PersonSearch onPerson={call} />
    </Sheet>
  );
}

/** The request that stands at once, whoever may see it; the desk and its playbook follow. */
export function emergency(person: string): Promise<boolean> {
  const said = t("Emergency noted: the desk is told");
  return note("care.call-emergency", { person_id: person, channel: "visit" }, { patches: asked(person, "ambulance"), said });
}

/** Somebody by a part of his name, room or file number. */
export function PersonSearch({ onPerson }: { onPerson: (person: Somebody) => void }): JSX.Element {
  const [typed, setTyped] = useState("");
  const part = typed.trim();
  const found = everybody().filter((one) => part === "" || one.name.includes(part) || one.file_no.endsWith(part) || addressOf(one.dwelling).includes(part));
  return (
    <>
      <Field label={t("Name, room or file number")} value={typed} onInput={setTyped} maxLength={60} type="search" />
      {found.length === 0 && <Empty>{t("Nobody on this phone. Call the desk.")}</Empty>}
      {found.slice(0, MOST).map((person) => (
        <ListRow key={person.id} title={`${person.name} ${person.band ?? ""}`} detail={addressOf(person.dwelling)} onPress={() => onPerson(person)} />
      ))}
    </>
  );
}
