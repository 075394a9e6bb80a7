"""Facts that antigen tells."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from epigrid.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class KitsIssued(Event):
    """Kits were handed to households for a day."""

    kind: ClassVar[str] = "antigen.kits-issued"
    subject: ClassVar[str] = "first_id"
    begins: ClassVar[bool] = True
    heard_by_nobody: ClassVar[str] = "who tests is read from the rows"
    first_id: UUID
    issue_ids: tuple[UUID, ...]
    kits: int
    day: date


@dataclass(frozen=True, kw_only=True)
class AntigenNegatives(Event):
    """People read a negative antigen test. It ends no measure and is no sample of a round."""

    kind: ClassVar[str] = "antigen.negatives"
    subject: ClassVar[str] = "first_id"
    begins: ClassVar[bool] = True
    first_id: UUID
    report_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class AntigenPositive(Event):
    """Somebody read a positive antigen test: a PCR test finds out, nobody is a case by it."""

    kind: ClassVar[str] = "antigen.positive"
    subject: ClassVar[str] = "report_id"
    begins: ClassVar[bool] = True
    report_id: UUID
    person_id: UUID


@dataclass(frozen=True, kw_only=True)
class AntigenInvalids(Event):
    """Antigen tests showed nothing that can be read: their people are asked again, each with another kit."""

    kind: ClassVar[str] = "antigen.invalids"
    subject: ClassVar[str] = "first_id"
    begins: ClassVar[bool] = True
    first_id: UUID
    report_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]
