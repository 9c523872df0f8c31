"""The clocks of the law, as dated rows of the packs: which law gives whom how long, from what, and how sure we are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, cast, get_args

from huiyin.core.calendar import read_date, read_text
from huiyin.core.citations import Place, canonical
from huiyin.core.counting_rows import CountingTable
from huiyin.core.durations import Term
from huiyin.core.packs_values import Law
from huiyin.core.values import Text

# ``none`` and ``ordered`` have no length: the law sets a condition, or leaves the date to an order.
StatutoryKind = Literal["duty", "right", "minimum", "ordered", "target", "none"]
TIMELESS: frozenset[StatutoryKind] = frozenset({"ordered", "none"})

# How far a row was verified; what is unverified in the papers is marked in the product too.
Verified = Literal["C", "P", "M"]
VERIFIED_TEXTS: Mapping[Verified, Text] = {
    "C": Text("已与条文逐字核对", "compared with the text of the law"),
    "P": Text("据公开网页，未见条文", "read on a public page, the text itself not seen"),
    "M": Text("凭记忆，未核对，不得对外引用条号", "from memory, not checked; its article is not to be quoted to the public"),
}
# A clock row says ``count: plain`` where nothing but the bare length applies, as with a working goal.
PLAIN = "plain"

_LAW_KEYS = frozenset({"law", "title", "in_force", "start_checked", "elsewhere", "known_as", "years", "counted", "clocks"})
_CLOCK_KEYS = frozenset(
    {
        "name", "at", "term", "also", "kind", "from", "who", "count", "stops", "words", "verified",
        "title", "does", "longer", "then", "note", "follows",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Trigger:
    """What starts a period, and what proves it."""

    says: Text
    proof: Text


@dataclass(frozen=True, slots=True)
class StatuteVersion:
    """A law in one version, as people cite it.

    Attributes:
        names: every canonical name it is known by.
        years: years people name this version by (adopted, amended, in force).
        start_checked: whether the day it came into force was checked; else the first day of its year stands there.
        elsewhere: in force in another place only; kept to compare with.
    """

    id: str
    title: Text
    first: date
    last: date | None
    names: frozenset[str]
    years: frozenset[int]
    start_checked: bool
    elsewhere: bool

    def covers(self, on: date) -> bool:
        """Return whether the version is in force on a day."""
        return self.first <= on and (self.last is None or on <= self.last)


@dataclass(frozen=True, slots=True)
class StatutoryClock:
    """One period a law sets, or the plain statement that it sets none.

    Attributes:
        name: identifier.
        law: the version it stands in.
        place: article, paragraph and item.
        title: what the clock is called.
        does: what is due, in our own words.
        term: how long; ``None`` where the law sets no length.
        also: other lengths the same sentence gives, such as the extended one.
        trigger: name of what starts it.
        who: name of who acts.
        count: name of the counting rule; ``None`` counts the bare length.
        stops: names of what is not counted.
        words: words that tell it from another period of the same article.
        longer: how it may be extended, by whom.
        then: what follows when it runs out.
        note: what is not verified, or which choice was made.
        follows: name of the same clock in the version of the law before this one.
    """

    name: str
    law: StatuteVersion
    place: Place
    title: Text
    does: Text
    kind: StatutoryKind
    term: Term | None
    also: tuple[Term, ...]
    trigger: str | None
    who: str
    count: str | None
    stops: tuple[str, ...]
    words: tuple[str, ...]
    verified: Verified
    longer: Text | None
    then: Text | None
    note: Text | None
    follows: str | None = None

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every length of the clock, the usual one first."""
        return () if self.term is None else (self.term, *self.also)

    def cited(self) -> Text:
        """Return the citation for people."""
        place = self.place.text()
        return Text(f"《{self.law.title.zh}》{place.zh}", f"{self.law.title.en}, {place.en}")


