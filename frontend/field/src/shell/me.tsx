/** Me: who I am here, what data lie on this phone and until when, what waits, how the screen looks. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { app, buildings, chooseBuildings, sync, wipeAll } from "../core/app";
import { dayTime, t } from "../core/i18n";
import { boundAs, readableUntil } from "../core/lock";
import { reasonOf, why } from "../core/reasons";
import { me, outbox, rows, settle } from "../core/store";
import { traffic } from "../core/sync";
import type { MeRow, Pending } from "../core/types";
import { updateNow, updateWaits } from "../core/update";
import { Banner, BigButton, Button, Chip, Count, Empty, ListRow, Sheet, toast } from "../ui";
import { actWords, flagWords } from "./acts";
import { LanguageSwitch, LookSwitch } from "./looks";
import { told } from "./state";

/** These duties choose buildings; a grid worker carries his grid. */
const CHOOSE = new Set(["registrar", "sampler", "community-secretary"]);

/** So many lines of what waits are drawn; those that need a decision come first. */
const SHOWN = 100;

export function Me(): JSX.Element {
  const mine = me().value;
  return (
    <>
      <h1>{t("Me")}</h1>
      {mine !== null && <Who mine={mine} />}
      <Traffic />
      <Data mine={mine} />
      <h2>{t("Screen")}</h2>
      <LanguageSwitch />
      <LookSwitch />
      <a class="button big tone-plain" href="#/help">{t("Help: five sentences to say")}</a>
      {mine?.exercise === true && <Banner tone="wait">{t("This is practice: everything you enter stays in the exercise and reaches nobody. Try everything.")}</Banner>}
      <Ending />
    </>
  );
}

function Who({ mine }: { mine: MeRow }): JSX.Element {
  return (
    <section>
      <ListRow title={mine.title} detail={mine.duties.map((each) => each.name).filter((name, index, all) => all.indexOf(name) === index).join(t(", "))} end={<Chip>{mine.label}</Chip>} />
      {mine.test?.due != null && <ListRow title={t("My own test is due")} detail={dayTime(mine.test.due)} />}
    </section>
  );
}

function Traffic(): JSX.Element {
  const all = outbox.value;
  const { words, tone } = told(traffic.value, all);
  const stuck = (each: Pending): number => Number(each.state === "waiting" || each.state === "sent");
  const shown = [...all].sort((one, other) => stuck(one) - stuck(other)).slice(0, SHOWN);
  const { persons, limit } = traffic.value.details as { persons?: number; limit?: number };
  return (
    <section aria-label={t("What waits")}>
      <h2>{t("What waits")}</h2>
      <Banner tone={tone}>{words}</Banner>
      {persons !== undefined && <Banner tone="bad">{t("{persons} people, and this phone may carry {limit}.", { persons, limit: limit ?? "" })}</Banner>}
      <Button onPress={() => void sync.kick()}>{t("Send and fetch now")}</Button>
      {shown.map((each) => <Waiting key={each.id} command={each} />)}
      {all.length > shown.length && <p>{t("and {n} more", { n: all.length - shown.length })}</p>}
      {all.length === 0 && <Empty>{t("Nothing waits: everything has reached the server.")}</Empty>}
    </section>
  );
}

const STATES: Record<Pending["state"], string> = { waiting: "waits", sent: "on its way", done: "done", refused: "refused", held: "held back" };

function Waiting({ command }: { command: Pending }): JSX.Element {
  const stuck = command.state === "refused" || command.state === "held";
  const detail = [dayTime(command.at), command.reason === "" ? "" : why(command.reason), ...command.flags.map(flagWords)].filter((each) => each !== "").join(" · ");
  const told = (work: Promise<void> | undefined): void => void work?.catch((fault: unknown) => (toast.value = { words: why(reasonOf(fault)), tone: "bad" }));
  return (
    <div>
      <ListRow title={actWords(command.act)} detail={detail} end={<Chip tone={stuck ? "bad" : "plain"}>{t(STATES[command.state])}</Chip>} />
      {stuck && (
        <div class="buttons">
          <Button onPress={() => told(app.session?.outbox.again(command.id))}>{t("Send it again")}</Button>
          <Button tone="bad" onPress={() => told(settle(command.id))}>{t("Drop it")}</Button>
        </div>
      )}
    </div>
  );
}

