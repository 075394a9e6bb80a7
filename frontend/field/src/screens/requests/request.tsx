/** One request: take it on, note what was paid, deliver, give back. The resident confirms on his page, or a helper in his name. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import { newId, now, rows, type Act, type Body } from "../../core/store";
import type { Patches, RequestRow } from "../../core/types";
import { BigButton, Button, Choice, Field, Sheet } from "../../ui";
import { addressOf } from "../roll-call/model";
import { note } from "../today/note";
import { nameOf } from "./people";
import { backOptions, kindWord, stateWord, type BackReason } from "./words";
import { when } from "../today/when";

export const isTaken = (request: RequestRow): boolean => request.state === "accepted" || request.state === "bought";
export const isBrought = (request: RequestRow): boolean => request.state === "delivered" || request.state === "answered";

const NEW = "new-";
const isNew = (request: RequestRow): boolean => request.id.startsWith(NEW);

/** A request that was taken down here, as the server will make it under an id of its own; none where the same stands already. */
export function asked(person: string, kind: string): Patches {
  const open = [...rows("requests").value.values()].some((one) => one.person === person && one.kind === kind && (one.state === "recorded" || isTaken(one)));
  if (open && kind !== "ambulance") return {};
  const [id, at] = [`${NEW}${newId()}`, now().toISOString()];
  const due_at = kind === "ambulance" ? at : null;
  const row: RequestRow = { id, person, kind, asked_at: at, due_at, state: "recorded", mine: false, claimed: false, incident: null, amount: null };
  return { requests: { [id]: row } };
}

/** Yuan as typed to whole cents: "12", "12.5", "12,50"; null for what is no amount. */
export function cents(typed: string): number | null {
  const found = /^(\d{1,5})(?:[.,](\d{1,2}))?$/.exec(typed.trim());
  if (found === null) return null;
  const value = Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0"));
  return value >= 1 ? value : null;
}

function step<A extends Act>(request: RequestRow, act: A, body: Body<A>, change: Partial<RequestRow> | null, said: string): Promise<boolean> {
  return note(act, body, { about: [request.id], patches: { requests: { [request.id]: change } }, said });
}

export function claim(request: RequestRow): Promise<boolean> {
  const change = { state: "accepted", mine: true, claimed: true };
  return step(request, "care.claim", { request_id: request.id }, change, t("Yours, unless somebody else was quicker: the answer shows here"));
}

export function RequestSheet({ request, onClose }: { request: RequestRow; onClose: () => void }): JSX.Element {
  const [giving, give] = useState(false);
  const person = rows("people").value.get(request.person);
  const id = { request_id: request.id };
  const back = (reason: BackReason): void =>
    void step(request, "care.give-back", { ...id, reason }, { state: "recorded", mine: false, claimed: false }, t("Given back")).then((kept) => kept && onClose());
  if (isNew(request)) {
    return (
      <Sheet open title={kindWord(request.kind)} onClose={onClose}>
        <p>{t("It is noted here and goes to the desk with the next contact.")}</p>
      </Sheet>
    );
  }
  return (
    <Sheet open title={kindWord(request.kind)} onClose={onClose}>
      <p>{nameOf(request.person)} {addressOf(person?.dwelling ?? null)}</p>
      <p>
        {stateWord(request.state)} · {t("asked at {time}", { time: when(request.asked_at) })}
        {request.due_at !== null && ` · ${t("until {time}", { time: when(request.due_at) })}`}
      </p>
      {request.state === "recorded" && <BigButton tone="main" onPress={() => void claim(request)}>{t("I take it on")}</BigButton>}
      {request.mine && request.state === "accepted" && <Bought request={request} />}
      {request.mine && isTaken(request) && (
        <BigButton tone="good" onPress={() => void step(request, "care.deliver", id, { state: "delivered" }, t("Delivered at the door"))}>
          {t("Delivered at the door")}
        </BigButton>
      )}
      {request.mine && request.state === "accepted" && <Button onPress={() => give(true)}>{t("Give back")}</Button>}
      {giving && <Choice label={t("Why do you give it back?")} options={backOptions()} onChoose={back} />}
      {isBrought(request) && (
        <Button onPress={() => void step(request, "care.confirm", id, null, t("Confirmed in the resident's name"))}>{t("The resident says it came")}</Button>
      )}
    </Sheet>
  );
}

function Bought({ request }: { request: RequestRow }): JSX.Element {
  const [amount, setAmount] = useState("");
  const [receipt, setReceipt] = useState("");
  const paid = cents(amount);
  const done = (): void => {
    if (paid === null || receipt.trim() === "") return;
    const said = t("Bought: {n} yuan", { n: (paid / 100).toFixed(2) });
    void step(request, "care.buy", { request_id: request.id, amount_cents: paid, receipt: receipt.trim() }, { state: "bought", amount: paid }, said);
  };
  return (
    <div>
      <Field label={t("Paid, in yuan")} value={amount} onInput={setAmount} inputMode="decimal" maxLength={8} />
      <Field label={t("Number on the receipt")} value={receipt} onInput={setReceipt} maxLength={60} onEnter={done} hint={t("A line, no photo.")} />
      <Button tone="main" disabled={paid === null || receipt.trim() === ""} onPress={done}>{t("Bought")}</Button>
    </div>
  );
}
