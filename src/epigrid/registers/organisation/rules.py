"""Judgements of the organisation register. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.kernel.errors import DomainError, NotAllowed

RECEIVERS = frozenset(
    {
        Duty.COMMUNITY_SECRETARY,
        Duty.SUBDISTRICT_OFFICE,
        Duty.COUNTY_EOC_OFFICER,
        Duty.CITY_EOC_OFFICE,
        Duty.CDC_DUTY_OFFICER,
        Duty.LABORATORY,
        Duty.HOSPITAL,
        Duty.SITE_MANAGER,
        Duty.CODE_DESK,
        Duty.TESTING_FORCE,
    }
)
"""Who says for a unit that it has a directive: those who run it, no guard and no auditor."""

HELPER_DUTIES = (Duty.REGISTRAR, Duty.SAMPLER, Duty.GATE_GUARD, Duty.PHONE_OPERATOR, Duty.GRID_WORKER)
"""What a community may entrust to helpers by itself: work at a door, a table, a gate or a telephone. None of them decides anything."""
HELPER_DAYS = timedelta(days=30)
"""The longest time for which a helper is admitted (design value); whoever stays is admitted again."""


class DutyNotForHelpers(NotAllowed):
    """A community entrusts helpers with the work of the field; every other duty is entrusted by the administrator."""

    reason = "appointment.not-for-helpers"


class HelperEnd(DomainError):
    """A helper's duty ends at a stated moment, at most thirty days from now."""

    reason = "appointment.end-missing"


class DirectiveMissing(DomainError):
    """No directive authorises this act: there is none, it ended, it does not name the act, or it holds elsewhere."""

    reason = "directive.missing"


class DirectiveWithoutEnd(DomainError):
    """A directive needs an end or review moment in the future (X04)."""

    reason = "directive.without-end"


class DirectiveEmpty(DomainError):
    """A directive names the acts that it authorises and its legal basis."""

    reason = "directive.empty"


def authorises(
    *,
    acts: Sequence[str],
    area: Area,
    issued_at: datetime,
    ends_at: datetime,
    withdrawn_at: datetime | None,
    act: str,
    where: Area,
    now: datetime,
) -> str:
    """Why a directive does not authorise `act` at `where` now; empty when it does."""
    if withdrawn_at is not None and withdrawn_at <= now:
        return "withdrawn"
    if not issued_at <= now < ends_at:
        return "ended"
    if act not in acts:
        return "does-not-name-act"
    return "" if area.covers(where) else "elsewhere"


def is_under(body_id: UUID | None, other_id: UUID | None, superiors: Mapping[UUID, UUID | None]) -> bool:
    """Whether a body is the other one or stands beneath it in the chain of superiors."""
    seen: set[UUID] = set()
    current = body_id
    while current is not None and other_id is not None and current not in seen:
        if current == other_id:
            return True
        seen.add(current)
        current = superiors.get(current)
    return False
