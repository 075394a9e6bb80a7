"""What `epigrid trace` says, in Chinese and English: why a row or a file is not taken, and the lines around it."""

from collections.abc import Mapping

from epigrid.interfaces.cli.reasons import LANGUAGES
from epigrid.interfaces.cli.reasons import REASONS as ELSEWHERE

REASONS: Mapping[str, tuple[str, str]] = {
    "row-of-other-length": ("这一行的格子比表头多或少，可能在中间断开", "the row has more or fewer cells than there are headings: it may be cut"),
    "person-missing": ("没有人员编号", "no person"),
    "person-unknown": ("索引里没有这个人", "nobody of this id is in the index"),
    "place-missing": ("没有场所编号", "no place"),
    "place-unknown": ("场所名单里没有这个场所", "the list of places does not have this place"),
    "stamp-missing": ("没有时间", "no moment"),
    "stamp-unreadable": ("时间读不出来", "the moment cannot be read"),
    "stamp-without-zone": ("时间没有时区，也没有用 --zone 说明", "the moment has no time zone, and none is given with --zone"),
    "stamp-not-one-moment": ("夏令时换时，这个时刻出现两次或不存在", "the clocks of the zone showed this moment twice or never"),
    "stamp-out-of-range": ("时间超出 1970 至 2242 年（毫秒请在列对应里写 epoch-ms）", "before 1970 or after 2242 (milliseconds: say epoch-ms in the mapping)"),
    "ends-before-it-starts": ("离开早于到达", "it ends before it starts"),
    "no-length": ("到达与离开是同一时刻", "it ends at the moment at which it starts"),
    "stay-too-long": ("停留超过 62 天", "a stay of more than 62 days"),
    "dwell-missing": ("没有离开时间，也没有说明停留多久", "no end, and nothing says how long a stay lasts"),
    "no-partner-and-no-dwell": ("只有进或只有出，也没有说明停留多久", "an in or out scan alone, and nothing says how long a stay lasts"),
    "direction-unknown": ("既不是进也不是出", "neither an in word nor an out word"),
    "in-the-future": ("时间在 --until 之后", "the moment is after --until"),
    "outside-the-days": ("不在 --days 说明的日期内", "not on the days that --days says"),
    "repeated": ("与另一行完全相同，只算一次", "an exact repeat of another row, counted once"),
    "at-two-places-at-once": ("同一人同时在另一场所；两处都保留", "the same person is at another place at the same time; both are kept"),
    "exposure-missing": ("没有暴露记录", "no exposure record"),
    "purpose-missing": ("没有写明目的", "no purpose"),
    "window-empty": ("时段的结束不晚于开始", "the window does not end after it starts"),
    "window-too-long": ("时段超过 21 天", "the window is longer than 21 days"),
    "onset-missing": ("没有发病时间", "no onset"),
    "case-twice": ("同一人在前面的行里已是病例", "the same person is a case in an earlier row"),
    "tracing.file-refused": ("文件读不到结尾", "the file cannot be read to its end"),
    "tracing.column-missing": ("缺少一列，或同名列有两个", "a column is missing, or is there twice"),
    "tracing.mapping-wrong": ("列对应写错了", "the mapping does not fit"),
    "tracing.nothing-taken": ("没有一行可以采用", "not one row can be taken"),
    "tracing.days-left": ("文件夹里还有这些文件没有的日子；用 --days 说明只换哪几天，或另建文件夹", "the folder has days that the files do not have; name the days with --days, or build elsewhere"),
    "tracing.numbering-damaged": ("编号对照表缺失或损坏，不作回答", "the dictionary of ids is missing or damaged; nothing is answered"),
    "tracing.too-many-ids": ("人员或场所超过索引可编号的数目", "more persons or places than an index can number"),
    "tracing.index-damaged": ("索引文件缺失、残缺或被改动，不作回答", "a file of the index is missing, cut or changed; nothing is answered"),
    "tracing.schema-version": ("索引由另一版本写成，请重建", "the index was written by another version; build it anew"),
    "tracing.index-busy": ("另一程序正在此文件夹建索引", "another builder is at work in this folder"),
    "tracing.index-other": ("此文件夹是另一来源或时区的索引", "the folder holds an index of another source or zone"),
    "tracing.bad-columns": ("某列不能采用", "a column cannot be taken"),
    "tracing.query-unbound": ("提问没有暴露记录，或时段超过 21 天", "the question has no exposure record, or spans more than 21 days"),
    "chains.serial-interval-wrong": ("代际间隔须满足 0 < 最短 <= 均值 <= 最长，标准差为正", "a serial interval has 0 < lowest <= mean <= highest and a positive spread"),
    "same-moment": ("两人发病（或首次阳性采样）在同一天", "both fell ill, or were sampled, on the same day"),
    "too-short": ("间隔短于给定的最短代际间隔", "the days between them are fewer than the lowest of the serial interval given"),
    "too-long": ("间隔长于给定的最长代际间隔", "the days between them are more than the highest of the serial interval given"),
    "windows-apart": ("接触不在传染期与暴露期之内", "they were together outside the windows that are known"),
    "query.not-approved": ("没有第二人批准的、这一类的查询", "no second person has approved such a query of this kind"),
}  # fmt: skip

LINES: Mapping[str, tuple[str, str]] = {
    "taken": (
        "采用 {taken} / {rows} 行；{persons} 人，{places} 处场所，{days} 天（{first} 至 {last}）",
        "taken {taken} of {rows} rows; {persons} persons, {places} places, {days} days ({first} to {last})",
    ),
    "asked": ("提问 {asked} / {rows} 行；答案 {answers} 行写入 {path}", "asked {asked} of {rows} rows; {answers} rows of answers in {path}"),
    "linked": (
        "采用 {cases} 个病例、{links} 条关联（共 {rows} 行）；答案 {answers} 行写入 {path}",
        "taken {cases} cases and {links} links of {rows} rows; {answers} rows of answers in {path}",
    ),
    "apart": ("  {count} 对有关联的病例不能是传播：{words}", "  {count} linked pairs can be no transmission: {words}"),
    "answered": ("答案 {answers} 行写入 {path}", "{answers} rows of answers in {path}"),
    "rejected": ("  拒收 {count} 行，{column}：{words}", "  rejected {count}, {column}: {words}"),
    "remarked": ("  注意 {count} 行，{column}：{words}", "  remarked {count}, {column}: {words}"),
    "scanner": (
        "  扫码器 {device} 的时钟可疑：共 {scans} 次，{future} 次在将来，{outside} 次在日期外，{backwards} 次先出后进（中位 {median_seconds} 秒）；未作改正",
        "  the clock of scanner {device} is suspect: of {scans} scans {future} in the future, {outside} outside the days, {backwards} ends before begins "
        "(median {median_seconds} s); nothing was corrected",
    ),
    "listed": ("逐行见 {path}", "row by row in {path}"),
    "saved": ("列对应已存入 {path}", "the mapping is kept in {path}"),
    "refused": ("未采用：{words}{details}", "refused: {words}{details}"),
    "whole-row": ("整行", "whole row"),
}


def words(key: str, language: str) -> str:
    """The reason in words; the key itself where nobody has written words for it."""
    pair = REASONS.get(key) or ELSEWHERE.get(key)
    return key if pair is None else pair[LANGUAGES.index(language)]


def line(key: str, language: str, **values: object) -> str:
    """One line of output."""
    return LINES[key][LANGUAGES.index(language)].format(**values)
