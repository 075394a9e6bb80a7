/** Roll-call: houses, a house as units and rooms, the people of a room. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { clockTime, t } from "../core/i18n";
import { rows } from "../core/store";
import type { RoundRow } from "../core/types";
import { CLASSES, counted, type Counts } from "../rules/roll";
import { Banner, Button, Chip, Choice, Empty, ListRow } from "../ui";
import { AddSheet } from "./roll-call/add";
import { Grid } from "./roll-call/grid";
import { byName, byRoom, houseGrid, houseName, membersByHouse, openRounds, type Member } from "./roll-call/model";
import { RoomSheet } from "./roll-call/room";
import { awaited, Share } from "./roll-call/share";
import { classWord, SIGNS } from "./roll-call/words";
import { PaceBanner } from "./visits/pace";

import "./roll-call/roll-call.css";

export const screen = {
  id: "roll-call",
  title: "Roll-call",
  icon: "grid",
  duties: ["grid-worker", "community-secretary", "registrar", "sampler"],
};

/** Where the worker is; it outlives a change of screens, and is forgotten with the app. */
const chosen = signal<{ round: string | null; house: string | null }>({ round: null, house: null });

export default function RollCall(): JSX.Element {
  const rounds = openRounds.value;
  const round = rounds.find((one) => one.id === chosen.value.round) ?? rounds[0];
  if (round === undefined) return <Empty>{t("No round is open in your area.")}</Empty>;
  const houses = membersByHouse(round.id);
  const members = chosen.value.house === null ? undefined : houses.get(chosen.value.house);
  return (
    <>
      <h1>{t("Roll-call")}</h1>
      <PaceBanner />
      {rounds.length > 1 && (
        <Choice
          label={t("Round")}
          options={rounds.map((one) => ({ value: one.id, label: one.reason, detail: t("until {time}", { time: clockTime(one.closes_at) }) }))}
          value={round.id}
          onChoose={(id) => (chosen.value = { round: id, house: null })}
        />
      )}
      {chosen.value.house !== null && members !== undefined ? (
        <HouseView round={round} house={chosen.value.house} members={members} />
      ) : (
        <Houses houses={houses} onHouse={(house) => (chosen.value = { round: round.id, house })} />
      )}
    </>
  );
}

const nameOf = (house: string): string => (house === "" ? t("Without a known house") : houseName(house));

function Houses({ houses, onHouse }: { houses: ReadonlyMap<string, Member[]>; onHouse: (house: string) => void }): JSX.Element {
  const listed = [...houses].map(([id, members]) => ({ id, name: nameOf(id), counts: counted(members.map(({ roll }) => roll)), members })).sort(byName);
  if (listed.length === 0) return <Empty>{t("Nobody of your area is on this round's list.")}</Empty>;
  return (
    <>
      <Law members={listed.flatMap((one) => one.members)} />
      {listed.map((one) => (
        <ListRow
          key={one.id}
          title={one.name}
          detail={t("{done} of {all} sampled", { done: one.counts.by.sampled, all: one.counts.total })}
          end={<Chip tone={awaited(one.counts) === 0 ? "good" : "bad"}>{t("{n} awaited", { n: awaited(one.counts) })}</Chip>}
          onPress={() => onHouse(one.id)}
        />
      ))}
    </>
  );
}

/** The law of counting, as figures: everybody who is on the list and was not struck off stands in exactly one class. */
function Law({ members }: { members: readonly Member[] }): JSX.Element {
  const counts = counted(members.map(({ roll }) => roll));
  const differ = members.filter(({ roll }) => roll.contradicted && !roll.struck).length;
  return (
    <>
      <p class="law">
        {t("{listed} on the list - {struck} struck off = {total}", { listed: members.length, struck: members.length - counts.total, total: counts.total })}
        {" = "}
        {told(counts)}
      </p>
      {differ > 0 && <Banner tone="bad">{t("Reports of {n} people differ: look again", { n: differ })}</Banner>}
    </>
  );
}

const told = (counts: Counts): string => CLASSES.map((name) => `${classWord(name)} ${counts.by[name]}`).join(" + ");

function HouseView({ round, house, members }: { round: RoundRow; house: string; members: Member[] }): JSX.Element {
  const [room, openRoom] = useState<string | null>(null);
  const [adding, add] = useState<{ dwelling: string | null } | null>(null);
  const [sharing, share] = useState(false);
  const grid = houseGrid(house, members);
  const here = room === null ? [] : room === "" ? grid.roomless : (byRoom(members).get(room) ?? []);
  return (
    <>
      <div class="buttons">
        <Button onPress={() => (chosen.value = { ...chosen.value, house: null })}>‹ {t("All houses")}</Button>
        <Button onPress={() => share(true)}>{t("Text for the group")}</Button>
        <Button onPress={() => add({ dwelling: null })}>{t("Not on the list")}</Button>
      </div>
      <h2>{nameOf(house)}</h2>
      <Law members={members} />
      <div class="legend">
        {CLASSES.map((name) => (
          <span key={name} class={`chip tone-plain cell-${name}`}>{SIGNS[name]} {classWord(name)}</span>
        ))}
      </div>
      {grid.floors.length > 0 && <Grid house={grid} name={nameOf(house)} onRoom={openRoom} />}
      {grid.roomless.length > 0 && <ListRow title={t("Without a known room")} detail={t("{n} people", { n: grid.roomless.length })} onPress={() => openRoom("")} />}
      {room !== null && adding === null && (
        <RoomSheet
          title={room === "" ? t("Without a known room") : (rows("places").value.get(room)?.name ?? "")}
          members={here}
          onClose={() => openRoom(null)}
          onAdd={() => add({ dwelling: room === "" ? null : room })}
        />
      )}
      {adding !== null && <AddSheet round={round} dwelling={adding.dwelling} onClose={() => add(null)} />}
      {sharing && <Share house={grid} name={nameOf(house)} round={round} onClose={() => share(false)} />}
    </>
  );
}
