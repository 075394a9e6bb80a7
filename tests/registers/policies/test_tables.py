"""Rows for `policy check`, `show`, `diff` and `explain`."""

from epigrid.registers.policies import formats, queries
from tests.registers.policies.packs import overlay, regime


def test_the_difference_of_two_regimes_is_a_table() -> None:
    left, right = (queries.pack_clauses(pack) for pack in ("cn-2022-v9", "cn-2022-20"))
    rows = formats.diff_rows(left, right)
    assert ("stay.contact", "site_days", "7", "5") in rows
    assert ("zone.medium", "clean_days", "7", "-") in rows
    assert ("code", "reasons", "unset", "close-contact, high-risk-area, high-risk-post, inbound") in rows
    assert not [row for row in rows if row[:2] == ("stay.contact", "home_days")]
    assert formats.diff_rows(left, left) == []


def test_the_difference_read_backwards_is_the_same_table_with_its_sides_changed() -> None:
    left, right = (queries.pack_clauses(pack) for pack in ("cn-2022-v9", "cn-2022-20-4docs"))
    assert formats.diff_rows(right, left) == [(key, name, b, a) for key, name, a, b in formats.diff_rows(left, right)]


def test_shown_values_carry_unit_source_confidence_and_conflicts() -> None:
    rows = {(row.table, row.name): row for row in formats.show_rows(queries.pack_clauses("cn-2022-20-4docs"))}
    hours = rows["stay.contact", "transfer_hours"]
    assert (hours.value, hours.unit, hours.confidence, hours.pack) == ("8", "hours", "S", "cn-2022-v9")
    assert hours.conflicts == ("12 (S; 8th edition, transfer of contacts: hunanyuer.com/news/jiaodian/22155.html)",)
    assert (rows["hold", "max_hours"].value, rows["hold", "max_hours"].source) == ("unset", "")
    assert rows["decides", "zone.decide"].value == "city-eoc-office"
    assert rows["legal", "stay-home"].value == "Infectious Diseases Law (2013), Art. 41"


def test_files_are_listed_with_their_counts_of_set_unset_and_assumed_values() -> None:
    assert formats.pack_rows([overlay("o", "real/", "city", 3)]) == [("o.toml", "o", "overlay", "2022-01-01..", 1, 0, 0)]
    rows = {row[1]: row[4:] for row in formats.pack_rows([*queries.library().packs.values(), *queries.library().overlays])}
    assert rows["exercise-assumptions"][:2] == (0, 0)
    assert rows["cn-2022-v9"][2] == 0


def test_an_overlay_is_seen_in_the_merged_regime() -> None:
    rows = {(row.table, row.name): (row.value, row.pack) for row in formats.show_rows(regime(overlay("o", "real/", "city", 3)).clauses)}
    assert rows["exposed", "days"] == ("3", "o")
    assert rows["exposed", "tests"] == ("0", "p1")
