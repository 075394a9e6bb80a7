"""Why a row or a file is refused, in words: reason key -> Chinese, English. The command line has no catalogue to switch, so both stand here."""

from collections.abc import Mapping

LANGUAGES = ("zh", "en")

REASONS: Mapping[str, tuple[str, str]] = {
    "roster.name-missing": ("没有姓名", "no name"),
    "roster.name-too-long": ("姓名超过 60 个字", "the name is longer than 60 characters"),
    "roster.sex-unknown": ("性别只能写男、女或留空", "sex is 男, 女, m, f or empty"),
    "roster.date-unreadable": ("日期读不出来，请写成 1980-01-31", "the date cannot be read; write 1980-01-31"),
    "roster.document-checksum": ("身份证号码校验位不对，可能抄错一位", "the check digit of the document number is wrong: a digit was mistyped"),
    "roster.document-shape": ("证件号码既不是 18 位身份证，也不像护照号", "the document number is neither 18 digits nor a passport's"),
    "roster.document-twice": ("本文件前面已有同一证件号码", "the same document number stands in an earlier row of this file"),
    "roster.phone-shape": ("电话应为 7 至 15 位数字", "a phone number has 7 to 15 digits"),
    "roster.residence-unknown": ("居住类型不在名单里：常住、户籍、租住、流动、访客、外出、在外、旅客", "the kind of residence is not on the list"),
    "roster.need-unknown": ("特殊需求不在名单里", "a need is not on the list"),
    "roster.channel-unknown": ("联系方式只能是电话、门铃、敲门或留空", "the channel is 电话, 门铃, 敲门 or empty"),
    "roster.room-missing": ("没有房号", "no room"),
    "roster.room-unknown": (
        "场所登记里没有这一户，请核对小区、楼栋、单元、楼层、房号",
        "the place register has no such dwelling; check compound, building, unit, floor, room",
    ),
    "result.label-missing": ("没有管号，或管号过长", "no tube label, or one that is too long"),
    "result.time-unreadable": ("检测时间读不出来，请写成 2022-11-21 15:00", "the time of the test cannot be read; write 2022-11-21 15:00"),
    "result.outcome-unknown": ("结果只能写阴性、阳性、灰区、单靶标、无效", "the outcome is not on the list"),
    "result.nothing-read": ("这一行既没有 Ct 值，也没有结果", "the row has neither a Ct value nor an outcome"),
    "result.ct-unreadable": ("Ct 值不是数字", "the Ct value is no number"),
    "result.differs": (
        "此次检测以前报过，结果不同；请在检验页面说明理由更正",
        "this run was read before and says something else; correct it with a reason",
    ),
    "result.limits-unset": ("Ct 判读界限未设定，请向本县询问", "nobody has set which Ct means what"),
    "result.ct-impossible": ("Ct 值不可能这么大或为负", "no run has such a Ct value"),
    "result.not-final": ("结果还不是最终结果", "the result is not final"),
    "message.unreadable": ("文件读不出来：既不是 FHIR R4，也不是 HL7 v2 报文", "the file is neither FHIR R4 nor HL7 v2 messages that can be read"),
    "message.kind": ("不是 ORU^R01 结果报文", "the message is no ORU^R01"),
    "message.separators": ("MSH-2 的分隔符不对", "the separators of MSH-2 are wrong"),
    "message.segment-unknown": ("段名不对", "this is no segment's name"),
    "message.segment-missing": ("缺少必需的段", "a segment that is needed is missing"),
    "message.segment-order": ("段的顺序不对", "a segment stands in the wrong place"),
    "scan.number-missing": ("没有扫码编号", "no scan number"),
    "scan.phone-missing": ("没有手机号", "no phone number"),
    "scan.phone-unknown": ("人员登记里没有这个手机号，或有多人使用", "the register has nobody, or several people, with this phone number"),
    "scan.place-unknown": ("场所登记里没有这个场所", "the place register has no such place"),
    "scan.time-unreadable": ("时间读不出来，请写成 2022-11-21 15:00", "the time cannot be read; write 2022-11-21 15:00"),
    "scan.until-unreadable": ("离开时间读不出来，或早于到达时间", "the leaving time cannot be read or is before the scan"),
    "scan.stay-too-long": ("停留超过 62 天，像是填错了", "the stay is longer than 62 days: probably a slip"),
    "line.mapping-unreadable": (
        "列名对应文件读不出来：TOML 或 JSON，只有 columns、dates（ymd、dmy、mdy）、earliest、latest",
        "the mapping cannot be read: TOML or JSON with columns, dates (ymd, dmy, mdy), earliest, latest",
    ),
    "line.case-missing": ("没有病例编号", "no case number"),
    "line.case-twice": ("前面的行已有同一病例编号", "the same case stands in an earlier row"),
    "line.case-unknown": ("病例清单里没有这个编号", "the line list has no such case"),
    "line.same-case": ("一个病例不能与自己有关联", "a case has no link to itself"),
    "line.moment-missing": ("既没有发病日期，也没有采样日期", "neither a day of onset nor one of sampling"),
    "line.date-ambiguous": ("日期的日、月顺序不明；请在列名对应里写明 dates", "day and month may be swapped; say their order in the mapping (dates)"),
    "line.date-unreadable": ("日期读不出来", "the date cannot be read"),
    "line.date-outside": ("日期不在列名对应所写的起止之间", "the date lies outside the days that the mapping allows"),
    "line.window-reversed": ("结束早于开始", "the end is before the beginning"),
    "line.minutes-unreadable": ("分钟数读不出来", "the minutes cannot be read"),
    "sheet.too-many-cells": ("这一行的格子比表头多，内容可能错位", "the row has more cells than there are headings: it may be shifted"),
    "sheet.number-cut": (
        "数字被 Excel 截成了科学计数，末位已丢失；请把该列设为文本后重填",
        "Excel has cut the number, its last digits are lost; make the column text",
    ),
    "sheet.not-a-sheet": ("这不是 Excel，也不是 UTF-8 或 GBK 的 CSV", "the file is neither Excel nor a CSV in UTF-8 or GBK"),
    "sheet.too-large": ("文件太大", "the file is too large"),
    "sheet.headings-missing": (
        "缺少必需的列，可用 --map 说明本县的列名",
        "columns that are needed are missing; say with --map what they are called here",
    ),
    "sheet.mapping-wrong": ("列名对应写错了", "the mapping does not fit"),
    "input.bad": ("参数不对", "a value cannot be taken as it is"),
    "access.not-allowed": ("这个账号没有导入此类文件的职责", "this account holds no duty that brings in such a file"),
    "access.not-found": ("没有这个账号所属的区域", "there is no such tree"),
    "access.second-factor-missing": ("这一职责需要第二重验证，请用 --code 给出验证码", "this duty needs a second factor; give its code with --code"),
    "policy.no-pack-in-force": ("这一天没有生效的防控方案", "no policy pack is in force on this day"),
    "policy.clause-missing": ("生效的方案里没有这一条", "the pack in force has no such clause"),
    "policy.unset": ("方案里这个数值还没有人定", "nobody has set this value of the pack"),
    "vault.key-file-missing": ("没有密钥文件，先运行 epigrid keys make", "there is no key file; run epigrid keys make first"),
}

