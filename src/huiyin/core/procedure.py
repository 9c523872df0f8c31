"""A procedure as plain values: how one kind of matter is resolved by law.

The reader (`core.reader`) makes these from a pack's file, the soundness checks prove them, `core.step` runs them.
Every definition carries the line it came from so that each complaint can name file, line, rule and mend.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal

from huiyin.core.beginning import StartsWith
from huiyin.core.following import Together
from huiyin.core.rooms import Rooms
from huiyin.core.terms import Term
from huiyin.core.values import Text

FieldType = Literal[
    "text",
    "choice",
    "flag",
    "number",
    "money",
    "date",
    "datetime",
    "place",
    "topic",
    "list",
    "item",
    "party",
    "member",
    "members",
    "unit",
    "units",
    "file",
]
FieldClass = Literal["P0", "P1", "P2", "P3", "P4"]
ClockKind = Literal["duty", "right", "minimum", "ordered", "target"]
# "run" lets a clock run: it starts one that does not, and leaves alone one that does or stands still for now.
ClockVerb = Literal["start", "run", "restart", "pause", "resume", "met", "stop", "extend"]
STARTING: Final[frozenset[ClockVerb]] = frozenset({"start", "run", "restart"})
Outcome = Literal["resolved", "declined", "failed", "withdrawn", "transferred", "unperformed", "deemed"]
SYSTEM_ACTOR = "system"
# What an action sets an instant to: when it happened.
AT = "at"
# The responsibility list acts: it names the units itself, by a row that can be shown.
LIST_ACTOR = "list"
NOT_PEOPLE = frozenset({SYSTEM_ACTOR, LIST_ACTOR})
# What staff mend in the record; its forms are made of no fields.
MENDING = frozenset({"correct", "hand_over", "retype"})
BUILT_IN_ACTIONS = (
    MENDING | {"clock_due", "child_reported", "erase", "recalled", "announced"} | {"follower_joined", "follower_left", "leader_reported"}
)
# How a unit came to have a matter, as the responsibility list learns it.
Beat = Literal["law", "agreement", "order", "return"]


@dataclass(frozen=True, slots=True)
class Basis:
    """A citation: law id of the law pack and article, ``民事诉讼法(2023)#205``."""

    law: str
    article: str

    def __str__(self) -> str:
        return f"{self.law}#{self.article}"


@dataclass(frozen=True, slots=True)
class Choice:
    """One value a choice field may take."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Field:
    """A typed fact of the matter.

    Attributes:
        of: party role when each party of that role has its own value.
        values: for ``choice``.
        record: for ``list``: the fields of one entry; for ``item``: empty, see ``items_of``.
        items_of: for ``item``: the list field one of whose entries is pointed at (by index from 0).
        post: for ``member`` and ``members``: the post the named are to hold in this matter; ``members`` hold it beside the one person.
            A party's own value is only a wish and names nobody.
        names_people: who is named here is compared with whoever is named to a post (``ties``).
        kind: for ``unit`` and ``units``: the kind the value must have, or the alias in ``units`` whose kinds it may have. A unit
            takes the alias of its own field.
        seen_by: who may read it beyond the class's default; empty means the class decides.
        talk: said in mediation: it stays in its matter and is handed to no other.
        asked_in: for ``list``: the text fields in which to look for the points somebody asks, proposed as its entries to whoever fills
            it in; the first that asks anything counts.
        starts_from: for ``list``: the list, of entries with the same parts, whose entries the form begins with while this one is empty;
            for ``place``: another place.
        starts_with: for ``list``: the lines the form begins with while there are none.
        starts_as: for ``choice``: the answer a form begins with, by the way the matter came in.
        carried: of a party: who it is and who acts for it, which goes along into another matter and may be stated by whoever brings
            the matter; texts always do, what a party answers, chooses or agrees to never.
        nameless: for ``text``: it goes to others without names; refused while it says who or where.
        by_actor: a record's ``party`` part that keeps whose entry it is: a party that acts stands there itself.
    """

    name: str
    type: FieldType
    cls: FieldClass
    label: Text
    of: str | None = None
    values: tuple[Choice, ...] = ()
    record: tuple[Field, ...] = ()
    items_of: str | None = None
    post: str | None = None
    kind: str | None = None
    seen_by: tuple[str, ...] = ()
    hint: Text | None = None
    required: bool = True
    talk: bool = False
    by_actor: bool = False
    names_people: bool = False
    asked_in: tuple[str, ...] = ()
    starts_from: str | None = None
    starts_with: StartsWith | None = None
    starts_as: Mapping[str, str] = field(default_factory=dict)
    carried: bool = False
    nameless: bool = False
    line: int = 0

    @property
    def asked_part(self) -> Field | None:
        """The part of a list's record that says what is asked: its first text; None where an entry is a text itself, or has none."""
        return next((part for part in self.record if part.type == "text"), None)

    @property
    def people_in(self) -> tuple[str, ...]:
        """Where people are named in it: itself, or parts of its entries."""
        return (*((self.name,) if self.names_people else ()), *(part.name for part in self.record if part.names_people))


