"""An address text in one form, cut into its name and its numbered parts. Pure.

Shapes are those of official notices of 2022: 号楼, 栋, 幢, 座, 单元, 层, 室, and of Shanghai's lists: 弄, 支弄, 号.
"""

import re
import unicodedata
from dataclasses import dataclass

LONGEST = 400
"""Characters. A longer text is no address; it is left to a person."""
MOST = 60
"""Places that one range may name ("1-60号楼"); a wider one is not taken apart."""
_PAIRS = (
    "樓楼號号棟栋單单層层閣阁園园東东華华龍龙門门陽阳衛卫國国囯国馬马鳳凤橋桥灣湾島岛縣县區区鄉乡鎮镇莊庄廣广場场學学醫医藥药車车長长興兴寧宁萬万銀银錦锦鐵铁鋼钢"
    "濱滨瀋沈漢汉濟济灘滩澤泽潔洁溝沟滙汇匯汇濤涛潤润淺浅淨净淵渊漁渔瀾澜蘭兰蘇苏蓮莲葉叶蔣蒋蕭萧藍蓝藝艺蘆芦處处術术裏里裡里見见觀观視视計计設设許许評评詩诗誠诚語语"
    "諾诺謝谢證证識识譚谭議议護护豐丰貝贝財财貨货貿贸賀贺資资賓宾賽赛趙赵躍跃軍军輝辉輪轮轉转農农運运達达遠远適适選选遼辽邊边鄭郑鄧邓釣钓鈴铃錢钱鍾钟鐘钟鏡镜間间"
    "閩闽閱阅閲阅闊阔關关隊队階阶際际陸陆陳陈陰阴隨随險险雙双離离電电雲云霧雾靈灵靜静韓韩順顺頂顶項项預预頭头題题顏颜願愿類类風风飛飞飯饭館馆駐驻騰腾驛驿驗验魚鱼魯鲁"
    "鮮鲜鴻鸿鶴鹤鷹鹰麗丽麥麦黃黄點点齊齐齡龄龜龟無无業业來来亞亚產产個个倉仓備备傳传優优僑侨價价儲储內内兩两凱凯別别劉刘劍剑動动務务勝胜勞劳勵励協协廠厂歷历參参發发"
    "變变啟启啓启嘯啸嚴严圍围圓圆團团圖图堅坚報报塢坞塵尘墻墙牆墙壇坛壩坝壯壮聲声壽寿夢梦奧奥婦妇孫孙實实審审寫写寬宽寶宝將将專专尋寻對对導导屬属岡冈峽峡嶺岭嶽岳巖岩"
    "帶带師师幾几庫库廟庙廳厅張张強强彎弯後后徑径從从復复徵征徳德恆恒悅悦愛爱慶庆應应懷怀戰战戲戏戶户掃扫揚扬換换據据擁拥擇择擊击擴扩數数斷断於于時时晉晋曉晓曆历會会"
    "書书機机權权條条楊杨極极構构標标樂乐樹树樣样檢检櫃柜欄栏歐欧歡欢歲岁氣气決决沖冲況况測测湧涌溫温準准滬沪滿满營营燈灯爐炉爾尔獨独獎奖獻献現现環环瑪玛瓊琼畫画異异"
    "當当療疗盤盘監监盧卢礦矿碼码禮礼種种稅税穩稳穀谷窪洼競竞筆笔節节範范築筑簡简籃篮糧粮紀纪約约紅红納纳級级紡纺紙纸組组細细終终結结統统絲丝經经綜综綠绿維维網网緣缘"
    "線线編编練练縱纵總总織织續续羅罗義义習习聖圣聯联聰聪職职肅肃脈脉臺台臨临舉举舊旧艷艳荊荆蕩荡薈荟蠶蚕補补裝装製制複复親亲覺觉覽览訂订記记試试話话說说誼谊課课談谈"
    "請请論论諸诸講讲譯译讀读讓让貢贡貫贯貴贵買买費费賢贤質质購购贊赞贛赣跡迹軌轨軒轩軟软載载輕轻輔辅輸输轄辖辦办連连進进遊游過过還还郵邮鄰邻釀酿釋释針针銅铜銘铭鋒锋"
    "錄录鍋锅鎖锁閉闭開开隴陇隱隐雞鸡頤颐頻频額额顧顾飲饮養养餘余馮冯馳驰駕驾駱骆騎骑驅驱鬱郁鳥鸟鳴鸣鷗鸥鹽盐齋斋昇升陞升甯宁"
)
SIMPLIFIED = dict(zip(_PAIRS[::2], _PAIRS[1::2], strict=True))
"""Traditional and variant characters that occur in addresses, each with the form in use."""
_SHAPES = str.maketrans(
    {
        **SIMPLIFIED,
        **dict.fromkeys("<[{〈《【〔「『", "("),
        **dict.fromkeys(">]}〉》】〕」』", ")"),
        **dict.fromkeys("~‐‑‒–—―−", "-"),
        **dict.fromkeys("、;&", ","),
        **dict.fromkeys("*×□?", "_"),
        "&": ",",
        "·": ".",
    }
)
_KEPT = re.compile(r"[^\w#(),.-]")
_UNITS = "号楼|号院|号门|#楼|#|栋|幢|座|单元|支弄|弄|层|楼|室|房|号|门"
_COUNTED = rf"{_UNITS}|期|区|村|组|社|队|巷|街|网格"
_NUMERAL = "[零〇一二三四五六七八九十百两]+"
_NUMERALS = re.compile(rf"{_NUMERAL}(?=(?:[,至-]{_NUMERAL})*(?:{_COUNTED}))")
_DOT, _TO, _ORDINAL = re.compile(r"(?<!\d)\.|\.(?!\d)"), re.compile(r"(?<=\d)至(?=\d)"), re.compile(r"第+(?=\d)")
_VALUE = {
    character: value for value, characters in enumerate(("零〇", "一", "二两", "三", "四", "五", "六", "七", "八", "九")) for character in characters
}
_PLAIN = r"[甲乙丙丁付附]?[a-z]?\d+(?:-\d+)*[a-z甲乙丙丁]?"
_PART = re.compile(rf"({_PLAIN}|(?<![a-z])[a-z]|[东西中](?=单元))({_UNITS})")
_LED = re.compile(rf"(?:{_PLAIN}|[a-z])(?>{_UNITS})(?=[一-鿿])(?!{_PLAIN}|[东西中]单元)")
"""A number in front of a name is part of the name: 1号桥 is not 桥1号."""
_BARE = re.compile(r"(?<!\d)(\d+(?:-\d+)*)$")
_KINDS = {
    **dict.fromkeys(("号楼", "#楼", "#", "栋", "幢", "座"), "building"),
    "单元": "unit",
    "门": "unit",
    "层": "floor",
    "楼": "storey",
    "室": "room",
    "房": "room",
    "号": "number",
    "号院": "yard",
    "号门": "gate",
    "弄": "lane",
    "支弄": "sublane",
}
"""Word -> kind of part. 楼 alone is a building or a floor, 号 alone a door, a building or a lane: they agree with either, but never for certain."""
_SIGNS = re.compile(r"[(),.#-]")
_EXCLUDED = re.compile(r"\(([^()]*(?:除外|以外|不含|不包括)[^()]*|除[^()]*)\)|(?:不含|不包括)([^()]+)$|除([^()]+?)(?:以外|之外|外)")
_REMARK = re.compile(r"\((?:住宅|住宅区|居民区|小区|新增)\)")


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """An address text: its name, its numbered parts in order as (kind, number), and what it excepts."""

    name: str
    parts: tuple[tuple[str, str], ...]
    excluded: tuple[str, ...] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers alone, outermost first."""
        return tuple(number for _, number in self.parts)


def fold(text: str) -> str:
    """One form for widths, characters, numerals, brackets and signs; folding twice changes nothing.

    Lists keep `,`, ranges `-`, brackets `()`; a character that was masked or lost becomes `_`.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower()).translate(_SHAPES)
    plain = _KEPT.sub("", plain)
    if "." in plain:
        plain = _DOT.sub("", plain).replace(".", ",")
    plain = _TO.sub("-", _NUMERALS.sub(_number, plain)).replace("#号楼", "号楼")
    return _ORDINAL.sub("", plain).strip(",.-")


