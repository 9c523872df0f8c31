"""One decision that moves the dates of many matters: a new holiday notice, one withdrawn, a changed counting rule.

An order is prepared and counted (which clocks it would move, from when to when), looked at and decided by a second person, and then
carried out by a worker (`matters.carrying`). What it changes is what counting with the tables now in use gives: nothing else can be
ordered here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from huiyin import clock
from huiyin.core import clocks, recounting
from huiyin.core.calendar import fingerprint
from huiyin.core.clock_life import ClockLife
from huiyin.core.packs import Library
from huiyin.core.rights import may_order
from huiyin.core.terms import Due
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.ids import uuid7
from huiyin.matters import definitions, directory, doors
from huiyin.matters.access import reading_as
from huiyin.matters.models import Order
from huiyin.matters.plain import BadPlainError, clean

Plain = dict[str, Any]
Tell = Callable[[int, int | None], object]
KIND: Final = "recount"
COUNT_BATCH: Final = 400
LONGEST_BASIS: Final = 200
LONGEST_REASON: Final = 1000
MOVES: Final = ("later", "earlier")
CHANGES: Final = (*MOVES, "settled", "unsettled", "beside")
COUNTS: Final = (*CHANGES, "same", "refused", "late_now", "late_no_more")
GROUPS: Final = ("unit", "procedure", "rule")

NOT_YOURS: Final = Refusal("not_yours", Text("您的岗位不能这样做。", "This is not for your post."))
GONE: Final = Refusal("missing", Text("没有这个命令。", "There is no such order."))
DECIDED: Final = Refusal("decided", Text("这个命令已经决定过了。", "This order was decided before."))
NOT_COUNTED: Final = Refusal(
    "not_counted",
    Text("还没有算完会变动哪些日期，请等算完再决定。", "It is not yet known which dates would move. Wait for that, then decide."),
)
SECOND_PERSON: Final = Refusal(
    "second_person",
    Text("这个预览是您算的，要由另一位规则管理员看过再决定。",
         "You prepared this one; another pack keeper looks at it and decides."),
)  # fmt: skip
CHANGED: Final = Refusal(
    "changed_since",
    Text("算过以后，正在用的日历或计算规则又变了。请重新算一次预览。",
         "The calendar or counting rules in use have changed since this was counted. Prepare it again."),
)  # fmt: skip
NOT_DECIDED: Final = Refusal("not_decided", Text("这个命令还没有人决定，不能执行。", "Nobody decided this order; it is not carried out."))
CHANGED_MEANWHILE: Final = Refusal(
    "changed_since",
    Text("执行到一半，正在用的日历或计算规则又变了，所以停下。已经改的不动；其余的请重新算一次预览，另下命令。",
         "The calendar or counting rules in use changed half way, so it stopped. What was moved stays; prepare a new order for the rest."),
)  # fmt: skip
NOTHING: Final = Refusal("nothing", Text("没有日期要变，不用下命令。", "No date would change; no order is needed."))


def in_use(library: Library) -> str:
    """Return which calendar and counting rows these are, as one word."""
    rows = sorted(f"{row.name}@{row.version}" for row in library.counting.rows)
    return f"{library.calendar.version}.{fingerprint(rows)}"


# Clocks that were counted with something else than what is in use: by another calendar, or by a row that is no longer there.
_STALE: Final = """c.status = 'running' AND (c.calendar <> %(calendar)s
    OR NOT (regexp_replace(c.rule, '^.* ', '') = ANY (%(rules)s) OR c.rule = 'SET' OR c.rule LIKE '%% target'))"""


def _asked(library: Library) -> Plain:
    return {"calendar": library.calendar.version, "rules": [f"{row.name}@{row.version}" for row in library.counting.rows]}


def waiting() -> int:
    """Return how many running clocks were counted with another calendar or rule than those in use; most of them will not move."""
    with reading_as(SYSTEM) as connection, connection.cursor() as rows:
        rows.execute(f"SELECT count(*) FROM matters_clock c WHERE {_STALE}", _asked(directory.library()))  # noqa: S608 - our own text
        return int(rows.fetchone()[0])


# Preparing


def prepare(*, principal: Principal) -> UUID | Refusal:
    """Begin an order; `count` then finds what it would move. Nothing is decided by it."""
    if not may_order(principal):
        return NOT_YOURS
    order = uuid7()
    doors.write_order(
        {
            "id": str(order),
            "kind": KIND,
            "prepared_by": whose(principal),
            "prepared_at": clock.now().isoformat(),
            "counted_with": in_use(directory.library()),
        }
    )
    return order


def whose(principal: Principal) -> str:
    """Return who acts, as an order keeps it."""
    return f"{principal.kind}:{principal.id}"


def drop(order: UUID, *, principal: Principal) -> Refusal | None:
    """Throw away an order nobody decided."""
    if not may_order(principal):
        return NOT_YOURS
    return None if doors.order_drop(order) else DECIDED if row_of(order) is not None else GONE


@dataclass(slots=True)
class _Tally:
    """What an order would do, counted as it is found."""

    now: datetime
    examined: int = 0
    matters: int = 0
    whole: dict[str, int] = field(default_factory=dict)
    groups: dict[str, dict[str, dict[str, int]]] = field(default_factory=lambda: {group: {} for group in GROUPS})

    def add(self, places: Mapping[str, str], word: str) -> None:
        self.whole[word] = self.whole.get(word, 0) + 1
        for group, key in places.items():
            counted = self.groups[group].setdefault(key, {})
            counted[word] = counted.get(word, 0) + 1

    def plain(self) -> Plain:
        return {"examined": self.examined, "matters": self.matters, "whole": self.whole, "groups": self.groups}


def count(order: UUID, tell: Tell) -> Plain:
    """Find every clock an order would move and write it down; from the beginning, whatever a run before it had found.

    Returns:
        the tally.

    Raises:
        LookupError: there is no such order, or it is decided.
    """
    row = row_of(order)
    if row is None or row.at is not None:
        raise LookupError(f"order {order} is decided or was never prepared")
    library = directory.library()
    tally, asked = _Tally(clock.now()), _asked(library)
    total = _stale_matters(library)
    tell(0, total)
    doors.order_lines(order, [], first=True)
    done = 0
    for batch in _stale(library):
        lines: list[Plain] = []
        for found in batch:
            mine = _foreseen(found, library, asked, tally)
            tally.matters += bool(mine)
            lines.extend(mine)
        if lines:
            doors.order_lines(order, lines, first=False)
        done += len(batch)
        tell(min(done, total), total)
    if in_use(directory.library()) != row.counted_with or not doors.order_counted(order, tally.plain()):
        raise LookupError(f"order {order} was overtaken while it was counted")
    return tally.plain()


@dataclass(frozen=True, slots=True)
class _Found:
    home: str
    matter: UUID
    reference: str
    unit: str
    procedure: str
    version: str
    clocks: Plain


def _stale_matters(library: Library) -> int:
    with reading_as(SYSTEM) as connection, connection.cursor() as rows:
        # `_STALE` is this module's own text; every value is a parameter.
        rows.execute(f"SELECT count(DISTINCT (c.home, c.matter)) FROM matters_clock c WHERE {_STALE}", _asked(library))  # noqa: S608
        return int(rows.fetchone()[0])


def _stale(library: Library) -> Iterator[list[_Found]]:
    """Yield, some at a time, the matters with a running clock that was counted with something else than what is in use."""
    statement = f"""
        SELECT m.home, m.id, m.reference, m.unit, m.procedure, m.procedure_version, (m.body -> 'clocks')::text
          FROM matters_matter m
         WHERE (m.home, m.id) > (%(home)s, %(matter)s) AND m.outcome = ''
           AND EXISTS (SELECT FROM matters_clock c WHERE c.home = m.home AND c.matter = m.id AND {_STALE})
         ORDER BY m.home, m.id LIMIT %(most)s"""  # noqa: S608 - as above
    place: tuple[str, UUID] = ("", UUID(int=0))
    while True:
        with reading_as(SYSTEM) as connection, connection.cursor() as rows:
            rows.execute(statement, {**_asked(library), "home": place[0], "matter": place[1], "most": COUNT_BATCH})
            batch = [
                _Found(home, matter, reference, unit, procedure, version, orjson.loads(lives))
                for home, matter, reference, unit, procedure, version, lives in rows.fetchall()
            ]
        if not batch:
            return
        yield batch
        place = (batch[-1].home, batch[-1].matter)


def _foreseen(found: _Found, library: Library, asked: Plain, tally: _Tally) -> list[Plain]:
    lines: list[Plain] = []
    procedure, _ = definitions.pinned(found.procedure, found.version)
    for name, plain in found.clocks.items():
        life = ClockLife.from_plain(plain)
        before = life.due
        if life.status != "running" or before is None or life.limit is None or not _old(before, asked):
            continue
        tally.examined += 1
        places = {"unit": found.unit, "procedure": found.procedure, "rule": rule_name(before.rule)}
        after = clocks.recount(life, at=tally.now, now=tally.now, seq=0, counting=library.counting_for())
        if isinstance(after, Refusal):
            tally.add(places, "same" if after.code == recounting.NOTHING.code else "refused")
            continue
        limit = after.limit or life.limit
        change = _change(life, after)
        tally.add(places, change)
        if life.kind != "minimum" and (limit < tally.now) != (life.limit < tally.now):
            tally.add(places, "late_now" if limit < tally.now else "late_no_more")
        lines.append(
            {
                "id": str(uuid7()),
                "home": found.home,
                "matter": str(found.matter),
                "reference": found.reference,
                "unit": found.unit,
                "procedure": found.procedure,
                "clock": name,
                "label": procedure.clocks[name].label.to_plain(),
                "rule": rule_name(before.rule),
                "change": change,
                "old_due": life.limit.isoformat(),
                "new_due": limit.isoformat(),
                "old_provisional": life.provisional,
                "new_provisional": after.provisional,
            }
        )
    return lines


def _old(due: Due, asked: Plain) -> bool:
    """Say of one date what `_STALE` says of a row."""
    if due.calendar != asked["calendar"]:
        return True
    row = due.rule.rpartition(" ")[2]
    return row not in asked["rules"] and row not in ("SET", "target")


def _change(before: ClockLife, after: ClockLife) -> str:
    if before.limit is not None and after.limit is not None and before.limit != after.limit:
        return "later" if after.limit > before.limit else "earlier"
    if before.provisional != after.provisional:
        return "settled" if before.provisional else "unsettled"
    return "beside"


def rule_name(rule: str) -> str:
    """Return a rule as it is grouped: code, law, article and row, whatever the row's version."""
    return rule.rsplit("@", 1)[0]


