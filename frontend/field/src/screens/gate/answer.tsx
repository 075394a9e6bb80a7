/** The answer over the whole screen: one glance, no name, no reason. */

import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

import { t } from "../../core/i18n";
import type { Answer as Said } from "../../rules/gate";
import { answerWord, SHAPES } from "./words";

export function Answer({ answer, onNext }: { answer: Said; onNext: () => void }): JSX.Element {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    button.current?.focus();
    globalThis.navigator.vibrate?.(answer === "pass" ? 80 : [120, 80, 120]);
  }, []);
  const keys = (event: KeyboardEvent): void => void (event.key === "Escape" && onNext());
  return (
    <button type="button" ref={button} class={`gate-answer gate-${answer}`} onClick={onNext} onKeyDown={keys}>
      <span class="gate-shape" aria-hidden="true">{SHAPES[answer]}</span>
      <span class="gate-word">{answerWord(answer)}</span>
      <span class="gate-next">{t("Tap for the next one")}</span>
    </button>
  );
}
