"""What the packs do with the law, as data: each clock and who uses it, what scenarios try, what papers must hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from huiyin.core.packs import Library
from huiyin.core.procedure import Basis, Procedure
from huiyin.core.scenario_files import Tried
from huiyin.core.soundness_common import actions_of, is_automatic
from huiyin.core.statutory import StatutoryClock


def report(library: Library, tried: Mapping[str, Tried]) -> dict[str, Any]:
    """Return the whole report as JSON-ready data."""
    used = _users(library)
    clocks = [_clock(one, used.get(one.name, ())) for one in library.statutory.clocks]
    return {
        "clocks": clocks,
        "unused": sum(not one["used_by"] for one in clocks),
        "coverage": [_coverage(one, tried.get(name, Tried())) for name, one in sorted(library.procedures.items())],
        "papers": [
            {
                "paper": name,
                "title": paper.title.to_plain(),
                "elements": [
                    {"name": element.name.to_plain(), "binds": element.binds, "basis": _bases(element.basis, library)}
                    for element in paper.elements
                ],
            }
            for name, paper in sorted(library.papers.items())
        ],
    }


def _users(library: Library) -> dict[str, list[str]]:
    """Return row of the law -> the clocks of procedures that run by it, an earlier version of the law included."""
    used: dict[str, list[str]] = {}
    for name, procedure in sorted(library.procedures.items()):
        for clock in procedure.clocks.values():
            for row in dict.fromkeys([*(version.row for version in clock.by_law), *([clock.law] if clock.law else [])]):
                used.setdefault(row, []).append(f"{name}.{clock.name}")
        if procedure.notice is not None:
            # Service by public notice: the built-in form of a served paper runs by it.
            used.setdefault(procedure.notice, []).append(f"{name}.notice")
    return used


def _clock(one: StatutoryClock, users: Iterable[str]) -> dict[str, Any]:
    return {
        "name": one.name,
        "law": one.law.id,
        "article": str(one.place.article),
        "cited": one.cited().to_plain(),
        "title": one.title.to_plain(),
        "kind": one.kind,
        "term": None if one.term is None else str(one.term),
        "also": [str(term) for term in one.also],
        # A clock without a length is not counted; the rule of its law says nothing about it.
        "rule": None if one.term is None else one.count,
        "verified": one.verified,
        "in_force": {"from": str(one.law.first), "to": None if one.law.last is None else str(one.law.last)},
        "used_by": list(users),
    }


def _coverage(procedure: Procedure, tried: Tried) -> dict[str, Any]:
    actions = sorted(
        {action.name for action in procedure.always} | {action.name for state in procedure.states.values() for action in state.actions}
    )
    done = {action.rpartition(".")[2] for action in tried.actions}
    return {
        "procedure": procedure.name,
        "title": procedure.title.to_plain(),
        "covers": sorted(tried.covers),
        "actions": _share(actions, done),
        "conditions_refusing": _share(_refusing(procedure), tried.refused),
        "clocks_dated": _share(sorted(procedure.clocks), tried.dated),
    }


def _refusing(procedure: Procedure) -> list[str]:
    """Return the conditions that can refuse a person; those only automatic steps ask choose a way and refuse nobody."""
    asked = {name for state, action in actions_of(procedure) if not is_automatic(procedure, state, action) for name in action.needs}
    return sorted(name for name in procedure.conditions if name in asked)


def _share(every: list[str], tried: Iterable[str]) -> dict[str, Any]:
    known = set(tried)
    return {"of": len(every), "tried": [one for one in every if one in known], "untried": [one for one in every if one not in known]}


def _bases(bases: Iterable[Basis], library: Library) -> list[dict[str, str]]:
    return [library.cited(basis).to_plain() for basis in bases]