LINES: Mapping[str, tuple[str, str]] = {
    "preview": ("试读 {name}（{encoding}），什么都不写入", "preview of {name} ({encoding}): nothing is written"),
    "taken": ("{name}（{encoding}）", "{name} ({encoding})"),
    "column": ("  {heading} -> {field}", "  {heading} -> {field}"),
    "unknown": ("  {heading}：不采用，不认识这一列", "  {heading}: not taken, unknown"),
    "double": ("  {heading}：不采用，另一列已作此项", "  {heading}: not taken, another column stands for the same"),
    "left-out": ("  {heading}：不采用，按列名对应略去", "  {heading}: not taken, left out by the mapping"),
    "absent": ("  文件里没有的项：{fields}", "  not in the file: {fields}"),
    "would": (
        "将新增 {created}，变更 {updated}，不变 {unchanged}，待认领 {set_aside}，拒收 {refused}",
        "would be new {created}, changed {updated}, unchanged {unchanged}, in the inbox {set_aside}, refused {refused}",
    ),
    "did": (
        "新增 {created}，变更 {updated}，不变 {unchanged}，待认领 {set_aside}，拒收 {refused}",
        "new {created}, changed {updated}, unchanged {unchanged}, in the inbox {set_aside}, refused {refused}",
    ),
    "row": ("  第 {row} 行，{column}：{words}", "  row {row}, {column}: {words}"),
    "whole-row": ("  第 {row} 行：{words}", "  row {row}: {words}"),
    "message": ("  第 {row} 条，{column}：{words}", "  message {row}, {column}: {words}"),
    "whole-message": ("  第 {row} 条：{words}", "  message {row}: {words}"),
    "unread": ("  未读取的部分：{parts}", "  parts that nobody here reads: {parts}"),
    "more": ("  还有 {count} 行（--errors 全部写出）", "  and {count} more (--errors writes them all)"),
    "errors": (
        "拒收的 {count} 行写入 {path}，改好后再导入此文件即可；内含个人信息，用后删除",
        "{count} refused rows are in {path}: mend them and import that file; it names people, delete it after use",
    ),
    "saved": ("列名对应已存入 {path}", "the mapping is kept in {path}"),
    "remembered": ("采用记住的列名对应 {path}", "the remembered mapping {path} is used"),
    "refused": ("未导入：{words}{details}", "refused: {words}{details}"),
    "no-heading": ("（第 {place} 列，无列名）", "(column {place}, no heading)"),
}

ERROR_HEADINGS = {"zh": ("原行号", "问题列", "拒收原因"), "en": ("source row", "refused column", "refused because")}
"""Headings of the columns added to refused rows: known to no import."""


def words(key: str, language: str) -> str:
    """The reason in words; the key itself where nobody has written words for it."""
    pair = REASONS.get(key)
    return key if pair is None else pair[LANGUAGES.index(language)]


def line(key: str, language: str, **values: object) -> str:
    """One line of output."""
    return LINES[key][LANGUAGES.index(language)].format(**values)
