"""The words of one place: what is taken out of it, which district it names, what kind of place it is, and what is doubtful about it."""

import re

PROVINCE_NAMES = "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门"
PROVINCES = frozenset(PROVINCE_NAMES.split("|"))
PROVINCE = rf"(?:{PROVINCE_NAMES})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?"
_NO_NAME = r"(?!其他|其余|小区|社区|园区|校区|厂区|片区|景区|院区|库区|营区|矿区[\u4e00-\u9fff]*楼|生活区|家属区|住宅区|宿舍区|工业区|街道|号|路|村|镇|街|弄|巷|栋|幢|单元|[省])"
_CHAR = rf"(?:{_NO_NAME}[\u4e00-\u9fff·-])"
CITY = rf"(?:{_CHAR}{{1,7}}?(?:市(?!区|县)|盟)|{_CHAR}{{0,12}}?自治州|(?:湘西|恩施|延边|德宏|大理|红河|文山|楚雄|怒江|迪庆|西双版纳|凉山|甘孜|阿坝|黔东南|黔西南|黔南|临夏|甘南|伊犁|昌吉|博州|巴州|克州|海西|玉树|果洛|黄南)州|(?:阿里|喀什|和田|塔城|阿勒泰|大兴安岭)地区)"
COUNTY = (
    rf"(?:城乡一体化示范区|(?!县){_CHAR}{{1,2}}[东西南北中]区(?!域)|(?!县){_CHAR}{{1,8}}?(?<![东西南北中期小新])(?:区(?!域)|县(?!城|镇|乡)|旗)"
    rf"|{_CHAR}{{1,4}}新区|[东西南北新城]区(?=街道)|(?:{_CHAR}|-){{2,10}}?(?:开发区|高新区|示范区|名胜区|管理区|度假区|保税区|合作区)|{_CHAR}{{1,5}}?(?<![超城都夜早菜])市)"
)
DISTRICTS = re.compile(rf"(?:(?P<province>{PROVINCE})\s*)?(?:(?P<city>{CITY})\s*)?(?:(?P<county>{COUNTY})\s*)?")
WHOLE = re.compile(r"(?:全域|全境|全部|行政区域|全县|全区|全市)")
IS_PROVINCE = re.compile(rf"{PROVINCE}$")
"""The leading names of province, city and county in an address."""

_LARGE = r"(?:区|县|市|旗|州|盟|省|地区|镇|乡|苏木|街道|街办|办事处|开发区|示范区|园区|新区|社区|村)"
HEADING_NAME = re.compile(rf"[\u4e00-\u9fff·（）-]{{1,30}}?{_LARGE}$")
NOT_A_NAME = re.compile(r"小区$|校区$|厂区$|风险(?:地区|区域|区)?$|控区$|范区$")


def rank(name: str) -> int:
    """How large the place of a heading is: 1 province, 2 city or prefecture, 3 county, 4 town, 5 smaller or unknown."""
    if IS_PROVINCE.match(name):
        return 1
    if name.endswith(("市", "州", "盟", "地区")):
        return 2
    if name.endswith(("街道", "镇", "乡", "苏木", "办事处", "街办")):
        return 4
    return 3 if name.endswith(("区", "县", "旗")) and not NOT_A_NAME.search(name) else 5


def is_heading_name(name: str) -> bool:
    """Whether a name can stand over a list without a number."""
    return IS_PROVINCE.match(name) is not None or (HEADING_NAME.match(name) is not None and NOT_A_NAME.search(name) is None)


def leading_districts(shadow: str, start: int, end: int) -> int:
    """Where the leading names of province, city and county of an address end; the last of them stays when nothing would be left of the place."""
    found = DISTRICTS.match(shadow, start, end)
    if not found or found.end() == start:
        return start
    if found.end() == found.end("province") and found["province"] in PROVINCES:
        return start  # 云南北路 is a street
    if found.end() < end and not WHOLE.match(shadow, found.end(), end):
        return found.end()
    return next((found.start(name) for name in ("county", "city", "province") if found[name]), start)


# --- what is taken out of a place ---

