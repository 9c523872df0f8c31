"""How the name of a division is said: in full, in short, as a bare stem; and what the words after a name make of it.

Nothing here knows a place. The words are those Chinese addresses are built from: the words for levels, and the words that
turn a name into that of a road or a building (``解放`` is a street office, ``解放路`` is not).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

PROVINCE, CITY, DISTRICT, STREET, COMMUNITY = range(5)
LEVELS: Final = ("province", "city", "district", "street", "community")
DEPTH: Final[Mapping[str, int]] = {name: depth for depth, name in enumerate(LEVELS)}
# Digits of a code that mean something at each depth; the rest are zeros.
DIGITS: Final = (2, 4, 6, 9, 12)
SHORTEST, LONGEST = 2, 16

_PEOPLES: Final = (
    "蒙古族|蒙古|回族|藏族|维吾尔|苗族|彝族|壮族|布依族|朝鲜族|满族|侗族|瑶族|白族|土家族|哈尼族|哈萨克族|哈萨克|傣族|黎族|傈僳族|佤族|畲族|拉祜族"
    "|水族|东乡族|纳西族|景颇族|柯尔克孜族|柯尔克孜|土族|达斡尔族|仫佬族|羌族|布朗族|撒拉族|毛南族|仡佬族|锡伯|阿昌族|普米族|塔吉克|怒族|裕固族|独龙族"
    "|门巴族|珞巴族|基诺族|鄂温克族|鄂伦春|各族"
)
_OWN: Final = rf"(?:{_PEOPLES})*(?:自治)"
# The word for its level at the end of a name, longest first; what stands before it is the stem.
_ENDS: Final = (
    re.compile(rf"(?:{_OWN}区|省|市|特别行政区)$"),
    re.compile(rf"(?:{_OWN}州|地区|盟|市)$"),
    re.compile(rf"(?:{_OWN}县|自治旗|新区|矿区|林区|区|县|市|左旗|右旗|旗)$"),
    re.compile(rf"(?:街道办事处|地区办事处|办事处|街道|地区|(?:{_PEOPLES})*(?:民族)?乡|(?:{_PEOPLES})+(?:民族)?镇|苏木|镇|乡)$"),
    re.compile(
        r"(?:社区居民委员会|社区居委会|社区村民委员会|社区村委会|农村社区|村社区|村民委员会|村委员会|村委会|居民委员会|居委会|家委会|牧委会|社区|嘎查委员会|嘎查|村)$"
    ),
)
# What people put after a stem: the word of the list, or that of a time before or after it (a town that became a street).
_SAID: Final = (
    re.compile(r"省|市|自治区"),
    re.compile(r"市|地区|自治州|州|盟"),
    re.compile(r"新区|区|县|市|自治县|旗"),
    re.compile(r"街道办事处|街道办|街道|街办|办事处|地区|镇|乡|苏木"),
    re.compile(r"社区居民委员会|社区居委会|村民委员会|村委会|居民委员会|居委会|居民区|小区居委会|行政村|社区|居委|嘎查|大队|村|屯"),
)
# A name before these is that of a road or a building, not of a division; before the road of a building (车站路) it may be one.
_WAY: Final = (
    r"[东西南北中前后老新内外]{0,2}[一二三四五六七八九十]{0,2}(?:路|大道|大街|街(?!道|办)|巷|弄|胡同|支路|高速|国道|省道|大桥|立交|隧道)"
)
_BUILT: Final = re.compile(
    # One more character and a road with its number: 万柳 and 万柳塘路8号.
    rf"(?:{_WAY}|[^\x00-\x7f]?(?:路|大街|大道|巷|胡同)(?=\d|$)|小区|家属|宿舍|新苑|花苑|嘉苑|名都|批发|夜市|早市|体育|[东西南北]门|(?:国际|时代|中心|新)?(?:广场|大厦|大楼|宾馆|酒店|饭店|医院|中学|小学|大学|学院|幼儿园|公园|花园|家园|公寓|嘉园|名苑|山庄|公司|集团"
    rf"|银行|超市|商场|市场|商城|火车站|汽车站|高铁站|地铁站|车站|机场|码头|水库)(?!{_WAY}))"
)
_ROAD: Final = re.compile(r"[东西南北中]{0,2}[一二三四五六七八九十]{0,2}(?:路|大道|大街|街(?!道|办)|巷|弄|胡同|大桥)")
# Names that say what stands there and not where: they mean something only beside a parent.
_GENERIC: Final = re.compile(
    r"^[省市区县]?(?:国家级?|高新|高新技术|经济|技术|工业|产业|科技|循环|开发|现代|农业|食品|化工|物流|保税|旅游|度假|生态|管理|综合|新型|示范|创业|城市|商贸|港)*"
    r"(?:园区|新区|园|区|新城|集聚区|集中区|管委会|管理委员会|基地|中心)$"
)
_ROAD_NAME: Final = re.compile(r"(?:路|大道|街|巷|胡同)$")
_FIELD: Final = re.compile(r"[场口]")
_UNSAID: Final = re.compile(r"[\s,，.。;；:：、/\\|_()（）\[\]【】<>《》\"'“”‘’·!！?？*#]+")
# Words people put between the name of a place and that of a place in it.
_FILLER: Final = re.compile(
    r"(?:开发区|工业区|那边|这边|那头|那块|这块|那儿|这儿|下面|下边|境内|辖区|农村|里面|里头|儿|的|里|是|那|在|属|归|现在)+"
)
# Bearings and a word for a level (城区, 城北区): many cities have one, and so has many an estate.
_BEARING: Final = re.compile(r"^[东西南北中城市郊矿新老内外]{1,2}区$")
_COUNTRY: Final = re.compile(r"中国(?=[^\s]{2,3}(?:省|市|自治区))")
# Words that are no name by themselves, though a list has places called so.
LEVEL_WORDS: Final = frozenset(("街道", "地区", "社区", "自治区", "新区", "矿区", "林区", "农村", "大队", "居委", "办事处", "街办"))
# Names of the list that say nothing: they stand for a level that is not there.
EMPTY: Final = frozenset(("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"))


def plain(text: str) -> str:
    """Return a text as it is looked up: half-width, without spaces and marks."""
    return _COUNTRY.sub("", _UNSAID.sub("", unicodedata.normalize("NFKC", text)))


def stem_of(name: str, depth: int) -> str:
    """Return a name without the word for its level; the name itself where it has none or nothing would be left.

    >>> stem_of("砂阳南社区居民委员会", COMMUNITY), stem_of("沈北新区", DISTRICT), stem_of("沙县", DISTRICT)
    ('砂阳南', '沈北', '沙县')
    """
    stem = _ENDS[depth].sub("", name)
    if len(stem) >= SHORTEST:
        return stem
    # One character and the body that runs the place: the place is still a word (东村民委员会 runs 东村).
    village = re.sub(r"(?:民委员会|委员会|民委会|委会)$", "", name)
    return village if len(village) >= SHORTEST else name


def word_after(read: str, end: int, depth: int) -> str:
    """Return the word for a level that follows a name; empty when none does or when it begins another word."""
    found = _SAID[depth].match(read, end)
    if found is None:
        return ""
    word = found.group()
    # 义乌市场 is a market, 沈阳市长 a mayor, 桥头村口 a place before the village.
    if depth < STREET and len(word) == 1 and _FIELD.match(read, found.end()):
        return ""
    return word


def fills(between: str) -> bool:
    """Tell whether words between two names only join them (``北塔那边的前进``)."""
    return not between or _FILLER.fullmatch(between) is not None


def names_another_level(read: str, end: int, depth: int) -> bool:
    """Tell whether the word after a bare stem makes it the name of a division of another level."""
    return any(other != depth and abs(other - depth) <= 3 and word_after(read, end, other) for other in (DISTRICT, STREET, COMMUNITY))


def names_a_road(read: str, end: int) -> bool:
    """Tell whether the words after a name make a road of it."""
    return _ROAD.match(read, end) is not None


def names_a_building(read: str, end: int) -> bool:
    """Tell whether the words after a bare stem make a road, a building or a water of it."""
    return _BUILT.match(read, end) is not None


def is_village(word: str) -> bool:
    """Tell whether a word for a community is one of the countryside."""
    return any(one in word for one in ("村", "屯", "大队", "嘎查"))


def is_road(name: str) -> bool:
    """Tell whether a name is that of a road by itself, as the stem of 太原街街道 is."""
    return _ROAD_NAME.search(name) is not None


def is_generic(name: str) -> bool:
    """Tell whether a name only says what stands there (经济开发区), so that many places bear it and none alone."""
    return _GENERIC.match(name) is not None or _BEARING.match(name) is not None


def has_level_word(name: str, depth: int) -> bool:
    """Tell whether a name ends with the word for its level and more than that word."""
    found = _ENDS[depth].search(name)
    return found is not None and found.start() > 0
