"""Notices of a project: each reaches every household's own record and its parties once, and is counted from there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from huiyin import clock
from huiyin.city import places
from huiyin.core import announcing
from huiyin.core.date_words import instant_text
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.values import SYSTEM, Refusal
from huiyin.matters import directory, doors, fold, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.matters.outbox import NotDoneError
from huiyin.projects.queries import Project

Plain = dict[str, Any]
_KEY: Final = "announced"


def handed_on(home: str, row: Plain) -> None:
    """Hand one notice of a project to each of its households; done again, those that have it keep it once."""
    seen = doors.snapshot(home, row["matter"], SYSTEM)
    if seen is None:
        raise NotDoneError(f"project {home}/{row['matter']} is gone")
    snapshot, _ = fold.without_erased(from_plain(seen["body"]))
    definition = directory.library().projects.get(snapshot.procedure)
    if definition is None:
        raise NotDoneError(f"{snapshot.procedure} is no project of the packs in use")
    with reading_as(SYSTEM):
        found = Matter.objects.filter(parent_home=home, parent=row["matter"], parent_key="", procedure=definition.households)
        every = list(found.order_by("home", "id").values_list("home", "id"))
    _tell(snapshot, int(row["payload"]["entry"]), definition.notices.list, every)


def still_ahead(project: Project, keys: Iterable[str]) -> None:
    """Hand the notices whose time has not come to households that joined after them.

    Args:
        keys: under which they were opened.
    """
    name = project.definition.notices.list
    entries = project.snapshot.facts.get(name) or ()
    ahead = [number for number, one in enumerate(entries) if datetime.fromisoformat(one["at"]) > clock.now()]
    if not ahead:
        return
    with reading_as(SYSTEM) as connection, connection.cursor() as rows:
        rows.execute("SELECT home, matter FROM matters_key WHERE home = ANY(%s) AND key = ANY(%s)", [list(places.homes()), list(keys)])
        joined = rows.fetchall()
    for number in ahead:
        _tell(project.snapshot, number, name, joined)


def reached(project: Project) -> dict[int, int]:
    """Return how many households each notice has reached, by its place in the list."""
    with reading_as(SYSTEM) as connection, connection.cursor() as rows:
        rows.execute(
            "SELECT split_part(key, ':', 3)::integer, count(*) FROM matters_key WHERE home = ANY(%s) AND key LIKE %s GROUP BY 1",
            [list(places.homes()), f"{_KEY}:{project.snapshot.matter}:%"],
        )
        return dict(rows.fetchall())


def _tell(project: Snapshot, number: int, name: str, households: Iterable[tuple[str, UUID]]) -> None:
    entry = project.facts[name][number]
    when = instant_text(directory.library().calendar.local(datetime.fromisoformat(entry["at"]))).zh
    data = {"what": entry["what"], "when": when, "where": entry["where"]}
    for home, matter in households:
        key = f"{_KEY}:{project.matter}:{number}:{matter}"
        answer = services.act(home=home, matter=matter, action=announcing.ACT, data=data, principal=SYSTEM, key=key)
        if isinstance(answer, Refusal):
            raise NotDoneError(f"{announcing.ACT} refused: {answer.code}")