@dataclass(frozen=True, slots=True)
class StatutoryTable:
    """All clocks of the packs, and the words they share."""

    clocks: tuple[StatutoryClock, ...] = ()
    laws: tuple[StatuteVersion, ...] = ()
    triggers: Mapping[str, Trigger] = field(default_factory=dict)
    doers: Mapping[str, Text] = field(default_factory=dict)
    pauses: Mapping[str, Text] = field(default_factory=dict)

    @classmethod
    def from_plain(cls, files: Iterable[Mapping[str, Any]], laws: Mapping[str, Law], counting: CountingTable) -> StatutoryTable:
        """Build the table from the data of the clock files.

        Args:
            files: each with ``laws`` and their clocks, or with shared words (``triggers``, ``doers``, ``pauses``).
            laws: the laws of the packs; one listed there has its title and dates from there.
            counting: the counting rules the clocks name.

        Raises:
            ValueError: a row is wrong; the message names law and clock.
        """
        triggers: dict[str, Trigger] = {}
        doers: dict[str, Text] = {}
        pauses: dict[str, Text] = {}
        groups: list[Mapping[str, Any]] = []
        for plain in files:
            unknown = set(plain) - {"laws", "triggers", "doers", "pauses"}
            if unknown:
                raise ValueError(f"clock file: unknown key {', '.join(sorted(unknown))}; known: laws, triggers, doers, pauses")
            for name, row in (plain.get("triggers") or {}).items():
                triggers[name] = Trigger(read_text(row.get("says"), f"trigger {name}"), read_text(row.get("proof"), f"trigger {name}"))
            doers |= {name: read_text(row, f"doer {name}") for name, row in (plain.get("doers") or {}).items()}
            pauses |= {name: read_text(row, f"pause {name}") for name, row in (plain.get("pauses") or {}).items()}
            groups.extend(plain.get("laws") or ())
        words = _Words(triggers, doers, pauses, frozenset(counting.names()))
        versions: list[StatuteVersion] = []
        clocks: list[StatutoryClock] = []
        for group in groups:
            version = _version(group, laws)
            versions.append(version)
            counted = group.get("counted")
            if not isinstance(counted, Mapping) or set(counted) != {"authority", "party"}:
                raise ValueError(f"clocks of {version.id}: counted names a rule for authority and one for party")
            clocks.extend(_clock(row, version, counted, words) for row in group.get("clocks") or ())
        for kind, names in (("law", [version.id for version in versions]), ("clock", [clock.name for clock in clocks])):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"the {kind} {', '.join(twice)} is listed twice among the clocks")
        _check_following(clocks)
        return cls(tuple(clocks), tuple(versions), triggers, doers, pauses)

    def known(self, name: str) -> tuple[StatuteVersion, ...]:
        """Return every version of the laws known by a canonical name."""
        return tuple(version for version in self.laws if name in version.names)

    def through_time(self, name: str) -> tuple[StatutoryClock, ...]:
        """Return a clock in every version of its law, oldest first; empty for an unknown name."""
        named = {clock.name: clock for clock in self.clocks}
        next_of = {clock.follows: clock.name for clock in self.clocks if clock.follows is not None}
        while name in next_of:
            name = next_of[name]
        found: list[StatutoryClock] = []
        at: str | None = name
        while at is not None and at in named:
            found.insert(0, named[at])
            at = named[at].follows
        return tuple(found)

    def of(self, law: StatuteVersion) -> tuple[StatutoryClock, ...]:
        """Return the clocks of a law, in the order of the pack."""
        return tuple(clock for clock in self.clocks if clock.law.id == law.id)


def _check_following(clocks: Iterable[StatutoryClock]) -> None:
    """Refuse a clock that follows none, one that another follows already, or one in force beside it.

    Raises:
        ValueError: the message names both clocks.
    """
    named = {clock.name: clock for clock in clocks}
    followed: dict[str, str] = {}
    for clock in named.values():
        if clock.follows is None:
            continue
        where = f"clock {clock.name} of {clock.law.id}"
        before = named.get(clock.follows)
        if before is None:
            raise ValueError(f"{where}: there is no clock {clock.follows!r} to follow")
        if before.law.last is None or before.law.last >= clock.law.first:
            raise ValueError(f"{where}: {before.law.id} with {before.name} must have ended before {clock.law.first}")
        if clock.follows in followed:
            raise ValueError(f"{where}: {clock.follows} is followed by {followed[clock.follows]} already")
        followed[clock.follows] = clock.name


@dataclass(frozen=True, slots=True)
class _Words:
    triggers: Mapping[str, Trigger]
    doers: Mapping[str, Text]
    pauses: Mapping[str, Text]
    rules: frozenset[str]


