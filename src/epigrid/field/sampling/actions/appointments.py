"""Appointments: who is to be tested on a day to come (S-216). They are tests due like all others; the swab of the day closes them."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from epigrid.field.sampling import queries, rules
from epigrid.field.sampling.actions.tests import common_area
from epigrid.field.sampling.events import AppointmentsMade
from epigrid.field.sampling.models import TestDue
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.people import queries as people
from epigrid.store import clock, journal
from epigrid.store.acts import whole
from epigrid.store.ids import new_id

BOOKERS = (Duty.GRID_WORKER, Duty.REGISTRAR, Duty.COMMUNITY_SECRETARY, Duty.PHONE_OPERATOR)


@whole
def appoint(*, actor: Actor, person_ids: Sequence[UUID], day: date, purpose: str, now: datetime) -> int:
    """Appoint people for a test on a local day after today; whoever is of the home class is sampled at his door. Returns how many are new.

    The same person and day again is the same appointment. People outside the actor's scope are left out.
    """
    if purpose not in rules.APPOINTED_FOR:
        raise rules.PurposeUnknown(purpose=purpose, known=list(rules.APPOINTED_FOR))
    cards = people.people(actor=actor, ids=person_ids)
    for card in cards:
        actor.require(*BOOKERS, area=card.area)
        if day <= clock.local_day(card.area, now):
            raise rules.AppointmentPast(day=day.isoformat())
    known = {one.person_id for one in queries.appointments(actor=actor, day=day, person_ids=[card.id for card in cards])}
    fresh = [card for card in cards if card.id not in known]
    if not fresh:
        return 0
    rows = _rows(actor, fresh, day, purpose, now)
    event = AppointmentsMade(
        area=common_area([card.area for card in fresh]),
        first_id=rows[0].id,
        test_ids=tuple(row.id for row in rows),
        door_ids=tuple(row.person_id for row in rows if row.where == "door"),
        day=day,
        due_at=rows[0].due_at,
    )
    fact = journal.record(event, actor=actor, at=now, caused_by=None)
    for row in rows:
        row.caused_by = fact
    TestDue.objects.bulk_create(rows)
    return len(rows)


def _rows(actor: Actor, cards: Sequence[people.PersonCard], day: date, purpose: str, now: datetime) -> list[TestDue]:
    area = cards[0].area
    opens, due = clock.local_midnight(area, day), clock.local_midnight(area, day + timedelta(days=1))
    classes = queries.classes(actor=actor, person_ids=[card.id for card in cards], day=clock.local_day(area, now))
    return [
        TestDue(
            id=new_id(card.area, "appointment", card.id, day),
            area=card.area,
            person_id=card.id,
            opens_at=opens,
            due_at=due,
            source_kind="appointment",
            source_id=new_id(card.area, "appointment-of", card.id, day),
            where="door" if classes[card.id][0] == "home" else "table",
            purpose=purpose,
        )
        for card in cards
    ]
