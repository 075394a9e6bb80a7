/** Why something was refused, in words: the server's sentences (`reasons.json`, made from its own list) and those of the phone itself. */

import { language, t } from "./i18n";
import served from "./reasons.json";

const OWN: Record<string, string> = {
  "phone.offline": "No network.",
  "phone.locked": "The phone is locked.",
  "phone.storage-full": "The phone's storage is full: nothing was noted. Write it on paper, free some storage, then enter it again.",
  "phone.over": "The time for which the data may lie here is over; they were deleted. What was not sent yet is kept.",
  "phone.was-hidden": "Locked, because the app was out of sight for five minutes.",
  "phone.wiped": "Everything on this phone was deleted.",
  "phone.fault": "Something went wrong on this phone; it is tried again.",
  "pin.short": "A PIN has at least six digits.",
  "pin.trivial": "This PIN is too easy to guess.",
  "pin.differs": "The two PINs differ.",
  "pin.wiped": "Ten wrong PINs: everything on this phone was deleted. Ask the desk for a new card.",
  "server.down": "The server does not answer; it is tried again.",
  "server.busy": "The server is busy and has said when to come again.",
  "field.gap": "The server lacks earlier commands of this phone; they are sent first.",
  "field.failed": "The server failed at this; it is sent again.",
  "field.held-back": "Held back: an earlier entry about the same thing was refused. Decide about that one first.",
  "field.twice": "It stands at the server already: somebody else has entered the same.",
};

/** The sentence for a reason key in the reader's language; the bare key where nobody has written one. */
export function why(reason: string): string {
  const own = OWN[reason];
  if (own !== undefined) return t(own);
  const [english, chinese] = (served as Record<string, string[]>)[reason] ?? [];
  if (english === undefined) return reason.startsWith("http.") ? t("The server could not take it.") : reason;
  return language.value === "zh" && chinese ? chinese : english;
}

/** The reason of anything thrown. */
export function reasonOf(fault: unknown): string {
  const reason = (fault as { reason?: unknown } | null)?.reason;
  return typeof reason === "string" ? reason : "phone.fault";
}

export const OWN_REASONS = OWN;
