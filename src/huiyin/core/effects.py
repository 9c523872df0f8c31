"""What an act does, as plain values: the record writes them, papers and people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

from huiyin.core.clocks import ClockEvent
from huiyin.core.papers import Rendered
from huiyin.core.procedure import Action, FieldClass, Teaches
from huiyin.core.snapshot import PaperIssue, Party, Snapshot
from huiyin.core.values import Refusal, Text

# What an act leaves on record that is no fact of the matter. The dot keeps these apart from every field a pack may name.
NOTE_EVIDENCE: Final = "act.evidence"
NOTE_CORRECTION: Final = "act.correction"
NOTE_CORRECTED_DATE: Final = "act.corrected_date"
NOTE_HANDOVER: Final = "act.handover"
NOTE_ERASURE: Final = "act.erasure"
NOTE_WITNESS: Final = "act.witness"
NOTE_REPORTED: Final = "act.reported"
NOTE_RETYPED: Final = "act.retyped"
NOTE_ANNOUNCED: Final = "act.announced"
NOTES: Final = frozenset(
    {
        NOTE_EVIDENCE,
        NOTE_CORRECTION,
        NOTE_CORRECTED_DATE,
        NOTE_HANDOVER,
        NOTE_ERASURE,
        NOTE_WITNESS,
        NOTE_REPORTED,
        NOTE_RETYPED,
        NOTE_ANNOUNCED,
    }
)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a new matter starts with.

    Attributes:
        opener: id of the party that asks, among ``parties``; None when the body opens it on its own initiative.
        units: alias -> unit id; ``host`` must be there.
        parent: ``home/matter`` of the matter that opened this one.
    """

    opened_by: str
    topic: str
    division: str
    data: Mapping[str, Any]
    parties: tuple[Party, ...] = ()
    opener: str | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    unit_names: Mapping[str, str] = field(default_factory=dict)
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One action taken, by a person or by itself."""

    action: str
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Content:
    """One value an act recorded. ``op``: ``set`` replaces, ``add`` appends to a list, ``mark`` sets an entry's state."""

    field: str
    cls: FieldClass
    op: Literal["set", "add", "mark"]
    value: Any
    party: str | None = None


@dataclass(frozen=True, slots=True)
class ChildOpening:
    """A matter to be opened by this one, through the outbox.

    Attributes:
        key: unique within the parent.
        unit: id of the unit that takes it; None when the child's procedure and the place decide.
        parties: those of the child who are none of this matter: ``name`` and facts of each.
        topic: what it is about; None when that is what this matter is about.
    """

    procedure: str
    key: str
    data: Mapping[str, Any]
    unit: str | None = None
    parties: tuple[Mapping[str, Any], ...] = ()
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Tell:
    """Someone to be told: a party role or id, a post, a unit alias or a unit kind."""

    to: str
    text: Text
    sealed: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """Which event's date an act corrected, and to when."""

    event: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Effects:
    """Everything one act changes.

    Attributes:
        moves: the act itself first, then what followed by itself.
        recalls: keys of the children it calls back.
        acting_for: party id whose act a member of staff recorded.
        assented: True when the act is one party's part of a joint action not yet complete.
        sealed_by: of news of what a sealed act opened: the event of that act, whose readers alone read this one.
        closed: the matter reached an end by this act.
        taught: what the responsibility list is to hear of it.
        became: (unit alias, unit before, unit now) of each alias another unit holds from now on.
    """

    before: Snapshot | None
    after: Snapshot
    action: str
    moves: tuple[Move, ...]
    content: tuple[Content, ...] = ()
    clock_changes: tuple[tuple[str, ClockEvent], ...] = ()
    printed: tuple[tuple[PaperIssue, Rendered, bytes], ...] = ()
    opens: tuple[ChildOpening, ...] = ()
    recalls: tuple[str, ...] = ()
    tells: tuple[Tell, ...] = ()
    warnings: tuple[Text, ...] = ()
    correction: Correction | None = None
    acting_for: str | None = None
    assented: bool = False
    sealed: bool = False
    sealed_by: int | None = None
    closed: bool = False
    became: tuple[tuple[str, str, str], ...] = ()
    taught: tuple[Teaches, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """An action someone may take now; ``blocked`` says why not yet, with the sentence to show.

    Attributes:
        paper_only: why its paper cannot be signed on the screen, where it cannot.
        late: why it could not be done now though it could have been since the step began: staff record what was done then.
    """

    action: Action
    blocked: Refusal | None = None
    paper_only: Refusal | None = None
    late: Refusal | None = None
