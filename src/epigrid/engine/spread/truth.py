"""The hidden truth of a scene, counted from its presences and held against what was planned."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta, tzinfo

import numpy as np

from epigrid.engine.spread.casting import Casting
from epigrid.engine.spread.plan import Plan, PlanBroken
from epigrid.engine.spread.presences import moment
from epigrid.engine.spread.scene import Community, Dependant, Meeting, Person, Rejection, Truth


def find(plan: Plan, community: Community, parts: Casting, strangers: Sequence[Person]) -> Truth:
    """Whom the index case met and what comes of it. `PlanBroken` when the presences show another set than the one planned."""
    meetings = _meetings(plan, community, parts.index.key)
    seconds: dict[str, int] = {}
    for meeting in meetings:
        seconds[meeting.who] = seconds.get(meeting.who, 0) + meeting.seconds
    outsiders = tuple(person.key for person in community.outsiders)
    planned = {draft.key for stay in parts.met for draft, _ in stay} | set(outsiders)
    if set(seconds) != planned:
        raise PlanBroken(why="presences and plan differ", at="presences")
    contacts = tuple(draft.key for draft in parts.contacts)
    plain = [draft.key for draft in parts.contacts if not draft.role]
    venue = _affected(plan)
    return Truth(
        index=parts.index.key,
        window_day=(plan.opens_at - timedelta(days=plan.presences.lookback_days)).date(),
        co_residents=tuple(draft.key for draft in parts.co_residents),
        tube=tuple(draft.key for draft in parts.tube),
        tube_mates=tuple(draft.key for draft in parts.tube if draft.role != "index"),
        meetings=meetings,
        scan_seconds=seconds,
        scan_contacts=contacts,
        interview_contact=parts.told.key if parts.told else "",
        interview=_interview(plan, parts),
        outsiders=outsiders,
        rejections=_rejections(plan, parts),
        near_misses=tuple(draft.key for draft in parts.near),
        exposed_guests=_exposed(plan, community, parts.index.key),
        affected_unit=community.places[parts.index.home].key.rpartition("/f")[0],
        affected_floor=venue,
        wrong_namesake=parts.namesake.key if parts.namesake else "",
        later_positive=plain[0] if plain else "",
        refuses=plain[1] if len(plain) > 1 else "",
        dependants=_dependants(community, {draft.key: draft.role for draft in parts.contacts}),
        roll_call={draft.key: found for found, drafts in parts.roll_call.items() for draft in drafts},
        strangers=tuple(strangers),
    )


def _affected(plan: Plan) -> str:
    """The floor on which the index case works: of the first hotel that he stayed at."""
    visited = {stay.venue for stay in plan.presences.stays}
    hotels = [venue for venue in plan.places.venues if venue.slug in visited and venue.kind == "hotel" and venue.floor]
    return f"{hotels[0].slug}/f{hotels[0].floor:02d}" if hotels else ""


def _meetings(plan: Plan, community: Community, index: str) -> tuple[Meeting, ...]:
    log, everybody, zone = community.presences, community.everybody, plan.opens_at.tzinfo
    number = next(position for position, person in enumerate(everybody) if person.key == index)
    first = (plan.opens_at - timedelta(days=plan.presences.lookback_days)).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
    found = []
    for row in np.flatnonzero((log.who == number) & (log.t_in >= first)):
        same = (log.venue == log.venue[row]) & (log.t_in < log.t_out[row]) & (log.t_out > log.t_in[row]) & (log.who != number)
        for other in np.flatnonzero(same):
            found.append(
                Meeting(
                    who=everybody[int(log.who[other])].key,
                    venue=community.venues[int(log.venue[row])],
                    start=_moment(max(log.t_in[row], log.t_in[other]), zone),
                    end=_moment(min(log.t_out[row], log.t_out[other]), zone),
                )
            )
    return tuple(sorted(found, key=lambda meeting: (meeting.who, meeting.start)))


def _moment(seconds: np.int64, zone: tzinfo | None) -> datetime:
    return datetime.fromtimestamp(int(seconds), zone)


def _interview(plan: Plan, parts: Casting) -> Meeting | None:
    if parts.told is None:
        return None
    start = moment(plan, plan.presences.interview_day, plan.presences.interview_start)
    return Meeting(who=parts.told.key, venue=parts.told.home, start=start, end=start + timedelta(minutes=plan.presences.interview_minutes))


def _rejections(plan: Plan, parts: Casting) -> tuple[Rejection, ...]:
    people = [draft for stay in parts.met for draft, part in stay if part == "rejected"]
    if len(people) != len(plan.presences.rejections):
        raise PlanBroken(why="one reason for each rejected candidate", at="presences.rejections")
    return tuple(
        Rejection(who=draft.key, reason=why.reason, words=why.words) for draft, why in zip(people, plan.presences.rejections, strict=True)
    )


def _exposed(plan: Plan, community: Community, index: str) -> tuple[str, ...]:
    """Guests who were in a hotel while the index case was there, within the look-back."""
    stays = [
        (stay.venue, start, start + timedelta(minutes=stay.minutes))
        for stay in plan.presences.stays
        if stay.day > -plan.presences.lookback_days and (start := moment(plan, stay.day, stay.start))
    ]
    return tuple(
        guest.who
        for guest in community.stays
        if any(guest.hotel == venue and guest.arrived_at < end and guest.leaves_at > start for venue, start, end in stays)
    )


def _dependants(community: Community, roles: Mapping[str, str]) -> tuple[Dependant, ...]:
    """Whom the contacts leave behind: children, the bed-ridden, animals."""
    by_home: dict[str, list[Person]] = {}
    for person in community.residents:
        by_home.setdefault(person.home, []).append(person)
    people, found = community.people(), []
    for contact, role in roles.items():
        others = [person for person in by_home[people[contact].home] if person.key != contact]
        if role == "parent":
            found += [Dependant(contact=contact, kind="child", whom=person.key) for person in others]
        elif role == "carer":
            found += [Dependant(contact=contact, kind="bed-ridden", whom=person.key) for person in others]
        elif role == "keeper":
            found.append(Dependant(contact=contact, kind="pet"))
    return tuple(found)
