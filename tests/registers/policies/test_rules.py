"""How packs and overlays become clauses."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.kernel.verdicts import Clause
from epigrid.registers.policies import formats, rules
from tests.registers.policies.packs import ADVICE, HEAD, library, overlay, regime


@dataclass(frozen=True, kw_only=True)
class Exposed(Clause):
    """A clause of an app."""

    key: ClassVar[str] = "exposed"
    tests: int
    days: int


@dataclass(frozen=True, kw_only=True)
class Kinds(Clause):
    """A clause with every kind of field."""

    key: ClassVar[str] = "kinds"
    whole: int
    part: float
    yes: bool
    word: str
    words: tuple[str, ...]
    targets: dict[str, int]
    anything: Mapping[str, Any]
    open: int | None
    closed: tuple[int, ...] | None


def kinds(**changed: Any) -> rules.Regime:
    """A regime whose table `kinds` holds one value of each kind."""
    values = {
        "whole": 3, "part": 35, "yes": True, "word": "a", "words": ["a", "b"], "targets": {"a": 1}, "anything": {"b": [1]}, "open": 4,
        "closed": [1, 2], **changed,
    }  # fmt: skip
    table = {
        name: {"value": value, "pack": "p", "source": "a paper", "clause": "", "confidence": "S", "unset": value is None, "note": "", "conflicts": []}
        for name, value in values.items()
    }
    return rules.load(
        {
            "disease": "d", "pack": "p", "packs": ["p"], "title": "t", "title_zh": "t", "legal_class": "B", "applies_to_open_measures": False,
            "clauses": {"kinds": table},
        }
    )  # fmt: skip


def test_a_clause_is_built_with_the_types_that_its_class_declares() -> None:
    built = rules.build(Kinds, kinds())
    assert (built.whole, built.part, built.yes, built.word, built.words) == (3, 35.0, True, "a", ("a", "b"))
    assert isinstance(built.part, float)
    assert (built.targets, built.anything, built.open, built.closed) == ({"a": 1}, {"b": [1]}, 4, (1, 2))
    assert built.clause_id == "p:kinds"
    assert built.sources["whole"].text == "a paper"


@pytest.mark.parametrize("name", ["whole", "part", "yes", "word", "words", "targets"])
def test_an_unset_value_is_refused_by_name_and_never_becomes_a_default(name: str) -> None:
    with pytest.raises(rules.ClauseUnset) as caught:
        rules.build(Kinds, kinds(**{name: None}))
    assert caught.value.reason == "policy.unset"
    assert (caught.value.details["clause"], caught.value.details["field"]) == ("kinds", name)


def test_an_unset_value_of_an_optional_field_is_none_and_has_no_source() -> None:
    built = rules.build(Kinds, kinds(open=None, closed=None))
    assert built.open is None
    assert built.closed is None
    assert "open" not in built.sources


@pytest.mark.parametrize(
    ("name", "value"), [("whole", 3.0), ("whole", True), ("part", "35"), ("yes", 1), ("word", 1), ("words", "ab"), ("words", [1]), ("targets", [1])]
)
def test_a_value_of_the_wrong_kind_is_refused(name: str, value: object) -> None:
    with pytest.raises(rules.PackRefused) as caught:
        rules.build(Kinds, kinds(**{name: value}))
    assert caught.value.details["key"] == f"kinds.{name}"


def test_a_clause_that_no_pack_defines_is_an_error() -> None:
    with pytest.raises(rules.ClauseMissing) as caught:
        rules.build(Kinds, regime())
    assert caught.value.reason == "policy.clause-missing"


def test_overlays_apply_from_the_nation_down_to_the_exercise_whatever_the_order_of_files() -> None:
    province, city = overlay("z-province", "real/", "province", 11), overlay("y-city", "real/a/", "city", 12)
    county, own = overlay("a-county", "real/a/b/", "county", 13), formats.parse(EXERCISE, "x.toml")
    for files in ((province, city, county, own), (own, county, city, province)):
        assert [one.id for one in rules.stack(library(*files), disease="measles", on=date(2022, 6, 1), paths=("real/a/b/", "exercise/x/"))] == [
            "p1", "z-province", "y-city", "a-county", "x1",
        ]  # fmt: skip
    assert rules.build(Exposed, regime(county, city)).days == 13
    assert rules.build(Exposed, regime(county, city)).tests == 0
    assert rules.build(Exposed, regime(county, city, own, paths=("real/a/b/", "exercise/x/"))).days == 14


EXERCISE = """
[pack]
id = "x1"
disease = "measles"
title = "Assumptions"
kind = "exercise"
area = "exercise/"
valid_from = 2022-01-01
[exposed]
days = { value = 14, source = "assumption of this exercise", confidence = "assumption" }
"""


def test_an_overlay_of_another_area_or_another_time_changes_nothing() -> None:
    other = overlay("o", "real/c/", "city", 12)
    assert regime(other).digest == regime().digest
    late = formats.parse((HEAD + ADVICE).replace('kind = "pack"', 'kind = "overlay"\nlevel = "city"\narea = "real/"').replace("2022-01-01", "2022-07-01").replace('legal_class = "B"', "").replace('"p1"', '"late"'), "late.toml")  # fmt: skip
    assert regime(late).digest == regime().digest
    assert regime(late, on=date(2022, 7, 1)).packs == ("p1", "late")


def test_the_verdict_of_an_assumed_value_says_so() -> None:
    built = rules.build(Exposed, regime(formats.parse(EXERCISE, "x.toml"), paths=("exercise/x/",)))
    assert (built.sources["days"].text, built.sources["days"].confidence, built.sources["days"].pack) == (rules.ASSUMED, "assumption", "x1")
    assert built.sources["tests"].confidence == "S"


def test_no_pack_in_force_is_an_error() -> None:
    with pytest.raises(rules.NoPackInForce):
        regime(on=date(2021, 12, 31))


def test_a_child_amends_its_parent_field_by_field_and_drops_what_it_names() -> None:
    child = HEAD.replace('"p1"', '"p2"').replace("2022-01-01", "2022-07-01").replace("legal_class", 'inherits = "p1"\ndrops = ["tube"]\nlegal_class')
    child += '[exposed]\ndays = { value = 7, source = "school", confidence = "S" }\n'
    parent = (HEAD + ADVICE).replace("valid_from = 2022-01-01", "valid_from = 2022-01-01\nvalid_to = 2022-07-01")
    parent += '[tube]\npool_size = { value = 10, source = "school", confidence = "S" }\n'
    both = formats.assemble([formats.parse(parent, "p1.toml"), formats.parse(child, "p2.toml")])
    before, after = (rules.regime(rules.stack(both, disease="measles", on=day, paths=())) for day in (date(2022, 6, 30), date(2022, 7, 1)))
    assert (rules.build(Exposed, before).days, rules.build(Exposed, after).days) == (21, 7)
    assert rules.build(Exposed, after).tests == 0
    assert rules.build(Exposed, after).clause_id == "p2:exposed"
    assert "tube" in before.clauses
    assert "tube" not in after.clauses


def test_an_edition_survives_its_kept_form_and_its_digest_stands_for_all_of_it() -> None:
    found = regime(formats.parse(EXERCISE, "x.toml"), paths=("exercise/x/",))
    again = rules.load(json.loads(json.dumps(rules.dump(found))))
    assert again == found
    assert rules.build(Exposed, again) == rules.build(Exposed, found)


@given(days=st.integers(0, 30))
def test_two_editions_are_equal_exactly_when_their_rules_are(days: int) -> None:
    one = regime(overlay("o", "real/", "province", days))
    other = regime(overlay("o", "real/", "province", 21))
    assert (one.digest == other.digest) == (days == 21)


def test_the_digest_changes_with_a_source_alone() -> None:
    one = overlay("o", "real/", "province", 3)
    other = formats.parse(OTHER_SOURCE, "o.toml")
    assert regime(one).digest != regime(other).digest


OTHER_SOURCE = """
[pack]
id = "o"
disease = "measles"
title = "An overlay"
kind = "overlay"
area = "real/"
level = "province"
valid_from = 2022-01-01
[exposed]
days = { value = 3, source = "local paper No. 2 of 2022", confidence = "S" }
"""


@pytest.mark.parametrize("act", ["hold.issue", "order.issue", "stay-home", "zone.decide", "treatment.issue"])
def test_x02_a_measure_that_the_class_does_not_carry_is_refused(act: str) -> None:
    with pytest.raises(rules.ClassDoesNotCarry) as caught:
        rules.basis_of(regime(), act)
    assert caught.value.reason == "policy.class-does-not-carry"
    assert caught.value.details["legal_class"] == "B"


def test_exclusion_advice_is_carried_by_class_b() -> None:
    basis = rules.basis_of(regime(), "exclusion.advise")
    assert (basis.legal_class, basis.article, basis.source) == ("B", "School rules, Art. 1", "county paper on schools, 2022")


def test_an_overlay_cannot_lend_a_class_b_disease_a_measure_of_class_a() -> None:
    text = OTHER_SOURCE + '[legal."order.issue"]\nvalue = { article = "Art. 9" }\nsource = "local paper No. 2 of 2022"\nconfidence = "S"\n'
    with pytest.raises(rules.ClassDoesNotCarry):
        rules.basis_of(regime(formats.parse(text, "o.toml")), "order.issue")


@pytest.mark.parametrize(
    ("act", "hours", "longest", "later", "refusal"),
    [
        ("hold.issue", 24, 24, True, None),
        ("hold.issue", 25, 24, True, rules.DelegationRefused),
        ("hold.issue", 0, 24, True, rules.DelegationRefused),
        ("hold.issue", 6, 24, False, rules.DelegationRefused),
        ("hold.issue", 6, None, True, rules.ClauseUnset),
        ("order.issue", 6, 24, True, rules.DelegationRefused),
        ("zone.decide", 6, 24, True, rules.DelegationRefused),
        ("code.request", 6, 24, True, rules.DelegationRefused),
        ("hold.extend", 6, 24, True, rules.DelegationRefused),
    ],
)
def test_only_a_hold_is_delegated_for_at_most_its_longest_hours(
    act: str, hours: int, longest: int | None, later: bool, refusal: type[Exception] | None
) -> None:
    asked: dict[str, Any] = {"act": act, "acts": [act], "hours": hours, "longest": longest, "ends_later": later}
    if refusal is None:
        rules.judge_delegation(**asked)
    else:
        with pytest.raises(refusal):
            rules.judge_delegation(**asked)