@dataclass(frozen=True, slots=True)
class FormEntry:
    """One field of a form; ``add`` appends to a list instead of replacing the value, ``begins`` starts with what is on record."""

    field: str
    required: bool = True
    add: bool = False
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """Fields filled in one act."""

    name: str
    entries: tuple[FormEntry, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """A named test with the sentence shown when it fails; ``warns`` informs and does not decide."""

    name: str
    test: str
    fails: Text
    warns: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class LawTerm:
    """What the law sets for a clock while one version of it is in force.

    Attributes:
        row: name of the row among the pack's clocks.
        basis: where it stands; ``None`` for a goal, and for a row from memory, whose article is not quoted.
    """

    row: str
    first: date
    last: date | None
    kind: ClockKind
    term: Term
    count: str | None
    basis: Basis | None

    def covers(self, on: date) -> bool:
        """Return whether that version is in force on a day."""
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class ClockDef:
    """A term with a counting rule and a basis.

    Attributes:
        law: name of the pack's clock of the law; kind, term, basis and count are then the newest version's.
        by_law: what each version of that law sets, oldest first; bound when the packs are read.
        until: expression giving the end date itself (ordered dates, promises in an agreement).
        trigger: expression giving the instant counting starts from; none means the act's ``at``.
        count: name of a dated counting rule of the law pack; only a clock of the law has one.
        who: party role or post the clock binds or serves.
    """

    name: str
    kind: ClockKind
    label: Text
    term: Term | None = None
    until: str | None = None
    trigger: str | None = None
    basis: tuple[Basis, ...] = ()
    count: str | None = None
    who: tuple[str, ...] = ()
    law: str | None = None
    by_law: tuple[LawTerm, ...] = ()
    line: int = 0

    def on(self, day: date) -> LawTerm | ClockDef | None:
        """Return kind, term and rule of a run from ``day``: the law's version in force then, if any; a clock of no law has its own."""
        return next((version for version in self.by_law if version.covers(day)), None) if self.by_law else self


@dataclass(frozen=True, slots=True)
class RemedyUse:
    """Which remedies an adverse end names: by topic from the law pack, printed in ``notice``."""

    name: str
    ladder: str
    notice: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Opens:
    """A child matter an action opens: its procedure and the facts handed down (child field -> expression).

    Attributes:
        unit: alias of the unit that takes it; None when the child's own procedure and the place decide.
        each: field of type ``units``: one child for each of them, which takes it.
        parties: list of people and bodies this matter only names, each with a ``name``, who are parties of the child as well.
        topic: what the child is about; None when that is what this matter is about.
    """

    procedure: str
    hands: Mapping[str, str] = field(default_factory=dict)
    unit: str | None = None
    each: str | None = None
    parties: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Teaches:
    """What the owner of the responsibility list hears of an act: which unit has the matter, and the fact that says why.

    Attributes:
        needs: conditions; the list hears of the act only where they hold.
    """

    beat: Beat
    owner: str
    reason: str
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockUse:
    """What an action or the entry of a state does to a clock."""

    clock: str
    verb: ClockVerb
    extend: Term | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """A named move.

    Attributes:
        by: posts, party roles or ``system``; empty inherits the state's ``by``.
        to: state entered; None stays where it is.
        sets: facts set to a constant (on the acting party when the field belongs to a party).
        marks: list field -> state its chosen entry gets (the form's ``item`` field chooses it).
        effective: papers whose legal effect begins with this act.
        recalls: procedures whose children, opened by this matter and still open, are called back.
        jointly: takes effect only once every bound party has done it.
        until: for an ``always`` action: not offered from this state on.
        after_end: for an ``always`` action: offered at an end too.
        sealed: the act and its content are readable by the duty-holder and the auditor only.
        adds: party role of which one more joins; the form's own facts are that party's.
        leaves: whoever takes it leaves the matter, which goes on without it or ends.
        serves: paper one service of which this act records; the rest of the act follows once everybody was served.
        agrees: party role that says by this act whether it takes papers electronically; built in, not declared.
        becomes: unit alias -> unit field, or other alias, with the unit that holds it from now on.
        declines: field of type ``units`` that keeps every unit which said so; whose act it is joins it.
        clears: fields whose value of before counts no more once this act is taken, every party's where it is a party's; what its
            form gives stands.
        works_out: field -> expression that gives its value at this act.
        calls_for: joint act that begins anew: what parties said to it before lapses, and the party whose act this is has said yes.
        within: minutes from the entry of the state in which this is open; what the entry tells and teaches waits that long.
        word_at_once: what the entry tells does not wait for that: whoever was told hears of the recall.
        teaches: what the responsibility list is to learn from it.
        also_for: of a joint act: condition under which who says yes says it for another party too, who is ``member`` in it.
        on_paper: of a party's act: its list of files that takes the picture when staff record it as given on paper.
        on_screen: conditions under which the paper may be signed on the screen; where one fails, only on paper.
        calls_first: its form begins with the emergency numbers to be called before anything is written.
    """

    name: str
    label: Text
    by: tuple[str, ...] = ()
    to: str | None = None
    form: str | None = None
    needs: tuple[str, ...] = ()
    warns: tuple[str, ...] = ()
    prints: tuple[str, ...] = ()
    signs: str | None = None
    seals: str | None = None
    voids: tuple[str, ...] = ()
    sets: Mapping[str, object] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    clocks: tuple[ClockUse, ...] = ()
    effective: tuple[str, ...] = ()
    opens: Opens | None = None
    recalls: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    once: bool = False
    jointly: bool = False
    other_side_only: bool = False
    not_from: tuple[str, ...] = ()
    after_end: bool = False
    sealed: bool = False
    leaves: bool = False
    adds: str | None = None
    serves: str | None = None
    agrees: str | None = None
    becomes: Mapping[str, str] = field(default_factory=dict)
    declines: str | None = None
    clears: tuple[str, ...] = ()
    works_out: Mapping[str, str] = field(default_factory=dict)
    calls_for: str | None = None
    within: int | None = None
    word_at_once: bool = False
    teaches: Teaches | None = None
    on_screen: tuple[str, ...] = ()
    also_for: str | None = None
    on_paper: str | None = None
    calls_first: bool = False
    line: int = 0

    @property
    def picture(self) -> Form | None:
        """The form that takes the picture of what was given on paper."""
        return None if self.on_paper is None else Form(self.on_paper, (FormEntry(self.on_paper, required=False, add=True),))

    @property
    def by_nobody(self) -> bool:
        """Whether no person takes it: the system or the responsibility list does."""
        return bool(self.by) and set(self.by) <= NOT_PEOPLE


@dataclass(frozen=True, slots=True)
class WhenDue:
    """What happens when a clock of this state runs out: who is told, and which system action is tried."""

    clock: str
    tells: tuple[str, ...]
    does: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """Where the matter stands.

    Attributes:
        label: what everybody calls it, where the first words said to the resident would not do.
        end: the outcome of an end.
        by: who has it.
    """

    name: str
    says: Text
    by: tuple[str, ...] = ()
    end: Outcome | None = None
    remedies: str | None = None
    clocks: tuple[ClockUse, ...] = ()
    when_due: tuple[WhenDue, ...] = ()
    actions: tuple[Action, ...] = ()
    label: Text | None = None
    line: int = 0

    @property
    def recallable(self) -> int:
        """How many minutes the entry may be recalled: so long the responsibility list learns nothing of it."""
        return max((action.within for action in self.actions if action.within is not None), default=0)

    @property
    def waits(self) -> int:
        """How many minutes what is told on entering waits, because the entry may be recalled."""
        return max((action.within for action in self.actions if action.within is not None and not action.word_at_once), default=0)


@dataclass(frozen=True, slots=True)
class Role:
    """A party role; ``bound`` roles must consent, sign and be signed for.

    Attributes:
        sides: the choice that says who stands with whom; of two parties the one that asks stands on its first value.
    """

    name: str
    label: Text
    least: int = 0
    most: int | None = None
    bound: bool = False
    sides: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class UnitUse:
    """A unit with a part in the matter, under an alias.

    Attributes:
        above: the alias it stands a level above; a form proposes that one.
    """

    name: str
    kinds: tuple[str, ...]
    above: str | None = None
    line: int = 0


@dataclass(frozen=True, slots=True)
class PostUse:
    """A post of a unit; ``named`` ones are held by persons named in this matter."""

    name: str
    of: str
    post: str
    label: Text
    named: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Commission:
    """What a procedure tells a court that commissioned its matter.

    Attributes:
        settled: papers; once one of them is in force the commission is done.
        undisputed: expression that gives the facts every side signed as undisputed, or nothing.
        declined: the field with the reason why the body does not take it.
    """

    settled: tuple[str, ...]
    undisputed: str
    declined: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class Publishes:
    """What everybody who works here reads of a matter while it stands in one state: fields of class P0, and nothing else of it."""

    state: str
    question: str
    answer: str
    views: str
    grounds: str
    looked_at: str
    line: int = 0

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that are read."""
        return (self.question, self.answer, self.views, self.grounds, self.looked_at)


@dataclass(frozen=True, slots=True)
class Procedure:
    """How one kind of matter is resolved, as read from its file.

    Attributes:
        opening_forms: the form for a way of opening that says more than the usual one.
        opening_by: posts that may open one; empty when the way it is opened (``opened_by``) decides.
        oversees: unit alias; the posts that may open one oversee the units of its kinds. None for all that is no supervision.
        notice: name of the law's clock that a public notice runs by; None where papers are not served by notice.
        reports: fields told to the matter that opened one, when it ends.
        part: its matters are parts of the one that opened them and count as no matters of their own.
        shares: fields everybody who has a part of such a matter reads; never of a person.
        together: how its matters are dealt with together; None where each goes its own way.
        rooms: who talks with whom in rooms of their own; None where nobody does.
        commission: what a court that commissioned the matter hears back; None where courts commission nothing.
        publishes: the card its matters make; None where they make none.
    """

    name: str
    language: int
    title: Text
    basis: tuple[Basis, ...]
    in_force_from: date
    in_force_to: date | None
    line_of_work: str
    host: str
    opened_by: tuple[str, ...]
    opening_form: str
    roles: Mapping[str, Role]
    units: Mapping[str, UnitUse]
    posts: Mapping[str, PostUse]
    fields: Mapping[str, Field]
    forms: Mapping[str, Form]
    conditions: Mapping[str, Condition]
    clocks: Mapping[str, ClockDef]
    remedies: Mapping[str, RemedyUse]
    always: tuple[Action, ...]
    start: str
    states: Mapping[str, State]
    opening_forms: Mapping[str, str] = field(default_factory=dict)
    opening_prints: tuple[str, ...] = ()
    opening_sets: Mapping[str, object] = field(default_factory=dict)
    opening_by: tuple[str, ...] = ()
    oversees: str | None = None
    notice: str | None = None
    reports: tuple[str, ...] = ()
    together: Together | None = None
    rooms: Rooms | None = None
    commission: Commission | None = None
    publishes: Publishes | None = None
    part: bool = False
    shares: tuple[str, ...] = ()
    source: str = ""
    version: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    def opening_form_for(self, way: str) -> Form | None:
        """Return the form a matter that came in that way is opened with."""
        return self.forms.get(self.opening_forms.get(way, self.opening_form))

    @property
    def mediates(self) -> bool:
        """Whether people talk here to come to terms: something is kept of what they say that may be used nowhere else."""
        return any(field.talk for field in self.fields.values())

    @property
    def become_later(self) -> frozenset[str]:
        """The unit aliases nobody holds until an act says who does; the host is held from the start."""
        actions = (*self.always, *(action for state in self.states.values() for action in state.actions))
        return frozenset(alias for action in actions for alias in action.becomes) - {self.host}

    @property
    def kinds_only(self) -> frozenset[str]:
        """The aliases under ``units`` that say which kinds a field may name, and are no part anybody has."""
        kinds = {field.kind for field in self.fields.values() if field.kind is not None}
        parts = {post.of for post in self.posts.values()} | set(self.fields) | {self.host}
        return frozenset(alias for alias in self.units if alias in kinds and alias not in parts)

    def kinds_of(self, field: Field) -> tuple[str, ...]:
        """Return the kinds of unit a field may name: those of an alias of ``units``, or the one kind it gives."""
        use = self.units.get(field.kind or field.name)
        return use.kinds if use is not None else () if field.kind is None else (field.kind,)

    def state_action(self, state: str, action: str) -> Action | None:
        """Return the action of that name offered in ``state`` (or always), or None."""
        here = self.states[state]
        for candidate in here.actions:
            if candidate.name == action:
                return candidate
        for candidate in self.always:
            if candidate.name != action or state in candidate.not_from:
                continue
            if here.end is None or candidate.after_end:
                return candidate
        return None

    def joins(self, action: Action) -> bool:
        """Tell whether whoever takes an action says which other matter this one is dealt with together with."""
        return self.together is not None and action.to == self.together.waits

    def actors(self, state: State, action: Action) -> tuple[str, ...]:
        """Return who may take ``action`` in ``state``: its own ``by`` or the state's."""
        return action.by or state.by
