"""The staff's way about: which pages stand in the side list, for which posts."""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.core.values import Text
from huiyin.web.people import Seat

# Posts that write down what somebody says at the window or on the telephone.
TAKES_IN = frozenset({"intake_clerk", "clerk", "dispatcher", "head", "grid_worker"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the side list.

    Attributes:
        name: name of the address, and what a page gives as ``here``.
        posts: who has use for it; None is everybody.
    """

    name: str
    label: Text
    posts: frozenset[str] | None = None


ENTRIES: tuple[Entry, ...] = (
    Entry("inbox", Text("待办", "To do")),
    Entry("take-in", Text("登记来访来电", "Take in"), TAKES_IN),
    Entry("guides", Text("办事指南", "Guides")),
    Entry("record", Text("公开记录", "Public record")),
)


def entries(seat: Seat | None) -> tuple[Entry, ...]:
    """Return the lines for a post, in order; none before a post is chosen."""
    return () if seat is None else tuple(entry for entry in ENTRIES if entry.posts is None or seat.post in entry.posts)
