/** Whom this phone knows by name: the register's part on it, or the own call list. */

import { rows } from "../../core/store";
import type { PersonRow } from "../../core/types";

/** Somebody of whom something can be noted. */
export type Somebody = Pick<PersonRow, "id" | "name" | "dwelling" | "file_no"> & { band?: string };

export function everybody(): Somebody[] {
  const people = rows("people").value;
  const called = [...rows("calls").value.values()].filter((call) => !people.has(call.person));
  return [...people.values(), ...called.map((call) => ({ id: call.person, name: call.name, dwelling: null, file_no: "" }))];
}

/** The name of somebody, as far as this phone knows it. */
export function nameOf(id: string): string {
  return rows("people").value.get(id)?.name ?? [...rows("calls").value.values()].find((call) => call.person === id)?.name ?? "";
}
