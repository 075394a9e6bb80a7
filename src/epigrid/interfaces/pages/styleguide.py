"""The living page of components: every component with sample data. All of it is invented."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import get_language

from epigrid.interfaces.pages import chart_sample, words

Shape = dict[str, Any]
NOON = datetime(2022, 11, 21, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
"""The samples' own moment, so that the page looks the same every day."""


def say(chinese: str, english: str) -> str:
    """A sample text in the reader's language. Samples are no interface text, so they stand in no catalogue."""
    return english if (get_language() or "").startswith("en") else chinese


def at(hours: float) -> datetime:
    """The sample moment so many hours after the samples' noon."""
    return NOON + timedelta(hours=hours)


class SampleForm(forms.Form):
    """One field of each kind."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"] = forms.CharField(
            label=say("理由", "Reason"), help_text=say("写入记录，本人可见。", "Recorded; the person can read it."), max_length=200
        )
        self.fields["hours"] = forms.IntegerField(label=say("最长小时数", "Hours at most"), min_value=1, max_value=24)
        self.fields["way"] = forms.ChoiceField(
            label=say("告知方式", "Told by"), choices=[("phone", say("电话", "Telephone")), ("door", say("上门", "At the door"))]
        )
        self.fields["need"] = forms.ChoiceField(
            label=say("需要", "Need"),
            widget=forms.RadioSelect,
            required=False,
            choices=[("medicine", say("药品", "Medicine")), ("food", say("食物", "Food"))],
        )
        self.fields["read"] = forms.BooleanField(label=say("我已核对十个人的名单", "I have checked the list of ten"))


def chips() -> Sequence[tuple[str, Sequence[str]]]:
    """All classes that have a chip, by their first word."""
    kinds: dict[str, list[str]] = {}
    for word in words.CHIPS:
        kinds.setdefault(word.partition(".")[0], []).append(word)
    return tuple(kinds.items())


def tiles() -> list[Shape]:
    """Counts of a sample day."""
    return [
        {
            "label": say("新增感染", "New infections"),
            "value": 2,
            "icon": "virus",
            "tone": "stop",
            "url": "#",
            "note": say("1 例管控外发现", "1 found outside control"),
        },
        {
            "label": say("待判定人员", "Candidates to judge"),
            "value": 19,
            "icon": "user-question",
            "tone": "wait",
            "url": "#",
            "note": say("最早 14:20 到期", "first due 14:20"),
        },
        {"label": say("本轮采样", "Sampled this round"), "value": "3,712", "of": "3,981", "icon": "test-pipe", "url": "#"},
        {
            "label": say("未联系上", "Unreachable"),
            "value": 41,
            "icon": "phone-off",
            "url": "#",
            "note": say("只提醒，不作限制", "reminded, never restricted"),
        },
        {"label": say("高风险区", "High-risk areas"), "value": 1, "icon": "alert-triangle", "note": say("还剩 4 天", "4 days left")},
        {
            "label": say("未完成诉求", "Open requests"),
            "value": 7,
            "icon": "heart-handshake",
            "tone": "ok",
            "url": "#",
            "note": say("均未超时", "none late"),
        },
    ]


def _roll_call_columns() -> list[Shape]:
    return [
        {"label": say("楼栋", "Building"), "sort_url": "#", "sorted": "ascending"},
        {"label": say("已采", "Sampled"), "numeric": True, "sort_url": "#"},
        {"label": say("免采", "Exempt"), "numeric": True},
        {"label": say("外出", "Away"), "numeric": True},
        {"label": say("拒绝", "Declined"), "numeric": True},
        {"label": say("未完成", "Open"), "numeric": True, "sort_url": "#"},
        {"label": say("状态", "State")},
    ]


def roll_call() -> Shape:
    """A sample roll-call of four buildings, with bulk acts."""
    named = [("A1", 128, 121, 3, 2, 0, 2), ("A2", 96, 96, 0, 0, 0, 0), ("B1", 735, 688, 14, 12, 3, 18), ("B2", 204, 195, 4, 2, 1, 2)]
    rows = [
        {
            "id": name,
            "cells": [
                {"text": say(f"{name} 栋", f"Building {name}"), "url": "#", "sub": say(f"{count} 人", f"{count} people")},
                *figures,
                {"chip": "rollcall.open" if figures[-1] else "task.done"},
            ],
        }
        for name, count, *figures in named
    ]
    return {
        "caption": say("楼栋清查（样例，虚构）", "Building roll-call (sample, invented)"),
        "columns": _roll_call_columns(),
        "rows": rows,
        "total": [say("合计", "Total"), 1100, 21, 16, 4, 22, ""],
        "bulk": {
            "name": "building",
            "url": "",
            "acts": [
                {
                    "label": say("再提醒一次", "Remind again"),
                    "icon": "bell",
                    "name": "act",
                    "value": "remind",
                    "needs_selection": True,
                    "confirm": say("将给所选楼栋的网格员各发一项任务。", "Each chosen building's grid worker gets a task."),
                },
            ],
        },
        "count_text": say("4 / 36 栋", "4 of 36 buildings"),
        "next_url": "#",
    }


def filters() -> Shape:
    """A sample filter bar."""
    options = [{"value": "", "label": say("全部", "All")}, {"value": "open", "label": say("有未完成", "With open ones")}]
    return {
        "url": "",
        "fields": [
            {
                "name": "q",
                "kind": "search",
                "label": say("查找", "Search"),
                "value": "",
                "placeholder": say("楼栋、单元", "Building, unit"),
            },
            {"name": "state", "kind": "select", "label": say("状态", "State"), "value": "open", "options": options},
            {"name": "day", "kind": "date", "label": say("日期", "Day"), "value": "2022-11-21"},
        ],
        "reset_url": "?",
        "count_text": say("36 栋", "36 buildings"),
    }


def timeline() -> list[Shape]:
    """A sample of what happened, with causes."""
    tube = {"label": say("混管 T-0417", "tube T-0417"), "url": "#"}
    return [
        {
            "at": at(-4.5),
            "icon": "gavel",
            "tone": "info",
            "title": say("县指挥部决定开展一轮检测", "County EOC ordered a round"),
            "text": say("理由：传播链不清；范围：怀远社区。", "Reason: chain unclear. Area: Huaiyuan community."),
            "by": say("县指挥部值班员", "County EOC officer"),
        },
        {
            "at": at(5),
            "icon": "virus",
            "tone": "stop",
            "title": say("混管 T-0417 阳性", "Tube T-0417 positive"),
            "chip": "result.positive",
            "text": say("实验室已复检，十人待单管复核。", "Re-run done; ten people await a single test."),
            "by": say("区实验室", "District laboratory"),
            "url": "#",
        },
        {
            "at": at(5.2),
            "icon": "clock-pause",
            "tone": "wait",
            "title": say("签发十份就地等待复核", "Ten holds issued"),
            "chip": "measure.decided",
            "by": say("县疾控值班员", "CDC duty officer"),
            "cause": tube,
        },
        {
            "at": at(14),
            "icon": "circle-check",
            "tone": "ok",
            "title": say("七人解除等待", "Seven holds ended"),
            "chip": "measure.ended",
            "cause": tube,
        },
    ]


def evidence() -> list[Shape]:
    """Sample evidence: one plain, one doubtful."""
    return [
        {
            "title": say("同住人", "Same household"),
            "icon": "home",
            "at": at(-20),
            "chip": "class.candidate",
            "facts": [(say("关系", "Relation"), say("配偶", "Spouse")), (say("末次接触", "Last contact"), "2022-11-21 07:10")],
            "source": say("流调访谈，调查员记录", "Interview, recorded by the investigator"),
        },
        {
            "title": say("场所扫码", "Venue scans"),
            "icon": "map-pin",
            "at": at(-26),
            "url": "#",
            "facts": [
                (say("场所", "Venue"), say("便民超市（虚构）", "Corner shop (invented)")),
                (say("重叠", "Overlap"), say("11 分钟", "11 minutes")),
            ],
            "doubt": say("同名两人使用同一手机号，须人工核对。", "Two people of the same name share a telephone: a person must check."),
        },
    ]


def verdict() -> Shape:
    """A sample verdict that rests on an assumption of the exercise."""
    return {
        "outcome": say("暂不能离开：等待复核结果", "Not yet: the retest is awaited"),
        "reason_text": say(
            "您所在混管为阳性，单管结果尚未出。这不表示您已感染。",
            "Your pooled tube was positive and your single test is not back. It does not mean that you are infected.",
        ),
        "tone": "wait",
        "icon": "clock-pause",
        "clause": say("就地等待复核，最长 24 小时", "Personal hold, 24 hours at most"),
        "edition": "cn-2022-20-4docs · 7f3a91c2",
        "assumption": True,
        "evidence": [say("混管 T-0417 阳性，2022-11-21 17:00", "Tube T-0417 positive, 2022-11-21 17:00")],
        "changes": [say("单管阴性，且调查员判定无接触", "a negative single test, and the investigator's judgement: no contact")],
        "changes_at": at(29.2),
    }


def decision() -> Shape:
    """A sample decision with its evidence."""
    return {
        "title": say("混管 T-0417 十人：是否签发就地等待复核", "Ten people of tube T-0417: issue holds?"),
        "text": say("十人地址已核，九人电话可通。", "Ten addresses checked, nine telephones answer."),
        "due": at(6),
        "urgent": True,
        "facts": [
            (say("人数", "People"), 10),
            (say("最长", "At most"), say("24 小时", "24 hours")),
            (say("复核", "Retest"), say("6 小时内", "within 6 hours")),
        ],
        "evidence": evidence()[:1],
        "otherwise": say(
            "18:00 提议失效，任何人不受限制；将通知上一级。", "The proposal lapses at 18:00, nobody is bound, and the next level is told."
        ),
        "person_days": 10,
        "decider": say("县疾控值班员", "CDC duty officer"),
        "url": "",
        "hidden": [("tube", "T-0417")],
        "acts": [
            {
                "label": say("签发十份", "Issue ten"),
                "icon": "gavel",
                "tone": "primary",
                "name": "act",
                "value": "issue",
                "confirm": say(
                    "十人将各收到电话和书面告知：理由、期限、决定人、申诉方式。",
                    "Each of the ten is called and gets a paper: why, until when, by whom, how to appeal.",
                ),
            },
            {"label": say("逐人判断", "One by one"), "url": "#"},
            {"label": say("不签发", "Do not issue"), "name": "act", "value": "refuse"},
        ],
    }


def refusal() -> Shape:
    """A sample refusal of a file, row by row."""
    return {
        "title": say("文件未导入：3 行中 2 行有误", "Nothing was imported: 2 of 3 rows are wrong"),
        "reasons": [
            {
                "reason": "roster.id-number",
                "where": say("第 2 行，证件号", "Row 2, document number"),
                "text": say("校验位不符。", "the check digit does not fit."),
                "remedy": say("请对照原件。", "Compare with the document."),
            },
            {
                "reason": "roster.unknown-unit",
                "where": say("第 3 行，单元", "Row 3, unit"),
                "text": say("没有这个单元。", "there is no such unit."),
            },
        ],
    }


def nothing() -> Shape:
    """A sample of an empty table."""
    return {
        "title": say("没有等您决定的事项", "No decision waits for you"),
        "text": say("新的提议一出现，就会列在这里。", "A new proposal appears here by itself."),
        "icon": "circle-check",
        "act": {"label": say("查看已决定的", "Show decided ones"), "url": "#"},
    }


def paper() -> Shape:
    """A sample head of a served paper."""
    return {
        "title": say("集中隔离医学观察告知书", "Quarantine order"),
        "number": "2022-0031",
        "body": say("虚构县疫情防控指挥部", "EOC of an invented county"),
        "to": say("王**", "Wang **"),
        "issued": "2022-11-22",
        "exercise": True,
    }


def frame() -> tuple[Shape, list[Shape]]:
    """A sample frame and navigation, for a page that is shown without a signed-in actor."""
    mine, room = say("我的工作", "My work"), say("疫情处置", "Response")
    nav: list[Shape] = [
        {"label": say("总体情况", "Situation"), "icon": "home", "url": "#", "go": "s", "group": mine, "current": True},
        {"label": say("待我决定", "Decisions"), "icon": "gavel", "url": "#", "go": "d", "group": mine, "count": 3},
        {"label": say("我的任务", "My tasks"), "icon": "list-check", "url": "#", "go": "t", "group": mine, "count": 12},
        {"label": say("疫情", "Outbreak"), "icon": "virus", "url": "#", "go": "o", "group": room},
        {"label": say("楼栋清查", "Roll-call"), "icon": "building", "url": "#", "go": "r", "group": room},
        {"label": say("风险区", "Zones"), "icon": "map-2", "url": "#", "go": "z", "group": room},
    ]
    shown: Shape = {
        "exercise": True,
        "title": "huaiyuan-live",
        "now": at(5.1),
        "running": False,
        "duty": "cdc-duty-officer",
        "area": say("虚构县 › 怀远社区", "Invented county › Huaiyuan"),
        "version": "0.1",
    }
    return shown, nav


def context() -> Mapping[str, Any]:
    """What `styleguide.html` shows; every name, number and place in it is invented."""
    shown, nav = frame()
    return {
        "frame": shown,
        "nav": nav,
        "chip_kinds": chips(),
        "tiles": tiles(),
        "table": roll_call(),
        "filters": filters(),
        "timeline": timeline(),
        "chart": chart_sample.chains(say),
        "evidence": evidence(),
        "verdict": verdict(),
        "decision": decision(),
        "refusal": refusal(),
        "nothing": nothing(),
        "paper": paper(),
        "form": SampleForm(),
        "faulty_form": SampleForm({"hours": "48", "way": "phone"}),
    }
