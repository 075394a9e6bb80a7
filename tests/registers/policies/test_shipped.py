"""The packs that ship: every national value has a source, the numbers are those of the texts, the page in the manual is up to date."""

import importlib
import pkgutil
from datetime import date

import pytest

import epigrid
from epigrid.kernel.duties import Duty
from epigrid.kernel.verdicts import Clause
from epigrid.registers.policies import formats, rules
from tests.registers.policies.packs import REFERENCE

REGIMES = {
    "cn-2021-v8": date(2022, 1, 20),
    "cn-2021-v8-3zone": date(2022, 4, 7),
    "cn-2022-v9": date(2022, 11, 10),
    "cn-2022-20": date(2022, 11, 20),
    "cn-2022-20-4docs": date(2022, 12, 6),
    "cn-2022-10": date(2022, 12, 20),
}
"""The regimes of class B managed as A, each with a day."""
OTHERS = {"measles": "B", "mpox": "B", "chikungunya": "unlisted", "ebola-like": "unlisted"}
"""Diseases whose class binds nobody."""
TODAY = date(2026, 1, 5)
OF_OTHER_DISEASES = {"vector", "immunity", "signal"}
"""Tables that the exercise's disease has no use for."""


@pytest.fixture(scope="module")
def shipped() -> rules.Library:
    """The shipped files."""
    return formats.assemble(formats.read_folders(formats.SHIPPED))


def merged(shipped: rules.Library, pack: str) -> rules.Merged:
    """A national pack with what it inherits."""
    return rules.merge(rules.chain(shipped.packs, shipped.packs[pack]))


def test_every_national_value_has_a_source_and_a_confidence_that_ships(shipped: rules.Library) -> None:
    values = [(pack.id, key, name, one) for pack in shipped.packs.values() for key, table in pack.clauses.items() for name, one in table.items()]
    assert len(values) > 100
    for where in values:
        one = where[3]
        assert one.unset or (one.source and one.confidence in {"P", "PR", "S"}), where
        assert all(other.source and other.confidence in {"P", "PR", "S"} for other in one.conflicts), where


def test_every_value_of_the_exercise_is_marked_as_its_assumption(shipped: rules.Library) -> None:
    (overlay,) = [one for one in shipped.overlays if one.kind == "exercise"]
    assert {one.source for table in overlay.clauses.values() for one in table.values()} == {"assumption of this exercise"}


def test_one_regime_follows_another_without_gap_and_without_overlap(shipped: rules.Library) -> None:
    covid = sorted((pack for pack in shipped.packs.values() if pack.disease == "covid-19"), key=lambda pack: pack.valid_from)
    assert [pack.valid_to for pack in covid] == [*(pack.valid_from for pack in covid[1:]), None]
    assert [pack.id for pack in covid] == [*REGIMES, "cn-2023-bb"]
    for pack, day in REGIMES.items():
        assert rules.regime(rules.stack(shipped, disease="covid-19", on=day, paths=("real/",))).pack == pack


