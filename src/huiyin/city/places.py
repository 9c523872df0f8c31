"""Places: the tree, and finding the ones a person may mean. A found place is a candidate, never a fact."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from huiyin.city.models import Division, Home

# An address is said in the first few hundred characters; every piece of them is looked up by the index of names.
READ_AT_MOST = 300
LONGEST_NAME = 14
SHORTEST_NAME = 2
TYPED_AT_MOST = 12
_SPACES = re.compile(r"\s+")
_NAMED = "SELECT * FROM city_division WHERE ended IS NULL AND (short = ANY(%s) OR (stem <> '' AND stem = ANY(%s)))"


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A place that may be meant.

    Attributes:
        full_name: every name from the city down, so that places of one name can be told apart.
        said: the words of the text that point to it.
        score: how much of its path the text names; candidates with equal scores are equally likely.
        alone: no other place fits as well. Still to be confirmed by a person.
    """

    code: str
    full_name: str
    level: str
    said: tuple[str, ...]
    score: int
    alone: bool


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

    Short texts also match inside names, for searching while typing. Twelve digits are taken as a code.
    """
    read = _SPACES.sub("", text)[:READ_AT_MOST]
    if not read:
        return []
    pieces = {read[start : start + size] for size in range(SHORTEST_NAME, LONGEST_NAME + 1) for start in range(len(read) - size + 1)}
    # One array instead of a parameter for each piece: the plan stays an index scan and the statement short.
    found = list(Division.objects.raw(_NAMED, [list(pieces)] * 2))
    if len(read) <= TYPED_AT_MOST:
        known = {place.code for place in found}
        typed = Division.objects.filter(Q(short__contains=read) | Q(code=read), ended=None)
        found += [place for place in typed if place.code not in known]
    named = {place.code: said for place in found if (said := _said(place, read))}
    told = {place.code: _told(place, named, read) for place in found}
    scored = [(told[place.code][0], place) for place in found]
    scored.sort(key=lambda entry: (-entry[0], -len(entry[1].path), entry[1].code))
    best = [entry for entry in scored if not _implied(entry[1], scored)]
    names = _full_names([place for _, place in best[:limit]])
    return [
        PlaceCandidate(
            code=place.code,
            full_name=names[place.code],
            level=place.level,
            said=told[place.code][1],
            score=score,
            alone=sum(other == score for other, _ in best) == 1,
        )
        for score, place in best[:limit]
    ]


def _said(place: Division, read: str) -> tuple[str, int] | None:
    """Return the words that name a place and their weight; a bare stem says less than the whole name."""
    if place.code == read:
        return read, 12
    for name in (place.name, place.short):
        if name in read:
            return name, 4
    if place.stem and place.stem in read:
        return place.stem, 2
    return (read, 1) if read in place.short else None


def _told(place: Division, named: dict[str, tuple[str, int]], read: str) -> tuple[int, tuple[str, ...]]:
    """Return how much of a place's path the text names, and the words, from the city down.

    The place itself weighs most, so that a district named alone comes before its communities that share a word with it.
    Words are used up: ``和平村`` does not also name the township ``和平乡`` around it.
    """
    score, rest = 0, read
    words: list[str] = []
    for code in reversed(place.path):
        said, weight = named.get(code, ("", 0))
        if said and said in rest:
            rest = rest.replace(said, "|", 1)
            score += weight * 2 if code == place.code else weight
            words.insert(0, said)
    return score, tuple(words)


def _implied(place: Division, scored: Sequence[tuple[int, Division]]) -> bool:
    """Tell whether a place only repeats what a better candidate inside it already says."""
    mine = next(score for score, other in scored if other.code == place.code)
    return any(score > mine and place.code in other.path and other.code != place.code for score, other in scored)


def _full_names(places: Sequence[Division]) -> dict[str, str]:
    codes = {code for place in places for code in place.path}
    shorts = dict(Division.objects.filter(code__in=codes).values_list("code", "short"))
    return {place.code: "".join(shorts[code] for code in place.path) for place in places}
