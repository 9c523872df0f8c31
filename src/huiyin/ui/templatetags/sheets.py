"""Template filters of a paper's sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import template

register = template.Library()
# About this wide a name, a label or a date is; what is wider is a sentence.
WIDEST_WHOLE = 8.0
_WHERE_LINES_END = re.compile(r"[\s、，；：。]+")


@register.filter
def whole(words: str) -> bool:
    """Return whether no part of a cell's words may be broken: names, labels and dates, alone or one after the other."""
    return all(_squares(piece) <= WIDEST_WHOLE for piece in _WHERE_LINES_END.split(words))


@register.filter
def at(members: Sequence[Any], place: int) -> Any:
    """Return the member of a list at a place, such as the column a cell stands in; nothing past its end."""
    return members[place] if place < len(members) else ""


def _squares(words: str) -> float:
    """Return about how wide words are, in Han characters: a letter or figure is half of one."""
    return sum(0.5 if one.isascii() else 1.0 for one in words)