@pytest.mark.parametrize(
    ("pack", "key", "name", "value"),
    [
        ("cn-2021-v8", "stay.contact", "site_days", 14),
        ("cn-2021-v8", "stay.contact", "home_days", 7),
        ("cn-2021-v8", "stay.contact", "test_days", [1, 4, 7, 14]),
        ("cn-2021-v8", "stay.contact-of-contact", "site_days", 7),
        ("cn-2021-v8-3zone", "zone.lockdown", "clean_days", 14),
        ("cn-2021-v8-3zone", "zone.control", "shopping_days", 2),
        ("cn-2021-v8-3zone", "vehicle", "plane_rows", 3),
        ("cn-2022-10", "stay.contact", "home_days", 5),
        ("cn-2022-10", "stay.contact", "home_test_days", [5]),
        ("cn-2022-10", "treatment", "test_days", [6, 7]),
        ("cn-2022-10", "static", "allowed", False),
        ("cn-2022-20", "stay.high-risk-history", "home_test_days", [1, 3, 5, 7]),
        ("cn-2022-v9", "zone.medium", "after_high_days", 3),
        ("measles", "stay.contact", "from_day", 5),
        ("mpox", "stay.contact", "home_days", 21),
        ("ebola-like", "stay.contact", "follow_ups_per_day", 1),
        ("chikungunya", "zone.core", "indicator_below", 5.0),
        ("cn-2022-v9", "stay.contact", "site_days", 7),
        ("cn-2022-v9", "stay.contact", "test_days", [1, 2, 3, 5, 7]),
        ("cn-2022-v9", "stay.contact", "home_test_days", [3]),
        ("cn-2022-20", "stay.contact", "site_days", 5),
        ("cn-2022-20", "stay.contact", "home_days", 3),
        ("cn-2022-20-4docs", "stay.contact", "test_days", [1, 2, 3, 5]),
        ("cn-2022-20-4docs", "stay.contact", "home_test_days", [1, 3]),
        ("cn-2022-v9", "zone.high", "clean_days", 7),
        ("cn-2022-v9", "zone.high", "final_round_required", True),
        ("cn-2022-20", "zone.high", "clean_days", 5),
        ("cn-2022-20", "zone.high", "final_round_required", False),
        ("cn-2022-20-4docs", "zone.high", "final_round_required", True),
        ("cn-2022-20-4docs", "zone.high", "rounds_first_days", 3),
        ("cn-2022-20-4docs", "round", "clean_rounds", 3),
        ("cn-2022-20-4docs", "exposed", "tests", 2),
        ("cn-2022-20-4docs", "exposed", "days", 3),
        ("cn-2022-20-4docs", "contact", "lookback_days", 2),
        ("cn-2022-20-4docs", "clocks", "report_minutes", 120),
        ("cn-2022-20-4docs", "clocks", "transfer_minutes", 480),
        ("cn-2022-20-4docs", "treatment", "ct_at_least", 35.0),
        ("cn-2022-20-4docs", "span", "households_max", 15),
    ],
)
def test_the_numbers_are_those_of_the_texts(shipped: rules.Library, pack: str, key: str, name: str, value: object) -> None:
    assert merged(shipped, pack)[key][name].value == value


@pytest.mark.parametrize("pack", REGIMES)
@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("hold", "max_hours"), ("hold", "retest_hours"), ("hold", "alarm_hours_before"), ("retention", "days_after_end"), ("reading", "positive_ct_below"),
        ("reading", "grey_ct_below"), ("contact", "min_overlap_minutes"), ("clocks", "retest_minutes"), ("report", "ack_minutes"),
        ("care", "medicine_minutes"), ("rest", "max_shift_hours"), ("zone.provisional", "max_hours"), ("code", "answer_minutes"),
    ],
)  # fmt: skip
def test_what_no_source_sets_is_unset_in_every_national_pack(shipped: rules.Library, pack: str, key: str, name: str) -> None:
    assert merged(shipped, pack)[key][name].unset


def test_the_conflict_of_eight_and_twelve_hours_is_kept(shipped: rules.Library) -> None:
    value = merged(shipped, "cn-2022-20-4docs")["clocks"]["transfer_minutes"]
    assert [(other.value, other.confidence) for other in value.conflicts] == [(720, "S")]


def test_medium_risk_areas_end_with_the_twenty_measures(shipped: rules.Library) -> None:
    assert "zone.medium" in merged(shipped, "cn-2022-v9")
    assert "zone.medium" not in merged(shipped, "cn-2022-20")
    assert merged(shipped, "cn-2022-20")["zone.high"]["downgrades_to"].value == "low"


