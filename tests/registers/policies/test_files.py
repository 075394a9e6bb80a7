"""Reading pack files: what is refused, where, and why."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from epigrid.registers.policies import formats, rules
from tests.registers.policies.packs import ADVICE, HEAD, library, overlay

EXERCISE = """
[pack]
id = "x1"
disease = "measles"
title = "Assumptions"
kind = "exercise"
area = "exercise/"
valid_from = 2022-01-01
"""


def refusal(text: str) -> dict[str, object]:
    """The details of the refusal of a file."""
    with pytest.raises(rules.PackRefused) as caught:
        formats.parse(text, "bad.toml")
    assert caught.value.details["file"] == "bad.toml"
    return dict(caught.value.details)


@pytest.mark.parametrize(
    ("line", "key", "why"),
    [
        ('[exposed]\ntestz = { value = 1, source = "a paper", confidence = "S" }', "exposed.testz", "unknown key"),
        ('[exposd]\ntests = { value = 1, source = "a paper", confidence = "S" }', "exposd", "unknown key"),
        ("[exposed]\ntests = 2", "exposed.tests", "a bare value has no source"),
        ('[exposed]\ntests = { value = 2, confidence = "S" }', "exposed.tests", "source missing"),
        ('[exposed]\ntests = { value = 2, source = " ", confidence = "S" }', "exposed.tests", "source missing"),
        ('[exposed]\ntests = { value = 2, source = "memory", confidence = "K" }', "exposed.tests", "confidence K does not ship: P, PR or S"),
        ('[exposed]\ntests = { value = 2, source = "a paper" }', "exposed.tests", "confidence missing does not ship: P, PR or S"),
        ('[exposed]\ntests = { value = 2, source = "a paper", confidence = "S", unit = "d" }', "exposed.tests", "unknown key unit"),
        ('[exposed]\ntests = { unset = true, value = 2 }', "exposed.tests", "set and unset at once"),
        ('[exposed]\ntests = { unset = false }', "exposed.tests", "unset is true or absent"),
        ('[exposed]\ntestz = { unset = true }', "exposed.testz", "unknown key"),
        ('[exposed]\ndays = { value = "3 d", source = "a paper", confidence = "S" }', "exposed.days", "int wanted, str found"),
        ('[exposed]\ndays = { value = 3.5, source = "a paper", confidence = "S" }', "exposed.days", "int wanted, float found"),
        ('[exposed]\ndays = { value = true, source = "a paper", confidence = "S" }', "exposed.days", "int wanted, bool found"),
        ('[exposed]\ndays = { value = 72, source = "a paper", confidence = "S" }', "exposed.days", "72 is outside 0..30 days"),
        ('[tube]\npool_sizes = { value = [10, 10], source = "a paper", confidence = "S" }', "tube.pool_sizes", "a word or number stands twice"),
        ('[tube]\npool_sizes = { value = [], source = "a paper", confidence = "S" }', "tube.pool_sizes", "list[int] wanted, list found"),
        ('[zone.high]\nmeasures = { value = ["seal"], source = "a paper", confidence = "S" }', "zone.high.measures", "unknown word seal"),
        ('[decides]\n"hold.isue" = { value = ["cdc-duty-officer"], source = "a paper", confidence = "S" }', "decides.hold.isue", "unknown act"),
        ('[decides]\n"hold.issue" = { value = ["doctor"], source = "a paper", confidence = "S" }', "decides.hold.issue", "a list of duties wanted"),
    ],
)  # fmt: skip
def test_a_bad_value_is_refused_with_its_key_and_reason(line: str, key: str, why: str) -> None:
    details = refusal(HEAD + line)
    assert (details["key"], details["why"]) == (key, why)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('legal_class = "B"', 'legal_class = "D"', "pack.legal_class"),
        ('legal_class = "B"', "", "pack.legal_class"),
        ('kind = "pack"', 'kind = "law"', "pack.kind"),
        ('kind = "pack"', "kind = []", "pack.kind"),
        ('id = "p1"', 'id = "P 1"', "pack.id"),
        ('id = "p1"', "id = 1", "pack.id"),
        ("valid_from = 2022-01-01", "valid_from = 2022-01-01T00:00:00", "pack.valid_from"),
        ("valid_from = 2022-01-01", 'valid_from = "2022-01-01"', "pack.valid_from"),
        ("valid_from = 2022-01-01", "valid_from = 2022-01-01\nvalid_to = 2022-01-01", "pack.valid_to"),
        ("valid_from = 2022-01-01", 'valid_from = 2022-01-01\narea = "real/"', "pack.area"),
        ("valid_from = 2022-01-01", 'valid_from = 2022-01-01\ndrops = ["zone.blue"]', "pack.drops"),
        ("valid_from = 2022-01-01", "valid_from = 2022-01-01\nin_force = true", "pack.in_force"),
    ],
)
def test_a_bad_head_is_refused(old: str, new: str, key: str) -> None:
    assert refusal(HEAD.replace(old, new))["key"] == key


def test_an_impossible_date_is_refused_with_its_line() -> None:
    assert refusal(HEAD.replace("2022-01-01", "2022-02-30"))["line"] == 7


def test_the_line_of_a_bad_value_is_named() -> None:
    text = (
        HEAD
        + '\n[tube]\npool_size = { value = 10, source = "a paper", confidence = "S" }\n[exposed]\ndays = { value = "x", source = "a paper", confidence = "S" }\n'
    )
    assert refusal(text)["line"] == 13


def test_the_line_of_a_bad_value_in_a_table_of_its_own_is_named() -> None:
    assert refusal(HEAD + '\n[legal."hold.isue"]\nvalue = { article = "x" }\nsource = "a"\nconfidence = "P"\n')["line"] == 10


def test_general_knowledge_is_refused_in_a_conflict_too() -> None:
    text = (
        HEAD
        + '[exposed]\ndays = { value = 3, source = "a paper", confidence = "S", conflicts = [{ value = 4, source = "memory", confidence = "K" }] }'
    )
    assert refusal(text)["key"] == "exposed.days"


@pytest.mark.parametrize("act", sorted(rules.CLASS_A_ONLY))
def test_a_class_b_pack_that_names_a_law_for_a_measure_of_class_a_is_refused(act: str) -> None:
    text = HEAD + f'[legal."{act}"]\nvalue = {{ article = "Art. 1" }}\nsource = "a paper"\nconfidence = "P"\n'
    assert refusal(text)["why"] == "class B does not carry it"


@pytest.mark.parametrize("duty", sorted(rules.NEVER_DECIDE))
def test_nobody_who_serves_decides(duty: str) -> None:
    text = HEAD + f'[decides]\n"order.issue" = {{ value = ["{duty}"], source = "a paper", confidence = "S" }}'
    assert "never decides" in str(refusal(text)["why"])


def test_a_procedure_does_not_even_serve() -> None:
    text = HEAD + '[decides]\n"order.serve" = { value = ["procedure"], source = "a paper", confidence = "S" }'
    assert refusal(text)["why"] == "a procedure never decides"


def test_only_a_hold_may_be_named_delegable() -> None:
    text = HEAD + '[delegation]\nacts = { value = ["order.issue"], source = "a paper", confidence = "P" }'
    assert refusal(text)["why"] == "unknown word order.issue"


def test_an_assumption_stands_in_an_exercise_overlay_only() -> None:
    line = '[hold]\nmax_hours = { value = 24, source = "assumption of this exercise", confidence = "assumption" }'
    assert formats.parse(EXERCISE + line, "x.toml").clauses["hold"]["max_hours"].assumed
    assert "only an exercise assumes" in str(refusal(HEAD + line)["why"])


def test_an_assumption_is_never_passed_off_as_a_source() -> None:
    assumed = '[hold]\nmax_hours = { value = 24, source = "assumption of this exercise", confidence = "P" }'
    sourced = '[hold]\nmax_hours = { value = 24, source = "a paper", confidence = "assumption" }'
    for line in (assumed, sourced):
        assert "only an exercise assumes" in str(refusal(EXERCISE + line)["why"])


def test_an_exercise_overlay_lies_under_exercise_and_no_other_does() -> None:
    assert refusal(EXERCISE.replace("exercise/", "real/"))["key"] == "pack.area"
    with pytest.raises(rules.PackRefused):
        overlay("o", "exercise/", "city", 3)


def test_files_must_fit_together() -> None:
    one = formats.parse(HEAD + ADVICE, "one.toml")
    other = formats.parse(HEAD.replace('"p1"', '"p2"'), "other.toml")
    later = formats.parse(HEAD.replace('"p1"', '"p2"').replace("legal_class", 'inherits = "p9"\nlegal_class'), "later.toml")
    stray = formats.parse(EXERCISE.replace("measles", "mumps"), "stray.toml")
    for pair, why in ((one, "same id"), (other, "in force on the same days"), (later, "unknown pack p9"), (stray, "no pack of this disease")):
        with pytest.raises(rules.PackRefused) as caught:
            formats.assemble([one, pair])
        assert why in str(caught.value.details["why"])


def test_a_circle_of_inheritance_is_refused() -> None:
    head = HEAD.replace('"p1"', '"{}"').replace("legal_class", 'inherits = "{}"\nlegal_class')
    with pytest.raises(rules.PackRefused) as caught:
        formats.assemble([formats.parse(head.format("p1", "p2"), "a"), formats.parse(head.format("p2", "p1"), "b")])
    assert "circle" in str(caught.value.details["why"])


def test_an_unknown_source_id_is_refused_and_a_known_one_becomes_its_text() -> None:
    value = library().packs["p1"].clauses["exposed"]["days"]
    assert value.cited == "county paper on schools, 2022, item 2"
    with pytest.raises(rules.PackRefused) as caught:
        library(formats.parse(EXERCISE + '[exposed]\ndays = { value = 3, source = "shool", confidence = "S" }', "x.toml"))
    assert caught.value.details["why"] == "unknown source shool"


def test_check_reports_every_bad_file_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HEAD + ADVICE)
    (tmp_path / "b.toml").write_text("[pack\n")
    (tmp_path / "c.toml").write_bytes(b"\xff\xfe")
    found = dict(formats.check([tmp_path]))
    assert found["a.toml"] is None
    assert {name for name, problem in found.items() if problem} == {"b.toml", "c.toml"}


KEYS = ("value", "unset", "source", "confidence", "conflicts", "x")
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)
GOOD = {"id": "p", "disease": "d", "title": "t", "kind": "pack", "valid_from": date(2022, 1, 1), "legal_class": "B"}


@given(
    head=st.dictionaries(st.sampled_from(["id", "kind", "area", "level", "drops", "valid_from", "legal_class", "x"]), PLAIN),
    value=PLAIN,
    sources=PLAIN,
)
def test_whatever_a_file_holds_it_is_taken_or_refused_and_never_crashes(head: dict[str, object], value: object, sources: object) -> None:
    for content in (
        {"pack": {**GOOD, **head}},
        {"pack": GOOD, "sources": sources},
        {"pack": GOOD, "hold": {"max_hours": value}},
        {"pack": GOOD, "zone": {"high": value}},
        {"pack": GOOD, "decides": {"hold.issue": {"value": value, "source": "a paper", "confidence": "S"}}},
        {"pack": GOOD, "legal": {"round.open": {"value": value, "source": "a paper", "confidence": "S"}}},
    ):
        try:
            taken = formats.parse_content(content, "x.toml")
        except rules.PackRefused as refused:
            assert refused.details["why"]
        else:
            assert all(one.unset or one.confidence in rules.CONFIDENCE for table in taken.clauses.values() for one in table.values())
