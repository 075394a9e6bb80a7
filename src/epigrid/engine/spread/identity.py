"""Invented identities that nobody can have: names with 演 inside, document numbers of the region 999999, phones of the range 10000.

All are recognisable, pass the checks of real ones (ISO 7064 MOD 11-2 for documents, 11 digits for phones), and belong to nobody: no region has the code
999999 (GB/T 2260), no operator assigns mobile numbers that begin with 10.
"""

from collections import Counter
from datetime import date
from random import Random

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜"
    "范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段漕钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "安平宁和乐康健福瑞祥兰梅竹菊荷莲松柏桐枫春夏秋冬晨曦晓辉阳光明亮星月云霞雪雨露霜江河湖海波涛泉溪山岩峰岭石玉珍珠琳琅瑾瑜"
    "文武才学思慧敏颖睿智德仁义礼信忠孝诚真善美芳芬芸芝茵蕾花朵苗青翠红丹紫蓝白金银铁铜钢强刚毅勇猛伟宏志达远飞腾跃进超越"
)
MARK = "演"
REGION = "999999"
PHONES = "10000"
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def names(rng: Random, count: int) -> list[str]:
    """`count` different names. Three characters while there are enough, four in very large communities."""
    short = len(SURNAMES) * len(GIVEN)
    if count <= short:
        return [_name(number) for number in rng.sample(range(short), count)]
    return [_name(number) for number in rng.sample(range(short, short * (len(GIVEN) + 1)), count)]


def _name(number: int) -> str:
    rest, surname = divmod(number, len(SURNAMES))
    second, first = divmod(rest, len(GIVEN))
    return SURNAMES[surname] + MARK + GIVEN[first] + (GIVEN[second - 1] if second else "")


def phones(rng: Random, count: int) -> list[str]:
    """`count` different telephone numbers of 11 digits."""
    return [f"{PHONES}{number:06d}" for number in rng.sample(range(1_000_000), count)]


class Documents:
    """Gives out document numbers of 18 characters, each once: region, birth date, sequence (odd: male), check character."""

    def __init__(self) -> None:
        self._given: Counter[tuple[date, str]] = Counter()

    def take(self, birth_date: date, sex: str) -> str:
        """The next number of a birth date and sex."""
        self._given[birth_date, sex] += 1
        sequence = 2 * self._given[birth_date, sex] - (sex == "M")
        head = f"{REGION}{birth_date:%Y%m%d}{sequence:03d}"
        return head + check_character(head)


def check_character(head: str) -> str:
    """The last character of a document number with the 17 digits `head` (GB 11643, ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(head, _WEIGHTS, strict=True)) % 11]