_REST = r"(?:的?(?:其他|其余|所有)?(?:区域|地区|部分|范围)?)"
_OUT = r"(?:除外|以外|之外|外)"
IN_BRACKETS = re.compile(rf"\s*(?:除去|除了|除|不含|不包括|不包含)?\s*(?P<inner>.+?)\s*(?:{_OUT}{_REST}|为[高中低]风险(?:地区|区域|区)?)?\s*$")
SAYS_OUT = re.compile(rf"^\s*(?:除|不含|不包括|不包含)|{_OUT}{_REST}\s*$|为[高中低]风险(?:地区|区域|区)?")
LATER_OUT = re.compile(r"(?:不含|不包括|不包含)(?P<inner>[^;)]+)")
BEFORE = re.compile(rf"除(?P<inner>.{{1,200}}?){_OUT}的?\s*(?P<place>.+)$")
BETWEEN = re.compile(rf"(?P<place>.{{2,60}}?)\s*除(?P<inner>.{{1,300}}?){_OUT}{_REST}$")
BEHIND = re.compile(rf"(?P<place>.{{1,80}}?[区县市镇乡道村])(?P<inner>[高中低]风险(?:地区|区域|区)?|(?:封控|管控)区){_OUT}{_REST}$")
ONLY_LEVELS = re.compile(r"\s*[高中低][、和及与][高中低]风险(?:地区|区域|区)?\s*")
PARTS = re.compile(r"[^;]+")
NAMES = re.compile(r"[^、,;]+")


def taken_out(shadow: str, start: int, end: int) -> tuple[int, int, tuple[tuple[int, int], ...]]:
    """The span of the place itself, and the spans of what is excluded from it: "X(1-4号楼除外)", "X<Y除外>", "X(不含Y)", "除Y外的X", "X除Y以外区域"."""
    opening = last_bracket(shadow, start, end)
    if opening > start and SAYS_OUT.search(shadow[opening + 1 : end - 1]):
        return start, opening, _listed(shadow, opening + 1, end - 1)
    later = LATER_OUT.search(shadow, opening, end) if opening > start else None
    if later:
        return start, end, _names(shadow, *later.span("inner"))
    if "外" in shadow[start:end]:
        for pattern in (BEFORE, BETWEEN, BEHIND):
            found = pattern.match(shadow, start, end)
            if found:
                inner = found.span("inner")
                return *found.span("place"), ((inner,) if pattern is BEHIND else _names(shadow, *inner))
    return start, end, ()


def last_bracket(shadow: str, start: int, end: int) -> int:
    """Where the bracket opens that closes at the end of a place; `start` where there is none."""
    if shadow[end - 1 : end] != ")":
        return start
    depth = 0
    for place in range(end - 1, start - 1, -1):
        depth += (shadow[place] == ")") - (shadow[place] == "(")
        if depth == 0:
            return place
    return start