def _version(group: Mapping[str, Any], laws: Mapping[str, Law]) -> StatuteVersion:
    name = group.get("law")
    if not isinstance(name, str) or not name:
        raise ValueError(f"clocks without a law: {sorted(group)}")
    where = f"clocks of {name}"
    unknown = set(group) - _LAW_KEYS
    if unknown:
        raise ValueError(f"{where}: unknown key {', '.join(sorted(unknown))}; known: {', '.join(sorted(_LAW_KEYS))}")
    known = laws.get(name)
    if known is not None and ("title" in group or "in_force" in group):
        raise ValueError(f"{where}: title and dates stand in laws.yaml already; take them out here")
    if known is None:
        title = read_text(group.get("title"), where)
        in_force = group.get("in_force")
        if not isinstance(in_force, Mapping) or "from" not in in_force:
            raise ValueError(f"{where}: needs in_force with from, or its own row in laws.yaml")
        first = read_date(in_force["from"], where)
        last = None if in_force.get("to") is None else read_date(in_force["to"], where)
    else:
        title, first, last = known.title, known.in_force_from, known.in_force_to
    years = group.get("years", [])
    if not years or not all(isinstance(year, int) for year in years):
        raise ValueError(f"{where}: years are the years people name this version by")
    said = [name.split("(")[0], title.zh, *group.get("known_as", [])]
    return StatuteVersion(
        id=name,
        title=title,
        first=first,
        last=last,
        names=frozenset(canonical(one) for one in said),
        years=frozenset(years),
        start_checked=bool(group.get("start_checked", True)),
        elsewhere=bool(group.get("elsewhere", False)),
    )


def _clock(row: Mapping[str, Any], law: StatuteVersion, counted: Mapping[str, str], words: _Words) -> StatutoryClock:
    name = row.get("name")
    where = f"clock {name} of {law.id}"
    unknown = set(row) - _CLOCK_KEYS
    if not isinstance(name, str) or unknown:
        raise ValueError(f"{where}: unknown key {', '.join(sorted(unknown))}; known: {', '.join(sorted(_CLOCK_KEYS))}")
    for key, known in (("kind", get_args(StatutoryKind)), ("verified", get_args(Verified))):
        if row.get(key) not in known:
            raise ValueError(f"{where}: {key} must be one of {', '.join(known)}, found {row.get(key)!r}")
    kind, verified = cast("StatutoryKind", row["kind"]), cast("Verified", row["verified"])
    if verified == "M" and "note" not in row:
        raise ValueError(f"{where}: what is from memory says so in a note")
    if (kind in TIMELESS) == ("term" in row):
        raise ValueError(f"{where}: a term belongs to every kind but {', '.join(sorted(TIMELESS))}")
    if ("term" in row) and row.get("from") is None:
        raise ValueError(f"{where}: a period needs what it runs from")
    count = row.get("count", counted["party" if kind == "right" else "authority"])
    for value, names, what in (
        (row.get("from"), words.triggers, "trigger"),
        (row.get("who"), words.doers, "doer"),
        *((stop, words.pauses, "pause") for stop in row.get("stops", ())),
        (count, {*words.rules, PLAIN}, "counting rule"),
    ):
        if value is not None and value not in names:
            raise ValueError(f"{where}: there is no {what} {value!r}; known: {', '.join(sorted(names))}")
    return StatutoryClock(
        name=name,
        law=law,
        place=Place.parse(str(row.get("at", ""))),
        title=read_text(row.get("title"), f"{where}, title"),
        does=read_text(row.get("does"), f"{where}, does"),
        kind=kind,
        term=Term.parse(row["term"]) if "term" in row else None,
        also=tuple(Term.parse(term) for term in row.get("also", ())),
        trigger=row.get("from"),
        who=row.get("who", ""),
        count=None if count == PLAIN else count,
        stops=tuple(row.get("stops", ())),
        words=tuple(row.get("words", ())),
        verified=verified,
        longer=read_text(row["longer"], where) if "longer" in row else None,
        then=read_text(row["then"], where) if "then" in row else None,
        note=read_text(row["note"], where) if "note" in row else None,
        follows=row.get("follows"),
    )
