/** The frame round every screen: how the traffic stands above, the duties' screens below, and the watermark of an exercise over all of it. */

import { signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";

import { exercise } from "../core/app";
import { t } from "../core/i18n";
import { phone } from "../core/lock";
import { me, outbox } from "../core/store";
import { traffic } from "../core/sync";
import { Chip, Empty, Toast } from "../ui";
import { ICONS } from "../ui/icons";
import { Help } from "./help";
import { Bind, Unlock } from "./lock";
import { Me } from "./me";
import { screensOf, type Screen } from "./screens";
import { told } from "./state";

const address = (): string => /^#\/([\w-]+)/.exec(globalThis.location?.hash ?? "")?.[1] ?? "";
export const at = signal(address());
globalThis.addEventListener?.("hashchange", () => (at.value = address()));

/** An exercise is seen on every screen, locked ones too. */
export function Exercise(): JSX.Element | null {
  if (!exercise.value) return null;
  return (
    <>
      <div class="exercise">{t("Exercise: nothing here is real")}</div>
      <div class="watermark" aria-hidden="true">演练</div>
    </>
  );
}

function Bar({ screens, current }: { screens: readonly Screen[]; current: string }): JSX.Element {
  const items = [...screens.map(({ id, title, icon }) => ({ id, title, icon })), { id: "me", title: "Me", icon: "user" }];
  return (
    <nav class="bottom" aria-label={t("Screens")}>
      {items.map((item) => (
        <a key={item.id} href={`#/${item.id}`} aria-current={item.id === current ? "page" : undefined}>
          <span class="bottom-icon" aria-hidden="true" dangerouslySetInnerHTML={{ __html: ICONS[item.icon] ?? "" }} />
          <span>{t(item.title)}</span>
        </a>
      ))}
    </nav>
  );
}

function Top(): JSX.Element {
  const { words, tone, sign } = told(traffic.value, outbox.value);
  return (
    <header class="top">
      <a class="top-state" href="#/me">
        <Chip tone={tone}>{sign}</Chip>
        <span role="status">{words}</span>
      </a>
    </header>
  );
}

function Open(): JSX.Element {
  const screens = screensOf(me().value);
  const id = at.value;
  const chosen = screens.find((screen) => screen.id === id) ?? (id === "me" || id === "help" ? undefined : screens[0]);
  const fallback = me().value === null && id === "" ? <Empty>{t("Fetching the first data …")}</Empty> : <Me />;
  return (
    <>
      <Top />
      <main>{chosen !== undefined ? <chosen.Show /> : id === "help" ? <Help /> : fallback}</main>
      <Bar screens={screens} current={chosen?.id ?? "me"} />
    </>
  );
}

const SHOWN: Record<typeof phone.value, () => ComponentChildren> = {
  starting: () => <main class="lock"><p>{t("One moment …")}</p></main>,
  unbound: () => <Bind />,
  locked: () => <Unlock />,
  open: () => <Open />,
};

export function App(): JSX.Element {
  return (
    <>
      <Exercise />
      {SHOWN[phone.value]()}
      <Toast />
    </>
  );
}
