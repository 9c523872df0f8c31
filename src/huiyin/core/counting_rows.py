"""The dated rows of a pack that say how each law counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, cast

from huiyin.core.calendar import fingerprint, read_date, read_text
from huiyin.core.clock_words import NOT_LAW, PROMISE
from huiyin.core.counting import CODES, Base
from huiyin.core.durations import BACKWARD_CODES, FULL_CODES, PLAIN_CODES, UNITS, Term, Unit
from huiyin.core.values import Text

UNIT_KEYS: dict[str, Unit] = {unit.replace(" ", "_"): unit for unit in UNITS}
BASES: dict[Unit, Base] = {
    "days": "days",
    "working days": "working days",
    "months": "months",
    "years": "months",
    "hours": "hours",
    "working hours": "working hours",
}
_ROW_KEYS = frozenset(
    {
        "name", "law", "article", "title", "promise", "in_force", "stated", "counts", "full", "backward",
        "working_day_amounts", "working_days_up_to", "latest_when_cited", "note",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CountingRow:
    """How one law counts, in one stretch of time.

    Attributes:
        name: the rule's name in procedures, such as ``civil_procedure``.
        law: id of the law in the pack, with its version; ``None`` for a promise, and for the rows that stand in
            where a law says nothing of counting.
        article: article numbers as text, such as ``85``, ``31, 33`` or ``200-204``.
        title: the law's short name, or what the row is called.
        promise: whether the row counts promises and working goals, which never cite a statute.
        first: first trigger date the row covers.
        last: last trigger date it covers; ``None`` while in force.
        stated: whether the law's text decides the count; ``False`` marks a choice that stands with its reason in
            ``note`` and that a city may change.
        codes: strict and latest code by unit, for terms counted forward.
        full_codes: the same for terms that must run out in full.
        backward_codes: the same for terms counted back from an event.
        working_amounts: amounts of ``days`` that this law means as working days.
        working_up_to: amounts of ``days`` up to this one are working days; 0 when the law says no such thing.
        latest_when_cited: citations (``law#article``) that rest the latest reading on the text itself, such as the article
            that lets hours run from the next full one.
        note: what the row rests on.
    """

    name: str
    law: str | None
    article: str
    title: Text
    promise: bool
    first: date
    last: date | None
    stated: bool
    codes: Mapping[Unit, tuple[str, str]]
    full_codes: Mapping[Unit, tuple[str, str]]
    backward_codes: Mapping[Unit, tuple[str, str]]
    working_amounts: frozenset[int]
    working_up_to: int
    latest_when_cited: frozenset[str]
    note: Text
    version: str = field(default="", compare=False)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> CountingRow:
        """Build a row from the data of the counting file.

        Raises:
            ValueError: a key is missing, unknown or wrong; the message names row and key.
        """
        name = plain.get("name")
        if not isinstance(name, str) or not name:
            raise ValueError(f"counting row without a name: {dict(plain)!r}")
        where = f"counting row {name}"
        unknown = set(plain) - _ROW_KEYS
        if unknown:
            raise ValueError(f"{where}: unknown key {', '.join(sorted(unknown))}; known: {', '.join(sorted(_ROW_KEYS))}")
        law, stated, promise = plain.get("law"), plain.get("stated", True), plain.get("promise", False)
        if not (law is None or isinstance(law, str)) or not isinstance(stated, bool) or not isinstance(promise, bool):
            raise ValueError(f"{where}: law must be an id or empty, stated and promise must be true or false")
        if promise and law is not None:
            raise ValueError(f"{where}: a promise cites no law")
        in_force = plain.get("in_force")
        if not isinstance(in_force, Mapping) or "from" not in in_force:
            raise ValueError(f"{where}: needs in_force with from (and to, once it has ended)")
        last = in_force.get("to")
        amounts, up_to = plain.get("working_day_amounts", ()), plain.get("working_days_up_to", 0)
        if not all(isinstance(amount, int) for amount in (*amounts, up_to)):
            raise ValueError(f"{where}: working_day_amounts and working_days_up_to are numbers of days")
        cited = plain.get("latest_when_cited", ())
        if not all(isinstance(one, str) and "#" in one for one in cited):
            raise ValueError(f"{where}: latest_when_cited lists citations such as 民事诉讼法(2023)#85")
        row = cls(
            name=name,
            law=law,
            article=str(plain.get("article", "")),
            title=read_text(plain.get("title"), f"{where}, title"),
            promise=promise,
            first=read_date(in_force["from"], where),
            last=None if last is None else read_date(last, where),
            stated=stated,
            codes=_read_codes(plain.get("counts", {}), PLAIN_CODES, f"{where}, counts"),
            full_codes=_read_codes(plain.get("full", {}), FULL_CODES, f"{where}, full"),
            backward_codes=_read_codes(plain.get("backward", {}), BACKWARD_CODES, f"{where}, backward"),
            working_amounts=frozenset(amounts),
            working_up_to=up_to,
            latest_when_cited=frozenset(cited),
            note=read_text(plain.get("note"), f"{where}, note"),
        )
        if row.last is not None and row.last < row.first:
            raise ValueError(f"{where}: in force to {row.last}, before its start {row.first}")
        object.__setattr__(row, "version", fingerprint(row.to_plain()))
        return row

    def to_plain(self) -> dict[str, Any]:
        """Return data ``from_plain`` reads back."""
        return {
            "name": self.name,
            "law": self.law,
            "article": self.article,
            "title": self.title.to_plain(),
            "promise": self.promise,
            "in_force": {"from": self.first.isoformat(), "to": None if self.last is None else self.last.isoformat()},
            "stated": self.stated,
            "counts": _plain_codes(self.codes),
            "full": _plain_codes(self.full_codes),
            "backward": _plain_codes(self.backward_codes),
            "working_day_amounts": sorted(self.working_amounts),
            "working_days_up_to": self.working_up_to,
            "latest_when_cited": sorted(self.latest_when_cited),
            "note": self.note.to_plain(),
        }

    def covers(self, on: date) -> bool:
        """Return whether the row is in force for a trigger on ``on``."""
        return self.first <= on and (self.last is None or on <= self.last)

    def means_working_days(self, term: Term) -> bool:
        """Return whether this law counts the term in working days: because it says so, or because it means them by “days”."""
        as_days = term.unit == "days" and (term.amount in self.working_amounts or term.amount <= self.working_up_to)
        return as_days or term.unit == "working days"

    def codes_for(self, term: Term) -> tuple[str, str]:
        """Return the strict and the latest code for a term; equal where only one reading exists."""
        unit: Unit = "working days" if self.means_working_days(term) else term.unit
        if term.direction == "backward":
            return self.backward_codes[unit]
        return self.full_codes[unit] if term.full else self.codes[unit]

    def basis(self) -> Text:
        """Return which law says so, in words for people."""
        if self.promise:
            return Text(f"依据：{self.title.zh}（{PROMISE.zh}，{NOT_LAW.zh}）。", f"Basis: {self.title.en} (a {PROMISE.en}, {NOT_LAW.en}).")
        article = Text(f"第{self.article.replace(', ', '、')}条", f", art. {self.article}") if self.article else Text("", "")
        choice = Text("", "")
        if not self.stated:
            choice = Text("；条文没有写明，按系统设定", "; the text is silent, a recorded choice applies")
        law = self.law or self.title.zh
        return Text(f"计算依据：{law}{article.zh}{choice.zh}。", f"Counted by the {self.title.en}{article.en}{choice.en}.")


@dataclass(frozen=True, slots=True)
class CountingTable:
    """All counting rows of the packs."""

    rows: tuple[CountingRow, ...]

    def __post_init__(self) -> None:
        """Refuse two rows of one name in force on one day.

        Raises:
            ValueError: naming both rows.
        """
        for name in self.names():
            rows = sorted((row for row in self.rows if row.name == name), key=lambda row: row.first)
            for earlier, later in pairwise(rows):
                if earlier.last is None or later.first <= earlier.last:
                    raise ValueError(f"counting row {name}: the row from {earlier.first} must end before the one from {later.first}")

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any] | Iterable[Mapping[str, Any]]) -> CountingTable:
        """Build the table from the counting file (``rows:``) or from a bare list of rows.

        Raises:
            ValueError: a row is wrong.
        """
        rows = plain.get("rows", ()) if isinstance(plain, Mapping) else plain
        return cls(tuple(CountingRow.from_plain(row) for row in rows))

    def to_plain(self) -> dict[str, Any]:
        """Return data ``from_plain`` reads back."""
        return {"rows": [row.to_plain() for row in self.rows]}

    def names(self) -> tuple[str, ...]:
        """Return the rule names, each once."""
        return tuple(sorted({row.name for row in self.rows}))

    def pick(self, name: str, on: date) -> CountingRow:
        """Return the row of ``name`` in force for a trigger on ``on``.

        Raises:
            LookupError: the name is unknown, or no row of it was in force that day.
        """
        rows = [row for row in self.rows if row.name == name]
        if not rows:
            raise LookupError(f"no counting rule is called {name!r}; known: {', '.join(self.names())}")
        for row in rows:
            if row.covers(on):
                return row
        covered = "; ".join(f"{row.first} to {row.last or 'now'}" for row in rows)
        raise LookupError(f"counting rule {name!r} has no row in force on {on}; its rows cover {covered}")


def _read_codes(plain: object, otherwise: Mapping[Unit, str], where: str) -> dict[Unit, tuple[str, str]]:
    """Read ``{days: CAL_ROLL, hours: {strict: HOUR, latest: HOUR_NEXT}}``; units not named keep ``otherwise``."""
    if not isinstance(plain, Mapping):
        raise ValueError(f"{where}: expected units with codes, found {plain!r}")
    codes: dict[Unit, tuple[str, str]] = {unit: (code, code) for unit, code in otherwise.items()}
    for key, value in plain.items():
        unit = UNIT_KEYS.get(key)
        if unit is None or unit not in otherwise:
            known = ", ".join(name for name, known_unit in UNIT_KEYS.items() if known_unit in otherwise)
            raise ValueError(f"{where}: {key!r} is no unit here; known: {known}")
        pair = (value.get("strict"), value.get("latest")) if isinstance(value, Mapping) else (value, value)
        for code in pair:
            if code not in CODES or CODES[code].base not in (BASES[unit], "working days"):
                raise ValueError(f"{where}, {key}: {code!r} is no counting code for {unit}")
        codes[unit] = cast("tuple[str, str]", pair)
    return codes


def _plain_codes(codes: Mapping[Unit, tuple[str, str]]) -> dict[str, Any]:
    return {
        unit.replace(" ", "_"): strict if strict == latest else {"strict": strict, "latest": latest}
        for unit, (strict, latest) in codes.items()
    }
