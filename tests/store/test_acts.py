"""An act within an act: no savepoint of its own, and what fails in it fails the whole."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from epigrid.store.acts import whole
from epigrid.store.models import RunnerCursor

pytestmark = pytest.mark.django_db


@whole
def write(name: str) -> None:
    RunnerCursor.objects.create(name=name)


@whole
def refuse(name: str) -> None:
    RunnerCursor.objects.create(name=name)
    raise ValueError(name)


def names() -> set[str]:
    return set(RunnerCursor.objects.values_list("name", flat=True))


def test_an_act_within_an_act_costs_no_statement_of_its_own() -> None:
    with CaptureQueriesContext(connection) as alone:
        write("a")
    with CaptureQueriesContext(connection) as within, whole:
        write("b")
        write("c")
    assert (len(within), names()) == (len(alone) + 1, {"a", "b", "c"})


def test_a_refused_act_leaves_nothing_behind() -> None:
    with pytest.raises(ValueError, match="a"):
        refuse("a")
    write("b")
    assert names() == {"b"}


def test_what_fails_in_an_act_within_fails_the_whole() -> None:
    with pytest.raises(ValueError, match="b"), whole:
        write("a")
        refuse("b")
    assert names() == set()


def test_a_refusal_that_somebody_swallows_cannot_leave_half_of_an_act() -> None:
    with pytest.raises(transaction.TransactionManagementError), whole:
        write("a")
        with pytest.raises(ValueError, match="b"):
            refuse("b")
        write("c")
    assert names() == set()


def test_who_wants_to_go_on_after_a_refusal_says_so() -> None:
    with whole:
        write("a")
        with pytest.raises(ValueError, match="b"), transaction.atomic():
            refuse("b")
        write("c")
    assert names() == {"a", "c"}
