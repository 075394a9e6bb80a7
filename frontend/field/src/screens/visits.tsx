/** Visits: people at home, the day's items, and campaigns from door to door. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../core/i18n";
import { rows } from "../core/store";
import type { VisitRow } from "../core/types";
import { houseOf } from "../rules/tasks";
import { Chip, Empty, ListRow } from "../ui";
import { addressOf, byName, houseName } from "./roll-call/model";
import { DoorSheet, householdOf } from "./visits/door";
import { HomeSheet, missing, tally, watched, type Watched } from "./visits/home";
import { PaceBanner } from "./visits/pace";
import { resultWord } from "./visits/words";
import { when } from "./today/when";

export const screen = { id: "visits", title: "Visits", icon: "home", duties: ["grid-worker", "community-secretary"] };

export default function Visits(): JSX.Element {
  const [door, openDoor] = useState<string | null>(null);
  const [home, openHome] = useState<string | null>(null);
  const homes = watched();
  const houses = campaignHouses();
  const visit = door === null ? undefined : rows("visits").value.get(door);
  const one = homes.find((each) => each.id === home);
  return (
    <>
      <h1>{t("Visits")}</h1>
      <PaceBanner />
      {homes.length === 0 && houses.length === 0 && <Empty>{t("No visits today.")}</Empty>}
      {homes.length > 0 && <h2>{t("People at home")}</h2>}
      {homes.map((each) => (
        <ListRow key={each.id} title={each.name} detail={detailOf(each)} end={<HomeChip one={each} />} onPress={() => openHome(each.id)} />
      ))}
      {houses.map((house) => (
        <Doors key={house.id} house={house} onDoor={openDoor} />
      ))}
      {visit !== undefined && <DoorSheet key={visit.id} visit={visit} onClose={() => openDoor(null)} />}
      {one !== undefined && <HomeSheet key={one.id} one={one} onClose={() => openHome(null)} />}
    </>
  );
}

function detailOf(one: Watched): string {
  return [one.person ? addressOf(one.where) : "", one.items.length > 0 ? tally(one.items) : ""].filter((part) => part !== "").join(" · ");
}

function HomeChip({ one }: { one: Watched }): JSX.Element {
  const left = missing(one.items).length;
  const test = one.tests[0];
  if (test !== undefined) return <Chip tone="wait">{t("test until {time}", { time: when(test.due_at) })}</Chip>;
  return <Chip tone={left === 0 ? "good" : "wait"}>{one.items.length - left}/{one.items.length}</Chip>;
}

interface CampaignHouse {
  id: string;
  name: string;
  visits: VisitRow[];
}

/** Visits by house in walking order; what is still to be done stands first, what is done is struck off beneath. */
function campaignHouses(): CampaignHouse[] {
  const found = new Map<string, CampaignHouse>();
  for (const visit of rows("visits").value.values()) {
    const house = houseOf(rows("places").value, visit.dwelling) ?? "";
    const id = `${visit.campaign}/${house}`;
    const one = found.get(id) ?? { id, name: house === "" ? t("Without a known house") : houseName(house), visits: [] };
    one.visits.push(visit);
    found.set(id, one);
  }
  for (const one of found.values()) one.visits.sort((a, b) => Number(isOver(a)) - Number(isOver(b)) || a.step - b.step);
  return [...found.values()].sort(byName);
}

/** Nobody has to come again: met, refused, or ended with its campaign. */
const isOver = (visit: VisitRow): boolean => visit.state === "met" || visit.state === "refused" || visit.state === "ended";

function Doors({ house, onDoor }: { house: CampaignHouse; onDoor: (id: string) => void }): JSX.Element {
  const over = house.visits.filter(isOver).length;
  return (
    <section aria-label={house.name}>
      <h2>{house.name}: {t("{done} of {all} households", { done: over, all: house.visits.length })}</h2>
      {house.visits.map((visit) => (
        <ListRow
          key={visit.id}
          title={isOver(visit) ? <s>{addressOf(visit.dwelling)}</s> : addressOf(visit.dwelling)}
          detail={householdOf(visit).map((person) => person.name).join(", ")}
          end={<Chip tone={visit.state === "met" ? "good" : visit.state === "open" ? "plain" : "wait"}>{resultWord(visit.state)}</Chip>}
          onPress={() => onDoor(visit.id)}
        />
      ))}
    </section>
  );
}
