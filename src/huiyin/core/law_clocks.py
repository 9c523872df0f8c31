"""Binds the clocks of a procedure to the law: a length of the law stands once, in the pack's table of clocks."""

from __future__ import annotations

import difflib
from dataclasses import replace
from datetime import date
from typing import cast

from huiyin.core.counting_rows import CountingTable
from huiyin.core.durations import Term
from huiyin.core.procedure import Basis, ClockDef, ClockKind, LawTerm, Procedure
from huiyin.core.source import Problem
from huiyin.core.statutory import TIMELESS, StatutoryClock, StatutoryTable
from huiyin.core.values import Text


def bind(procedure: Procedure, table: StatutoryTable, counting: CountingTable) -> tuple[Procedure, list[Problem]]:
    """Return the procedure with what the law sets for each clock that names a row, and what is wrong with those that cannot be bound."""
    problems: list[Problem] = []
    clocks: dict[str, ClockDef] = {}
    for name, clock in procedure.clocks.items():
        made = clock if clock.law is None else _bound(clock, clock.law, table, counting, procedure.source)
        if isinstance(made, Problem):
            problems.append(made)
        else:
            clocks[name] = made
    return (procedure, problems) if problems else (replace(procedure, clocks=clocks), [])


def _bound(clock: ClockDef, law: str, table: StatutoryTable, counting: CountingTable, file: str) -> ClockDef | Problem:
    rows = table.through_time(law)
    if not rows:
        near = difflib.get_close_matches(law, [row.name for row in table.clocks], n=3)
        return _problem(
            clock,
            file,
            Text(f"期限表里没有“{law}”。", f"The clocks of the law have no “{law}”."),
            Text(f"是不是：{'、'.join(near)}？", f"Did you mean {', '.join(near)}?")
            if near
            else Text("请先把它列入clocks文件夹。", "List it in the folder clocks first."),
        )
    timeless = [row.name for row in rows if row.kind in TIMELESS]
    if timeless:
        return _problem(
            clock,
            file,
            Text(f"“{timeless[0]}”没有法定的长度，不能照它计时。", f"“{timeless[0]}” has no length in the law; nothing can run by it."),
            Text(
                "日期由文书写明的，写“kind: ordered”；自己定的，写“kind: target”。",
                "Use kind ordered for a date a paper sets, target for a goal.",
            ),
        )
    wanted = clock.term
    if wanted is not None and wanted not in rows[-1].terms:
        given = ", ".join(str(term) for term in rows[-1].terms)
        return _problem(
            clock,
            file,
            Text(f"“{law}”没有“{wanted}”这个长度。", f"“{law}” has no length “{wanted}”."),
            Text(f"条文里有：{given}。", f"The law gives: {given}."),
        )
    place = 0 if wanted is None else rows[-1].terms.index(wanted)
    versions = tuple(_version(row, place, counting) for row in rows)
    newest = versions[-1]
    cited = tuple(version.basis for version in reversed(versions) if version.basis is not None)
    return replace(
        clock,
        kind=newest.kind,
        term=newest.term,
        count=newest.count,
        basis=(*cited, *clock.basis),
        by_law=versions,
    )


def _version(row: StatutoryClock, place: int, counting: CountingTable) -> LawTerm:
    """Return what one version sets; one that gives fewer lengths sets its usual one."""
    term = row.terms[place] if place < len(row.terms) else row.terms[0]
    return LawTerm(
        row=row.name,
        first=row.law.first,
        last=row.law.last,
        kind=cast("ClockKind", row.kind),
        term=_as_counted(term, row, counting),
        count=row.count,
        basis=None if row.verified == "M" or row.kind == "target" else Basis(row.law.id, row.place.article),
    )


def _as_counted(term: Term, row: StatutoryClock, counting: CountingTable) -> Term:
    """Return the term as people should read it: where the law means working days by “五日”, it says so."""
    try:
        rule = None if row.count is None else counting.pick(row.count, row.law.last or date.max)
    except LookupError:
        return term
    if rule is None or term.unit != "days" or not rule.means_working_days(term):
        return term
    return replace(term, unit="working days")


def _problem(clock: ClockDef, file: str, text: Text, mend: Text) -> Problem:
    return Problem(file, clock.line, "4", text, mend)
