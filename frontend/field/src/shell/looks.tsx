/** Language and look of the screen; both are kept in clear, since they say nothing about anybody. */

import { effect, signal } from "@preact/signals";
import type { JSX } from "preact";

import { language, speak, t, type Language } from "../core/i18n";
import { Choice } from "../ui";

type Look = "auto" | "light" | "dark" | "sun";
const KEPT = "epigrid.look";
const LOOKS: readonly string[] = ["auto", "light", "dark", "sun"];
const kept = globalThis.localStorage?.getItem(KEPT) ?? "auto";

export const look = signal<Look>(LOOKS.includes(kept) ? (kept as Look) : "auto");

/** Follow the choice, or the phone's own mode. */
export function wearLook(): void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const show = (): void => {
    document.documentElement.dataset["look"] = look.value === "auto" ? (dark.matches ? "dark" : "light") : look.value;
  };
  dark.addEventListener("change", show);
  effect(() => {
    localStorage.setItem(KEPT, look.value);
    show();
  });
  speak(language.value);
}

export function LanguageSwitch(): JSX.Element {
  const options: { value: Language; label: string }[] = [
    { value: "zh", label: "中文" },
    { value: "en", label: "English" },
  ];
  return <Choice label="语言 Language" options={options} value={language.value} onChoose={speak} />;
}

export function LookSwitch(): JSX.Element {
  const options: { value: Look; label: string }[] = [
    { value: "auto", label: t("As the phone") },
    { value: "light", label: t("Light") },
    { value: "dark", label: t("Dark") },
    { value: "sun", label: t("Sunlight") },
  ];
  return <Choice label={t("Look")} options={options} value={look.value} onChoose={(chosen) => (look.value = chosen)} />;
}
