/** Today: my tasks by house and deadline, my shift, and whom I can ask for help. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../core/i18n";
import { me, rows } from "../core/store";
import type { TaskRow } from "../core/types";
import { byHouse, houseOf, type Group } from "../rules/tasks";
import { Button, Chip, Empty, ListRow } from "../ui";
import { houseName } from "./roll-call/model";
import { LendSheet } from "./today/lend";
import { note } from "./today/note";
import { Shift } from "./today/shift";
import { SupportSheet } from "./today/support";
import { aboutTask, isLate, isOthers, placeOf, TaskSheet } from "./today/task";
import { taskWord } from "./today/words";
import { when } from "./today/when";

export const screen = {
  id: "today",
  title: "Today",
  icon: "sun",
  duties: ["grid-worker", "registrar", "sampler", "phone-operator", "community-secretary"],
};

export default function Today(): JSX.Element {
  const [opened, open] = useState<string | null>(null);
  const [sheet, show] = useState<"support" | "lend" | null>(null);
  const mine = me().value;
  const tasks = rows("tasks").value;
  const groups = byHouse(tasks.values(), (task) => houseOf(rows("places").value, placeOf(task)));
  const grids = (mine?.duties ?? []).filter((duty) => duty.duty === "grid-worker");
  const task = opened === null ? undefined : tasks.get(opened);
  return (
    <>
      <h1>{t("Today")}</h1>
      {mine !== null && <Shift mine={mine} />}
      {groups.length === 0 && <Empty>{t("No open tasks.")}</Empty>}
      {groups.map((group) => (
        <HouseTasks key={group.house ?? ""} group={group} onTask={open} />
      ))}
      <div class="buttons">
        <Button tone="bad" onPress={() => show("support")}>{t("Call for support")}</Button>
        {grids.length > 0 && <Button onPress={() => show("lend")}>{t("Lend my grid until tonight")}</Button>}
      </div>
      {task !== undefined && <TaskSheet task={task} onClose={() => open(null)} />}
      {sheet === "support" && <SupportSheet task={null} onClose={() => show(null)} />}
      {sheet === "lend" && <LendSheet grids={grids} onClose={() => show(null)} />}
    </>
  );
}

function HouseTasks({ group, onTask }: { group: Group<TaskRow>; onTask: (id: string) => void }): JSX.Element {
  const name = (group.house === null ? "" : houseName(group.house)) || t("Anywhere in my area");
  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      {group.free.length > 0 && (
        <Button tone="main" onPress={() => void accept(group)}>{t("Accept all {n} here", { n: group.free.length })}</Button>
      )}
      {group.tasks.map((task) => (
        <ListRow
          key={task.id}
          title={taskWord(task.kind)}
          detail={aboutTask(task)}
          end={<Deadline task={task} />}
          onPress={() => onTask(task.id)}
        />
      ))}
    </section>
  );
}

function Deadline({ task }: { task: TaskRow }): JSX.Element {
  const time = when(task.due_at);
  if (isLate(task)) return <Chip tone="bad">{t("overdue {time}", { time })}</Chip>;
  if (isOthers(task)) return <Chip>{t("a colleague has it")}</Chip>;
  return <Chip tone={task.mine ? "good" : "plain"}>{t("until {time}", { time })}</Chip>;
}

/** Take on everything that is free in a house, once a shift, in one act: what lies in it, and what is about people who live in it. */
function accept(group: Group<TaskRow>): Promise<boolean> {
  const places = rows("places").value;
  const dwelling = (task: TaskRow): string | null => (task.person === null ? null : (rows("people").value.get(task.person)?.dwelling ?? null));
  const inHouse = (task: TaskRow): boolean => houseOf(places, task.place) === group.house || houseOf(places, dwelling(task)) === group.house;
  const free = group.house === null ? group.free : [...rows("tasks").value.values()].filter((task) => task.state === "assigned" && inHouse(task));
  const ids = free.map((task) => task.id);
  const patches = { tasks: Object.fromEntries(ids.map((id) => [id, { state: "accepted", mine: true }])) };
  const noted = { about: ids, patches, said: t("{n} tasks accepted", { n: ids.length }) };
  return group.house === null ? note("tasks.accept", { task_ids: ids }, noted) : note("tasks.accept-building", { place_id: group.house }, noted);
}
