"""What readers get: matters, events and papers as one principal may see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from huiyin.core.clocks import ClockLife
from huiyin.core.effects import Offer
from huiyin.core.procedure import Procedure
from huiyin.core.rights import PartyView, Relation
from huiyin.core.service_parts import SLIP
from huiyin.core.snapshot import Signature
from huiyin.core.values import Text
from huiyin.matters.serving import PaperServed


@dataclass(frozen=True, slots=True)
class Row:
    """One matter in a list.

    Attributes:
        opened_by: the way it came in, a word of the procedure's ``opened_by``.
        summary: the first words of what it is about, when this reader may see them.
        said: all the texts it was opened with that this reader sees whole, one a line; for what is told from them, not to be shown.
        followers: how many other matters wait for its answer; follows: it waits for another's.
        sealed: its topic is kept from lists and this reader does not handle it: who has it and by when is all it says;
            the rest is empty.
    """

    home: str
    matter: UUID
    reference: str
    procedure: str
    title: Text
    line: str
    topic: str
    division: str
    state: str
    outcome: str
    version: int
    who: Text
    due: date | None
    due_at: datetime | None
    due_provisional: bool
    overdue: bool
    opened_at: datetime | None
    opened_by: str
    summary: str
    said: str = ""
    sealed: bool = False
    followers: int = 0
    follows: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """How much is in a list; ``whole`` is False when counting stopped, and then every number is only a least one."""

    total: int
    lines: Mapping[str, int]
    late: int
    soon: int
    urgent: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Arrived:
    """How many matters came to a list since a moment, and as of when that holds."""

    number: int
    asof: datetime


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a list; ``after`` asks for the next part, None at the end."""

    rows: tuple[Row, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class ClockView:
    """A clock with the reasons for its date; ``life`` is all that happened to it."""

    name: str
    kind: str
    label: Text
    status: str
    due: datetime | None
    latest: datetime | None
    provisional: bool
    overdue: bool
    explained: tuple[Text, ...]
    met_late: bool
    life: ClockLife


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One issue of a paper, without its text; one that stands ``apart`` was printed by a sealed act and is bound in no file."""

    name: str
    number: int
    title: Text
    hash: str
    printed_at: datetime
    signatures: tuple[Signature, ...]
    sealed: Signature | None
    voided: bool
    effective_at: datetime | None
    corrects: int | None
    apart: bool = False

    @property
    def nth(self) -> Text | None:
        """Which issue it is, where there are several: each slip is about a service of its own, other papers are drawn up anew."""
        if self.number == 1:
            return None
        return Text(f"（第{self.number}{'份' if self.name == SLIP else '稿'}）", f"(issue {self.number})")

    def marks(self) -> tuple[Signature, ...]:
        """Return every signature and the seal."""
        return (*self.signatures, *(() if self.sealed is None else (self.sealed,)))


@dataclass(frozen=True, slots=True)
class PaperView:
    """One issue of a paper with its text; ``blocks`` is None when the text was erased."""

    line: PaperLine
    title: Text | None
    blocks: tuple[Mapping[str, Any], ...] | None
    erased_at: datetime | None


@dataclass(frozen=True, slots=True)
class ChildView:
    """A matter this one opened; ``matter`` is ``home/id`` once it is open.

    Attributes:
        unit: id of the unit it was opened with, or empty.
        facts: what it reported, as far as this reader may know it.
    """

    procedure: str
    key: str
    matter: str | None
    outcome: str | None
    unit: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkView:
    """A matter dealt with together with this one: the one it follows, or one that follows it; ``told`` is what came of it."""

    matter: str
    follows: bool
    told: str | None


@dataclass(frozen=True, slots=True)
class MatterView:
    """One matter as one principal may see it.

    Attributes:
        says: the resident's sentence; values this reader may not see are left out of it.
        who: who has it now; a person on leave is never named.
        facts: plain or masked; what may not be known is absent.
        hidden: names of fields that hold something this reader may not see.
        erased: names of fields whose value was erased.
        offers: what this principal may do now, with what stands in the way.
        services: the papers that must be served, and how far that has come; a party sees its own services only.
        links: matters dealt with together with this one; for staff only, never for who reported it.
        left: who reads is a party that left; the view is of the matter as it stood then.
        assents: joint act not complete yet -> the parties who did their part; for those with a part in the matter only.
    """

    home: str
    matter: UUID
    reference: str
    procedure: Procedure
    relation: Relation
    version: int
    head: str
    state: str
    says: Text
    who: Text
    outcome: str | None
    opened_at: datetime
    opened_by: str
    entered_at: datetime
    topic: str
    division: str
    units: Mapping[str, str]
    unit_names: Mapping[str, str]
    due: datetime | None
    due_provisional: bool
    facts: Mapping[str, Any]
    parties: tuple[PartyView, ...]
    hidden: tuple[str, ...]
    erased: tuple[str, ...]
    clocks: tuple[ClockView, ...]
    papers: tuple[PaperLine, ...]
    children: tuple[ChildView, ...]
    parent: str | None
    offers: tuple[Offer, ...]
    assents: Mapping[str, tuple[str, ...]]
    services: tuple[PaperServed, ...] = ()
    links: tuple[LinkView, ...] = ()
    left: bool = False

    @property
    def present(self) -> tuple[PartyView, ...]:
        """The parties who are still in."""
        return tuple(party for party in self.parties if party.left is None)


@dataclass(frozen=True, slots=True)
class Said:
    """One value an act recorded, as the reader may see it; None when it was erased or is hidden."""

    field: str
    label: Text
    value: Any
    erased: bool
    party: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a matter's history.

    Attributes:
        by: the post or party role that acted; no person's name.
        party: id of the party whose act it was, entered by itself or by staff for it; empty for an act of the office.
    """

    seq: int
    action: str
    label: Text
    by: Text
    at: datetime
    now: datetime
    source_state: str
    state: str
    effects: Mapping[str, Any]
    said: tuple[Said, ...]
    sealed: bool
    order: UUID | None
    hash: str
    party: str = ""


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Something this principal was told."""

    id: UUID
    home: str
    matter: UUID
    text: Text | None
    created: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of the staff opened the matter: function, time, purpose, kind of fields; never a name."""

    unit: str
    post: str
    purpose: str
    fields: tuple[str, ...]
    at: datetime