def _number(found: re.Match[str]) -> str:
    """十五 -> 15, 一百零五 -> 105, 一二 -> 12."""
    numeral = found[0]
    if not set(numeral) & set("十百"):
        return "".join(str(_VALUE[character]) for character in numeral)
    total, waiting = 0, 0
    for character in numeral:
        if character in "十百":
            total += (waiting or 1) * (10 if character == "十" else 100)
            waiting = 0
        else:
            waiting = _VALUE[character]
    return str(total + waiting)


def parse(text: str) -> Parsed:
    """Cut an address into its name, its numbered parts and its exceptions."""
    return parse_folded(fold(text))


def parse_folded(folded: str) -> Parsed:
    """`parse` for a text that is folded already."""
    excluded: tuple[str, ...] = ()
    if "除" in folded or "不" in folded or "以外" in folded:
        excluded = tuple("".join(filter(None, found.groups())) for found in _EXCLUDED.finditer(folded))
        folded = _EXCLUDED.sub("", folded)
    if "(" in folded:
        folded = _REMARK.sub("", folded)
    parts: list[tuple[str, str]] = []
    led = _LED.match(folded)
    front = led[0] if led else ""
    name = front + _PART.sub(lambda found: _take(parts, found[1], found[2]), folded[len(front) :])
    bare = _BARE.search(name) if name and name[-1].isdigit() else None
    if bare and folded.endswith(bare[1]):
        name = name[: bare.start()]
        parts.extend(("bare", number.lstrip("0") or "0") for number in bare[1].split("-"))
    return Parsed(name=_SIGNS.sub("", name), parts=tuple(parts), excluded=excluded)


