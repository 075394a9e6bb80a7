/** The camera on a screen, open all the time, and beside it the same by hand: what cannot be scanned is typed. */

import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { FAULTS, startScanner, type CameraState, type Scanner } from "../../core/scanner";
import { Banner, Button, Field } from "../../ui";

import "./camera.css";

interface Props {
  /** What is looked for, as a sentence. */
  hint: string;
  /** The label of the field for typing. */
  typed: string;
  /** Nothing is read while something else is asked. */
  isHeld?: boolean | undefined;
  onCode: (text: string) => void;
}

export function Camera({ hint, typed, isHeld = false, onCode }: Props): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  const scanner = useRef<Scanner | null>(null);
  const heard = useRef({ onCode, isHeld });
  heard.current = { onCode, isHeld };
  const [state, setState] = useState<CameraState>("starting");
  const [torch, setTorch] = useState<boolean | null>(null);
  useEffect(() => {
    if (video.current === null) return undefined;
    const started = startScanner(video.current, {
      onCode: (text) => heard.current.isHeld || heard.current.onCode(text.trim()),
      onState: setState,
      onTorch: (hasTorch) => setTorch(hasTorch ? false : null),
    });
    scanner.current = started;
    return () => started.stop();
  }, []);
  useEffect(() => scanner.current?.hold(isHeld), [isHeld]);
  const light = (isOn: boolean): void => void scanner.current?.torch(isOn).then(() => setTorch(isOn), () => setTorch(null));
  return (
    <section class="camera" aria-label={t("Camera")}>
      <div class={FAULTS.has(state) ? "camera-picture camera-off" : "camera-picture"}>
        <video ref={video} playsInline muted aria-hidden="true" />
        <p class="camera-hint">{hint}</p>
      </div>
      {FAULTS.has(state) && <Banner tone="wait">{faultWords(state)}</Banner>}
      <p class="visually-hidden" role="status">{stateWords(state)}</p>
      {torch !== null && (
        <Button onPress={() => light(!torch)} pressed={torch}>{t("Lamp")}</Button>
      )}
      <Typed label={typed} isAlone={FAULTS.has(state)} onCode={onCode} />
    </section>
  );
}

function Typed({ label, isAlone, onCode }: { label: string; isAlone: boolean; onCode: (text: string) => void }): JSX.Element {
  const [text, setText] = useState("");
  const done = (): void => {
    if (!text.trim()) return;
    onCode(text.trim());
    setText("");
  };
  return (
    <div class="camera-typed">
      <Field key={String(isAlone)} label={label} value={text} onInput={setText} onEnter={done} maxLength={1_000} autoFocus={isAlone} />
      <Button onPress={done} disabled={!text.trim()}>{t("Find")}</Button>
    </div>
  );
}

function stateWords(state: CameraState): string {
  if (FAULTS.has(state)) return faultWords(state);
  return state === "running" ? t("The camera reads") : state === "paused" ? t("The camera rests") : t("The camera starts");
}

function faultWords(state: CameraState): string {
  if (state === "denied") return t("The camera is not allowed on this phone. Type instead, or allow it in the browser's settings.");
  if (state === "missing") return t("This phone has no camera. Type instead.");
  if (state === "busy") return t("Another app holds the camera. Type instead, or close that app and come back.");
  return t("The reader of codes could not be loaded. Type instead; it comes with the next contact.");
}
