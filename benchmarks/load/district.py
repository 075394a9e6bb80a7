"""The district before the night: register, frozen round, one registrar a phone, and what each phone will have to bring."""

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

POOL = 10
DIRECTIVE = ("round.open", "task.open")


@dataclass(frozen=True, kw_only=True)
class District:
    """A round that stands ready: its id and area, people frozen, the sessions of its phones, and their tubes (label, file numbers) in walking order."""

    round_id: UUID
    area: str
    people: int
    sessions: list[str]
    tubes: list[list[tuple[str, list[str]]]]
    seconds: dict[str, float]


def make(*, people: int, phones: int) -> District:
    """Write the register of `people`, freeze a round of the county, appoint a registrar a phone."""
    from benchmarks import city
    from epigrid.command.exercises.formats import load_plan
    from epigrid.interfaces.demo import plan_path
    from epigrid.playbooks.exercise import opening, stage

    seconds: dict[str, float] = {}
    it = stage.make_stage(load_plan(plan_path("huaiyuan")), tree="load", variant="", say=lambda _line: None)
    opening.set_up(it)
    stage.begin(it)
    _timed(seconds, "register", lambda: city.settle(it, people=people, named=False))
    round_id = _timed(seconds, "freeze", lambda: _round(it))
    it.hear()
    papers, roster = _papers(round_id)
    return District(
        round_id=round_id,
        area=str(it.county),
        people=roster,
        sessions=[_session(it, number) for number in range(phones)],
        tubes=_dealt(papers, phones),
        seconds=seconds,
    )


def _timed(seconds: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    began = time.monotonic()
    made = work()
    seconds[name] = time.monotonic() - began
    return made


def _round(it: Any) -> UUID:
    from epigrid.field.sampling import actions as sampling
    from epigrid.kernel.duties import Duty
    from epigrid.kernel.periods import Period
    from epigrid.registers.organisation import actions as organisation
    from epigrid.registers.organisation.actions import NewDirective

    officer = it.actor(Duty.COUNTY_EOC_OFFICER)
    order = NewDirective(
        body_id=it.bodies["county"], area=it.county, title="演练 全员核酸", acts=DIRECTIVE, basis="Infectious Diseases Law 2013, Art. 42",
        ends_at=it.now + timedelta(days=2), addressees=[it.bodies["subdistrict"]],
    )  # fmt: skip
    directive = organisation.issue_directive(actor=officer, directive=order, now=it.now)
    window = Period(start=it.now, end=it.now + timedelta(hours=6))
    return sampling.open_round(
        actor=officer, area=it.county, reason="a night of the whole district", directive_id=directive, window=window, now=it.now, cause=it.cause
    )


def _papers(round_id: UUID) -> tuple[list[str], int]:
    """The file numbers of everybody who is sampled in pools, building by building, and how many people the round has in all."""
    from epigrid.field.sampling.models import RosterRow

    rows = RosterRow.objects.filter(round_id=round_id)
    pooled = rows.filter(list="pooled").order_by("building_id", "person__file_no")
    return list(pooled.values_list("person__file_no", flat=True).iterator()), rows.count()


def _session(it: Any, number: int) -> str:
    from django.test import Client

    from epigrid.kernel.duties import Duty
    from epigrid.registers.access.models import User
    from epigrid.registers.organisation import actions as organisation

    user = User.objects.create(id=it.id("user", f"phone{number}"), username=f"phone{number}", tree=it.tree)
    admin, body = it.administrator, it.bodies["county"]
    organisation.appoint(actor=admin, holder_id=user.id, duty=Duty.REGISTRAR, area=it.county, body_id=body, now=it.now)
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client.cookies["sessionid"].value


def _dealt(papers: list[str], phones: int) -> list[list[tuple[str, list[str]]]]:
    tubes = [(f"N{number:06d}", list(group)) for number, group in enumerate(_groups(papers))]
    share = -(-len(tubes) // phones)
    return [tubes[start : start + share] for start in range(0, share * phones, share)]


def _groups(papers: list[str]) -> Iterator[tuple[str, ...]]:
    rest = iter(papers)
    while group := tuple(itertools.islice(rest, POOL)):
        yield group
