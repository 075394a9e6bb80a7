/** Hand my grid to a named helper until tonight; then both of us see its tasks. */

import type { JSX } from "preact";
import { useState } from "preact/hooks";

import { t } from "../../core/i18n";
import type { MeRow } from "../../core/types";
import { BigButton, Choice, Field, Sheet } from "../../ui";
import { note } from "./note";

export function LendSheet({ grids, onClose }: { grids: MeRow["duties"]; onClose: () => void }): JSX.Element {
  const [area, setArea] = useState(grids[0]?.area ?? "");
  const [helper, setHelper] = useState("");
  const lend = async (): Promise<void> => {
    const said = t("{helper} sees your tasks until tonight", { helper: helper.trim() });
    if (await note("tasks.lend-grid", { area, helper: helper.trim() }, { said })) onClose();
  };
  return (
    <Sheet open title={t("Lend my grid until tonight")} onClose={onClose}>
      {grids.length > 1 && <Choice label={t("Which grid?")} options={grids.map((grid) => ({ value: grid.area, label: grid.name }))} value={area} onChoose={setArea} />}
      <Field label={t("The helper's account name")} value={helper} onInput={setHelper} maxLength={60} autoFocus hint={t("It stands on the helper's card.")} />
      <BigButton tone="main" disabled={helper.trim() === ""} onPress={() => void lend()}>{t("Lend until tonight")}</BigButton>
    </Sheet>
  );
}
