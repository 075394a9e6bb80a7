"""Bytes to text, and text to a shadow of the same length in which words are recognised whatever script, width or slip they are written in.

Offsets in the shadow are offsets in the text, so that every reading can be shown in the words of the notice itself.
"""

import re
from dataclasses import dataclass

from epigrid.kernel.errors import DomainError

MAX_BYTES = 32 * 1024 * 1024
MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
CANDIDATES = ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "big5")
SAMPLE_BYTES = 32 * 1024
COMMON = frozenset("的一是了在不和有为区区市县镇村路号楼风险高低中调整通告疫情防控月日年全新小街道单元社個區號樓單風險調為與縣鎮時新")
"""Characters of which one stands in nearly every line of such a notice; text decoded by the wrong table holds few of them."""
FEWEST_COMMON = 0.02
MOST_DAMAGED = 0.02

TRADITIONAL = "風險區調整為於關縣鎮鄉號樓單層莊處劃範圍據專組減顯臨時內與從無個開發園東齊黨員會議領導辦廳衛總長門業場學師體確認報訊類級別實則現觀動態當廠橋廣龍蘇陝遼貴雲瓊豐華寶億條棟產車間館飯麵農貿銀醫藥診頭灣島嶺營經濟濱達將對恢復線點續後裏裡臺灤終撤銷"
SIMPLIFIED = "风险区调整为于关县镇乡号楼单层庄处划范围据专组减显临时内与从无个开发园东齐党员会议领导办厅卫总长门业场学师体确认报讯类级别实则现观动态当厂桥广龙苏陕辽贵云琼丰华宝亿条栋产车间馆饭面农贸银医药诊头湾岛岭营经济滨达将对恢复线点续后里里台滦终撤销"
SPACES = "\u3000\u00a0\u2002\u2003\u2009\u200b\ufeff\t"
LINE_ENDS = "\r\u2028\u2029\x0b\x0c\x85"
OPENING = "[{<【〔［｛＜「『〈《"
CLOSING = "]}>】〕］｝＞」』〉》"
DASHES = "—–―−~～－﹣"
OTHER_MARKS = {"﹒": ".", "｡": "。", "﹑": "、", "､": "、", "﹐": ",", "﹔": ";", "﹕": ":", "∶": ":", "︰": ":"}
TABLE = str.maketrans(
    {
        **{chr(0xFF01 + place): chr(0x21 + place) for place in range(94)},
        **dict(zip(TRADITIONAL, SIMPLIFIED, strict=True)),
        **dict.fromkeys(SPACES, " "),
        **dict.fromkeys(LINE_ENDS, "\n"),
        **dict.fromkeys(OPENING, "("),
        **dict.fromkeys(CLOSING, ")"),
        **dict.fromkeys(DASHES, "-"),
        **OTHER_MARKS,
    }
)
SLIPS = (
    ("凤险", "风险"),
    ("风隆", "风险"),
    ("风检", "风险"),
    ("风脸", "风险"),
    ("险匹", "险区"),
    ("险巨", "险区"),
    ("调整力", "调整为"),
    ("调正为", "调整为"),
    ("阵为", "降为"),
)
"""What scanners make of the words that carry the reading."""
TAG = re.compile(
    r"</?(?:p|br|div|span|a|li|ul|ol|td|th|tr|table|tbody|thead|h[1-6]|strong|b|em|i|u|font|img|html|head|body|meta|link|title|section|article)\b[^<>\n]{0,400}>",
    re.IGNORECASE,
)


class NotText(DomainError):
    """The bytes are no text in an encoding that we read: a picture, an archive, a programme."""

    reason = "notice.not-text"


class NoticeTooLarge(DomainError):
    """The file is larger than `MAX_BYTES`."""

    reason = "notice.too-large"


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """Text, the encoding it came in, and whether some bytes could not be read (each stands as U+FFFD)."""

    text: str
    encoding: str
    damaged: bool = False


def decode(data: bytes) -> Decoded:
    """Read bytes as UTF-8, GBK/GB18030, UTF-16 or Big5, with or without a mark at the beginning. Raises NotText or NoticeTooLarge."""
    if len(data) > MAX_BYTES:
        raise NoticeTooLarge(bytes=len(data), limit=MAX_BYTES)
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "") or _likeliest(data)
    body = data[next((len(mark) for mark, _ in MARKS if data.startswith(mark)), 0) :]
    text = body.decode(encoding, errors="replace")
    lost = text.count("\ufffd")
    if lost > max(3, MOST_DAMAGED * len(text)) or _strange(text[:SAMPLE_BYTES]):
        raise NotText(encoding=encoding, lost=lost)
    return Decoded(text=text, encoding=encoding, damaged=lost > 0)


def _likeliest(data: bytes) -> str:
    sample = data[:SAMPLE_BYTES]
    try:
        sample.decode("ascii")
    except UnicodeDecodeError:
        pass
    else:
        return "utf-8" if b"\0" not in sample else max(("utf-16-le", "utf-16-be"), key=lambda name: _score(sample, name))
    return max(CANDIDATES, key=lambda name: _score(sample, name))


def _score(sample: bytes, encoding: str) -> float:
    """How much a decoding looks like a notice: common characters, less what cannot be read."""
    text = sample.decode(encoding, errors="replace")
    if not text:
        return 0.0
    common = sum(char in COMMON for char in text)
    strange = sum(char == "\ufffd" or (char < " " and char not in "\t\n\r\x0b\x0c") or "\ue000" <= char <= "\uf8ff" for char in text)
    return (common - 5 * strange + 0.01 * sum(char.isascii() for char in text)) / len(text)


def _strange(text: str) -> bool:
    """Whether what was decoded is no text: control characters, or none of the characters that text in these encodings is made of."""
    if not text:
        return False
    control = sum(char < " " and char not in "\t\n\r\x0b\x0c\x1a\0" for char in text) + text.count("\0")
    readable = sum("\u4e00" <= char <= "\u9fff" or char.isascii() or "\u2000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef" for char in text)
    beyond = [char for char in text if not char.isascii()]
    foreign = len(beyond) > 100 and sum(char in COMMON for char in beyond) < FEWEST_COMMON * len(beyond)
    return control > 0.01 * len(text) or readable < 0.7 * len(text) or foreign


@dataclass(frozen=True, kw_only=True)
class Shadow:
    """The text in simplified characters and half-width marks, as long as the text itself; whether slips of a scanner were mended in it, and whether it
    held markup."""

    text: str
    mended: bool
    markup: bool


def shadow(text: str) -> Shadow:
    """The text as the reader looks at it. Brackets of all kinds are round, dashes are hyphens, `->` is an arrow, line ends are line feeds."""
    markup = TAG.search(text) is not None
    if markup:
        text = TAG.sub(lambda tag: "\n" * len(tag.group()), text).replace("&nbsp;", "      ")
    plain = text.replace("\r\n", " \n").replace("->", "→ ").translate(TABLE)
    mended = plain
    for slip, word in SLIPS:
        mended = mended.replace(slip, word)
    return Shadow(text=mended, mended=mended != plain, markup=markup)
