/** One task: close it by its fact, give it back with a reason, send it up, or call for support. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { me, now, rows } from "../../core/store";
import type { TaskRow } from "../../core/types";
import { evidenceOf, type Evidence } from "../../rules/tasks";
import { Banner, BigButton, Button, Choice, Field, Sheet } from "../../ui";
import { addressOf } from "../roll-call/model";
import { note } from "./note";
import { SupportSheet } from "./support";
import { backReasons, evidenceWord, roleWord, taskWord, upReasons } from "./words";
import { when } from "./when";

/** Told by a signature where the account has no title. */
const PRESENT = "present";
/** So often a task is sent up at most (field/tasks/rules.py). */
const LEVELS = 3;
const EVIDENCES: readonly Evidence[] = ["signature", "scan", "reading", "count", "call"];

export const placeOf = (task: TaskRow): string | null => task.place ?? (task.person === null ? null : (rows("people").value.get(task.person)?.dwelling ?? null));

/** What a task is about, in a line: who and where, as far as this phone knows it. */
export function aboutTask(task: TaskRow): string {
  const name = task.person === null ? "" : (rows("people").value.get(task.person)?.name ?? "");
  return [name, addressOf(placeOf(task))].filter((part) => part !== "").join(" · ");
}

/** Somebody else took it on, as where a grid is lent. */
export const isOthers = (task: TaskRow): boolean => task.state === "accepted" && !task.mine;
export const isLate = (task: TaskRow): boolean => Date.parse(task.due_at) <= now().getTime();

function closing(task: TaskRow, evidence: Evidence, value: string, present: readonly string[]): Promise<boolean> {
  const body = { task_id: task.id, evidence, value: value.slice(0, 200), present };
  const said = t("Done: {task}", { task: taskWord(task.kind) });
  return note("tasks.do", body, { about: [task.id], patches: { tasks: { [task.id]: null } }, door: placeOf(task), said });
}

type Step = "closing" | "back" | "up" | "support" | null;

export function TaskSheet({ task, onClose }: { task: TaskRow; onClose: () => void }): JSX.Element {
  const [step, go] = useState<Step>(null);
  const evidence = evidenceOf(task.kind);
  const close = (kept: Promise<boolean>): void => void kept.then((done) => done && onClose());
  if (step === "support") return <SupportSheet task={task} onClose={onClose} />;
  return (
    <Sheet open title={taskWord(task.kind)} onClose={onClose}>
      <p>{aboutTask(task)}</p>
      <p>
        {t("until {time}", { time: when(task.due_at) })}
        {task.level > 0 && ` · ${t("sent up {n} times", { n: task.level })}`}
        {isOthers(task) && ` · ${t("a colleague has it")}`}
      </p>
      {evidence === null ? (
        <Banner>{t("It closes by itself with the tube, the test or the hand-over.")}</Banner>
      ) : (
        <BigButton tone="main" onPress={() => go("closing")}>{t("Close it")}</BigButton>
      )}
      {step === "closing" && evidence !== null && <Closing task={task} first={evidence} onDone={close} />}
      <div class="buttons">
        {task.mine && <Button onPress={() => go("back")}>{t("Give back")}</Button>}
        <Button tone="wait" disabled={task.level >= LEVELS} onPress={() => go("up")}>{t("Escalate")}</Button>
        <Button tone="bad" onPress={() => go("support")}>{t("Call for support")}</Button>
      </div>
      {step === "back" && <Choice label={t("Why do you give it back?")} options={backReasons()} onChoose={(reason) => close(giveBack(task, reason))} />}
      {step === "up" && <Choice label={t("Why does it go up?")} options={upReasons()} onChoose={(reason) => close(escalate(task, reason))} />}
    </Sheet>
  );
}

function giveBack(task: TaskRow, reason: string): Promise<boolean> {
  const patches = { tasks: { [task.id]: { state: "assigned", mine: false } } };
  return note("tasks.give-back", { task_id: task.id, reason }, { about: [task.id], patches, said: t("Given back") });
}

function escalate(task: TaskRow, reason: string): Promise<boolean> {
  const patches = { tasks: { [task.id]: { level: task.level + 1 } } };
  return note("tasks.escalate", { task_id: task.id, reason }, { about: [task.id], patches, said: t("Sent up: whoever leads you sees it now") });
}

interface ClosingShown {
  task: TaskRow;
  first: Evidence;
  onDone: (kept: Promise<boolean>) => void;
}

/** The fact that closes a task: a value without identity, and who was present. A signature is a tick of presence with one's office. */
function Closing({ task, first, onDone }: ClosingShown): JSX.Element {
  const [evidence, choose] = useState<Evidence>(first);
  const [value, setValue] = useState("");
  const [present, setPresent] = useState<readonly string[]>([]);
  const typed = evidence === "scan" || evidence === "reading" || evidence === "count";
  const missing = task.roles.filter((role) => !present.includes(role));
  const ready = missing.length === 0 && (!typed || value.trim() !== "");
  const told = typed ? value.trim() : (me().value?.title || PRESENT);
  const toggle = (role: string): void => setPresent(present.includes(role) ? present.filter((one) => one !== role) : [...present, role]);
  return (
    <div>
      <Choice label={t("By which fact?")} options={EVIDENCES.map((one) => ({ value: one, label: evidenceWord(one) }))} value={evidence} onChoose={choose} />
      {typed && (
        <Field
          label={evidenceWord(evidence)}
          value={value}
          onInput={setValue}
          inputMode={evidence === "scan" ? "text" : "decimal"}
          maxLength={200}
          hint={t("No names, no document numbers.")}
        />
      )}
      {task.roles.length > 0 && (
        <div class="buttons" role="group" aria-label={t("Who was there?")}>
          {task.roles.map((role) => (
            <Button key={role} pressed={present.includes(role)} onPress={() => toggle(role)}>{roleWord(role)}</Button>
          ))}
        </div>
      )}
      {missing.length > 0 && <p class="hint">{t("Everybody whom the task needs must be there.")}</p>}
      <BigButton tone="good" disabled={!ready} onPress={() => onDone(closing(task, evidence, told, present))}>{t("Done")}</BigButton>
    </div>
  );
}
