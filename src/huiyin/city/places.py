"""Places: the tree, and finding the ones a person may mean. A found place is a candidate, never a fact."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huiyin.city.models import Division, Home
from huiyin.city.place_index import CityIndex, current
from huiyin.core.address import SURE, Candidate, Reading, read_address
from huiyin.core.address_index import NEAR
from huiyin.core.address_names import DEPTH, LEVELS, plain
from huiyin.core.gazetteer import KINDS, Entry
from huiyin.core.values import Text

TYPED_AT_MOST = 12
CODE_DIGITS = 12
# Shares are told in tenths; what is not sure stays below what is.
TENTHS = 10
NOT_SURE_AT_MOST = 5
# Alternatives that hardly weigh anything are no help to anybody.
WORTH_SHOWING = 0.02


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A place that may be meant.

    Attributes:
        full_name: every name from the city down, so that places of one name can be told apart.
        said: the words of the text that point to it.
        score: its confidence in tenths; candidates with equal scores are equally likely, and an unsure one has at most 5.
        alone: no other place fits as well. Still to be confirmed by a person.
        confidence: how likely the place meant is this one or lies in it.
        unsure: too little speaks for it to be said as more than a possibility.
        notes: what a person should know about how it was found: an old name, an estate, words that say otherwise.
    """

    code: str
    full_name: str
    level: str
    said: tuple[str, ...]
    score: int
    alone: bool
    confidence: float = 0.0
    unsure: bool = True
    notes: tuple[Text, ...] = ()


def division(code: str) -> Division | None:
    """Return a place, also one that has left the tree."""
    return Division.objects.filter(code=code).first()


def ancestors(code: str) -> list[Division]:
    """Return the places from the city down to this one, itself included; empty for an unknown code."""
    path = Division.objects.filter(code=code).values_list("path", flat=True).first() or []
    by_code = Division.objects.in_bulk(path)
    return [by_code[step] for step in path]


def path_of(code: str) -> tuple[str, ...]:
    """Return the codes from the city down to a place; empty for an unknown code."""
    return tuple(Division.objects.filter(code=code).values_list("path", flat=True).first() or ())


def parts(code: str) -> list[Division]:
    """Return the places directly below one, in the order of their codes."""
    return list(Division.objects.filter(parent_id=code, ended=None).order_by("code"))


def root() -> Division | None:
    """Return the city itself; None before a city is loaded."""
    return Division.objects.filter(level="city", ended=None).order_by("code").first()


def full_name(code: str) -> str:
    """Return the names from the city down to a place, joined as in an address."""
    return "".join(place.short for place in ancestors(code))


def home_of(division_code: str | None) -> str:
    """Return the home a matter at that place is born in: the six-digit code of its county, or the city's own.

    Args:
        division_code: None when the place is not known: then the city's home.

    Raises:
        LookupError: there is no such place, or no city is loaded.
    """
    place = root() if division_code is None else division(division_code)
    if place is None:
        raise LookupError("no city is loaded" if division_code is None else f"there is no place with code {division_code!r}")
    return place.home_id


def homes() -> dict[str, str]:
    """Return every home's code and name."""
    return dict(Home.objects.order_by("code").values_list("code", "name"))


def is_rural(place: Division) -> bool:
    """Tell whether a place lies in the countryside by law: a village, or a township or town.

    A residents' community of a town counts as town: there a city's rules on streets and buildings apply.
    """
    return place.kind in ("村", "镇", "乡")