# Deciding


def decide(order: UUID, *, basis: str, reason: str, principal: Principal, by: str = "") -> Refusal | None:
    """Decide an order that was counted and looked at; a worker carries it out.

    Args:
        basis: the number of the notice it rests on; every matter it moves keeps it.
        reason: why, in one's own words.
        by: for the operator at the command line, who decided.
    """
    if not may_order(principal):
        return NOT_YOURS
    row = row_of(order)
    if row is None:
        return GONE
    basis, reason, by = basis.strip(), reason.strip(), by.strip()
    refused = _undecidable(row, principal) or _unsaid(basis, reason, by, principal)
    if refused is not None:
        return refused
    decision = {
        "basis": basis,
        "text": {"zh": reason, "en": reason},
        "decided_by": f"{principal.kind}:{by or principal.id}"[:80],
        "at": clock.now().isoformat(),
    }
    return None if doors.order_decide(order, decision) else DECIDED


def _undecidable(row: Order, principal: Principal) -> Refusal | None:
    if row.at is not None:
        return DECIDED
    if row.tally is None:
        return NOT_COUNTED
    if principal.kind != "system" and row.prepared_by == whose(principal):
        return SECOND_PERSON
    if row.counted_with != in_use(directory.library()):
        return CHANGED
    return None if row.tally["matters"] else NOTHING


def _unsaid(basis: str, reason: str, by: str, principal: Principal) -> Refusal | None:
    wrong: list[Refusal] = []
    if not basis:
        wrong.append(Refusal("required", Text("请写通知的文号。", "Give the number of the notice."), field="basis"))
    if not reason:
        wrong.append(Refusal("required", Text("请写理由。", "Say why."), field="reason"))
    if principal.kind == "system" and not by:
        wrong.append(Refusal("required", Text("请写明是谁决定的。", "Say who decided."), field="by"))
    for name, said, most in (("basis", basis, LONGEST_BASIS), ("reason", reason, LONGEST_REASON), ("by", by, 60)):
        if len(said) > most:
            wrong.append(Refusal("too_long", Text(f"最多{most}字。", f"At most {most} characters."), field=name))
        try:
            clean(said, name)
        except BadPlainError as bad:
            wrong.append(bad.refusal)
    if len(wrong) > 1:
        return Refusal("bad_form", Text(f"有{len(wrong)}处要补。", f"{len(wrong)} things are missing or wrong."), details=tuple(wrong))
    return wrong[0] if wrong else None


def row_of(order: UUID) -> Order | None:
    """Return an order's row, or None."""
    return Order.objects.filter(id=order, kind=KIND).first()
