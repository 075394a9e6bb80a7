"""Questions that join apps, asked by the steps: each reads one app's answer into another's words."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from epigrid.field.antigen import queries as antigen
from epigrid.field.care import queries as care
from epigrid.field.codes import actions as codes
from epigrid.field.codes import rules as code_rules
from epigrid.field.sampling import queries as sampling
from epigrid.kernel.actors import Actor
from epigrid.kernel.areas import Area
from epigrid.kernel.verdicts import Verdict
from epigrid.registers.organisation import queries as organisation
from epigrid.registers.people import queries as people
from epigrid.registers.places import queries as places
from epigrid.registers.policies import queries as policies
from epigrid.response.quarantine import queries as quarantine
from epigrid.response.quarantine import rules as stay_rules
from epigrid.response.tracing import queries as tracing
from epigrid.response.tracing.actions import Moments
from epigrid.response.tracing.events import SpreadJudged
from epigrid.response.zones import queries as zones
from epigrid.response.zones import rules as zone_rules
from epigrid.response.zones.actions import Known
from epigrid.response.zones.events import SpreadQuestionOpen, ZoneRestarted
from epigrid.store import clock, journal

directive_for = organisation.directive_for
KIND_OF_ORDER = {"site": "quarantine", "home": "home-quarantine", "treatment": "treatment", "hold": "hold"}


def reasons_of(*, actor: Actor, person_ids: Sequence[UUID], now: datetime) -> dict[UUID, list[code_rules.Reason]]:
    """Every reason that people's measures and zones give for their status now."""
    found: dict[UUID, list[code_rules.Reason]] = {person_id: [] for person_id in person_ids}
    for person_id, cards in quarantine.active_measures(actor=actor, person_ids=person_ids, now=now).items():
        found[person_id] += [
            code_rules.Reason(
                kind=KIND_OF_ORDER[card.kind],
                source_id=card.id,
                effect="hold" if card.kind == "hold" else "stay",
                since=card.starts_at,
                until=card.ends_at,
                decided_by=card.decided_by,
            )
            for card in cards
            if card.starts_at is not None and card.ends_at is not None
        ]
    for person_id, duties in zones.stay_reasons(actor=actor, person_ids=person_ids, now=now).items():
        found[person_id] += [
            code_rules.Reason(kind="zone", source_id=duty.zone_id, effect="stay", since=duty.since, until=duty.until, decided_by=duty.decided_by)
            for duty in duties
        ]
    return found


def reconcile(*, actor: Actor, person_ids: Iterable[UUID], now: datetime, cause: UUID) -> None:
    """Bring people's statuses in line with their measures, re-read now."""
    ids = sorted(set(person_ids))
    codes.reconcile_reasons(actor=actor, person_ids=ids, reasons=reasons_of(actor=actor, person_ids=ids, now=now), now=now, cause=cause)


def pool_evidence(*, actor: Actor, tube_id: UUID) -> stay_rules.PoolEvidence:
    """What is known now of what a hold is about: a tube, whose people's retests count since it was closed, or a positive antigen test, which stands."""
    report = antigen.positives(actor=actor, report_ids=[tube_id]).get(tube_id)
    person_ids: Sequence[UUID]
    since: datetime | None
    if report is not None:
        person_ids, since, stands = [report.person_id], report.tested_at, True
    else:
        tube = sampling.tube(actor=actor, tube_id=tube_id)
        person_ids, since, stands = tube.person_ids, tube.closed_at, tube.outcome == "positive"
    found = sampling.readings(actor=actor, person_ids=person_ids, since=since)
    retests = {person_id: [reading.outcome for reading in readings if reading.single and reading.outcome] for person_id, readings in found.items()}
    return stay_rules.PoolEvidence(stands=stands, retests=retests, judged=judgements(actor=actor, person_ids=person_ids))