DECIDES = {
    "directive.issue": {Duty.COUNTY_EOC_OFFICER, Duty.CITY_EOC_OFFICE},
    "round.open": {Duty.COUNTY_EOC_OFFICER},
    "hold.issue": {Duty.CDC_DUTY_OFFICER},
    "hold.extend": {Duty.CDC_DUTY_OFFICER},
    "hold.end": {Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR},
    "case.opinion": {Duty.EXPERT_GROUP},
    "case.classify": {Duty.CASE_REGISTRAR},
    "contact.judge": {Duty.CDC_INVESTIGATOR},
    "spread.judge": {Duty.CDC_INVESTIGATOR},
    "query.approve": {Duty.CDC_DUTY_OFFICER},
    "order.issue": {Duty.COUNTY_EOC_OFFICER},
    "order.serve": {Duty.GRID_WORKER, Duty.COMMUNITY_SECRETARY},
    "order.release": {Duty.CDC_DUTY_OFFICER, Duty.CDC_INVESTIGATOR},
    "code.request": {Duty.CODE_DESK},
    "zone.propose": {Duty.CDC_INVESTIGATOR, Duty.CDC_DUTY_OFFICER, Duty.COUNTY_EOC_OFFICER},
    "zone.decide": {Duty.CITY_EOC_OFFICE},
    "zone.downgrade": {Duty.CITY_EOC_OFFICE},
    "zone.lift": {Duty.CITY_EOC_OFFICE},
    "static.order": {Duty.CITY_EOC_OFFICE},
    "notice.publish": {Duty.CITY_EOC_OFFICE},
    "appeal.decide": {Duty.APPEALS_REVIEWER},
}
"""The who-decides table of the procedures."""


@pytest.mark.parametrize("pack", REGIMES)
def test_who_decides_is_exactly_the_table_of_the_procedures(shipped: rules.Library, pack: str) -> None:
    found = {act: {Duty(duty) for duty in value.value} for act, value in merged(shipped, pack)["decides"].items()}
    assert found == DECIDES


@pytest.mark.parametrize("pack", REGIMES)
@pytest.mark.parametrize(
    ("act", "article"),
    [
        ("hold.issue", "40(1)"),
        ("order.issue", "41"),
        ("treatment.issue", "39"),
        ("stay-home", "41"),
        ("zone.decide", "41"),
        ("zone.lift", "41"),
        ("appeal.decide", "12"),
    ],
)
def test_each_binding_act_of_2022_rests_on_an_article_of_the_law_of_2013(shipped: rules.Library, pack: str, act: str, article: str) -> None:
    found = rules.regime(rules.stack(shipped, disease="covid-19", on=REGIMES[pack], paths=("real/",)))
    basis = rules.basis_of(found, act)
    assert basis.legal_class == "B-as-A"
    assert basis.article.startswith("Infectious Diseases Law (2013)")
    assert article in basis.article
    assert "2013年修正" in basis.article_zh
    assert basis.text


def test_the_reference_page_is_up_to_date(shipped: rules.Library) -> None:
    """Write it again with: python -m tests.registers.policies.write_reference."""
    assert REFERENCE.read_text(encoding="utf-8") == formats.reference(shipped)


def test_every_field_that_a_pack_may_hold_says_what_it_is_in_both_languages() -> None:
    for key, table in formats.schema().tables.items():
        assert table.about, key
        assert table.about_zh, key
        for name, field in table.fields.items():
            assert field.about and field.about_zh, (key, name)


def test_every_table_and_field_of_the_schema_stands_in_some_file(shipped: rules.Library) -> None:
    files = [*shipped.packs.values(), *shipped.overlays]
    for key, table in formats.schema().tables.items():
        written = {name for one in files for name in one.clauses.get(key, {})}
        assert written, key
        family = {name for one in files for other in one.clauses if other.split(".")[0] == key.split(".")[0] for name in one.clauses[other]}
        assert set(table.fields) <= family, (key, set(table.fields) - family)


