/** The screens and whose they are. Each file under `screens/` says its address, its title, its sign and its duties. */

import type { ComponentType } from "preact";

import type { MeRow } from "../core/types";

export interface ScreenCard {
  id: string;
  title: string;
  icon: string;
  duties: string[];
}

interface ScreenFile {
  screen?: ScreenCard;
  default?: ComponentType;
}

export interface Screen extends ScreenCard {
  Show: ComponentType;
}

const ORDER = ["today", "table", "gate", "roll-call", "visits", "requests", "calls"];
const place = (screen: Screen): number => (ORDER.indexOf(screen.id) + ORDER.length + 1) % (ORDER.length + 1);
const files: Record<string, ScreenFile> = import.meta.glob("../screens/*.tsx", { eager: true });

export const SCREENS: readonly Screen[] = Object.values(files)
  .flatMap(({ screen, default: Show }) => (screen && Show ? [{ ...screen, Show }] : []))
  .sort((one, other) => place(one) - place(other));

/** What whoever carries the phone has a duty for. */
export function screensOf(me: MeRow | null, all: readonly Screen[] = SCREENS): Screen[] {
  const duties = new Set(me?.duties.map((each) => each.duty));
  return all.filter((screen) => screen.duties.some((duty) => duties.has(duty)));
}
