/** The table: a tube is opened by its label, people are scanned one after another and confirmed by one tap, the tube is sealed and goes as one command. */

import { signal, useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";

import { t } from "../core/i18n";
import { rows } from "../core/store";
import { refusal, withdraw, type Tube } from "../rules/tube";
import { Banner, BigButton, Button, Chip, Count, Empty, ListRow, toast } from "../ui";
import { Camera } from "./camera/camera";
import { Elsewhere, isHere } from "./camera/one-tab";
import { BoxSheet } from "./table/box-sheet";
import { bag, forward, peopleIn } from "./table/boxes";
import { Confirm, type Asked } from "./table/confirm";
import { activeTube, admit, change, desk, find, openTube, putAway, refused, release, reopen, rounds, seal, standing, taken } from "./table/desk";
import { Homes } from "./table/homes";
import { NewLabel } from "./table/new-label";
import { Setup } from "./table/setup";
import { Supplies } from "./table/supplies";
import { called, whyWord } from "./table/words";

import "./table/table.css";

export const screen = { id: "table", title: "Table", icon: "tube", duties: ["registrar", "sampler"] };

type Over = { kind: "person"; asked: Asked } | { kind: "label"; label: string } | { kind: "box"; label: string } | { kind: "homes" | "setup" | "supplies" } | null;

/** What lies over the camera. */
const over = signal<Over>(null);
/** A word about the last thing must not lie on the next button. */
function lay(what: Over): void {
  toast.value = null;
  over.value = what;
}
/** Whoever is sampled alone and waits for the label of his tube. */
const alone = signal<Asked | null>(null);
/** What a screen reader says. */
const said = signal("");

export default function Table(): JSX.Element {
  useSignalEffect(() => void (isHere.value && forward()));
  if (!isHere.value) return <Elsewhere />;
  if (rounds.value.length === 0 && desk.value.tubes.length === 0) return <Empty>{t("No round is open in your area.")}</Empty>;
  const tube = activeTube.value;
  return (
    <>
      <h1>{t("Table {name}", { name: desk.value.table })}</h1>
      <p class="visually-hidden" aria-live="assertive">{said.value}</p>
      <Refused />
      <Open />
      <Camera hint={hint(tube)} typed={t("Code, number or label")} isHeld={over.value !== null} onCode={(text) => void heard(text)} />
      <div class="buttons">
        <Button onPress={() => lay({ kind: "homes" })}>{t("Without code: find by home")}</Button>
        {tube !== null && tube.people.length > 0 && <Button onPress={() => void undo(tube)}>{t("Undo the last")}</Button>}
      </div>
      {tube !== null && <Queue tube={tube} />}
      <Bag />
      <Overlay />
    </>
  );
}

function hint(tube: Tube | null): string {
  if (alone.value !== null) return t("Scan the label of a tube for him alone");
  if (tube === null) return t("Scan the label of a tube");
  return t("{number} of {size} · scan the next person", { number: tube.people.length, size: tube.pool_size });
}

/** Say something to a screen reader and on the screen. */
function tell(words: string, tone: "good" | "bad" | "wait" = "good", action?: { label: string; onPress: () => void }): void {
  said.value = words;
  toast.value = action === undefined ? { words, tone } : { words, tone, action };
}

/** A code was read or typed. */
async function heard(text: string): Promise<void> {
  const found = await find(text);
  if (over.value !== null) return;
  if (found.kind === "person") met({ id: found.id, means: found.means });
  else if (found.kind === "box") lay({ kind: "box", label: found.label });
  else if (found.kind === "tube") await labelled(found.label);
  // Tubes of another maker bear labels of any shape; nobody here has such a number.
  else if (activeTube.value === null || alone.value !== null) lay({ kind: "label", label: found.text.slice(0, 40) });
  else tell(t("Nobody on this phone has this code or number."), "wait");
}

/** Somebody was found. Whoever is in this tube already is only pointed out, so that a code held up too long stops nobody. */
function met(asked: Asked): void {
  const meet = (): void => lay({ kind: "person", asked });
  if (!activeTube.value?.people.some((one) => one.person_id === asked.id)) return meet();
  tell(t("In this tube already: {person}", { person: called(rows("people").value.get(asked.id)) }), "wait", { label: t("Of the same home"), onPress: meet });
}

async function labelled(label: string): Promise<void> {
  const waits = alone.value;
  const why = waits === null ? await openTube(label, desk.value.pool_size) : await openTube(label, 1, [taken(waits.id, waits.means)]);
  if (why !== "") return tell(whyWord(why), "bad");
  alone.value = null;
  tell(t("Tube {label} is open", { label }));
}

async function took(asked: Asked): Promise<void> {
  over.value = null;
  const why = await admit(asked.id, asked.means);
  const tube = activeTube.value;
  if (why !== "" || tube === null) return tell(whyWord(why), "bad");
  const words = t("{number} of {size}: {person}", { number: tube.people.length, size: tube.pool_size, person: called(rows("people").value.get(asked.id)) });
  tell(words, "good", { label: t("Undo"), onPress: () => void release(tube.label, asked.id) });
}

async function undo(tube: Tube): Promise<void> {
  const last = tube.people.at(-1);
  if (last !== undefined && (await release(tube.label, last.person_id))) tell(t("Taken out: {person}", { person: called(rows("people").value.get(last.person_id)) }));
}

async function sealed(tube: Tube): Promise<void> {
  if (await seal(tube)) tell(t("Tube {label} is sealed: {number} people", { label: tube.label, number: tube.people.length }));
}

/** The tubes at this table; a tap chooses which one is filled. */
function Open(): JSX.Element {
  const { tubes, active, pool_size } = desk.value;
  return (
    <div class="tubes" role="group" aria-label={t("Open tubes")}>
      {tubes.map((tube) => (
        <button type="button" key={tube.label} class="tube" aria-pressed={tube.label === active} onClick={() => void change({ active: tube.label })}>
          <span class="tube-count">{tube.people.length} / {tube.pool_size}</span>
          <span>{tube.label}</span>
        </button>
      ))}
      <Button onPress={() => lay({ kind: "setup" })}>{t("Tubes of {size}", { size: pool_size })}</Button>
    </div>
  );
}

/** Whoever is in the tube, the last on top; a tap takes out who walks off. */
function Queue({ tube }: { tube: Tube }): JSX.Element {
  const people = rows("people").value;
  if (tube.people.length === 0) return <Button onPress={() => void putAway(tube.label)}>{t("Put the empty tube away")}</Button>;
  return (
    <>
      <BigButton tone={tube.people.length >= tube.pool_size ? "main" : "plain"} onPress={() => void sealed(tube)}>
        {t("Seal the tube ({number} people)", { number: tube.people.length })}
      </BigButton>
      {[...tube.people].reverse().map((one) => {
        const name = called(people.get(one.person_id));
        // What came from others since he was taken: another table was quicker, an order binds him.
        const why = refusal(withdraw(tube, one.person_id), one.person_id, standing(one.person_id));
        const detail = why === "" ? undefined : <Chip tone="bad">{whyWord(why)}</Chip>;
        return <ListRow key={one.person_id} title={name} detail={detail} end={t("Walked off")} label={t("Walked off: {person}", { person: name })} onPress={() => void release(tube.label, one.person_id)} />;
      })}
    </>
  );
}

/** Tubes that the server did not take: with their people they can be opened again. */
function Refused(): JSX.Element | null {
  if (refused.value.length === 0) return null;
  return (
    <Banner tone="bad">
      {refused.value.map((one) => (
        <div key={one.id}>
          <p>{t("Tube {label} was not taken: {why}", { label: String(one.body["label"]), why: whyWord(one.reason) })}</p>
          <Button onPress={() => void reopen(one)}>{t("Open it again")}</Button>
        </div>
      ))}
    </Banner>
  );
}

function Bag(): JSX.Element {
  return (
    <section aria-label={t("Bag")}>
      <Count value={bag.value.length} label={t("tubes in the bag")} />
      <Count value={peopleIn(bag.value)} label={t("people in them")} />
      <div class="buttons">
        <Button onPress={() => lay({ kind: "box", label: "" })}>{t("Hand over")}</Button>
        <Button onPress={() => lay({ kind: "supplies" })}>{t("Supplies run out")}</Button>
      </div>
    </section>
  );
}

function Overlay(): JSX.Element | null {
  const shown = over.value;
  const close = (): void => void (over.value = null);
  if (shown === null) return null;
  if (shown.kind === "person") {
    const other = (asked: Asked): void => lay({ kind: "person", asked });
    const own = (asked: Asked): void => ((alone.value = asked), close());
    return <Confirm asked={shown.asked} onTake={(asked) => void took(asked)} onOther={other} onAlone={own} onClose={close} />;
  }
  if (shown.kind === "label") return <NewLabel label={shown.label} onOpen={(label) => (close(), void labelled(label))} onClose={close} />;
  if (shown.kind === "box") return <BoxSheet label={shown.label} onClose={close} />;
  if (shown.kind === "homes") return <Homes onPerson={(asked) => lay({ kind: "person", asked })} onClose={close} />;
  return shown.kind === "setup" ? <Setup onClose={close} /> : <Supplies onClose={close} />;
}
