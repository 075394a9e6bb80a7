/** Dial, then mark by one tap what came of the call. A number is shown only to whoever has it on his own list. */

import type { JSX } from "preact";

import { t } from "../../core/i18n";
import type { CallRow } from "../../core/types";
import { WAITED_FOR } from "../../rules/roll";
import { Choice } from "../../ui";
import type { Member } from "../roll-call/model";
import { remind } from "../roll-call/reports";

export type CallResult = "comes" | "asks-home" | "no-answer" | "wrong-number" | "says-done";

export function callResults(): { value: CallResult; label: string }[] {
  return [
    { value: "comes", label: t("Comes") },
    { value: "asks-home", label: t("Asks for a sample at home") },
    { value: "no-answer", label: t("No answer") },
    { value: "wrong-number", label: t("Wrong number") },
    { value: "says-done", label: t("Says he was sampled elsewhere") },
  ];
}

export function Dial({ call }: { call: CallRow }): JSX.Element {
  return (
    <a class="button tone-main" href={`tel:${call.phone.replace(/[^\d+]/g, "")}`} aria-label={t("Call {name}", { name: call.name })}>
      ☎ {t("Call")}
    </a>
  );
}

export function CallMark({ call, member }: { call: CallRow; member: Member }): JSX.Element {
  return (
    <div class="buttons">
      <Dial call={call} />
      {WAITED_FOR.includes(member.roll.state) && (
        <Choice
          label={t("What came of the call to {name}", { name: call.name })}
          options={callResults()}
          onChoose={(result) => void remind([member], "phone", result)}
        />
      )}
    </div>
  );
}