def find_places(text: str, limit: int = 8) -> list[PlaceCandidate]:
    """Return places a text may mean, likeliest first, each with its full name.

    The deepest place that is sure comes first, then what it may be more exactly, each marked ``unsure``. Short texts also
    match inside names, for searching while typing. Twelve digits are taken as a code.
    """
    held = current()
    index, read = held.index, plain(text)
    if not read:
        return []
    if len(read) == CODE_DIGITS and read in index.number:
        return [_candidate(held, index.number[read], (read,), 1.0, alone=True)]
    reading = read_address(index, text)
    found: dict[int, PlaceCandidate] = {}
    for one in _shown(index.depths, reading):
        inside = sum(other.share for other in reading.candidates if index.under(other.place, one.place))
        equal = any(other.place != one.place and abs(other.share - one.share) < 1e-9 for other in reading.candidates)
        said = tuple(dict.fromkeys(reading.read[word.start : word.end] for word in one.words))
        found[one.place] = _candidate(
            held, one.place, said, inside, alone=not equal, notes=_notes(held, one, reading), sure=index.under(reading.said, one.place)
        )
    if len(read) <= TYPED_AT_MOST:
        for code, short in held.shorts.items():
            place = index.number[code]
            if read in short and place not in found:
                found[place] = _candidate(held, place, (read,), 0.0, alone=False)
    ordered = sorted(found.values(), key=lambda one: (-one.score, one.unsure, -one.confidence, -DEPTH[one.level], one.code))
    return ordered[:limit]


def _shown(depths: Sequence[int], reading: Reading) -> list[Candidate]:
    """Return the candidates worth showing: the sure place, and those deeper or likely enough."""
    likely = [one for one in reading.candidates if one.share >= WORTH_SHOWING or one.place == reading.said]
    kept = []
    for one in likely:
        # A district named on the way to its community is no alternative to it.
        passed = one.place != reading.said and any(word.place == one.place for other in likely if other is not one for word in other.words)
        if not passed or depths[one.place] > (depths[reading.said] if reading.said >= 0 else -1):
            kept.append(one)
    return kept


def _candidate(
    held: CityIndex, place: int, said: tuple[str, ...], share: float, *, alone: bool, notes: tuple[Text, ...] = (), sure: bool = True
) -> PlaceCandidate:
    index = held.index
    code = index.codes[place]
    sure = sure and share >= SURE
    score = round(share * TENTHS)
    return PlaceCandidate(
        code=code,
        full_name=held.full_name(place),
        level=LEVELS[index.depths[place]],
        said=said,
        score=max(score, NOT_SURE_AT_MOST + 1) if sure else min(score, NOT_SURE_AT_MOST),
        alone=alone,
        confidence=round(share, 4),
        unsure=not sure,
        notes=notes,
    )


def _notes(held: CityIndex, one: Candidate, reading: Reading) -> tuple[Text, ...]:
    """Return what a person should know of how a place was found."""
    found: list[Text] = []
    for word in one.words:
        shown = reading.read[word.start : word.end]
        if word.entry >= 0:
            found.append(_of_entry(held, held.index.entries[word.entry], shown))
        elif word.form == NEAR:
            name = held.shorts[held.index.codes[word.place]]
            found.append(Text(f"“{shown}”可能是“{name}”写错了一个字", f"“{shown}” may be “{name}” with one character mistyped"))
    against = [words for words in dict.fromkeys(one.against) if len(words) > 2]
    if against:
        found.append(Text(f"但又写了“{'”“'.join(against[:3])}”", f"but it also says “{'”, “'.join(against[:3])}”"))
    return tuple(found)


def _of_entry(held: CityIndex, entry: Entry, shown: str) -> Text:
    name = held.shorts[entry.place]
    kind = KINDS[entry.kind]
    if entry.kind == "part":
        return Text(f"“{shown}”是旧名，其中一部分现在属于{name}", f"“{shown}” is a former name; a part of it belongs to {name} now")
    if entry.kind != "former":
        return Text(f"“{shown}”（{kind.zh}）在{name}", f"“{shown}” ({kind.en}) lies in {name}")
    if entry.until is None:
        return Text(f"“{shown}”是旧名，现在是{name}", f"“{shown}” is a former name; it is {name} now")
    until = entry.until
    return Text(
        f"“{shown}”是旧名，{until.year}年{until.month}月{until.day}日改为{name}",
        f"“{shown}” is a former name; it became {name} on {until.isoformat()}",
    )
