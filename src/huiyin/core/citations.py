"""How people cite a law: short names, years, document numbers, articles in figures or in characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from huiyin.core.values import Text

# Words a citation may carry or leave out without meaning another law.
_IDLE_WORDS = ("中华人民共和国", "最高人民法院", "最高人民检察院", "最高法", "最高检", "关于", "若干", "问题", "第", "的")
_MARKS = re.compile(r"[\s《》〈〉〔〕\[\]【】「」“”\"'‘’·—–-]")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")
_WORDED_YEAR = re.compile(r"((?:19|20)\d{2})年?(?:修订|修正|修改|版|文本)?")
_FIGURES = "〇零一二三四五六七八九十百千两"
_NUMBER = rf"(?:\d+|[{_FIGURES}]+)"
_PLACE = re.compile(
    rf"(?P<law>.*?)(?:第?(?P<plain>\d+)条?|第?(?P<worded>[{_FIGURES}]+)条)(?:之{_NUMBER})?"
    rf"(?:\.(?P<dotted>\d+))?(?:第?(?P<paragraph>{_NUMBER})款)?(?:第?(?P<item>{_NUMBER})项)?(?:第?{_NUMBER}目)?"
)
_DIGITS = {figure: value for value, figure in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_WEIGHTS = {"十": 10, "百": 100, "千": 1000}


def number_of(text: str) -> int:
    """Return a number written in digits or in Chinese characters up to the thousands."""
    if text.isdecimal():
        return int(text)
    total = digit = 0
    for figure in text:
        if figure in _WEIGHTS:
            total += (digit or 1) * _WEIGHTS[figure]
            digit = 0
        else:
            digit = _DIGITS[figure]
    return total + digit


def canonical(name: str) -> str:
    """Return a law's name without marks, spaces and the words a citation may leave out."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKC", name))
    for word in _IDLE_WORDS:
        plain = plain.replace(word, "")
    return plain.casefold()


@dataclass(frozen=True, slots=True)
class Place:
    """An article, with paragraph and item where they are named; or the heading of a part of a text without articles."""

    article: str
    paragraph: int | None = None
    item: int | None = None

    @classmethod
    def parse(cls, text: str) -> Place:
        """Read what the packs write: ``62``, ``62.2``, ``23.1.5``, ``64..1``, or a heading."""
        parts = text.split(".")
        if not parts[0].isdecimal():
            return cls(text)
        numbers = [int(part) if part else None for part in (*parts[1:], "", "")]
        return cls(parts[0], numbers[0], numbers[1])

    def __str__(self) -> str:
        """Return the shape ``parse`` reads."""
        tail = ["" if part is None else str(part) for part in (self.paragraph, self.item)]
        return ".".join((self.article, *tail)).rstrip(".")

    def text(self) -> Text:
        """Return the place in words for people."""
        if not self.article.isdecimal():
            return Text(f"“{self.article}”", f"“{self.article}”")
        zh, en = f"第{self.article}条", f"art. {self.article}"
        if self.paragraph is not None:
            zh, en = f"{zh}第{self.paragraph}款", f"{en} para. {self.paragraph}"
        if self.item is not None:
            zh, en = f"{zh}第{self.item}项", f"{en} item {self.item}"
        return Text(zh, en)

    def differs(self, other: Place) -> bool:
        """Return whether both name a paragraph or an item, and not the same one."""
        pairs = ((self.paragraph, other.paragraph), (self.item, other.item))
        return self.article != other.article or any(one is not None and two is not None and one != two for one, two in pairs)


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A place somebody cited, and the law named right before it, if any."""

    law: str
    place: Place


@dataclass(frozen=True, slots=True)
class CitedName:
    """A law somebody cited.

    Attributes:
        said: the words themselves.
        names: what it may be known by, likeliest first.
        years: years of the version, where the citation says one.
        trailing: the same without what may be an article at its end, and that article.
    """

    said: str
    names: tuple[str, ...]
    years: frozenset[int]
    trailing: tuple[str, Place] | None = None


def read_places(text: str) -> tuple[tuple[CitedPlace, ...], str]:
    """Return the cited places of one law, and what stands in parentheses: it may say which period is meant."""
    plain = unicodedata.normalize("NFKC", text)
    said = " ".join(_PARENTHESES.findall(plain))
    plain = _PARENTHESES.sub("", plain)
    places: list[CitedPlace] = []
    for part in re.split(r"[、,;/]|以及|及|和", plain):
        word = re.sub(r"\s", "", part)
        if not word:
            continue
        found = _PLACE.fullmatch(word)
        if found is None:
            places.append(CitedPlace("", Place(word)))
            continue
        paragraph = found["paragraph"] or found["dotted"]
        places.append(
            CitedPlace(
                found["law"],
                Place(
                    str(number_of(found["plain"] or found["worded"])),
                    number_of(paragraph) if paragraph else None,
                    number_of(found["item"]) if found["item"] else None,
                ),
            )
        )
    return tuple(places), said


def read_names(text: str) -> tuple[CitedName, ...]:
    """Return the laws a citation names; several are separated by semicolons."""
    return tuple(read_name(part) for part in re.split(r"[;；]", text) if part.strip())


def read_name(text: str) -> CitedName:
    """Return one cited law."""
    plain = unicodedata.normalize("NFKC", text).strip()
    inside = _PARENTHESES.findall(plain)
    outer = _PARENTHESES.sub("", plain)
    # The year of a document number, as in 法释〔2011〕5号, names no version.
    years = {int(year) for one in inside if "号" not in one.split(",")[0] or "〔" not in one for year in _YEAR.findall(one)}
    names = [canonical(outer)]
    worded = _WORDED_YEAR.search(outer)
    if worded is not None and "〔" not in outer and "号" not in outer:
        names.append(canonical(_WORDED_YEAR.sub("", outer)))
        years.add(int(worded[1]))
    names.extend(canonical(part) for one in inside for part in one.split(","))
    trailing = None
    found = _PLACE.fullmatch(re.sub(r"\s", "", outer))
    if found is not None and found["law"]:
        places, _ = read_places(outer)
        trailing = (canonical(found["law"]), places[-1].place)
    return CitedName(plain, tuple(name for name in dict.fromkeys(names) if name), frozenset(years), trailing)
