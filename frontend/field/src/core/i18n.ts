/** Words in Chinese and English: the English sentence is the key, `src/zh/*.ts` hold the Chinese. */

import { signal } from "@preact/signals";

export type Language = "zh" | "en";

const files: Record<string, { default: Record<string, string> }> = import.meta.glob("../zh/*.ts", { eager: true });
const chinese = new Map(Object.values(files).flatMap((file) => Object.entries(file.default)));
const KEPT = "epigrid.language";

/** The reader's language: Chinese until switched; no personal thing, so it is kept in clear. */
export const language = signal<Language>(kept());

function kept(): Language {
  return globalThis.localStorage?.getItem(KEPT) === "en" ? "en" : "zh";
}

/** Switch the language and remember it. */
export function speak(chosen: Language): void {
  language.value = chosen;
  globalThis.localStorage?.setItem(KEPT, chosen);
  if (globalThis.document) document.documentElement.lang = chosen === "zh" ? "zh-Hans" : "en";
}

/** The sentence in the reader's language, `{name}` filled in. A sentence without Chinese is shown in English. */
export function t(english: string, values: Record<string, string | number> = {}): string {
  const sentence = language.value === "zh" ? (chinese.get(english) ?? english) : english;
  return sentence.replace(/\{(\w+)\}/g, (hole, name: string) => String(values[name] ?? hole));
}

/** Hour and minute of a moment on the phone's wall clock, as in "08:12". */
export function clockTime(moment: string | Date): string {
  return new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(new Date(moment));
}

/** Month, day, hour and minute, as in "11-28 08:12". */
export function dayTime(moment: string | Date): string {
  const at = new Date(moment);
  const two = (number: number): string => String(number).padStart(2, "0");
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${clockTime(at)}`;
}
