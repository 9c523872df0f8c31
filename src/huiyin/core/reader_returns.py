"""From the data of ``returns/*.yaml`` and ``rates/*.yaml`` to values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import get_args

from huiyin.core.reader_common import NOTHING, Cursor
from huiyin.core.returns import (
    Amount,
    Count,
    Dimension,
    Group,
    PeriodKind,
    Plan,
    Rate,
    Rates,
    Register,
    RegisterColumn,
    Return,
    ReturnKind,
    Show,
    Table,
    When,
)
from huiyin.core.values import Text

KINDS: tuple[ReturnKind, ...] = get_args(ReturnKind)
PERIODS: tuple[PeriodKind, ...] = get_args(PeriodKind)
WHEN: tuple[When, ...] = get_args(When)
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)
SHOWS: tuple[Show, ...] = get_args(Show)
# Columns that need to be told what they show.
NAMED_SHOWS = frozenset({"unit", "field", "parties", "clock", "act", "paper", "person"})
_LEVELS = ("community", "street", "district")


def build_return(top: Cursor) -> Return:
    """Return the return of a file."""
    top.mapping(
        ("return", "kind", "title", "asked_by", "notes", "for", "periods", "counts"),
        ("posts", "basis", "table", "register", "plan", "wide"),
    )
    kind = _kind(top)
    table = _table(top.at("table")) if kind == "table" else None
    register = _register(top.at("register")) if kind != "table" else None
    _only(top, "table", kind == "table")
    _only(top, "register", kind != "table")
    return Return(
        name=top.at("return").name() if top.has("return") else "",
        kind=kind,
        title=_text(top, "title"),
        asked_by=_text(top, "asked_by"),
        notes=_text(top, "notes"),
        kinds=top.at("for").names(),
        periods=tuple(PERIODS[PERIODS.index(inner.one_of(PERIODS))] for inner in top.at("periods").words()),
        counts={name: _count(name, inner) for name, inner in top.at("counts").named()},
        posts=top.at("posts").names(),
        basis=top.at("basis").basis(),
        table=table,
        register=register,
        plan=_plan(top.at("plan")) if top.has("plan") else None,
        wide=top.at("wide").flag(),
        source=top.source.file,
        line=top.line,
    )


def build_rates(top: Cursor) -> Rates:
    """Return the rate table of a file."""
    top.mapping(("rate", "rows"))
    return Rates(
        name=top.at("rate").name() if top.has("rate") else "",
        rows=tuple(_rate(inner) for inner in top.at("rows").items()),
        source=top.source.file,
        line=top.line,
    )


def _kind(top: Cursor) -> ReturnKind:
    if not top.has("kind"):
        return "table"
    return KINDS[KINDS.index(top.at("kind").one_of(KINDS))]


def _only(top: Cursor, key: str, wanted: bool) -> None:
    if wanted and not top.has(key):
        top.wrong(f"缺少“{key}”。", f"“{key}” is missing.", f"请补上“{key}:”。", f"Add “{key}:”.")
    elif not wanted and top.has(key):
        top.at(key).wrong("这一种报表没有这一项。", "this kind of return has no such part.", "请删去它。", "Remove it.")


def _text(cursor: Cursor, key: str) -> Text:
    return cursor.at(key).text() if cursor.has(key) else NOTHING


def _count(name: str, cursor: Cursor) -> Count:
    cursor.mapping(("label", "means", "of", "when"), ("acts", "states", "after", "with", "said", "add", "part_of"))
    return Count(
        name=name,
        label=_text(cursor, "label"),
        means=_text(cursor, "means"),
        of=cursor.at("of").names(),
        when=WHEN[WHEN.index(cursor.at("when").one_of(WHEN))] if cursor.has("when") else "opened",
        acts=cursor.at("acts").names(),
        states=cursor.at("states").names(),
        after=cursor.at("after").names(),
        facts=_values(cursor.at("with")),
        said=_values(cursor.at("said")),
        amount=_amount(cursor.at("add")) if cursor.has("add") else None,
        part_of=cursor.at("part_of").name() if cursor.has("part_of") else None,
        line=cursor.line,
    )


def _values(cursor: Cursor) -> Mapping[str, tuple[str, ...]]:
    return {name: inner.strings() for name, inner in cursor.named()}


def _amount(cursor: Cursor) -> Amount:
    cursor.mapping(("list",), ("part", "where"))
    return Amount(
        list=cursor.at("list").name() if cursor.has("list") else "",
        part=cursor.at("part").name() if cursor.has("part") else None,
        where=_values(cursor.at("where")),
    )


def _table(cursor: Cursor) -> Table:
    if not cursor.mapping(("by",), ("groups", "columns", "topics_of", "level", "field")):
        return Table("counts")
    by = DIMENSIONS[DIMENSIONS.index(cursor.at("by").one_of(DIMENSIONS))] if cursor.has("by") else "counts"
    wanted = {"counts": "groups", "topic": "topics_of", "place": "level", "field": "field"}.get(by)
    if wanted is not None and not cursor.has(wanted):
        cursor.wrong(f"缺少“{wanted}”。", f"“{wanted}” is missing.", f"请补上“{wanted}:”。", f"Add “{wanted}:”.")
    if by != "counts" and not cursor.has("columns"):
        cursor.wrong("缺少“columns”。", "“columns” is missing.", "请写要列出的数。", "Name the counts to show.")
    return Table(
        by=by,
        groups=tuple(_group(inner) for inner in cursor.at("groups").items()),
        columns=cursor.at("columns").names(),
        line_of_work=cursor.at("topics_of").name() if cursor.has("topics_of") else None,
        level=cursor.at("level").one_of(_LEVELS) if cursor.has("level") else None,
        field=cursor.at("field").name() if cursor.has("field") else None,
        line=cursor.line,
    )


def _group(cursor: Cursor) -> Group:
    cursor.mapping(("label", "counts"))
    return Group(_text(cursor, "label"), cursor.at("counts").names())


def _register(cursor: Cursor) -> Register:
    if not cursor.mapping(("of", "columns")):
        return Register("", ())
    return Register(
        of=cursor.at("of").name() if cursor.has("of") else "",
        columns=tuple(_column(inner) for inner in cursor.at("columns").items()),
        line=cursor.line,
    )


def _column(cursor: Cursor) -> RegisterColumn:
    cursor.mapping(("label", "show"), ("what", "add"))
    show = SHOWS[SHOWS.index(cursor.at("show").one_of(SHOWS))] if cursor.has("show") else "blank"
    for key, needed in (("what", show in NAMED_SHOWS), ("add", show == "sum")):
        if needed and not cursor.has(key):
            cursor.wrong(f"缺少“{key}”。", f"“{key}” is missing.", f"请补上“{key}:”。", f"Add “{key}:”.")
    return RegisterColumn(
        label=_text(cursor, "label"),
        show=show,
        what=cursor.at("what").names(),
        amount=_amount(cursor.at("add")) if cursor.has("add") else None,
        line=cursor.line,
    )


def _plan(cursor: Cursor) -> Plan:
    cursor.mapping(("count", "least", "note"))
    return Plan(
        count=cursor.at("count").name() if cursor.has("count") else "",
        least=cursor.at("least").integer(1),
        note=_text(cursor, "note"),
    )


def _rate(cursor: Cursor) -> Rate:
    cursor.mapping(("name", "label", "yuan", "ground", "from"), ("to", "states", "papers", "with"))
    begin = cursor.at("from").date() if cursor.has("from") else None
    return Rate(
        name=cursor.at("name").name() if cursor.has("name") else "",
        label=_text(cursor, "label"),
        cents=cursor.at("yuan").integer(1) * 100 if cursor.has("yuan") else 0,
        ground=_text(cursor, "ground"),
        from_=begin or date.min,
        to=cursor.at("to").date() if cursor.has("to") else None,
        states=cursor.at("states").names(),
        papers=cursor.at("papers").names(),
        facts=_values(cursor.at("with")),
        line=cursor.line,
    )
