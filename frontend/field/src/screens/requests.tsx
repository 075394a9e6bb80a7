/** Requests of residents: nobody's, mine, delivered; the emergency button first. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../core/i18n";
import { now, rows } from "../core/store";
import type { RequestRow } from "../core/types";
import { Button, Chip, Choice, Empty, ListRow, Sheet } from "../ui";
import { EmergencyButton, PersonSearch } from "./requests/emergency";
import { nameOf, type Somebody } from "./requests/people";
import { asked, isBrought, isTaken, RequestSheet } from "./requests/request";
import { ASKED, kindWord, stateWord } from "./requests/words";
import { addressOf } from "./roll-call/model";
import { note } from "./today/note";
import { when } from "./today/when";

export const screen = { id: "requests", title: "Requests", icon: "basket", duties: ["grid-worker", "community-secretary", "phone-operator"] };

export default function Requests(): JSX.Element {
  const [opened, open] = useState<string | null>(null);
  const [asking, ask] = useState(false);
  const all = [...rows("requests").value.values()].sort(byDeadline);
  const request = all.find((one) => one.id === opened);
  const lists: [string, RequestRow[]][] = [
    [t("Nobody has it yet"), all.filter((one) => one.state === "recorded")],
    [t("Mine"), all.filter((one) => isTaken(one) && one.mine)],
    [t("With others"), all.filter((one) => isTaken(one) && !one.mine)],
    [t("Brought, to be confirmed"), all.filter(isBrought)],
  ];
  return (
    <>
      <h1>{t("Requests")}</h1>
      <EmergencyButton />
      <Button onPress={() => ask(true)}>{t("Somebody asks for something")}</Button>
      {lists.every(([, some]) => some.length === 0) && <Empty>{t("No open requests.")}</Empty>}
      {lists.filter(([, some]) => some.length > 0).map(([title, some]) => (
        <section key={title} aria-label={title}>
          <h2>{title} ({some.length})</h2>
          {some.map((one) => (
            <RequestLine key={one.id} request={one} onPress={() => open(one.id)} />
          ))}
        </section>
      ))}
      {request !== undefined && <RequestSheet key={request.id} request={request} onClose={() => open(null)} />}
      {asking && <AskSheet onClose={() => ask(false)} />}
    </>
  );
}

/** Ambulances first, then by target, then as they were asked. */
function byDeadline(one: RequestRow, other: RequestRow): number {
  const urgent = Number(other.kind === "ambulance") - Number(one.kind === "ambulance");
  return urgent || (one.due_at ?? "9").localeCompare(other.due_at ?? "9") || one.asked_at.localeCompare(other.asked_at);
}

function RequestLine({ request, onPress }: { request: RequestRow; onPress: () => void }): JSX.Element {
  const late = request.due_at !== null && Date.parse(request.due_at) <= now().getTime() && !isBrought(request);
  const words = request.due_at === null ? stateWord(request.state) : t("until {time}", { time: when(request.due_at) });
  return (
    <ListRow
      title={kindWord(request.kind)}
      detail={`${nameOf(request.person)} ${addressOf(rows("people").value.get(request.person)?.dwelling ?? null)}`}
      end={<Chip tone={late ? "bad" : request.mine ? "good" : "plain"}>{late ? t("overdue {time}", { time: when(request.due_at ?? "") }) : words}</Chip>}
      onPress={onPress}
    />
  );
}

function AskSheet({ onClose }: { onClose: () => void }): JSX.Element {
  const [person, choose] = useState<Somebody | null>(null);
  const take = async (who: Somebody, kind: string): Promise<void> => {
    const body = { person_id: who.id, kind, channel: "visit" };
    if (await note("care.ask", body, { patches: asked(who.id, kind), said: t("Request noted") })) onClose();
  };
  return (
    <Sheet open title={t("Somebody asks for something")} onClose={onClose}>
      {person === null ? (
        <PersonSearch onPerson={choose} />
      ) : (
        <Choice
          label={t("What does {name} ask for?", { name: person.name })}
          options={ASKED.map((kind) => ({ value: kind, label: kindWord(kind) }))}
          onChoose={(kind) => void take(person, kind)}
        />
      )}
    </Sheet>
  );
}
