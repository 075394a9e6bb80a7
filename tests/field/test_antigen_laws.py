"""Whatever the order of antigen results and PCR results: an antigen result makes and ends its own proposal and its own tasks, and nothing else."""

from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.field.antigen import actions, rules
from epigrid.field.antigen.models import AntigenReport
from epigrid.field.sampling import actions as sampling
from epigrid.field.sampling import queries as sampled
from epigrid.kernel.duties import Duty
from epigrid.playbooks import runner
from epigrid.playbooks.tables import STEPS
from epigrid.response.quarantine import queries as measures
from epigrid.store.models import Hearing
from tests import cast
from tests.cast import COMMUNITY, HOUR, MONDAY
from tests.response import stories

ALL = cast.procedure()
WORKER, SAMPLER = cast.actor(Duty.GRID_WORKER), cast.actor(Duty.SAMPLER)
OWN_ROWS = {"sampling.TestDue": "source_kind", "tasks.Task": "source_kind"}
"""Tables in which the rows that an antigen result made say so."""
NOT_COMPARED = {"communication.Message", "policies.Edition"}
"""What people are told, and texts of rules."""
TOLD = st.tuples(st.sampled_from([0, 1, 2, 4]), st.sampled_from(rules.RESULTS))
READ = st.tuples(st.sampled_from([1, 2]), st.sampled_from(["pcr-negative", "pcr-positive"]))


def others() -> dict[str, list[str]]:
    """Every row that is no antigen row and that no antigen result made, table by table."""
    found = {}
    reports = set(AntigenReport.objects.get_queryset().values_list("id", flat=True))
    for model in apps.get_models():
        label = model._meta.label
        if not model.__module__.startswith("epigrid.") or model._meta.app_label in ("antigen", "store") or label in NOT_COMPARED:
            continue
        rows = model._base_manager.order_by()
        if label in OWN_ROWS:
            rows = rows.exclude(**{OWN_ROWS[label]: "antigen"})
        if label == "quarantine.Hold":
            rows = rows.exclude(tube_id__in=reports)
        found[label] = sorted(repr(row) for row in rows.values_list())
    return found


def play(world: cast.World, story: list[tuple[int, str]], *, told: bool) -> None:
    """Tell the story step by step, without its antigen results unless `told`."""
    for number, (person, what) in enumerate(story, 1):
        at = MONDAY + number * HOUR
        if what.startswith("pcr-"):
            it: Any = {"now": at, "cause": world.root_cause}
            ids = [world.person(person)]
            tube = sampling.fill_tube(actor=SAMPLER, area=COMMUNITY, label=f"S{number}", pool_size=1, person_ids=ids, **it)
            sampling.note_results(actor=ALL, tube_ids=[tube], outcome=what.removeprefix("pcr-"), at=at, **it)
        elif told:
            actions.report_results(actor=WORKER, person_ids=[world.person(person)], result=what, now=at)
        runner.run_until_quiet(STEPS)
    assert not Hearing.objects.filter(parked_at__isnull=False).exists()


def bound(world: cast.World) -> UUID:
    """Persons 0 and 1 are held for a pooled tube, which is returned, person 4 is under a served order; three households have kits."""
    it: Any = {"now": MONDAY, "cause": world.root_cause}
    tube = sampling.fill_tube(actor=SAMPLER, area=COMMUNITY, label="P1", pool_size=10, person_ids=world.people[:2], **it)
    sampling.note_results(actor=ALL, tube_ids=[tube], outcome="positive", at=MONDAY, **it)
    runner.run_until_quiet(STEPS)
    stories.issue(world, [card.id for card in measures.holds(actor=ALL, tube_id=tube)])
    order = stories.order(world, 4)
    stories.issue_order(world, order)
    stories.serve(world, order)
    runner.run_until_quiet(STEPS)
    actions.issue_kits(actor=WORKER, household_ids=world.households[:3], kits=50, now=MONDAY)
    return tube


@settings(max_examples=5, deadline=None)
@given(st.lists(TOLD | READ, min_size=1, max_size=7))
def test_s_214_an_antigen_result_makes_and_ends_nothing_but_its_proposal_and_its_tasks(world: cast.World, story: list[tuple[int, str]]) -> None:
    ends = []
    for told in (False, True):
        with transaction.atomic():
            tube = bound(world)
            play(world, story, told=told)
            ends.append(others())
            positive = {world.person(person) for person, what in story if told and what == "positive"}
            proposed = {card.person_id for card in measures.holds(actor=ALL) if card.tube_id != tube}
            states = ("due", "missed", "done", "ended")
            ordered = {card.person_id for card in sampled.tests_due(actor=ALL, states=states) if card.source_kind == "antigen"}
            transaction.set_rollback(True)
        assert proposed == ordered == positive
    assert ends[0] == ends[1]
