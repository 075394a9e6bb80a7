/** Before the phone is open: binding it with the desk's card, and the PIN. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { app, cardCode, codeIn } from "../core/app";
import { pinFault } from "../core/crypto";
import { t } from "../core/i18n";
import { boundAs, notice, PinWrong, waiting } from "../core/lock";
import { reasonOf, why } from "../core/reasons";
import { Camera } from "../screens/camera/camera";
import { Banner, BigButton, Button, Field, Sheet } from "../ui";
import { LanguageSwitch } from "./looks";

/** Dots and a keyboard of digits; said to be no password, so that no browser offers to keep it. */
const PIN_FIELD = { type: "password", inputMode: "numeric", autoComplete: "one-time-code" } as const;

/** Digits only, as many as are typed. */
const digits = (typed: string): string => typed.replace(/\D/g, "");

function useWork(): { busy: boolean; fault: string; run: (work: () => Promise<void>) => void; say: (fault: string) => void } {
  const [busy, setBusy] = useState(false);
  const [fault, say] = useState("");
  const run = (work: () => Promise<void>): void => {
    setBusy(true);
    say("");
    void shown()
      .then(work)
      .catch((thrown: unknown) => say(thrown instanceof PinWrong ? wrong(thrown) : why(reasonOf(thrown))))
      .finally(() => setBusy(false));
  };
  return { busy, fault, run, say };
}

/** The screen has been drawn: stretching a PIN holds the phone for a moment. */
const shown = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 30));

function wrong(thrown: PinWrong): string {
  return thrown.left === 0 ? why("pin.wiped") : t("Wrong PIN. {n} more tries, then everything on this phone is deleted.", { n: thrown.left });
}

function Notice(): JSX.Element | null {
  if (notice.value === "") return null;
  return <Banner tone="wait">{why(notice.value)}</Banner>;
}

/** The card's code, scanned or typed. */
function CardCode({ code, onCode }: { code: string; onCode: (code: string) => void }): JSX.Element {
  const [scanning, scan] = useState(false);
  const scanned = (text: string): void => {
    onCode(codeIn(text));
    scan(false);
  };
  return (
    <>
      <Button onPress={() => scan(true)}>{t("Scan the card")}</Button>
      <Field label={t("Code of the card")} value={code} onInput={onCode} maxLength={40} />
      <Sheet open={scanning} title={t("Scan the card")} onClose={() => scan(false)}>
        <Camera hint={t("Hold the card before the camera")} typed={t("Code of the card")} onCode={scanned} />
      </Sheet>
    </>
  );
}

/** Bind this phone: the card's code, a word for the phone, a PIN twice. */
export function Bind(): JSX.Element {
  const [code, setCode] = useState(cardCode.value);
  const [label, setLabel] = useState("");
  const [pin, setPin] = useState("");
  const [again, setAgain] = useState("");
  const { busy, fault, run, say } = useWork();
  const bind = (): void => {
    const bad = pinFault(pin) ?? (pin === again ? null : "pin.differs");
    if (bad !== null) return say(why(bad));
    run(async () => {
      await app.bind(codeIn(code), label.trim(), pin);
      cardCode.value = "";
    });
  };
  return (
    <main class="lock">
      <h1>{t("Bind this phone")}</h1>
      <Notice />
      <p>{t("Scan the card from the desk, or type its code. A card is good once.")}</p>
      <CardCode code={code} onCode={setCode} />
      <Field label={t("A word for this phone")} hint={t("For the desk's list, such as: table 2. No names.")} value={label} onInput={setLabel} maxLength={40} />
      <Field label={t("PIN")} hint={t("At least six digits; you will need it each time.")} {...PIN_FIELD} value={pin} onInput={(typed) => setPin(digits(typed))} />
      <Field label={t("PIN once more")} {...PIN_FIELD} value={again} onInput={(typed) => setAgain(digits(typed))} onEnter={bind} />
      {fault !== "" && <Banner tone="bad">{fault}</Banner>}
      <BigButton tone="main" onPress={bind} disabled={busy || code === "" || label.trim() === ""}>
        {busy ? t("One moment …") : t("Bind")}
      </BigButton>
      <LanguageSwitch />
    </main>
  );
}

/** Open the phone with the PIN. */
export function Unlock(): JSX.Element {
  const [pin, setPin] = useState("");
  const { busy, fault, run } = useWork();
  const open = (): void => {
    if (pin === "" || busy) return;
    run(() => app.unlock(pin));
    setPin("");
  };
  return (
    <main class="lock">
      <h1>{boundAs.value?.title || "Epigrid"}</h1>
      <Notice />
      {waiting.value > 0 && <p>{t("{n} entries lie here and have not been sent; they go out once the phone is open.", { n: waiting.value })}</p>}
      <Field label={t("PIN")} {...PIN_FIELD} autoFocus value={pin} onInput={(typed) => setPin(digits(typed))} onEnter={open} />
      {fault !== "" && <Banner tone="bad">{fault}</Banner>}
      <BigButton tone="main" onPress={open} disabled={busy || pin === ""}>
        {busy ? t("Opening …") : t("Open")}
      </BigButton>
      {cardCode.value !== "" && <Banner tone="wait">{t("This phone is bound already. To bind it anew, open it and delete everything under Me.")}</Banner>}
      <LanguageSwitch />
    </main>
  );
}
