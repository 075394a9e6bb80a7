"""Clauses of a policy edition and the judgements that rest on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

O = TypeVar("O")  # noqa: E741 - outcome


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a number comes from: text, clause, confidence (P, PR, S, K or "assumption of this exercise"), pack."""

    text: str
    confidence: str
    pack: str


@dataclass(frozen=True, kw_only=True)
class Clause:
    """Base of the parameter sets that rules need. A subclass names its table in the packs (`key`) and its typed fields.

    `edition` is the digest of pack and overlays; `clause_id` is "pack:key"; `sources` says per field where the value comes from.
    A field that may be unset is typed `X | None`; None then means "nobody has set it", never a default.
    """

    key: ClassVar[str]

    edition: str
    clause_id: str
    sources: Mapping[str, Source] = field(default_factory=dict)

    def verdict(
        self,
        outcome: O,
        *,
        reason: str,
        evidence: Sequence["Evidence"] = (),
        changes_at: datetime | None = None,
        changes_by: str = "",
        **details: Any,
    ) -> "Verdict[O]":
        """A verdict that rests on this clause."""
        return Verdict(
            outcome=outcome,
            reason=reason,
            edition=self.edition,
            clause_id=self.clause_id,
            evidence=tuple(evidence),
            changes_at=changes_at,
            changes_by=changes_by,
            details=details,
        )


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One thing a verdict rests on: its kind, its id, and the moment it stands for."""

    kind: str
    id: str
    at: datetime | None = None
    says: str = ""


@dataclass(frozen=True, kw_only=True)
class Verdict(Generic[O]):
    """A judgement with everything needed to explain it to the person, the grid worker and the auditor.

    `changes_at` / `changes_by`: the moment or the event (as a reason key) that would change it.
    """

    outcome: O
    reason: str
    edition: str
    clause_id: str
    evidence: tuple[Evidence, ...] = ()
    changes_at: datetime | None = None
    changes_by: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