def judgements(*, actor: Actor, person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """What an investigator judged of people, the strictest of several: person -> outcome."""
    order = ("none", "exposed", "close-contact")
    found: dict[UUID, str] = {}
    for person_id in person_ids:
        said = [card.outcome for card in tracing.candidates_of_person(actor=actor, person_id=person_id) if card.outcome]
        if said:
            found[person_id] = max(said, key=order.index)
    return found


def unit_of(*, actor: Actor, person_id: UUID) -> UUID | None:
    """The staircase (unit) or hotel floor in which a person lives: the smallest sufficient place of a provisional area."""
    card = people.person(actor=actor, person_id=person_id)
    if card.dwelling_id is None:
        return None
    chain = places.chain(actor=actor, place_id=card.dwelling_id)
    by_kind = {place.kind: place.id for place in chain}
    return by_kind.get("unit") or by_kind.get("floor") or by_kind.get("building") or card.dwelling_id


def found_under(*, actor: Actor, person_id: UUID, now: datetime) -> str:
    """How a positive was found: under site or home quarantine, or outside control (empty)."""
    kinds = {card.kind for card in quarantine.active_measures(actor=actor, person_ids=[person_id], now=now).get(person_id, ())}
    return "site-quarantine" if "site" in kinds else "home-quarantine" if "home" in kinds else ""


def zones_of(*, actor: Actor, person_id: UUID, now: datetime) -> list[UUID]:
    """Active binding zones whose places hold the person's dwelling."""
    card = people.person(actor=actor, person_id=person_id)
    if card.dwelling_id is None:
        return []
    above = {place.id for place in places.chain(actor=actor, place_id=card.dwelling_id)}
    return [zone.id for zone in zones.active(actor=actor, now=now, levels=sorted(zone_rules.BINDING)) if above & set(zone.place_ids)]


def results_of(*, actor: Actor, person_ids: Sequence[UUID], area: Area) -> dict[UUID, list[stay_rules.TestResult]]:
    """Single tests of people as the release rule takes them."""
    found: dict[UUID, list[stay_rules.TestResult]] = {}
    for person_id, readings in sampling.readings(actor=actor, person_ids=person_ids).items():
        found[person_id] = [
            stay_rules.TestResult(
                id=str(reading.tube_id),
                sampled_at=reading.sampled_at,
                sampled_on=clock.local_day(area, reading.sampled_at),
                outcome=reading.outcome,
            )
            for reading in readings
            if reading.outcome and (reading.single or reading.outcome == "negative")
        ]
    return found


def known_of_zones(*, actor: Actor, now: datetime) -> dict[UUID, Known]:
    """What sampling and tracing know of each active zone that counts days."""
    counting = [zone for zone in zones.active(actor=actor, now=now) if zone.clean_since is not None and zone.level != zone_rules.PROVISIONAL]
    return {zone.id: _known(actor, zone, now) for zone in counting}


def _known(actor: Actor, zone: zones.ZoneCard, now: datetime) -> Known:
    policy = zones.level_policy(actor=actor, level=zone.level, edition=zone.edition)
    clean = bool(policy.final_round_required) and _final_round_clean(actor, zone, policy, now)
    clear = policy.contacts_clear_days is not None and _contacts_clear(actor, zone, policy.contacts_clear_days, now)
    indicators = zones.indices(actor=actor, zone_id=zone.id, until=now) if policy.indicator_below is not None else ()
    return Known(final_round_clean=clean, contacts_clear=clear, indicators=indicators)


def zone_verdict_at(*, actor: Actor, zone_id: UUID, at: datetime) -> Verdict[zone_rules.Next]:
    """The verdict on a zone's downgrade as it stood at a moment, also long after: from the facts, readings and surveys that were known then."""
    zone = zones.zone(actor=actor, zone_id=zone_id)
    told = [fact for fact in journal.facts(actor=actor, kinds=[ZoneRestarted.kind, SpreadQuestionOpen.kind], subjects=[zone_id]) if fact.at <= at]
    cases = [fact.event.infection_id for fact in told if isinstance(fact.event, SpreadQuestionOpen)]
    judged = {fact.event.subject_id for fact in journal.facts(actor=actor, kinds=[SpreadJudged.kind], subjects=cases) if fact.at <= at}
    restarts = [clock.local_day(zone.area, fact.at) for fact in told if isinstance(fact.event, ZoneRestarted)]
    then = replace(zone, clean_since=restarts[-1] if restarts else _first_day(actor, zone))
    known = _known(actor, then, at)
    standing = zone_rules.Standing(
        clean_since=then.clean_since or clock.local_day(zone.area, at),
        came_down=zones.came_down(actor=actor, zone_id=zone_id),
        final_round_clean=known.final_round_clean,
        contacts_clear=known.contacts_clear,
        open_questions=len(set(cases) - judged),
        indicators=known.indicators,
    )
    policy = zones.level_policy(actor=actor, level=zone.level, edition=zone.edition)
    return zone_rules.judge_downgrade(zone=standing, policy=policy, today=clock.local_day(zone.area, at))


def _first_day(actor: Actor, zone: zones.ZoneCard) -> date:
    """D0 before any restart: the day from which the zone holds, or that of the zone that it took over from."""
    before = zones.zone(actor=actor, zone_id=zone.from_zone_id) if zone.from_zone_id is not None else None
    if before is not None and before.end_reason == "superseded":
        return _first_day(actor, before)
    return clock.local_day(zone.area, zone.starts_at or zone.proposed_at)


def _final_round_clean(actor: Actor, zone: zones.ZoneCard, policy: zone_rules.ZonePolicy, now: datetime) -> bool:
    """Whether everybody inside has a negative test of the zone's last days or later, read by now."""
    since = clock.local_midnight(zone.area, _last_clean_day(actor, zone, policy) - timedelta(days=(policy.final_round_days or 1) - 1))
    if now < since:
        return False
    members = [member.person_id for member in zones.members(actor=actor, zone_id=zone.id) if member.inside]
    members = members or zones.residents(actor=actor, zone_id=zone.id)
    readings = sampling.readings(actor=actor, person_ids=members, since=since)
    return bool(members) and all(any(_negative(reading, now) for reading in readings.get(person_id, ())) for person_id in members)


def _negative(reading: sampling.Reading, now: datetime) -> bool:
    return reading.outcome == "negative" and reading.read_at is not None and reading.read_at <= now


def _contacts_clear(actor: Actor, zone: zones.ZoneCard, days: int, now: datetime) -> bool:
    """Whether the days since the last exposure of the last contact of the zone's cases are full, and each contact has a negative test after it."""
    living = set(zones.residents(actor=actor, zone_id=zone.id))
    for case in tracing.cases(actor=actor):
        if case.person_id not in living or case.state == "excluded":
            continue
        for card in tracing.candidates(actor=actor, case_id=case.id):
            if card.outcome != "close-contact" or card.last_exposure_at is None:
                continue
            full = clock.local_day(zone.area, card.last_exposure_at) + timedelta(days=days)
            tests = sampling.readings_of(actor=actor, person_id=card.person_id, since=card.last_exposure_at)
            if clock.local_day(zone.area, now) <= full or not any(_negative(reading, now) for reading in tests):
                return False
    return True


def _last_clean_day(actor: Actor, zone: zones.ZoneCard, policy: zone_rules.ZonePolicy) -> date:
    came_down = zones.came_down(actor=actor, zone_id=zone.id)
    return zone_rules.last_clean_day(clean_since=zone.clean_since or clock.local_day(zone.area, zone.proposed_at), came_down=came_down, policy=policy)


def census_complete(*, actor: Actor, zone_id: UUID) -> bool:
    """Whether every household of a zone was asked what it needs."""
    ids = [card.id for card in zones.households(actor=actor, zone_id=zone_id)]
    asked, all_of = care.census_coverage(actor=actor, zone_id=zone_id, household_ids=ids)
    return asked == all_of


def on_last_day(*, actor: Actor, now: datetime) -> list[UUID]:
    """The active high zones whose last clean day is today."""
    found = []
    for zone in zones.active(actor=actor, now=now, levels=("high",)):
        policy = zones.level_policy(actor=actor, level=zone.level, edition=zone.edition)
        if zone.clean_since is not None and clock.local_day(zone.area, now) == _last_clean_day(actor, zone, policy):
            found.append(zone.id)
    return found


def four_checks(*, actor: Actor, person_ids: Sequence[UUID], now: datetime) -> list[stay_rules.FourChecks]:
    """The four verifications of people under order (S-131), all from facts: tested means a test since the last exposure."""
    readings = sampling.readings(actor=actor, person_ids=person_ids)
    living = quarantine.active_measures(actor=actor, person_ids=person_ids, now=now)
    tested = [
        person_id
        for person_id, cards in living.items()
        if any(card.last_exposure_at and reading.sampled_at > card.last_exposure_at for card in cards for reading in readings.get(person_id, ()))
    ]
    return quarantine.four_checks(actor=actor, person_ids=person_ids, tested=tested, now=now)


def contact_moments(*, actor: Actor, person_ids: Sequence[UUID]) -> dict[UUID, Moments]:
    """When people were first reached by a served order, arrived by a transfer, and when all their orders were over; treatment is a case's, not a contact's."""
    orders = [card for card in quarantine.orders(actor=actor, person_ids=person_ids) if card.kind != "treatment"]
    arrived = {order_id: trip.arrived_at for trip in quarantine.transfers(actor=actor) if not trip.homeward for order_id in trip.received}
    found = {}
    for person_id in person_ids:
        mine = [card for card in orders if card.person_id == person_id]
        served = [card.served_at for card in mine if card.served_at is not None]
        moved = [moment for card in mine if (moment := arrived.get(card.id)) is not None]
        ended = [card.ended_at for card in mine if card.ended_at is not None]
        over = max(ended) if mine and len(ended) == len(mine) else None
        found[person_id] = Moments(reached=min(served, default=None), moved=min(moved, default=None), ended=over)
    return found


def retention_over(*, actor: Actor, area: Area, now: datetime) -> list[UUID]:
    """People whom nothing binds and nobody asks about any more since the retention clause's days."""
    policy = policies.retention(on=clock.local_day(area, now), area=area)
    limit = now - timedelta(days=policy.days_after_end)
    last: dict[UUID, datetime | None] = {}
    for ends in (
        quarantine.last_ends(actor=actor),
        zones.last_ends(actor=actor),
        tracing.last_judgements(actor=actor),
        tracing.last_sweeps(actor=actor),
    ):
        for person_id, moment in ends.items():
            before = last.get(person_id, moment)
            last[person_id] = None if moment is None or before is None else max(before, moment)
    over = [person_id for person_id, moment in last.items() if moment is not None and moment <= limit]
    return [card.id for card in people.people(actor=actor, ids=sorted(over)) if not card.erased]
