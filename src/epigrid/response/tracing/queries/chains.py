"""Candidate chains between cases: hypotheses for CDC duty only, from what is on record of who met whom."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from epigrid.engine.tracing import chains as engine
from epigrid.engine.tracing.schemas import UNKNOWN
from epigrid.kernel.actors import Actor
from epigrid.kernel.duties import Duty
from epigrid.registers.policies import queries as policies
from epigrid.response.tracing import rules
from epigrid.response.tracing.models import Candidate, Case
from epigrid.store import clock

READERS = frozenset({Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR, Duty.PROCEDURE})
ALTERNATIVES = 4
"""So many candidate sources of one case are shown beside the best one."""
DAY_S = 86_400
Evidence = tuple[int, int, int]
"""(seconds together, first, last): epoch seconds, UNKNOWN where nobody measured."""


@dataclass(frozen=True, kw_only=True)
class ChainCase:
    """A case in the chains; `generation` counts from 0 at cases without a candidate source, `infectious` is its own window (from, until)."""

    id: UUID
    person_id: UUID
    state: str
    sampled_at: datetime
    infectious: tuple[datetime, datetime]
    generation: int


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """A possible transmission. `best`: of this case's candidates; `days` between the first positive samplings; `seconds` together, None: nobody measured; `sources`
    and `met_at`: how they were found to have met, and when last; `checked`: a word of the engine; `plausibility` of the interval (0 to 1) and `share` among the
    case's known candidates, both None while no serial interval is set."""

    source: UUID
    target: UUID
    best: bool
    days: float
    seconds: int | None
    sources: tuple[str, ...]
    met_at: datetime | None
    checked: str = ""
    plausibility: float | None = None
    share: float | None = None


@dataclass(frozen=True, kw_only=True)
class Chains:
    """Cases by first positive sampling, links by case and likeliest first, pairs that met and are no link (source, target, why), and the clause behind it."""

    cases: tuple[ChainCase, ...] = ()
    links: tuple[ChainLink, ...] = ()
    apart: tuple[tuple[UUID, UUID, str], ...] = ()
    serial: rules.SerialPolicy | None = None


def sees_chains(*, actor: Actor) -> bool:
    """Whether chains are shown to this actor at all."""
    return bool(actor.duties & READERS)


def chains(*, actor: Actor) -> Chains:
    """Hypotheses of transmission between cases, for CDC duty only; everybody else gets none. Two statements.

    Without a serial interval of the policies, the earlier case that somebody met longest stands as the best, and nothing is weighed.
    """
    if not sees_chains(actor=actor):
        return Chains()
    rows = list(Case.objects.seen_by(actor).exclude(state="excluded").order_by("sampled_at", "id"))
    if not rows:
        return Chains()
    met = _Met(rows, Candidate.objects.seen_by(actor).filter(person_id__in=[row.person_id for row in rows], case__in=[row.id for row in rows]))
    serial = policies.find(rules.SerialPolicy, edition=policies.edition(on=clock.local_day(rows[-1].area, rows[-1].opened_at), area=rows[-1].area))
    interval = _interval(serial)
    windows = [_window(row) for row in rows]
    links, apart, generations = _by_length(rows, met) if interval is None else _judged(rows, windows, met, interval)
    cases = tuple(
        ChainCase(id=row.id, person_id=row.person_id, state=row.state, sampled_at=row.sampled_at, infectious=window, generation=generation)
        for row, window, generation in zip(rows, windows, generations, strict=True)
    )
    return Chains(cases=cases, links=links, apart=apart, serial=serial if interval else None)


class _Met:
    """What is on record between the cases, by their positions (lower, higher)."""

    def __init__(self, rows: Sequence[Case], found: Iterable[Candidate]) -> None:
        at = {row.person_id: number for number, row in enumerate(rows)}
        of = {row.id: number for number, row in enumerate(rows)}
        self.evidence: dict[tuple[int, int], dict[str, list[Evidence]]] = defaultdict(dict)
        self.last: dict[tuple[int, int], datetime | None] = {}
        for one in found:
            source, target = of[one.case_id], at[one.person_id]
            if source == target:
                continue
            self.last[source, target] = one.last_exposure_at
            both = self.evidence[min(source, target), max(source, target)]
            for word, told in _evidence(one).items():
                # Each may have been found by the other's query too: the fuller record counts, not both.
                if word not in both or _together(told) > _together(both[word]):
                    both[word] = told

    def seconds(self, pair: tuple[int, int]) -> int | None:
        """Seconds together, or None where nobody measured."""
        known = [seconds for told in self.evidence[pair].values() for seconds, *_rest in told if seconds != UNKNOWN]
        return sum(known) if known else None

    def met_at(self, source: int, target: int, until: datetime) -> datetime | None:
        """When they last met before the later one's first positive sampling, as far as is known."""
        known = self.last.get((source, target)) or self.last.get((target, source))
        return min(known, until) if known else None


