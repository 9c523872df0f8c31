"""What may be read of a project: itself, how far its households are, and nothing that is said in any of them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from huiyin.city import queries as city
from huiyin.city.models import Account
from huiyin.core import rights
from huiyin.core.procedure import Procedure
from huiyin.core.projects import ProjectDef, Stage
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.values import SYSTEM, Principal
from huiyin.matters import definitions, directory, fold, queries
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter

# More than any project has; a page shows all of them.
MOST: Final = 5000
MOST_PROJECTS: Final = 100
_DIGITS: Final = re.compile(r"(\d+)")
_WHERE: Final = "m.parent_home = %s AND m.parent = %s AND m.parent_key = '' AND m.procedure = %s"


@dataclass(frozen=True, slots=True)
class Project:
    """A project as one reader may see it.

    Attributes:
        desk: whether the reader handles it: its desk, or the desk of the committee its households go to.
    """

    definition: ProjectDef
    snapshot: Snapshot
    procedure: Procedure
    desk: bool

    @property
    def home(self) -> str:
        """Where it was born."""
        return self.snapshot.home

    @property
    def id(self) -> UUID:
        """Its matter."""
        return UUID(self.snapshot.matter)

    @property
    def unit(self) -> str:
        """The body its households go to; empty while none is chosen."""
        return str(self.snapshot.units.get(self.definition.unit) or "")

    @property
    def title(self) -> str:
        """Its name."""
        return str(self.snapshot.facts.get(self.definition.title) or "")

    @property
    def open(self) -> bool:
        """Whether households may be brought in: it is not over, and who mediates is settled."""
        return self.snapshot.outcome is None and bool(self.unit)


@dataclass(frozen=True, slots=True)
class Household:
    """How far one household's matter is. Its number and the way in only where the reader has a right to it.

    Attributes:
        people: who is named to mediate it.
        waits: it waits to be taken, and nobody is named yet.
        readable: the reader may open it.
    """

    home: str
    matter: UUID
    reference: str
    building: str
    place: str
    state: str
    stage: Stage | None
    due: datetime | None
    people: tuple[str, ...]
    waits: bool
    readable: bool


def project(principal: Principal, home: str, matter: UUID) -> Project | None:
    """Return a project; None where there is none for this reader."""
    found = queries.standing(principal, home, matter)
    return None if found is None else _project(principal, *found)


def projects(principal: Principal, most: int = MOST_PROJECTS) -> tuple[tuple[Project, int], ...]:
    """Return the projects this principal may see with how many households each has: open ones first, of these the newest first."""
    with reading_as(principal):
        rows = Matter.objects.filter(procedure__in=list(directory.library().projects)).order_by("-opened_at", "id")
        bodies = list(rows.values_list("body", flat=True)[:most])
    made = []
    for body in bodies:
        snapshot, _ = fold.without_erased(from_plain(body))
        found = _project(principal, snapshot, definitions.pinned(snapshot.procedure, snapshot.procedure_version)[0])
        made += [] if found is None else [found]
    with reading_as(SYSTEM) as connection, connection.cursor() as counting:
        counting.execute(
            "SELECT parent, count(*) FROM matters_matter WHERE parent = ANY(%s) AND parent_key = '' GROUP BY 1", [[one.id for one in made]]
        )
        counted = dict(counting.fetchall())
    return tuple((one, counted.get(one.id, 0)) for one in sorted(made, key=lambda one: one.snapshot.outcome is not None))


def _project(principal: Principal, snapshot: Snapshot, procedure: Procedure) -> Project | None:
    definition = directory.library().projects.get(procedure.name)
    relation = rights.relation(principal, snapshot, procedure)
    if definition is None or not rights.may(relation, "read"):
        return None
    return Project(definition, snapshot, procedure, relation == "handler")


def stages(project: Project) -> tuple[tuple[Stage, int], ...]:
    """Return how many households stand in each stage: numbers, of nobody."""
    with reading_as(SYSTEM) as connection, connection.cursor() as rows:
        rows.execute(f"SELECT m.state, count(*) FROM matters_matter m WHERE {_WHERE} GROUP BY 1", _values(project))  # noqa: S608
        by_state: dict[str, int] = dict(rows.fetchall())
    return tuple((stage, sum(by_state.get(state, 0) for state in stage.states)) for stage in project.definition.stages)


def households(principal: Principal, project: Project) -> tuple[Household, ...]:
    """Return every household of a project by building and door, for its desk; nothing for others.

    It says where it is and how far: nothing of who lives there, and nothing of what was said.
    """
    if not project.desk:
        return ()
    own, naming = project.definition.own, project.definition.naming
    with reading_as(SYSTEM) as connection, connection.cursor() as rows:
        rows.execute(
            f"""SELECT m.home, m.id, m.reference, m.state, m.outcome, m.next_due,
                       m.body->'facts'->%s, m.body->'facts'->%s->>'detail', m.body->'named'->%s
                  FROM matters_matter m WHERE {_WHERE} LIMIT {MOST}""",  # noqa: S608
            [own["building"], own["place"], naming.post, *_values(project)],
        )
        found = rows.fetchall()
    with reading_as(principal):
        mine = set(Matter.objects.filter(parent_home=project.home, parent=project.id).values_list("id", flat=True))
    start = directory.library().procedures[project.definition.households].start
    named = {row[1]: tuple(str(one) for one in _read(row[8]) or ()) for row in found}
    names = _names({one for people in named.values() for one in people})
    made = [
        Household(
            home=home, matter=matter, reference=reference, building=_text(_read(building)), place=place or "", state=state,
            stage=project.definition.stage_of(state), due=due, people=tuple(names.get(one, one) for one in named[matter]),
            waits=state == start and not outcome and not named[matter], readable=matter in mine,
        )
        for home, matter, reference, state, outcome, due, building, place, _ in found
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda one: (_natural(one.building), _natural(one.place), one.reference)))


def mediators(project: Project) -> tuple[tuple[str, str], ...]:
    """Return (account, name) of whoever may be named to mediate the households: holders of the post at the body they go to."""
    definition = project.definition
    post = directory.library().procedures[definition.households].posts[definition.naming.post].post
    return tuple((str(one.account), one.name) for one in city.holders(project.unit, post, city.today())) if project.unit else ()


def may_name(principal: Principal, project: Project) -> bool:
    """Tell whether a principal takes households' matters, and so names their mediators: the body they go to, in the post that takes."""
    child = directory.library().procedures[project.definition.households]
    start = child.states[child.start]
    act = next(one for one in start.actions if one.name == project.definition.naming.act)
    posts = {child.posts[name].post for name in act.by or start.by if name in child.posts}
    return project.open and principal.unit == project.unit and principal.post in posts


