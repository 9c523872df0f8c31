"""A matter read beside the list it stands in: where its forms lead back to, and which matter comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import QueryDict

from huiyin.city import queries as city
from huiyin.web.pages import worklist
from huiyin.web.pages.worklist import Asked

# What a form in a pane carries beside its answers.
LIST, OPEN, NEXT = "pane.list", "pane.open", "pane.next"


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is in a list: its filters, the matter that is open, the one after it."""

    asked: Asked
    opened: str
    following: str

    @classmethod
    def of(cls, raw: dict[str, str]) -> Place | None:
        """Take the place out of what a form sent; None when the form did not stand beside a list."""
        query, opened, following = raw.pop(LIST, None), raw.pop(OPEN, ""), raw.pop(NEXT, "")
        if query is None or place_of(opened) is None:
            return None
        return cls(worklist.asked_in(QueryDict(query), city.library()), opened, following if place_of(following) else "")

    def again(self, act: str, **more: str) -> str:
        """The address of the same matter with the form of an act."""
        return self.asked.address(after=self.asked.after, open=self.opened, act=act, **more)

    def onwards(self) -> str:
        """The address of the matter that comes next."""
        return self.asked.address(after=self.asked.after, open=self.following or "first")

    @property
    def hidden(self) -> Mapping[str, str]:
        """What a form carries so that it leads back here."""
        query = self.asked.address(after=self.asked.after).partition("?")[2]
        return {LIST: query, OPEN: self.opened, NEXT: self.following}


def place_of(text: str) -> tuple[str, UUID] | None:
    """Return (home, matter) of an address's ``open``, or None when it names none."""
    home, _, matter = text.partition("/")
    try:
        return (home, UUID(matter)) if home.isascii() and home.isalnum() and len(home) <= 6 else None
    except ValueError:
        return None