@pytest.mark.parametrize(("disease", "legal_class"), OTHERS.items())
def test_nothing_is_covid_only_and_a_class_that_binds_nobody_carries_no_quarantine(shipped: rules.Library, disease: str, legal_class: str) -> None:
    found = rules.regime(rules.stack(shipped, disease=disease, on=TODAY, paths=("real/",)))
    assert (found.pack, found.legal_class) == (disease, legal_class)
    for act in ("order.issue", "hold.issue", "hold.extend", "stay-home", "static.order"):
        with pytest.raises(rules.ClassDoesNotCarry):
            rules.basis_of(found, act)
    assert "Infectious Diseases Law (2025)" in rules.basis_of(found, "monitoring.advise").article
    assert Duty.CDC_INVESTIGATOR in rules.deciders_of(found, "contact.judge")


def test_a_disease_that_no_class_names_carries_no_treatment_order_and_one_of_class_b_does(shipped: rules.Library) -> None:
    for disease, carried in (("measles", True), ("ebola-like", False)):
        found = rules.regime(rules.stack(shipped, disease=disease, on=TODAY, paths=("real/",)))
        assert rules.carries(found.legal_class, "treatment.issue") is carried


def test_class_b_managed_as_b_ends_zones_and_stays_and_applies_to_what_runs(shipped: rules.Library) -> None:
    found = rules.regime(rules.stack(shipped, disease="covid-19", on=date(2023, 1, 8), paths=("real/",)))
    assert (found.pack, found.legal_class, found.applies_to_open_measures) == ("cn-2023-bb", "B", True)
    assert not {key for key in found.clauses if key.startswith(("stay.", "zone.", "scheme", "hold", "static"))}
    with pytest.raises(rules.ClassDoesNotCarry):
        rules.basis_of(found, "order.issue")


TAIYUAN = [
    (date(2022, 5, 11), None), (date(2022, 5, 12), 14), (date(2022, 5, 16), 7), (date(2022, 8, 26), 7), (date(2022, 8, 27), None), (date(2022, 9, 4), 7),
    (date(2022, 9, 28), 7), (date(2022, 9, 29), 3), (date(2022, 12, 6), 3), (date(2022, 12, 7), None),
]  # fmt: skip


@pytest.mark.parametrize(("day", "interval"), TAIYUAN)
def test_the_routine_interval_of_taiyuan_follows_its_dates(shipped: rules.Library, day: date, interval: int | None) -> None:
    found = rules.regime(rules.stack(shipped, disease="covid-19", on=day, paths=("shanxi/taiyuan/140105/",)))
    assert found.clauses["routine"]["interval_days"].value == interval
    elsewhere = rules.regime(rules.stack(shipped, disease="covid-19", on=day, paths=("shanxi/shuozhou/",)))
    assert elsewhere.clauses["routine"]["interval_days"].unset


def declared() -> list[type[Clause]]:
    """Every clause that an app's rules declare."""
    for found in pkgutil.walk_packages(epigrid.__path__, "epigrid."):
        if found.name.endswith(".rules"):
            importlib.import_module(found.name)
    return sorted((one for one in Clause.__subclasses__() if one.__module__.startswith("epigrid.")), key=lambda one: one.key)


KINDS = {int: "int", float: "float", bool: "bool", str: "str", tuple[int, ...]: "list[int]", tuple[str, ...]: "list[str]"}


def test_every_clause_that_an_app_declares_is_in_the_schema_field_by_field_with_its_kind() -> None:
    known = formats.schema().tables
    assert len(declared()) >= 2
    for one in declared():
        for name, hint, _ in rules.wanted_fields(one):
            field = known[one.key].fields.get(name) if one.key in known else None
            assert field is not None, f"{one.__module__}.{one.__name__}: {one.key}.{name} is not in schema.toml"
            assert field.kind == KINDS[hint], f"{one.__module__}.{one.__name__}: {one.key}.{name}"


def test_the_exercise_sets_every_value_that_some_app_cannot_do_without(shipped: rules.Library) -> None:
    found = rules.regime(rules.stack(shipped, disease="covid-19", on=REGIMES["cn-2022-20-4docs"], paths=("exercise/huaiyuan/",)))
    for one in declared():
        if one.key in OF_OTHER_DISEASES:
            assert one.key not in found.clauses
            continue
        assert rules.build(one, found).edition == found.digest