function Data({ mine }: { mine: MeRow | null }): JSX.Element {
  const [choosing, choose] = useState(false);
  const until = readableUntil.value;
  return (
    <section>
      <h2>{t("What lies on this phone")}</h2>
      <div>
        <Count value={rows("people").value.size} label={t("people")} />
        <Count value={rows("tasks").value.size} label={t("tasks")} />
        <Count value={rows("roll").value.size} label={t("lines of lists")} />
      </div>
      <p>{t("All of it is sealed with your PIN and a key from the server. Document numbers and diagnoses are not on this phone.")}</p>
      {until !== null && <p>{t("Readable until {time}; then it is deleted.", { time: dayTime(until) })}</p>}
      {boundAs.value !== null && <p>{t("This phone is bound until {time}.", { time: dayTime(boundAs.value.until) })}</p>}
      {mine?.duties.some((each) => CHOOSE.has(each.duty)) === true && <Button onPress={() => choose(true)}>{t("Choose buildings ({n})", { n: buildings.value.length })}</Button>}
      {choosing && <Buildings onClose={() => choose(false)} />}
    </section>
  );
}

function Buildings({ onClose }: { onClose: () => void }): JSX.Element {
  const [chosen, set] = useState(() => new Set(buildings.value));
  const places = rows("places").value;
  const all = [...places.values()].filter((place) => place.kind === "building").sort((one, other) => one.path.localeCompare(other.path));
  const turn = (id: string): void => set((before) => (before.has(id) ? new Set([...before].filter((each) => each !== id)) : new Set([...before, id])));
  const keep = (): void => {
    onClose();
    void chooseBuildings([...chosen]).catch((fault: unknown) => (toast.value = { words: why(reasonOf(fault)), tone: "bad" }));
  };
  return (
    <Sheet open title={t("Today's buildings")} onClose={onClose}>
      {all.length === 0 && <Empty>{t("No buildings in your area.")}</Empty>}
      {all.map((place) => (
        <label key={place.id} class="row">
          <span class="row-words">
            <span class="row-title">{place.name}</span>
            <span class="row-detail">{place.parent === null ? "" : (places.get(place.parent)?.name ?? "")}</span>
          </span>
          <input type="checkbox" class="tick" checked={chosen.has(place.id)} onChange={() => turn(place.id)} />
        </label>
      ))}
      <BigButton tone="main" onPress={keep}>{t("Carry these {n}", { n: chosen.size })}</BigButton>
    </Sheet>
  );
}

function Ending(): JSX.Element {
  const [sure, ask] = useState(false);
  const left = outbox.value.length;
  return (
    <section>
      {updateWaits.value && (
        <Banner tone="wait">
          <p>{left === 0 ? t("A new version is here.") : t("A new version is here; it begins once everything is sent. You may begin it now: what waits is kept.")}</p>
          <Button onPress={updateNow}>{t("Begin the new version")}</Button>
        </Banner>
      )}
      <BigButton onPress={() => app.lock()}>{t("Lock")}</BigButton>
      <Button tone="bad" onPress={() => ask(true)}>{t("Delete everything on this phone")}</Button>
      <Sheet open={sure} title={t("Delete everything on this phone?")} onClose={() => ask(false)}>
        <p>{t("Keys, data and binding go at once. To work again you need a new card from the desk.")}</p>
        {left > 0 && <Banner tone="bad">{t("{n} entries were not taken by the server yet. They would be lost.", { n: left })}</Banner>}
        <BigButton tone="bad" onPress={() => void wipeAll()}>{t("Yes, delete everything")}</BigButton>
        <BigButton onPress={() => ask(false)}>{t("No, keep it")}</BigButton>
      </Sheet>
    </section>
  );
}