def _listed(shadow: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    parts = list(PARTS.finditer(shadow, start, end))
    for part in parts:
        inner = IN_BRACKETS.match(shadow, *part.span())
        if inner:
            found += [inner.span("inner")] if len(parts) > 1 and "为" not in part.group() else _names(shadow, *inner.span("inner"))
    return tuple(found)


def _names(shadow: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    if ONLY_LEVELS.fullmatch(shadow, start, end):
        return ((start, end),)
    spans = []
    for name in NAMES.finditer(shadow, start, end):
        words = name.group()
        left, right = name.start() + len(words) - len(words.lstrip()), name.end() - len(words) + len(words.rstrip())
        if left < right:
            spans.append((left, right))
    return tuple(spans)


# --- kind and doubts ---

_NO = r"[0-9A-Za-z#一二三四五六七八九十]"
BOUNDARY = re.compile(r"以[东南西北](?!街|路)|[东南西北](?:至|到|起|临|侧至)|围合|合围|为中心")
ROOM = re.compile(rf"{_NO}\s*[室户]$|单元\s*\d{{3,4}}\s*号?$|号楼\s*\d{{3,4}}$|(?<=[\u4e00-\u9fff])\d{{3,4}}$|\d+-\d+-\d+\s*号?$")
FLOOR = re.compile(r"[0-9一二三四五六七八九十]\s*[层楼]$")


def _ends(*endings: str) -> re.Pattern[str]:
    """A pattern for the last words of a place."""
    return re.compile(rf"(?:{'|'.join(endings)})$")


TAIL = 10
"""The last words of a place, in characters."""
KINDS: tuple[tuple[str, re.Pattern[str] | None, re.Pattern[str] | None], ...] = (
    ("unit", _ends("单元", "门洞", "楼道", r"\d门"), None),
    ("building", _ends("号楼", "号[栋幢]", "#楼?", rf"(?:{_NO}|[东西南北中])\s*[栋幢座]", "楼栋", "楼幢", "宿舍楼", "综合楼", "家属楼"), None),
    ("row", _ends("排", "平房区?"), None),
    ("hotel", _ends("酒店", "宾馆", "旅馆", "旅店", "民宿", "招待所", "客栈"), None),
    ("market", None, re.compile("市场|商城|商场|装饰城|物贸城|商贸|建材城|家居城|购物中心|批发|百货|商业广场|新玛特|万达广场|农贸|集市")),
    ("school", None, re.compile("学校|中学|小学|大学|学院|幼儿园|校区|附中|附小|教育")),
    (
        "shop",
        _ends("店", "铺", "摊", "茶楼", "茶社", "饭庄", "酒楼", "餐饮", "[面菜饭餐]馆"),
        re.compile("超市|餐厅|烤鸭|便利|药房|零售|大虾|米线|火锅|烧烤|小吃|理发|棋牌|网吧|影院|KTV|洗浴|澡堂|健身|蒸碗|饭店"),
    ),
    (
        "site",
        _ends("厂", "站", "港", "局", "部", "中心", "园区", "厂区", "寺", "馆", "点", "库"),
        re.compile(
            "公司|工地|项目|产业园|工业园|科技园|生态园|医院|卫生[室院站]|银行|[支分]行|服务区|采样点|派出所|机关|基地|物流|监狱|养老院|敬老院|隔离点|车间|船闸|码头|教堂"
        ),
    ),
    ("street", _ends("沿线", "片区", "(?:路|街|巷|大道)(?:[一二三四五六七八九十东南西北中]段)?"), None),
    (
        "compound",
        _ends("新村", "大院", "山庄", "号院", "社", rf"(?:{_NO}|[东西南北中新])区", "[苑院府城湾庭居邸郡期里坊阁园邨廷墅寓轩第都台]"),
        re.compile("小区|花园|家园|公寓|宿舍|家属院|公馆|庄园|住宅|安置房"),
    ),
    ("community", _ends("社区", "居委会", "居民委员会"), None),
    ("village", _ends("村", "[组屯寨庄堡坡沟营峪塘队]", "村委会", "庄台", "嘎查"), re.compile("自然村|行政村")),
    ("town", _ends("[镇乡]", "街道", "苏木", "办事处", "[镇乡]全域", "街道全域", "农场", "林场"), None),
    ("district", _ends("全域", "全[区县市旗]", "[区县市旗]"), None),
    ("site", _ends("[号弄支室]", "号内", "大厦", "楼"), None),
)
"""Kind, the last words that show it, and words that show it anywhere; the first that fits is taken."""

HOUSE = re.compile(r"楼|栋|幢|座|大厦|#|公寓")
UNIT_WITHOUT_HOUSE = re.compile(rf"{_NO}+\s*单元")
MASKED = re.compile(r"[*×□■●○◯�?]|(?:^|[\u4e00-\u9fff])某|XX+|xx+|\bX(?=[镇村路街区])")
NUMBER_LOST = re.compile(r"(?<![0-9A-Za-z#一二三四五六七八九十两东西南北中甲乙丙丁、.\-) 新老主辅附几])(?:号楼|单元|号院)")
SEVERAL = re.compile(rf"\d[.,]\d+\s*(?:号|栋|幢|座|单元)|{_NO}\s*(?:号楼|号院|号|栋|幢|座|单元|层|室)\s*[、,]")
NUMBERS_ONLY = re.compile(
    rf"\s*(?:{_NO}|[东西南北中甲乙丙丁上下前后.\-至])+\s*(?:号楼|号院|号|栋|幢|座|单元|层|楼|室|户|期|排|弄|巷|组|区|院|段|门)(?:{_NO}|[东西南北中.\-至]|号楼|号|栋|幢|座|单元|层|楼|室)*\s*(?:\(.*\))?$"
)
"""A piece of numbers alone: it goes on with the place before it ("1号楼、2号楼")."""


def kind(words: str) -> tuple[str, bool]:
    """The kind of a place (see `UNITS`), and whether it is smaller than a unit. `words` is the place in the shadow, without what is excluded."""
    opening = last_bracket(words, 0, len(words))
    bare = (words[:opening] if opening else words).rstrip(" .,;")
    if BOUNDARY.search(words):
        return "street", False
    tail = bare[-TAIL:]
    if ROOM.search(tail):
        return "room", True
    if FLOOR.search(tail):
        return "floor", True
    for name, ending, anywhere in KINDS:
        if (ending and ending.search(tail)) or (anywhere and anywhere.search(bare)):
            return name, False
    return "other", False


def doubts(words: str, unit: str) -> tuple[str, ...]:
    """What a person must look at before the place can be matched; `words` is the place in the shadow."""
    found: list[str] = []
    if unit in ("unit", "room") and UNIT_WITHOUT_HOUSE.search(words) and not HOUSE.search(words):
        found.append("building-missing")
    if unit == "floor" and re.search(r"\d\s*楼$", words):
        found.append("floor-or-building")
    if MASKED.search(words):
        found.append("masked")
    if NUMBER_LOST.search(words):
        found.append("digits-lost")
    return tuple(found)