def _take(parts: list[tuple[str, str]], number: str, word: str) -> str:
    kind = _KINDS[word]
    if kind == "storey" and any(known == "building" for known, _ in parts):
        kind = "floor"
    parts.append((kind, number.lstrip("0") or "0"))
    return ""


_TAIL = re.compile(rf"(?:{_PLAIN}|(?<![a-z])[a-z])$")
_HEADLESS = re.compile(rf"(?:{_PLAIN}|[a-z])({_COUNTED})")
_RANGE = re.compile(rf"(?<![\d-])([a-z]?)(\d+)-\1(\d+)(?=(?!室|房)(?:{_COUNTED}))")
_PARITY = {"(单)": 1, "(单号)": 1, "(双)": 0, "(双号)": 0}


def expand(text: str) -> tuple[str, ...]:
    """The places that one text names, each as a text of its own: "5、6、8号楼", "1-3号楼", "园区(1栋、2栋1单元)", "95-99号(单)".

    A number without a name takes the name in front of it, a number without a unit word the next one behind it. A text that names one place
    comes back alone, folded; so does one with an exception, and one longer than an address.
    """
    folded = fold(text[: 2 * LONGEST])
    if len(folded) > LONGEST or _EXCLUDED.search(folded) or not ("," in folded or "-" in folded):
        return (folded,)
    sign = next((sign for sign in _PARITY if folded.endswith(sign)), "")
    plain = re.sub(r"\(([^()]*,[^()]*)\)", r"\1,", folded.removesuffix(sign))
    items = [item for item in plain.split(",") if item]
    found: list[str] = []
    before = ""
    for item, unit in zip(items, _units_behind(items), strict=True):
        whole = item + unit if unit and _TAIL.search(item) else item
        headless = _HEADLESS.match(whole)
        before = _name_before(before, headless[1]) + whole if headless else whole
        found.extend(_span(before, _PARITY.get(sign)))
    return tuple(dict.fromkeys(found)) if len(found) > 1 else (folded,)


def _units_behind(items: list[str]) -> list[str]:
    """For each item the unit word of the next nameless item that has one: 号楼 for each of "5,6,8号楼"."""
    words, behind = [], ""
    for item in reversed(items):
        words.append(behind)
        headless = _HEADLESS.match(item)
        behind = headless[1] if headless else behind if _TAIL.fullmatch(item) else ""
    return words[::-1]


def _name_before(text: str, unit: str) -> str:
    """What a nameless number takes over from the item in front: all before its last number of the same unit, or before its first number."""
    same = list(re.finditer(rf"(?:{_PLAIN}|(?<![a-z])[a-z]){unit}", text))
    first = _PART.search(text)
    return text[: same[-1].start()] if same else text[: first.start()] if first else text


def _span(item: str, parity: int | None) -> list[str]:
    """The items of a range, of one side of the street when `parity` says so; an item without a range alone."""
    span = _RANGE.search(item)
    if span is None or not 0 < int(span[3]) - int(span[2]) < MOST:
        return [item]
    numbers = [value for value in range(int(span[2]), int(span[3]) + 1) if parity is None or value % 2 == parity]
    return [f"{item[: span.start()]}{span[1]}{number}{item[span.end() :]}" for number in numbers]
