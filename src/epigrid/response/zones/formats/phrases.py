"""The words of notices: levels and their changes, numbers, moments, numbering, and what is no place. All patterns are for the shadow (`letters`).

Every pattern is linear: no unbounded repetition stands inside another one that can give way.
"""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from epigrid.response.zones.formats.notice import Level
from epigrid.response.zones.formats.places import PROVINCE_NAMES

CHINA = ZoneInfo("Asia/Shanghai")
"""Notices are dated in the one official time of China."""

WORDS: dict[str, Level] = {"高": "high", "中": "medium", "低": "low", "封": "lockdown", "管": "control", "防": "precautionary"}
SURE_SIGNS = re.compile("险|控(?:管理)?区|范(?:管理)?区|常态化|→")
"""A segment without any of these holds no level."""

NUMBER = r"(?:[0-9OolI〇]{1,5}|[零一二两三四五六七八九十百]{1,6})"
DIGITS = {word: value for value, word in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
SLIPPED = str.maketrans("OolI〇", "00110")


def number(words: str) -> int:
    """A count in digits (with a scanner's O and l) or in Chinese numerals below a thousand."""
    if words[0].isascii() or words[0] == "〇":
        return int(words.translate(SLIPPED))
    total, digit = 0, 0
    for char in words:
        if char in "十百":
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
        else:
            digit = DIGITS[char]
    return total + digit


# --- levels and their changes ---

BEYOND = r"(?:之外|以外|外)"
RISK = rf"(?<![中高低])(?<![中高低][、和及与/])[高中低]风险(?!(?:地区|区域|区)?{BEYOND})(?:地区|区域|区)?(?:等级)?"
ZONE = rf"(?<![封临])(?:封控|管控|防范)(?:管理)?区(?!域?{BEYOND})域?"
LEVEL = rf"(?:{RISK}|{ZONE})"
ORDINARY = r"常态化(?:疫情)?(?:防控)?(?:区域|区|管理)?(?:措施)?(?:管理)?"
MOVE = r"(?:统一|分别|全部|均)?(?:调整|降低|下调|上调|降级|升级|转换|变更|转化|恢复|调|降|升|转|变)(?:级|管理)?(?:为|至|到|成)"
NAME = r"(?:新增|新划定|划定|划分|增设|设定|设立|增加|确定|判定|认定|列入|列|划|定)(?:了)?(?:为|成)?(?:以下|下列)?"
LIFT = r"(?:解除|撤销|取消|终止|撤除)(?:以下|下列|上述|部分)?"
PHRASE = re.compile(
    rf"(?P<from>{LEVEL})(?:管理)? {{0,6}}(?:{MOVE}|→) {{0,6}}(?:(?P<to>{LEVEL})|(?P<free>{ORDINARY}))"
    rf"|(?P<short_from>[高中低])(?:风险)? {{0,6}}(?:→|[降升转调]为?) {{0,6}}(?P<short_to>[高中低])(?:风险(?:地区|区域|区)?)?"
    rf"|(?:{MOVE}|为|→) {{0,6}}(?P<new>{LEVEL})"
    rf"|→ {{0,6}}(?P<arrow>[高中低])(?![\u4e00-\u9fff])"
    rf"|(?P<named>{NAME} {{0,6}}{LEVEL})"
    rf"|{LIFT}(?P<lifted>{LEVEL})(?:管理|管控|管控措施)?|(?P<ended>{LEVEL})(?:予以|的)?{LIFT}(?:管理|管控|管控措施)?"
    rf"|(?:恢复|{MOVE}|→) {{0,6}}(?P<ordinary>{ORDINARY})"
    rf"|(?P<bare>{LEVEL})"
)


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A phrase that names a level or a change of it; `bare` where it is the level's name alone, `names` where it announces places ("新增高风险区")."""

    level_from: Level | None
    level_to: Level | None
    start: int
    end: int
    bare: bool
    names: bool = False


def turns(shadow: str, start: int, end: int) -> list[Turn]:
    """The levels and changes named between two offsets, in order."""
    if not SURE_SIGNS.search(shadow, start, end):
        return []
    return [_turn(found) for found in PHRASE.finditer(shadow, start, end)]


def _turn(found: re.Match[str]) -> Turn:
    group = found.lastgroup or ""
    old, new = found["from"] or found["short_from"] or found["lifted"] or found["ended"], found["to"] or found["short_to"] or found["new"]
    new = new or found["arrow"] or found["named"] or found["bare"]
    return Turn(
        level_from=level(old) if old else None,
        level_to=level(new) if new else "none",
        start=found.start(),
        end=found.end(),
        bare=group == "bare",
        names=group == "named",
    )


def level(words: str) -> Level:
    """The level that a phrase names first."""
    return next(WORDS[char] for char in re.findall(r"[高中低封管防](?=风险|控|范|$)", words))


# --- counts ---

COUNT_AFTER = re.compile(
    rf" {{0,6}}:? {{0,6}}\(? {{0,6}}(?:共计|共有|总计|合计|共|计)? {{0,6}}(?P<n>{NUMBER}) {{0,6}}(?:(?:个|处)(?:地区|区域|区|点位)?(?:[,;、 ][^()\n:]{{0,24}}(?=\)))? {{0,6}}\)?|\)|(?= {{0,6}}:)|(?= {{0,6}}$))",
    re.MULTILINE,
)
COUNT_BEFORE = re.compile(rf"(?P<n>{NUMBER}) {{0,6}}(?:个|处)(?:地区的)? {{0,6}}$")
NONE_AFTER = re.compile(r" {0,6}:? {0,6}\(? {0,6}(?:暂无|无|没有) {0,6}\)? {0,6}$")
NONE_BEFORE = re.compile(r"(?:暂无|没有|无) {0,6}$")

# --- moments ---

_DAY = r"(?:(?P<year>20\d\d) {0,6}年 {0,6})?(?P<month>\d{1,2}) {0,6}月 {0,6}(?P<day>\d{1,2}) {0,6}日"
_HOUR = r"(?: {0,6}(?P<half>凌晨|早上|上午|中午|下午|晚上|晚|早)? {0,6}(?P<hour>\d{1,2}|零|十二) {0,6}(?:(?:时|点)(?:(?P<minute>\d{1,2}) {0,6}分)?|:(?P<minute2>\d\d)))?"
MOMENT = re.compile(_DAY + _HOUR)
AT_ONCE = re.compile(r"即日起|即时起|即刻起|自?本?通告发布之日起|自即日")
STARTS = re.compile(r" {0,6}(?:,)? {0,6}(?:起|开始)")


def moment(found: re.Match[str], year: int | None, zone: tzinfo = CHINA) -> datetime | None:
    """The moment that `MOMENT` found, in the year it names or else in `year`; None where no year is known or the day does not exist. 24 o'clock is the
    next day's beginning; a day without an hour begins at midnight."""
    year = int(found["year"]) if found["year"] else year
    if year is None:
        return None
    hour = {"零": 0, "十二": 12}.get(found["hour"], 0) if found["hour"] in ("零", "十二") else int(found["hour"] or 0)
    if found["half"] in ("下午", "晚上", "晚") and hour < 12:
        hour += 12
    minute = int(found["minute"] or found["minute2"] or 0)
    if hour > 24 or minute > 59:
        return None
    try:
        return datetime(year, int(found["month"]), int(found["day"]), tzinfo=zone) + timedelta(hours=hour, minutes=minute)
    except ValueError:
        return None


def day(found: re.Match[str], year: int | None) -> date | None:
    """The day that `MOMENT` found."""
    at = moment(found, year)
    try:
        return date(at.year, int(found["month"]), int(found["day"])) if at else None
    except ValueError:
        return None


# --- numbering, and what is no place ---

ORDINALS = "一二三四五六七八九十"
NUMBERING = re.compile(
    rf" {{0,6}}(?:[●•○◆■▲※]+ {{0,6}}|[#*\-]+ {{1,6}}(?!\d)|(?P<major>[{ORDINALS}]{{1,3}}) {{0,6}}[、.．](?!\d)|\([{ORDINALS}]{{1,3}}\) {{0,6}}[、.]?|第[{ORDINALS}]{{1,3}}[、,:]"
    rf"|\(\d{{1,3}}\) {{0,6}}[、.]?|\d{{1,3}} {{0,6}}[、.)](?!\d)|\d{{1,3}} +(?=(?:{PROVINCE_NAMES}))|[①-⑳⑴-⒇⒈-⒛] {{0,6}}[、.]?) {{0,6}}"
)
"""The number or the mark at the head of a line; `major` where it opens a section."""

RULE = re.compile(
    r"足不出户|上门服务|服务上门|人不出区|错峰取物|严禁聚集|避免聚集|不聚集|个人防护(?!用品|装备)|区域封闭|阴性证明|健康监测|连续 {0,6}\d+ {0,6}[天次]|前 {0,6}\d+ {0,6}天|核酸检测(?![点站屋亭室机实基中])"
    r"|核酸筛查|非必要不|(?:管理|管控|防控|封控|防护)措施|风险等级不变|分类管理|现通告如下|特此(?:通告|公告)|跨市流动|扎堆|感染者|实行|实施[“\"分封管]"
    r"|(?:风险区|封控区|管控区|防范区|区域)(?:域)?内(?:的)?(?:所有|全体|各类|人员|居民|企业|单位|严格|倡导)"
)
"""What an area has to do, not where it is."""

PROSE = re.compile(
    r"通告|公告|通知|请广|请各|请您|敬请|提醒|应当|人员(?:按照|须|应|要|不得|可|进行)|居民(?:要|应|须|请|不得|朋友)|确诊病例|新增病例|无症状|排查|密接|管控到位|病例\d|报告本土|要求|情况|按照|根据|依据|依法"
    r"|联系电话|咨询电话|热线|电话[:号]|来源[:于]|编辑[:/]|责任编辑|责编|作者[:/]|校对[:]|审核[:]|记者[: ]|通讯员|点击|浏览量?[:次]|阅读[:次]|上一篇|下一篇|上一条|下一条|相关(?:链接|阅读|文章|新闻)"
    r"|附件|打印本页|关闭(?:窗口|本页|页面)|分享到|分享[:]|字体[:]|字号[:]|扫一扫|二维码|版权|备案|ICP|http|www\.|首页|网站地图|主办单位|承办单位|技术支持|无障碍|返回顶部|联系我们"
    r"|当前位置|发布(?:时间|日期|机构|者|于)|不变|截至|截止|更新时间|政务(?:公开|信息|新媒体)|公众号|微信|微博|返回(?:首页|列表|顶部)|登录|注册[|]|搜索|法律责任|特此|(?:加入|本站)收藏|打印\)|注[:]|提示[:]|温馨提示|备注|索引号|主题词|分类[:]|有效性|文号"
)
"""Sentences around a list, and what a web page hangs around a text."""

NO_PLACE = re.compile(f"{RULE.pattern}|{PROSE.pattern}")
TRUNCATED = re.compile(r"\((?:截断|未完待续|未完|下略|略|以下省略|省略|下转[^()\n]{0,12})\)|…+|\.{3,}")
TITLE = re.compile(r"^[ #*]*(?P<title>(?:[^\n。;:,]{0,40})关于[^\n。;]{2,70}?(?:通告|公告|通知|通报)) {0,6}(?=$|\(|\n|\d{4}年)", re.MULTILINE)
SERIAL = re.compile(r"(?:20\d\d {0,6}年 {0,6})?第 {0,6}\d{1,4} {0,6}号|\(20\d\d\) {0,6}(?:第 {0,6})?\d{1,4} {0,6}号")
