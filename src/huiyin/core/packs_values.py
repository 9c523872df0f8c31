"""Reference values of a pack: laws, topics, kinds of unit, remedies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from huiyin.core.procedure import Basis
from huiyin.core.values import Text


@dataclass(frozen=True, slots=True)
class Law:
    """A law in one version, with our own summary of the articles the pack cites."""

    id: str
    title: Text
    in_force_from: date
    in_force_to: date | None
    articles: Mapping[str, Text]
    line: int = 0

    def covers(self, start: date, end: date | None) -> bool:
        """Return whether the law is in force on every day from ``start`` to ``end`` (None: without end)."""
        if start < self.in_force_from:
            return False
        return self.in_force_to is None or (end is not None and end <= self.in_force_to)


@dataclass(frozen=True, slots=True)
class Topic:
    """What a matter is about; the first part of its dotted key is the line of work.

    Attributes:
        keywords: what people call it; they propose the topic to a person and never decide.
        sealed: that it was reported, by whom and when is kept from search and lists.
        urgent: the front door shows the emergency number first.
        facility: it is about a thing of a place, so that it was reported or settled may be told to anybody.
    """

    key: str
    label: Text
    keywords: tuple[str, ...] = ()
    sealed: bool = False
    urgent: bool = False
    facility: bool = False
    line: int = 0

    @property
    def line_of_work(self) -> str:
        """The first part of the key."""
        return self.key.split(".")[0]


@dataclass(frozen=True, slots=True)
class Sayings:
    """How residents say things; it leads a program to a proposal and decides nothing.

    Attributes:
        topics: topic -> sentences as people write them.
        tries: topic -> messages that are not learned from but judged by; best written by somebody else.
        danger: words that may speak of danger to a life in a message about anything.
        harmless: phrases in which such a word means nothing.
    """

    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    danger: tuple[str, ...] = ()
    harmless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostKind:
    """A kind of post; ``staff_only`` ones run the system and handle no matters."""

    name: str
    label: Text
    staff_only: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class UnitKind:
    """A kind of unit: where it may stand, the posts it has, whether it keeps a seal and may mediate."""

    name: str
    label: Text
    levels: tuple[str, ...]
    posts: tuple[str, ...]
    seal: bool = False
    mediates: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Remedy:
    """One way that stays open: where, within which term, on what basis.

    Attributes:
        topics: prefixes of topic keys it fits; empty means all.
        not_topics: prefixes it does not fit.
        needs_agreement: open only to those who agreed to it (arbitration).
    """

    name: str
    unit: Text
    term: Text
    basis: tuple[Basis, ...]
    says: Text = field(default=Text("", ""))
    topics: tuple[str, ...] = ()
    not_topics: tuple[str, ...] = ()
    needs_agreement: bool = False
    line: int = 0

    def fits(self, topic: str) -> bool:
        """Return whether the remedy is for matters about ``topic``."""
        if any(under(topic, prefix) for prefix in self.not_topics):
            return False
        return not self.topics or any(under(topic, prefix) for prefix in self.topics)


def under(topic: str, prefix: str) -> bool:
    """Return whether ``topic`` is ``prefix`` or one of its parts."""
    return topic == prefix or topic.startswith(f"{prefix}.")
