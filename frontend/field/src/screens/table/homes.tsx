/** A home by hand: house, room, person; and whoever is in no register, in fifteen seconds. */

import { computed, signal } from "@preact/signals";
import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { rows } from "../../core/store";
import type { PersonRow, PlaceRow } from "../../core/types";
import { houseOf } from "../../rules/tasks";
import { Button, Choice, Empty, Field, ListRow, Sheet } from "../../ui";
import { addressOf, byName } from "../roll-call/model";
import { Standing, type Asked } from "./confirm";
import { register } from "./desk";
import { bandWord } from "./words";

/** Rooms that are shown at once; typing narrows them. */
const SHOWN = 60;
/** The house that was looked into last. */
const lastHouse = signal<string | null>(null);
const KINDS = new Set(["room", "bungalow"]);

/** Homes by house: every room on this phone, also those of which nobody is known. */
const homes = computed(() => {
  const places = rows("places").value;
  const found = new Map<string, PlaceRow[]>();
  for (const place of places.values()) {
    if (!KINDS.has(place.kind)) continue;
    const house = houseOf(places, place.id) ?? place.id;
    const rooms = found.get(house);
    if (rooms === undefined) found.set(house, [place]);
    else rooms.push(place);
  }
  for (const rooms of found.values()) rooms.sort((one, other) => byName({ name: addressOf(one.id) }, { name: addressOf(other.id) }));
  return found;
});

interface Props {
  onPerson: (asked: Asked) => void;
  onClose: () => void;
}

export function Homes({ onPerson, onClose }: Props): JSX.Element {
  const [room, setRoom] = useState<string | null>(null);
  return (
    <Sheet open title={t("Find by home")} onClose={onClose}>
      {room === null ? (
        <Rooms onRoom={setRoom} />
      ) : (
        <>
          <ListRow title={addressOf(room)} end={t("Another room")} onPress={() => setRoom(null)} />
          <Residents room={room} onPerson={(id) => onPerson({ id, means: "home" })} />
          <Newcomer room={room} onPerson={onPerson} />
        </>
      )}
    </Sheet>
  );
}

function Rooms({ onRoom }: { onRoom: (id: string) => void }): JSX.Element {
  const [typed, setTyped] = useState("");
  const houses = [...homes.value.keys()];
  const house = homes.value.has(lastHouse.value ?? "") ? (lastHouse.value ?? "") : houses.length === 1 ? (houses[0] ?? "") : "";
  if (house === "") {
    const options = houses.map((id) => ({ value: id, label: addressOf(id) })).sort((one, other) => byName({ name: one.label }, { name: other.label }));
    return options.length === 0 ? <Empty>{t("No building is on this phone. Choose your buildings first.")}</Empty> : <Choice label={t("House")} options={options} onChoose={(id) => (lastHouse.value = id)} />;
  }
  const rooms = (homes.value.get(house) ?? []).filter((room) => !typed.trim() || addressOf(room.id).includes(typed.trim()));
  return (
    <>
      {houses.length > 1 && <ListRow title={addressOf(house)} end={t("Another house")} onPress={() => (lastHouse.value = null)} />}
      <Field label={t("Room")} value={typed} onInput={setTyped} inputMode="numeric" onEnter={() => rooms.length === 1 && onRoom(rooms[0]?.id ?? "")} />
      <Choice label={t("Room")} options={rooms.slice(0, SHOWN).map((room) => ({ value: room.id, label: room.name, detail: room.parent === house ? undefined : addressOf(room.parent) }))} onChoose={onRoom} />
      {rooms.length > SHOWN && <p class="hint">{t("{number} more; type to narrow them down", { number: rooms.length - SHOWN })}</p>}
    </>
  );
}

function Residents({ room, onPerson }: { room: string; onPerson: (id: string) => void }): JSX.Element {
  const found: PersonRow[] = [...rows("people").value.values()].filter((one) => one.dwelling === room);
  if (found.length === 0) return <Empty>{t("Nobody is known to live here.")}</Empty>;
  return (
    <>
      {found.map((one) => (
        <ListRow key={one.id} title={one.name} detail={bandWord(one.band)} end={<Standing person={one.id} />} onPress={() => onPerson(one.id)} />
      ))}
    </>
  );
}

/** Somebody who is in no register: his name, and one tap on what he is here. */
function Newcomer({ room, onPerson }: { room: string; onPerson: (asked: Asked) => void }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const [name, setName] = useState("");
  if (!isOpen) return <Button onPress={() => setOpen(true)}>{t("Not on the list")}</Button>;
  const chosen = async (residence: string): Promise<void> => {
    const id = name.trim() ? await register(name.trim(), residence, room) : "";
    if (id) onPerson({ id, means: "home" });
  };
  const options = [
    { value: "resident", label: t("Lives here") },
    { value: "tenant", label: t("Rents here") },
    { value: "visitor", label: t("Is a visitor") },
  ];
  return (
    <>
      <Field label={t("Name")} value={name} onInput={setName} maxLength={60} autoFocus hint={t("Then tap what applies; he goes on the list at once.")} />
      <Choice label={t("In no register")} options={options} onChoose={(residence) => void chosen(residence)} />
    </>
  );
}
