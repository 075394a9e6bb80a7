"""Many rows at once are the rows that Django would have written, or none."""

from typing import Any
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.store import bulk
from epigrid.store.models import CommandReceipt
from tests import cast
from tests.cast import HOUR, MONDAY

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=12)


def receipts(device: str, many: int, **more: Any) -> list[CommandReceipt]:
    plain = {"digest": "d", "outcome": "done", "at": MONDAY + HOUR / 7, "rows": [str(cast.uid("row"))]} | more
    return [CommandReceipt(device=device, command_id=f"c{number}", actor_id=cast.uid("actor", number % 2), **plain) for number in range(many)]


def stored(device: str) -> list[tuple[Any, ...]]:
    columns = ("command_id", "actor_id", "digest", "outcome", "reason", "rows", "at")
    return sorted(CommandReceipt.objects.filter(device=device).values_list(*columns), key=str)


@given(reason=TEXT, rows=st.lists(TEXT, max_size=3), actor=st.none() | st.uuids())
@settings(max_examples=25)
def test_what_is_written_at_once_reads_as_what_is_written_row_by_row(db: None, reason: str, rows: list[str], actor: UUID | None) -> None:
    with transaction.atomic():
        for device, write in (("at once", bulk.insert), ("by django", CommandReceipt.objects.bulk_create)):
            made = receipts(device, bulk.FEW + 5, reason=reason, rows=rows)
            made[3].actor_id = actor
            write(made)
        assert stored("at once") == stored("by django")
        assert len(stored("at once")) == bulk.FEW + 5
        transaction.set_rollback(True)


@pytest.mark.parametrize("many", [bulk.FEW, bulk.FEW * 10])
def test_one_row_that_breaks_a_rule_leaves_none(db: None, many: int) -> None:
    twice = receipts("phone", many)
    twice[-1].command_id = "c0"
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(twice)
    assert stored("phone") == []
    bulk.insert(receipts("phone", many))
    assert len(stored("phone")) == many


def test_no_rows_are_no_statement(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        bulk.insert([])
    with django_assert_num_queries(1):
        bulk.insert(receipts("phone", 1_000))
