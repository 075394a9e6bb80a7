"""Each class of a stay by a short sequence of lists with a known answer."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from benchmarks import zone_replay
from epigrid.engine.replay import judging, notices, snapshots
from epigrid.engine.replay.rules import first_free_day
from epigrid.registers.policies import rules as policies
from epigrid.registers.policies.formats import SHIPPED, assemble, read_folders
from epigrid.response.zones import rules as zones
from tests.engine.replay import lists
from tests.engine.replay.lists import daily, judge, judged, line, moment

A, B = "安平镇安平村1号楼", "乐寿小区"
HIGH_A, MEDIUM_A = {"high": [A]}, {"medium": [A]}
NOVEMBER = date(2022, 11, 14)


def test_seven_days_high_then_three_medium_is_as_the_rule_says(tmp_path: Path) -> None:
    assert judge(tmp_path, daily([HIGH_A] * 7 + [MEDIUM_A] * 3)) == [("high-to-medium", "within-24h"), ("medium-off-after-high", "within-24h")]


def test_a_step_seen_on_the_eighth_day_is_due_that_midnight_and_so_has_no_error(tmp_path: Path) -> None:
    high = judged(tmp_path, daily([HIGH_A] * 8 + [MEDIUM_A] * 4))[0]
    assert (high.kind, high.error, high.days, high.exit_day) == ("high-to-medium", 0.0, 8.0, 8)


def test_the_error_is_the_distance_from_the_polling_interval(tmp_path: Path) -> None:
    early = judged(tmp_path, daily([HIGH_A] * 5 + [MEDIUM_A] * 4))[0]
    late = judged(tmp_path, daily([HIGH_A] * 11 + [MEDIUM_A] * 4))[0]
    assert (early.reason, early.error) == ("unexplained", 2 + 15 / 24)  # due 9 Aug 00:00, gone at 09:00 on the 6th
    assert (late.reason, late.error) == ("unexplained", -(2 + 9 / 24))  # still there at 09:00 on the 11th


def test_the_other_reading_of_the_first_day_is_told_beside_and_changes_no_class(tmp_path: Path) -> None:
    sixth, eighth = (judged(tmp_path, daily([HIGH_A] * days + [MEDIUM_A] * 4))[0] for days in (6, 9))
    assert (sixth.reason, sixth.sooner_hit) == ("unexplained", True)
    assert (eighth.reason, eighth.sooner_hit) == ("within-24h", False)


def test_a_medium_area_that_was_never_high_takes_seven_days(tmp_path: Path) -> None:
    assert judge(tmp_path, daily([MEDIUM_A] * 7)) == [("medium-off", "within-24h")]
    assert judge(tmp_path, daily([MEDIUM_A] * 3)) == [("medium-off", "unexplained")]


def test_a_high_area_that_leaves_on_the_day_of_the_rule_skipped_the_medium_step(tmp_path: Path) -> None:
    assert judge(tmp_path, daily([HIGH_A] * 7)) == [("high-off", "skipped-step")]
    assert judge(tmp_path, daily([HIGH_A] * 11)) == [("high-off", "skipped-step")]
    assert judge(tmp_path, daily([HIGH_A] * 4)) == [("high-off", "unexplained")]


def test_five_days_and_off_is_the_rule_of_the_twenty_measures(tmp_path: Path) -> None:
    assert judge(tmp_path, daily([HIGH_A] * 6, first=NOVEMBER)) == [("high-off", "within-24h")]
    assert judge(tmp_path, daily([HIGH_A] * 5 + [{"low": [A]}], first=NOVEMBER)) == [("high-to-low", "within-24h")]
    assert judge(tmp_path, daily([HIGH_A] * 3, first=NOVEMBER)) == [("high-off", "unexplained")]


def test_a_text_that_comes_as_another_leaves_is_a_new_name(tmp_path: Path) -> None:
    renamed = {"high": ["东城区安平镇安平村1号楼"]}
    found = judged(tmp_path, daily([HIGH_A] * 3 + [renamed] * 5 + [{"medium": renamed["high"]}] * 3))
    assert [(one.kind, one.reason, one.fits) for one in found] == [
        ("high-off", "renamed", None),
        ("high-to-medium", "continued", True),
        ("medium-off-after-high", "within-24h", None),
    ]


def test_an_area_that_leaves_for_its_parts_is_split_and_parts_that_leave_for_the_whole_are_merged(tmp_path: Path) -> None:
    whole, parts = {"high": ["安平镇安平村"]}, {"high": ["安平镇安平村1号楼", "安平镇安平村2号楼"]}
    assert [reason for _, reason in judge(tmp_path, daily([whole] * 3 + [parts] * 5))] == ["continued", "continued", "split"]
    assert [reason for _, reason in judge(tmp_path, daily([parts] * 3 + [whole] * 5))] == ["continued", "merged", "merged"]


def test_an_area_that_leaves_while_a_wider_one_stays_is_merged_into_it(tmp_path: Path) -> None:
    wide = ["安平镇(除高风险区外)"]
    assert judge(tmp_path, daily([{"high": [A], "medium": wide}] * 4 + [{"medium": wide}] * 4)) == [
        ("high-off", "merged"),
        ("medium-off", "within-24h"),
    ]
    by_the_rule = judged(tmp_path, daily([{"high": [A], "medium": wide}] * 7 + [{"medium": wide}]))
    assert [one.fits for one in by_the_rule if one.kind == "high-off"] == [True], "its step under another name is on the day"


def test_numbers_tell_places_apart(tmp_path: Path) -> None:
    other = {"high": ["安平镇安平村2号楼"]}
    assert judge(tmp_path, daily([HIGH_A] * 3 + [other] * 3)) == [("high-off", "unexplained")] * 2


def test_a_hole_of_more_than_a_day_before_the_rise_is_a_gap(tmp_path: Path) -> None:
    days = [(0, {}), (3, HIGH_A), (4, HIGH_A), (5, HIGH_A), (6, HIGH_A), (6.5, MEDIUM_A), (6.9, {}), (7.5, {})]
    assert ("high-to-medium", "gap") in judge(tmp_path, [line(moment(day), levels) for day, levels in days])


def test_what_is_still_there_or_was_there_at_the_start_is_censored(tmp_path: Path) -> None:
    assert judge(tmp_path, daily([HIGH_A] * 4)[:-1]) == [("high-open", "censored")]
    assert judge(tmp_path, daily([HIGH_A] * 4)[1:]) == [("high-off", "censored")]


def test_a_list_that_ends_for_the_whole_country_ends_no_area(tmp_path: Path) -> None:
    lines = daily([MEDIUM_A] * 3)
    lines[-1]["mcount"] = 0
    assert judge(tmp_path, lines) == [("medium-off", "censored")]
    assert judge(tmp_path, [*lines, line(moment(9), {})]) == [("medium-off", "unexplained")], "the national list was not empty for good"


def test_a_stay_over_a_change_of_rule_is_judged_by_the_old_one_and_said_when_the_new_one_holds(tmp_path: Path) -> None:
    found = judged(tmp_path, daily([HIGH_A] * 6, first=date(2022, 11, 7)))[0]
    assert (found.regime, found.reason, found.old_hit, found.new_hit) == ("nine", "regime-change", False, True)
    medium = judged(tmp_path, daily([MEDIUM_A] * 3, first=date(2022, 11, 9)))[0]
    assert (medium.reason, medium.new_hit) == ("regime-change", True), "the new rule knows no medium areas"


def test_a_pack_that_applies_to_open_measures_moves_the_day(tmp_path: Path) -> None:
    old, new = lists.RULES
    taken_over = replace(new, applies_to_open=True)
    path = lists.write(tmp_path / "lists.jsonl", daily([HIGH_A] * 6, first=date(2022, 11, 7)))
    found = judging.judge(snapshots.read(path), lambda day: taken_over if day >= new.since else old)
    assert (found[0].regime, found[0].reason, found[0].old_hit, found[0].new_hit) == ("nine", "within-24h", False, True)


def test_a_rise_next_door_starts_the_days_again(tmp_path: Path) -> None:
    neighbour = "安平镇安平村5号楼"
    plan = [HIGH_A] * 4 + [{"high": [A, neighbour]}] * 7 + [{"medium": [A, neighbour]}] * 3
    assert ("high-to-medium", "restarted") in judge(tmp_path, daily(plan))
    elsewhere = [HIGH_A] * 4 + [{"high": [A, B]}] * 7 + [{"medium": [A, B]}] * 3
    assert ("high-to-medium", "unexplained") in judge(tmp_path, daily(elsewhere))


def test_a_notice_of_the_day_that_names_the_place_explains(tmp_path: Path) -> None:
    notice = "# date: 2022-08-05 (effective 08:00)\n甲县:安平镇安平村1号楼 降为低风险区"
    assert judge(tmp_path, daily([HIGH_A] * 4), notices.namer([notice])) == [("high-off", "notice")]
    for other in (
        notice.replace("08-05", "08-01"),
        notice.replace("1号楼", "2号楼"),
        notice.replace("甲县", "乙县"),
        notice.replace("# date", "# text"),
    ):
        assert judge(tmp_path, daily([HIGH_A] * 4), notices.namer([other])) == [("high-off", "unexplained")]


def _many(count: int, start: int = 0) -> list[str]:
    return [f"{name}小区" for name in "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳"[start : start + count]]


def test_half_a_countys_list_that_leaves_at_once_after_different_days_is_a_batch(tmp_path: Path) -> None:
    plan = [{"high": _many(3)}, *[{"high": _many(6)}] * 3]
    assert {reason for _, reason in judge(tmp_path, daily(plan))} == {"batch"}
    assert {reason for _, reason in judge(tmp_path, daily([{"high": _many(6)}] * 4))} == {"unexplained"}, "all of one day: the rule would do so too"


def test_a_list_drawn_anew_is_relisted(tmp_path: Path) -> None:
    plan = [{"high": _many(6)}] * 3 + [{"high": _many(4, 8)}] * 3
    assert sorted(reason for _, reason in judge(tmp_path, daily(plan))) == ["relisted"] * 6 + ["unexplained"] * 4


def test_a_medium_area_that_rises_is_no_downgrade(tmp_path: Path) -> None:
    assert ("medium-to-high", "raised") in judge(tmp_path, daily([MEDIUM_A] * 2 + [HIGH_A] * 7))


def test_a_day_without_a_pack_has_no_rule(tmp_path: Path) -> None:
    assert judge(tmp_path, daily([HIGH_A] * 7, first=date(2022, 5, 1))) == [("high-off", "no-rule")]
    assert judge(tmp_path, daily([MEDIUM_A] * 7, first=NOVEMBER)) == [("medium-off", "no-rule")], "a pack that sets no days of medium areas"


def test_the_days_are_counted_as_the_zone_engine_counts_them() -> None:
    library = assemble(read_folders(SHIPPED))
    for day in (date(2022, 8, 1), date(2022, 11, 14), date(2022, 12, 8)):
        regime = policies.regime(policies.stack(library, disease="covid-19", on=day, paths=()))
        rule = zone_replay.rules_of(library)(day)
        policy = replace(policies.build(zones.ZonePolicy, regime), final_round_required=False)
        assert rule is not None and rule.high_days == zones.days_needed(came_down=False, policy=policy)
        free, standing = first_free_day(day, rule.high_days), zones.Standing(clean_since=day)
        assert zones.judge_downgrade(zone=standing, policy=policy, today=free).outcome is zones.Next.PROPOSE
        assert zones.judge_downgrade(zone=standing, policy=policy, today=free - timedelta(days=1)).outcome is zones.Next.WAIT
