/** Somebody at home (or a place) under a routine: items of the day, his temperature, tests due at the door. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { now, rows } from "../../core/store";
import type { RoutineRow, TestRow } from "../../core/types";
import { Banner, Button, Choice, Field, ListRow, Sheet } from "../../ui";
import { addressOf } from "../roll-call/model";
import { note } from "../today/note";
import { itemWord, windowOf } from "./words";
import { when } from "../today/when";

/** Whom or what a routine watches, with the day's items and the tests that are due. */
export interface Watched {
  id: string;
  name: string;
  where: string | null;
  person: boolean;
  items: RoutineRow[];
  tests: TestRow[];
}

/** Everybody who is visited at home, by place; items in the order of their windows. */
export function watched(): Watched[] {
  const found = new Map<string, Watched>();
  const of = (id: string, isPerson: boolean): Watched => {
    const person = isPerson ? rows("people").value.get(id) : undefined;
    const where = isPerson ? (person?.dwelling ?? null) : id;
    const one = found.get(id) ?? { id, name: isPerson ? (person?.name ?? "") : addressOf(id), where, person: isPerson, items: [], tests: [] };
    found.set(id, one);
    return one;
  };
  for (const item of rows("routine").value.values()) {
    const id = item.person ?? item.place;
    if (id !== null) of(id, item.person !== null).items.push(item);
  }
  for (const test of rows("tests").value.values()) of(test.person, true).tests.push(test);
  for (const one of found.values()) one.items.sort((a, b) => (`${a.day}${a.from}${a.id}` < `${b.day}${b.from}${b.id}` ? -1 : 1));
  return [...found.values()].sort((a, b) => addressOf(a.where).localeCompare(addressOf(b.where), "zh", { numeric: true }));
}

export const missing = (items: readonly RoutineRow[]): RoutineRow[] => items.filter((item) => !item.done);

/** "7/8, missing: report 18:00-20:00". */
export function tally(items: readonly RoutineRow[]): string {
  const left = missing(items);
  const done = t("{done} of {all} items done", { done: items.length - left.length, all: items.length });
  if (left.length === 0) return done;
  return `${done}; ${t("missing: {items}", { items: left.map((item) => `${itemWord(item.item)} ${windowOf(item)}`).join(", ") })}`;
}

function doItem(item: RoutineRow, where: string | null): Promise<boolean> {
  const body = { item_id: item.id, watched_id: item.person ?? item.place ?? "", day: item.day };
  const patches = { routine: { [item.id]: { done: true } } };
  return note("visits.do-item", body, { about: [item.id], patches, door: where, said: t("Done: {task}", { task: itemWord(item.item) }) });
}

/** "365", "36,5" and "36.5" are all 36.5 degrees; null for what no body has (30 to 45, as the server judges). */
export function celsius(typed: string): string | null {
  const plain = typed.trim().replace(",", ".");
  const number = /^\d{3}$/.test(plain) ? Number(plain) / 10 : /^\d{2}(\.\d)?$/.test(plain) ? Number(plain) : Number.NaN;
  return number >= 30 && number <= 45 ? number.toFixed(1) : null;
}

export function HomeSheet({ one, onClose }: { one: Watched; onClose: () => void }): JSX.Element {
  return (
    <Sheet open title={one.name} onClose={onClose}>
      <p>{addressOf(one.where)}</p>
      {one.items.length > 0 && <p>{tally(one.items)}</p>}
      {one.items.map((item) => (
        <ListRow
          key={item.id}
          title={`${item.done ? "✓ " : "○ "}${itemWord(item.item)}`}
          detail={windowOf(item)}
          end={item.done ? t("done") : <Button tone="main" onPress={() => void doItem(item, one.where)}>{t("Done")}</Button>}
        />
      ))}
      {one.tests.map((test) => (
        <Banner key={test.id} tone={Date.parse(test.due_at) <= now().getTime() ? "bad" : "wait"}>
          {t("Test at the door until {time}, with a single tube", { time: when(test.due_at) })}
        </Banner>
      ))}
      {one.person && <Temperature person={one.id} where={one.where} />}
    </Sheet>
  );
}

type Channel = "visit" | "phone";

export function Temperature({ person, where }: { person: string; where: string | null }): JSX.Element {
  const [typed, setTyped] = useState("");
  const [channel, setChannel] = useState<Channel>("visit");
  const degrees = celsius(typed);
  const keep = async (): Promise<void> => {
    if (degrees === null) return;
    const body = { person_id: person, celsius: degrees, channel };
    const said = t("Noted: {n} °C", { n: degrees });
    if (await note("visits.record-reading", body, { door: channel === "visit" ? where : null, said })) setTyped("");
  };
  return (
    <div>
      <Field label={t("Temperature that he reports, °C")} value={typed} onInput={setTyped} inputMode="decimal" maxLength={4} onEnter={() => void keep()} hint="36.5" />
      <Choice
        label={t("How do you know it?")}
        options={[
          { value: "visit", label: t("At the door") },
          { value: "phone", label: t("By phone") },
        ]}
        value={channel}
        onChoose={(chosen: Channel) => setChannel(chosen)}
      />
      <Button tone="main" disabled={degrees === null} onPress={() => void keep()}>{t("Note the temperature")}</Button>
    </div>
  );
}