def pieces(place: str | None) -> tuple[tuple[str, str], ...]:
    """Return (what, proof) of the pieces of an agreement a project offers its households; nothing where there is no project.

    Args:
        place: ``home/matter`` a household's matter belongs to.
    """
    home, _, matter = (place or "").partition("/")
    if not matter:
        return ()
    with reading_as(SYSTEM):
        body = Matter.objects.filter(home=home, id=UUID(matter), procedure__in=list(directory.library().projects)).values_list(
            "body", flat=True
        )
        found = next(iter(body), None)
    if found is None:
        return ()
    snapshot, _ = fold.without_erased(from_plain(found))
    told = snapshot.facts.get(directory.library().projects[snapshot.procedure].pieces) or ()
    return tuple((str(one["what"]), str(one.get("proof") or "")) for one in told)


def _values(project: Project) -> Sequence[Any]:
    return (project.home, project.id, project.definition.households)


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str | bytes) else value


def _names(accounts: set[str]) -> Mapping[str, str]:
    return {str(key): name for key, name in Account.objects.filter(id__in=accounts).values_list("id", "name")}


def _text(value: Any) -> str:
    # What was erased stands there as a mark, which is no text.
    return value if isinstance(value, str) else ""


def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """Return what a text is sorted by, so that 2号楼 comes before 10号楼."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _DIGITS.split(text) if part)
