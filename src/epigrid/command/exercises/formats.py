"""Plans of exercises (TOML) and the files that a county really has: roster in Excel, hotel register, venue scans and laboratory results in GBK. Pure."""

import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from epigrid.engine.spread.community import GenPerson, GenPlace, Shape
from epigrid.engine.spread.presences import Scan
from epigrid.kernel.errors import DomainError

ROSTER = (
    "姓名", "性别", "出生日期", "证件号码", "手机号", "小区", "楼栋", "单元", "楼层", "房号", "户号", "户主", "户籍类型", "特殊需求", "联系方式偏好",
)  # fmt: skip
SAYS = "演练 虚构数据：本表所有人员均为虚构"


class PlanRefused(DomainError):
    """A plan that cannot be taken: file, key and reason."""

    reason = "exercise.plan-refused"


class VariantUnknown(DomainError):
    """The plan has no such variant; `known` names those it has."""

    reason = "exercise.variant-unknown"


@dataclass(frozen=True, kw_only=True)
class LaboratoryShare:
    """Tubes that the district's laboratory reads a day, and how many of them are this community's."""

    tubes_per_day: int
    share: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """An exercise as data: the generator's parameters, the script of injects with their times, the laws to hold."""

    name: str
    title: str
    starts_at: datetime
    acts_as: str
    seed: int
    shape: Shape
    script: tuple[Mapping[str, Any], ...]
    laws: tuple[str, ...]
    variants: Mapping[str, str]
    laboratory: LaboratoryShare
    volunteers: int


def load_plan(path: Path) -> Plan:
    """Read and check a plan; `PlanRefused` names what is wrong."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        head = content["exercise"]
        script = tuple(content["step"])
        for number, step in enumerate(script):
            if not isinstance(step.get("at"), datetime) or not step.get("do") or not step.get("title"):
                raise PlanRefused(file=path.name, key=f"step[{number}]", why="needs `at`, `do` and `title`")
        return Plan(
            name=head["name"],
            title=head["title"],
            starts_at=head["starts_at"],
            acts_as=head["acts_as"],
            seed=head["seed"],
            shape=Shape(seed=head["seed"], divisions=_divisions(content["division"]), **content["community"]),
            script=tuple(sorted(script, key=lambda step: step["at"])),
            laws=tuple(content["laws"]["hold"]),
            variants=content.get("variants", {}),
            laboratory=LaboratoryShare(**content["laboratory"]),
            volunteers=head["volunteers"],
        )
    except (KeyError, TypeError, tomllib.TOMLDecodeError) as error:
        raise PlanRefused(file=path.name, why=str(error)) from error


def _divisions(rows: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str, str], ...]:
    """City, counties and subdistricts as (path under the root, level, name)."""
    return tuple((row["path"], row["level"], row["name"]) for row in rows)


def roster_xlsx(people: Sequence[GenPerson], places: Sequence[GenPlace]) -> bytes:
    """A resident roster as a community keeps it; document numbers are text."""
    by_path = {place.path: place for place in places}
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet("底册")
    sheet.write_string(0, 0, SAYS)
    for column, heading in enumerate(ROSTER):
        sheet.write_string(1, column, heading)
    for row, person in enumerate(people, start=2):
        for column, value in enumerate(_roster_row(person, by_path)):
            sheet.write_string(row, column, value)
    book.close()
    return buffer.getvalue()


def _roster_row(person: GenPerson, by_path: Mapping[str, GenPlace]) -> tuple[str, ...]:
    steps = person.room.split("/")
    chain = [by_path["/".join(steps[: count + 1])] for count in range(len(steps))]
    parts = {"compound": "", "building": "", "unit": "", "floor": "", "room": ""}
    column = {"hotel": "compound", "row": "building", "bungalow": "room"}
    for place in chain:
        parts[column.get(place.kind, place.kind)] += place.name
    identity = (person.name, person.sex, person.birth.isoformat(), person.document, person.phone)
    rest = (person.household, "是" if person.head else "", person.residence, "、".join(person.needs), person.channel)
    return (*identity, *parts.values(), *rest)


def scans_csv(scans: Sequence[Scan], phones: Mapping[str, str], names: Mapping[str, str]) -> bytes:
    """Venue scans as a county receives them, in GBK."""
    lines = ["扫码编号,手机号,场所,时间,离开时间"]
    for scan in scans:
        lines.append(f"{scan.number},{phones[scan.person]},{names[scan.place]},{scan.at:%Y-%m-%d %H:%M:%S},{scan.until:%Y-%m-%d %H:%M:%S}")
    return ("\r\n".join(lines) + "\r\n").encode("gbk")


def results_csv(rows: Sequence[tuple[str, datetime, float | None, float | None, str]]) -> bytes:
    """Laboratory results (label, when, ORF1ab Ct, N Ct, stated outcome) in GBK, local times as given."""
    lines = ["管号,检测时间,ORF1ab Ct,N Ct,结果"]
    for label, at, orf, n, stated in rows:
        cts = ["" if ct is None else f"{ct:g}" for ct in (orf, n)]
        lines.append(",".join((label, f"{at:%Y-%m-%d %H:%M:%S}", *cts, stated)))
    return ("\r\n".join(lines) + "\r\n").encode("gbk")
