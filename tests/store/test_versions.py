"""The version stamp: it moves with every fact about the thing, in whatever order facts are committed and numbered, and stands still otherwise."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from epigrid.kernel.areas import Area
from epigrid.store import journal, versions
from epigrid.store.models import Fact
from tests.cast import MONDAY

HERE, OTHER = str(UUID(int=1)), str(UUID(int=2))
ABOUT = versions.About(area=Area("mini/county/"), app="sampling", field="round_id", value=HERE)
TOUCHING = (("mini/", "sampling.swabs-taken", {"round_id": HERE}), ("mini/county/sub/", "sampling.tube-missing", {}))
STRANGE = (
    ("mini/", "sampling.swabs-taken", {"round_id": OTHER}),
    ("mini/", "sampling.swabs-taken", {"round_id": None}),
    ("mini/", "codes.status-set", {"round_id": HERE}),
    ("next/", "sampling.tube-missing", {}),
)
KINDS = (*TOUCHING, *STRANGE)


def committed(kind: int, seq: int) -> None:
    """A fact becomes visible; its place in the insert order was given before, perhaps before that of facts that are visible already."""
    area, name, payload = KINDS[kind]
    Fact.objects.create(seq=seq, kind=name, area=Area(area), subject_id=UUID(int=3), payload=payload, actor_kind="user", at=MONDAY)


class Stamps(TestCase):
    @settings(max_examples=60)
    @given(
        before=st.lists(st.sampled_from(range(len(KINDS)))),
        after=st.lists(st.one_of(st.none(), st.sampled_from(range(len(KINDS)))), max_size=6),
        order=st.randoms(use_true_random=False),
    )
    def test_a_stamp_moves_with_every_fact_about_the_thing_and_with_nothing_else(
        self, before: list[int], after: list[int | None], order: object
    ) -> None:
        places = list(range(1, len(before) + len(after) + 1))
        order.shuffle(places)  # type: ignore[attr-defined]
        for kind in before:
            committed(kind, places.pop())
        journal.number()
        known = versions.stamp(ABOUT)
        for step in after:
            journal.number() if step is None else committed(step, places.pop())
        assert versions.moved(ABOUT, known) == any(step is not None and step < len(TOUCHING) for step in after)
        assert not versions.moved(ABOUT, versions.stamp(ABOUT))

    @given(waiting=st.lists(st.sampled_from(range(len(KINDS))), max_size=4), late=st.sampled_from(range(len(TOUCHING))))
    def test_a_fact_that_is_committed_late_is_told_also_when_all_are_numbered_together(self, waiting: list[int], late: int) -> None:
        for place, kind in enumerate(waiting):
            committed(kind, 10 + place)
        known = versions.stamp(ABOUT)
        committed(late, 1)
        assert versions.moved(ABOUT, known)
        journal.number()
        assert versions.moved(ABOUT, known)

    def test_what_is_no_stamp_has_moved(self) -> None:
        for known in ("", "x", "1", "1.x", "-1.0", "1.2.3", "9" * 30 + ".0"):
            assert versions.moved(ABOUT, known), known
        assert not versions.moved(ABOUT, 'W/"0.0"')
