/** The parts that screens are made of. Targets are at least 48 px; nothing is told by colour alone. */

import { signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

import { t } from "../core/i18n";

export type Tone = "plain" | "main" | "good" | "wait" | "bad";

interface Pressed {
  onPress: () => void;
  children: ComponentChildren;
  tone?: Tone | undefined;
  disabled?: boolean | undefined;
  /** What a screen reader says where the words on it do not suffice. */
  label?: string | undefined;
  pressed?: boolean | undefined;
}

function press(className: string, { onPress, children, tone = "plain", disabled = false, label, pressed }: Pressed): JSX.Element {
  return (
    <button type="button" class={`${className} tone-${tone}`} onClick={onPress} disabled={disabled} aria-label={label} aria-pressed={pressed}>
      {children}
    </button>
  );
}

/** An ordinary button. */
export function Button(props: Pressed): JSX.Element {
  return press("button", props);
}

/** A button as wide as the screen, for what is done over and over. */
export function BigButton(props: Pressed): JSX.Element {
  return press("button big", props);
}

/** A line of a list; a button when it can be pressed. */
export function ListRow(props: { title: ComponentChildren; detail?: ComponentChildren; end?: ComponentChildren; onPress?: (() => void) | undefined; label?: string | undefined }): JSX.Element {
  const inside = (
    <>
      <span class="row-words">
        <span class="row-title">{props.title}</span>
        {props.detail !== undefined && <span class="row-detail">{props.detail}</span>}
      </span>
      {props.end !== undefined && <span class="row-end">{props.end}</span>}
    </>
  );
  if (props.onPress === undefined) return <div class="row">{inside}</div>;
  return (
    <button type="button" class="row" onClick={props.onPress} aria-label={props.label}>
      {inside}
    </button>
  );
}

/** A short word with a tone. */
export function Chip(props: { tone?: Tone | undefined; children: ComponentChildren }): JSX.Element {
  return <span class={`chip tone-${props.tone ?? "plain"}`}>{props.children}</span>;
}

/** A sheet from below; Escape, the cross and a tap beside it close it. The focus goes in and comes back. */
export function Sheet(props: { open: boolean; title: string; onClose: () => void; children: ComponentChildren }): JSX.Element | null {
  const box = useRef<HTMLDivElement>(null);
  const heading = useId();
  useEffect(() => {
    if (!props.open) return undefined;
    const before = document.activeElement as HTMLElement | null;
    box.current?.focus();
    return () => before?.focus();
  }, [props.open]);
  if (!props.open) return null;
  const keys = (event: KeyboardEvent): void => {
    if (event.key === "Escape") props.onClose();
    if (event.key === "Tab") keepInside(box.current, event);
  };
  return (
    <div class="veil" onClick={(event) => event.target === event.currentTarget && props.onClose()}>
      <div class="sheet" role="dialog" aria-modal="true" aria-labelledby={heading} tabIndex={-1} ref={box} onKeyDown={keys}>
        <div class="sheet-head">
          <h2 id={heading}>{props.title}</h2>
          <Button onPress={props.onClose} label={t("Close")}>✕</Button>
        </div>
        {props.children}
      </div>
    </div>
  );
}

function keepInside(box: HTMLElement | null, event: KeyboardEvent): void {
  const all = [...(box?.querySelectorAll<HTMLElement>("button:not([disabled]), input, select, textarea, a[href]") ?? [])];
  const [first, last] = [all[0], all[all.length - 1]];
  if (event.shiftKey ? document.activeElement === first || document.activeElement === box : document.activeElement === last) {
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }
}

export interface Option<V extends string = string> {
  value: V;
  label: string;
  detail?: string | undefined;
  tone?: Tone | undefined;
}

/** One tap chooses: a reason, a class, a result. */
export function Choice<V extends string>(props: { label: string; options: readonly Option<V>[]; value?: V | null | undefined; onChoose: (value: V) => void }): JSX.Element {
  return (
    <div class="choice" role="group" aria-label={props.label}>
      {props.options.map((option) => (
        <button
          type="button"
          key={option.value}
          class={`button option tone-${option.tone ?? "plain"}`}
          aria-pressed={props.value === undefined ? undefined : props.value === option.value}
          onClick={() => props.onChoose(option.value)}
        >
          <span class="row-title">{option.label}</span>
          {option.detail !== undefined && <span class="row-detail">{option.detail}</span>}
        </button>
      ))}
    </div>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onInput: (value: string) => void;
  type?: "text" | "password" | "tel" | "date" | "time" | "number" | "search" | undefined;
  inputMode?: "text" | "numeric" | "decimal" | "tel" | "search" | undefined;
  hint?: string | undefined;
  error?: string | undefined;
  maxLength?: number | undefined;
  autoFocus?: boolean | undefined;
  onEnter?: (() => void) | undefined;
  /** Remembered by no browser unless said. */
  autoComplete?: string | undefined;
}

/** A labelled input. */
export function Field(props: FieldProps): JSX.Element {
  const id = useId();
  const said = props.error ?? props.hint;
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      <input
        id={id}
        type={(props.type ?? "text") as "text"}
        inputMode={props.inputMode ?? "text"}
        value={props.value}
        maxLength={props.maxLength}
        autoFocus={props.autoFocus ?? false}
        autoComplete={props.autoComplete ?? "off"}
        aria-invalid={props.error !== undefined}
        aria-describedby={said === undefined ? undefined : `${id}-said`}
        onInput={(event) => props.onInput(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && props.onEnter?.()}
      />
      {said !== undefined && (
        <p id={`${id}-said`} class={props.error === undefined ? "hint" : "fault"}>
          {said}
        </p>
      )}
    </div>
  );
}

export interface ToastWords {
  words: string;
  tone?: Tone | undefined;
  /** What the button in it says and does, as in "Undo". */
  action?: { label: string; onPress: () => void };
}

/** What was just done, told for five seconds (a fault: until it is tapped). Set `toast.value`. */
export const toast = signal<ToastWords | null>(null);

export function Toast(): JSX.Element {
  const shown = toast.value;
  useEffect(() => {
    if (shown === null || shown.tone === "bad") return undefined;
    const timer = setTimeout(() => (toast.value = null), 5_000);
    return () => clearTimeout(timer);
  }, [shown]);
  return (
    <div class="toast-place" role={shown?.tone === "bad" ? "alert" : "status"} aria-live={shown?.tone === "bad" ? "assertive" : "polite"}>
      {shown !== null && (
        <div class={`toast tone-${shown.tone ?? "plain"}`}>
          <span>{shown.words}</span>
          {shown.action !== undefined && <Button onPress={() => (shown.action?.onPress(), (toast.value = null))}>{shown.action.label}</Button>}
          <Button onPress={() => (toast.value = null)} label={t("Close")}>✕</Button>
        </div>
      )}
    </div>
  );
}

/** What stands where nothing is. */
export function Empty(props: { children: ComponentChildren }): JSX.Element {
  return <p class="empty">{props.children}</p>;
}

/** A message that stays. */
export function Banner(props: { tone?: Tone | undefined; children: ComponentChildren }): JSX.Element {
  return (
    <div class={`banner tone-${props.tone ?? "plain"}`} role={props.tone === "bad" ? "alert" : "note"}>
      {props.children}
    </div>
  );
}

/** A number with its word: "7 / 10 sampled". */
export function Count(props: { value: number; of?: number | undefined; label: string; tone?: Tone | undefined }): JSX.Element {
  return (
    <div class={`count tone-${props.tone ?? "plain"}`}>
      <span class="count-value">{props.of === undefined ? props.value : `${props.value} / ${props.of}`}</span>
      <span class="count-label">{props.label}</span>
    </div>
  );
}
