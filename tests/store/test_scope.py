"""Rows are seen within the areas of a duty that reads the table, by residents about themselves, by nobody else; the range uses the index."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from epigrid.kernel.actors import Actor, Grant
from epigrid.kernel.areas import Area
from epigrid.kernel.duties import Duty
from epigrid.store.models import Document
from epigrid.store.scoped import ScopedModel
from tests.cast import MONDAY, uid
from tests.store import facts

TABLES = sorted((model for model in apps.get_models() if issubclass(model, ScopedModel)), key=lambda model: model._meta.label)
AREAS = [Area(path) for path in ("t/", "t/a/", "t/a/x/", "t/a/x/1/", "t/a0/", "t/a-/", "t/b/", "t/b/x/", "u/", "u/a/")]


def holder(*duties: Duty, area: str) -> Actor:
    return Actor.user(uid("holder"), *(Grant(duty=duty, area=Area(area)) for duty in duties))


def paper(area: Area, person: UUID | None = None) -> Document:
    return Document(
        area=area, kind="notice", number="1", title="t", body_name="b", drawn_at=MONDAY, digest="", person_id=person, id=uid("paper", area, person)
    )


@contextmanager
def table(readers: frozenset[Duty] | None = None, visible_below: bool = False) -> Iterator[None]:
    """The documents' table as if it were declared like this."""
    before = Document.readers, Document.visible_below
    Document.readers, Document.visible_below = readers, visible_below
    try:
        yield
    finally:
        Document.readers, Document.visible_below = before


def seen(actor: Actor) -> set[str]:
    return {str(row.area) for row in Document.objects.seen_by(actor)}


@pytest.fixture
def papers(db: None) -> None:
    Document.objects.bulk_create([paper(area) for area in AREAS])


@pytest.mark.parametrize("area", AREAS)
def test_within_is_the_area_and_what_lies_beneath_and_nothing_beside_it(papers: None, area: Area) -> None:
    found = {str(row.area) for row in Document.objects.get_queryset().filter(area__within=area)}
    assert found == {str(one) for one in AREAS if one.startswith(str(area))}


@given(grants=st.lists(st.tuples(st.sampled_from([Duty.AUDITOR, Duty.GRID_WORKER]), st.sampled_from(AREAS)), max_size=4), below=st.booleans())
@settings(max_examples=60)
def test_an_actor_sees_exactly_the_rows_that_his_duties_cover(papers: None, grants: list[tuple[Duty, Area]], below: bool) -> None:
    actor = Actor.user(uid("holder"), *(Grant(duty=duty, area=area) for duty, area in grants))
    reading = [area for duty, area in grants if duty is Duty.AUDITOR]
    expected = {str(row) for row in AREAS for area in reading if row.startswith(str(area)) or (below and area.startswith(str(row)))}
    with table(readers=frozenset({Duty.AUDITOR}), visible_below=below):
        assert seen(actor) == expected


@pytest.mark.parametrize("duty", Duty)
def test_a_table_with_readers_shows_rows_to_these_duties_to_procedures_and_through_broken_glass(papers: None, duty: Duty) -> None:
    with table(readers=frozenset({Duty.CDC_INVESTIGATOR})):
        visible = duty in {Duty.CDC_INVESTIGATOR, Duty.PROCEDURE, Duty.GLASS}
        assert seen(holder(duty, area="t/a/")) == ({"t/a/", "t/a/x/", "t/a/x/1/"} if visible else set())


def test_a_table_without_readers_shows_rows_to_every_duty_of_the_area(papers: None) -> None:
    with table(readers=None):
        assert all(seen(holder(duty, area="t/b/")) == {"t/b/", "t/b/x/"} for duty in Duty)


def test_rows_visible_below_are_seen_from_beneath_but_not_from_beside(papers: None) -> None:
    with table(visible_below=True):
        assert seen(holder(Duty.GRID_WORKER, area="t/a/x/")) == {"t/", "t/a/", "t/a/x/", "t/a/x/1/"}
        assert seen(holder(Duty.GRID_WORKER, area="u/a/")) == {"u/", "u/a/"}


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.label)
def test_strangers_see_no_row_of_any_table(model: Any, world: Any) -> None:
    somewhere_else = holder(*Duty, area="elsewhere/")
    for actor in (somewhere_else, Actor.user(uid("nobody")), Actor.resident(uid("not on file"))):
        assert list(model.objects.seen_by(actor)) == []


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.label)
def test_a_resident_is_found_by_a_column_that_the_table_has_and_by_no_area(model: Any, db: None) -> None:
    rows = model.objects.seen_by(Actor.resident(uid("me")))
    if model.person_lookup is None:
        assert rows.query.is_empty()
    else:
        assert uid("me").hex in str(rows.query).replace("-", "")
        assert '"area" >=' not in str(rows.query)


def test_a_resident_sees_the_rows_about_himself_wherever_they_lie(db: None) -> None:
    Document.objects.bulk_create([paper(Area("t/a/"), uid("me")), paper(Area("t/b/"), uid("me")), paper(Area("t/a/"), uid("you")), paper(Area("t/"))])
    assert {row.person_id for row in Document.objects.seen_by(Actor.resident(uid("me")))} == {uid("me")}
    assert Document.objects.seen_by(Actor.resident(uid("me"))).count() == 2


def plan(rows: Any) -> str:
    """How the database says it would answer."""
    with connection.cursor() as cursor:
        sql, params = rows.query.sql_with_params()
        cursor.execute(("EXPLAIN " if facts.on_postgres() else "EXPLAIN QUERY PLAN ") + sql, params)
        return "\n".join(str(line[-1]) for line in cursor.fetchall())


def fill(rows: int = 6000) -> None:
    """Rows in many areas, and what the planner should know of them."""
    areas = [Area(f"t/c{number % 40}/g{number % 600}/") for number in range(rows)]
    Document.objects.bulk_create([paper(area, uid(number)) for number, area in enumerate(areas)], batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE store_document")


def test_the_database_answers_a_scope_by_its_index_and_never_by_a_scan(db: None) -> None:
    fill()
    scope = Document.objects.seen_by(holder(Duty.GRID_WORKER, area="t/c7/g7/"))
    assert scope.count() == 10
    ranged, scanned = plan(scope), plan(Document.objects.get_queryset().filter(area__iendswith="g7/"))
    if facts.on_postgres():
        assert "Index" in ranged and "Index Cond" in ranged and "Seq Scan" not in ranged
        assert "Seq Scan" in scanned
    else:
        assert "SEARCH" in ranged and "area>?" in ranged and "SCAN" not in ranged
        assert "SCAN" in scanned


def test_the_wide_scope_of_two_areas_is_two_ranges_of_the_index(db: None) -> None:
    fill()
    actor = Actor.user(uid("w"), *(Grant(duty=Duty.AUDITOR, area=Area(path)) for path in ("t/c7/g7/", "t/c9/g49/")))
    found = plan(Document.objects.seen_by(actor))
    assert "Seq Scan" not in found and "SCAN" not in found
    assert found.count("Index Scan") >= 2 or found.count("SEARCH") == 2


def test_rows_carry_areas_and_a_wrong_path_is_refused_before_the_database_is_asked(papers: None) -> None:
    assert all(isinstance(row.area, Area) for row in Document.objects.get_queryset())
    with pytest.raises(ValueError, match="not an area path"):
        Document.objects.get_queryset().filter(area__within="t/a").count()
