"""Places as people choose them: communities found by words, districts of the city."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from huiyin.city import places as city
from huiyin.city.models import Division
from huiyin.core.values import Text
from huiyin.ui.forms import Option

FOUND_AT_MOST = 8
NOT_SURE = Text("不一定是这里", "perhaps not here")


def found(words: str) -> Sequence[Option]:
    """Return the places a person's words may mean, likeliest first, each with its name in full and how sure that is."""
    return [
        Option(place.code, name, hint=_hint(place, words))
        for place in city.find_places(words, FOUND_AT_MOST)
        if (name := name_of(place.code)) is not None
    ]


def _hint(place: city.PlaceCandidate, words: str) -> Text | None:
    """Return what to know before choosing a place; None when the words name it and nothing speaks against it."""
    # Whoever types a part of a name searches; there is nothing to doubt in that.
    open_ = place.unsure and "".join(words.split()) not in place.full_name
    said = [*([NOT_SURE] if open_ else []), *place.notes]
    return Text("；".join(one.zh for one in said), "; ".join(one.en for one in said)) if said else None


def name_of(code: str) -> Text | None:
    """Return a place's name from its district down; None when there is no such place."""
    path = city.ancestors(code) if code else []
    if not path:
        return None
    titles = [place.title for place in path[1:]] or [path[0].title]
    return Text(" ".join(title.zh for title in titles), ", ".join(title.en for title in reversed(titles)))


def written(code: str, detail: str) -> str:
    """Return a place as one writes an address: from its district down, each name once; "" where nothing more than the district was said."""
    detail, name = detail.strip(), name_of(code)
    if not detail or name is None:
        return detail
    titles = name.zh.split(" ")
    for number, title in enumerate(titles):
        if title in detail:
            return "".join(titles[:number]) + detail if detail.startswith(title) else detail
    return "".join(titles) + detail


def districts() -> Sequence[tuple[str, Text]]:
    """Return the districts of the city as (code, name)."""
    root = city.root()
    return [] if root is None else [(place.code, place.title) for place in city.parts(root.code)]


def harmless_address() -> str:
    """Return a page that tells nothing of what somebody was doing here."""
    return str(settings.HUIYIN_EXIT_ADDRESS)


def whole_city() -> str:
    """Return the code of the city itself: where something goes whose place nobody can tell."""
    root = city.root()
    return "" if root is None else root.code


def is_place(code: str) -> bool:
    """Tell whether a division of that code is in the city's tree today."""
    return bool(code) and Division.objects.filter(code=code, ended=None).exists()
