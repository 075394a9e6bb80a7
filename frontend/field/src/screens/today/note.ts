/** Note something: into the outbox first, then a word about it. */

import { t } from "../../core/i18n";
import { send, type Act, type Body, type Patches } from "../../core/store";
import { toast } from "../../ui";
import { atDoor } from "../visits/pace";

export interface Noted {
  about?: string[];
  patches?: Patches;
  /** The place at whose door it was noted. */
  door?: string | null;
  /** What the worker reads once it is kept. */
  said: string;
}

/** Put a command into the outbox and say so; what could not be kept is said loudly and stays until it is read. Tells whether it was kept. */
export async function note<A extends Act>(act: A, body: Body<A>, { about = [], patches = {}, door = null, said }: Noted): Promise<boolean> {
  try {
    await send(act, body, { about, patches });
  } catch {
    toast.value = { words: t("Nothing was noted: the phone is locked or full. Write it on paper."), tone: "bad" };
    return false;
  }
  if (door !== null) atDoor(door);
  toast.value = { words: said, tone: "good" };
  return true;
}
