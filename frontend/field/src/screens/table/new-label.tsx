/** A label that nobody drew here: is it a new tube's? */

import type { JSX } from "preact";

import { t } from "../../core/i18n";
import { BigButton, Button, Sheet } from "../../ui";

interface Props {
  label: string;
  onOpen: (label: string) => void;
  onClose: () => void;
}

export function NewLabel({ label, onOpen, onClose }: Props): JSX.Element {
  return (
    <Sheet open title={label} onClose={onClose}>
      <p>{t("Nobody on this phone has this code or number.")}</p>
      <BigButton tone="main" onPress={() => onOpen(label)}>{t("It is the label of a new tube")}</BigButton>
      <Button onPress={onClose}>{t("No")}</Button>
    </Sheet>
  );
}