def _together(told: Sequence[Evidence]) -> int:
    """Seconds together, 0 where nobody measured."""
    return sum(max(seconds, 0) for seconds, _first, _last in told)


def _evidence(one: Candidate) -> dict[str, list[Evidence]]:
    found: dict[str, list[Evidence]] = {}
    for row in one.evidence:
        found.setdefault(row["source"], []).append(_told(row))
    if one.seconds and not any(map(_together, found.values())):
        found.setdefault(one.sources[0], [])[:1] = [(one.seconds, UNKNOWN, UNKNOWN)]
    return found


def _told(row: Mapping[str, object]) -> Evidence:
    seconds = row.get("seconds")
    first, last = (int(datetime.fromisoformat(str(row[end])).timestamp()) if row.get(end) else UNKNOWN for end in ("first", "last"))
    if not UNKNOWN < first < last:
        first = last = UNKNOWN
    return seconds if isinstance(seconds, int) else UNKNOWN, first, last


def _interval(serial: rules.SerialPolicy | None) -> engine.SerialInterval | None:
    if serial is None or serial.mean_days is None or serial.sd_days is None or serial.lowest_days is None or serial.highest_days is None:
        return None
    return engine.SerialInterval(mean_days=serial.mean_days, sd_days=serial.sd_days, lowest_days=serial.lowest_days, highest_days=serial.highest_days)


def _window(row: Case) -> tuple[datetime, datetime]:
    """The case's own window; one who was opened before he was sampled was infectious for a moment at least."""
    policy = policies.clause(rules.ContactPolicy, on=clock.local_day(row.area, row.opened_at), area=row.area)
    start, end = rules.own_window(positive_at=row.sampled_at, until=row.opened_at, policy=policy)
    return start, max(end, row.sampled_at, start + timedelta(seconds=1))


Found = tuple[tuple[ChainLink, ...], tuple[tuple[UUID, UUID, str], ...], list[int]]


def _judged(rows: Sequence[Case], windows: Sequence[tuple[datetime, datetime]], met: _Met, interval: engine.SerialInterval) -> Found:
    cases = engine.Cases.of(
        (number, _epoch(row.sampled_at), UNKNOWN, UNKNOWN, _epoch(start), _epoch(end))
        for number, (row, (start, end)) in enumerate(zip(rows, windows, strict=True))
    )
    pairs = engine.Pairs.of((*pair, *row, word) for pair, words in met.evidence.items() for word, told in words.items() for row in told)
    found = engine.trees(cases, pairs, interval)
    links = tuple(
        _link(
            rows,
            met,
            (one.source, one.target),
            best=one.rank == 1,
            seconds=None if one.seconds == UNKNOWN else one.seconds,
            checked=one.checked,
            plausibility=one.plausibility,
            share=one.score,
        )
        for one in found.candidates
        if one.rank <= 1 + ALTERNATIVES
    )
    left = found.refused
    apart = zip(left.source.tolist(), left.target.tolist(), left.why.tolist(), strict=True)
    return links, tuple((rows[source].id, rows[target].id, engine.REFUSED[why]) for source, target, why in apart), found.generation.tolist()


def _by_length(rows: Sequence[Case], met: _Met) -> Found:
    """Without a serial interval: the rule of the longest meeting, nothing weighed and nothing left out but the same moment."""
    number = {row.id: at for at, row in enumerate(rows)}
    meetings = [(rows[left].id, rows[right].id, met.seconds((left, right)) or 0) for left, right in met.evidence]
    best = {number[link.target]: number[link.source] for link in rules.chain([(row.id, row.sampled_at) for row in rows], meetings)}
    same = [pair for pair in met.evidence if rows[pair[0]].sampled_at == rows[pair[1]].sampled_at]
    links = sorted(
        (_link(rows, met, pair, best=best.get(pair[1]) == pair[0], seconds=met.seconds(pair)) for pair in met.evidence if pair not in same),
        key=lambda link: (number[link.target], not link.best, -(link.seconds or 0), number[link.source]),
    )
    generations: list[int] = []
    for at in range(len(rows)):
        generations.append(generations[best[at]] + 1 if at in best else 0)
    return tuple(links), tuple((rows[left].id, rows[right].id, "same-moment") for left, right in sorted(same)), generations


def _link(rows: Sequence[Case], met: _Met, ends: tuple[int, int], **judged: object) -> ChainLink:
    source, target = rows[ends[0]], rows[ends[1]]
    return ChainLink(
        source=source.id,
        target=target.id,
        days=(target.sampled_at - source.sampled_at).total_seconds() / DAY_S,
        sources=tuple(sorted(met.evidence[min(ends), max(ends)])),
        met_at=met.met_at(*ends, until=target.sampled_at),
        **judged,  # type: ignore[arg-type]
    )


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
