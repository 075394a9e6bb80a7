/** The gate: a pass is read by its signature, without a network; the way home and emergencies are never refused. No name, no reason. */

import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";

import { t } from "../core/i18n";
import { rows } from "../core/store";
import type { Answer as Said } from "../rules/gate";
import { Banner, BigButton, Button, Choice, Count, toast } from "../ui";
import { Camera } from "./camera/camera";
import { Elsewhere, isHere } from "./camera/one-tab";
import { Answer } from "./gate/answer";
import { HandOver, PaperPage, ReleasePaper, Vehicles } from "./gate/sheets";
import { isListOld, judgePass, judgeWay, passed, stand, watch, type GateWay } from "./gate/watch";
import { answerWord } from "./gate/words";

import "./gate/gate.css";

export const screen = { id: "gate", title: "Gate", icon: "door", duties: ["gate-guard"] };

type Over = { kind: "answer"; answer: Said } | { kind: "paper" | "vehicles" | "page" | "hand-over" } | null;
const over = signal<Over>(null);

/** How often it is looked whether the list has become too old, in milliseconds. */
const LOOK_MS = 30_000;

export default function Gate(): JSX.Element {
  const [, look] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => look((times) => times + 1), LOOK_MS);
    return () => clearInterval(timer);
  }, []);
  if (!isHere.value) return <Elsewhere />;
  const posts = rows("posts").value;
  const post = posts.get(watch.value.post);
  if (post === undefined && posts.size > 0) return <Posts />;
  return (
    <>
      <h1>{post?.name ?? t("Gate")}</h1>
      <p class="visually-hidden" aria-live="assertive">{over.value?.kind === "answer" ? answerWord(over.value.answer) : ""}</p>
      {post === undefined && <Banner tone="wait">{t("No post of this phone is known. Answers are given, but nothing is counted.")}</Banner>}
      {isListOld() && <Banner tone="wait">{t("The list of withdrawn passes is old. Until this phone has contact, everybody is asked to the desk; nobody is stopped.")}</Banner>}
      <Camera hint={t("Hold the pass before the camera")} typed={t("Pass as text")} isHeld={over.value !== null} onCode={(text) => void read(text)} />
      <Ways />
      {post !== undefined && <Beside />}
      <Overlay />
    </>
  );
}

function lay(what: Over): void {
  toast.value = null;
  over.value = what;
}

const show = (answer: Said): void => lay({ kind: "answer", answer });

/** A pass, or something that is none: then the desk is asked. */
async function read(text: string): Promise<void> {
  const answer = await judgePass(text);
  if (over.value !== null) return;
  show(answer);
  await passed("pass", answer);
}

async function goes(way: GateWay): Promise<void> {
  const answer = judgeWay(way);
  show(answer);
  await passed(way, answer);
}

/** First what nobody may refuse. */
function Ways(): JSX.Element {
  return (
    <div class="gate-ways" role="group" aria-label={t("Without a pass")}>
      <BigButton tone="main" onPress={() => void goes("medical")}>✚ {t("Medical emergency")}</BigButton>
      <BigButton tone="good" onPress={() => void goes("home")}>⌂ {t("On the way home")}</BigButton>
      <BigButton tone="good" onPress={() => void goes("fire")}>⇥ {t("Fire, fleeing")}</BigButton>
      <div class="buttons">
        <Button onPress={() => void goes("pass")}>{t("No pass")}</Button>
        <Button onPress={() => void goes("visit")}>{t("Visitor")}</Button>
        <Button onPress={() => lay({ kind: "paper" })}>{t("Release paper")}</Button>
      </div>
    </div>
  );
}

function Beside(): JSX.Element {
  const { counts } = watch.value;
  return (
    <section aria-label={t("Log of the post")}>
      <Count value={counts.pass} label={t("passed")} />
      <Count value={counts["call-desk"]} label={t("asked to the desk")} />
      <Count value={counts.medical} label={t("medical")} />
      <div class="buttons">
        <Button onPress={() => lay({ kind: "vehicles" })}>{t("Vehicles and deliveries")}</Button>
        <Button onPress={() => lay({ kind: "page" })}>{t("Paper register")}</Button>
        <Button onPress={() => lay({ kind: "hand-over" })}>{t("Hand over the post")}</Button>
      </div>
    </section>
  );
}

function Posts(): JSX.Element {
  const posts = [...rows("posts").value.values()].sort((one, other) => one.name.localeCompare(other.name, "zh"));
  return (
    <>
      <h1>{t("At which post do you stand?")}</h1>
      <Choice label={t("At which post do you stand?")} options={posts.map((post) => ({ value: post.id, label: post.name }))} onChoose={(id) => void stand(id)} />
    </>
  );
}

function Overlay(): JSX.Element | null {
  const shown = over.value;
  const close = (): void => void (over.value = null);
  if (shown === null) return null;
  if (shown.kind === "answer") return <Answer answer={shown.answer} onNext={close} />;
  if (shown.kind === "paper") return <ReleasePaper onClose={close} onAnswer={show} />;
  if (shown.kind === "vehicles") return <Vehicles onClose={close} onAnswer={show} />;
  return shown.kind === "page" ? <PaperPage onClose={close} /> : <HandOver onClose={close} />;
}
