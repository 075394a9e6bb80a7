"""What the readers of messages (FHIR, HL7) give back. Pure."""

from dataclasses import dataclass

from epigrid.field.laboratory.rules.readings import ResultRow
from epigrid.kernel.errors import DomainError


class NotAMessage(DomainError):
    """The content is neither a FHIR bundle or parameters nor HL7 v2 messages that we read; `details` say where it breaks."""

    reason = "message.unreadable"


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A result that could not be taken: the number of its message or resource from 1, the segment and field (or path), the reason key, the tube if it was read."""

    row: int
    column: str
    reason: str
    label: str = ""


@dataclass(frozen=True, kw_only=True)
class Messages:
    """The readings of messages, what was refused, and the parts that nobody here reads (each named once, in the order met)."""

    rows: tuple[ResultRow, ...]
    refused: tuple[Refused, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def labels(self) -> dict[int, str]:
        """The tubes that each message names, by its number."""
        found: dict[int, dict[str, None]] = {}
        for row, label in [*((one.row, one.label) for one in self.rows), *((one.row, one.label) for one in self.refused)]:
            found.setdefault(row, {}).setdefault(label)
        return {row: " ".join(filter(None, labels)) for row, labels in found.items()}


def gene_of(text: str) -> str:
    """Which target an observation names: `orf`, `n`, or empty when it names neither."""
    plain = text.upper().replace("-", "").replace("_", " ")
    if "ORF1" in plain:
        return "orf"
    return "n" if plain.strip() in ("N", "N CT", "CT N") or plain.startswith(("N GENE", "N基因")) or " N GENE" in plain else ""
