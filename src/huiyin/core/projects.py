"""Projects of many households: which matter each gets, what it is handed, and in which words its way is told. Data of the packs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from huiyin.core.reader_common import Cursor
from huiyin.core.values import Text

# What a line of a list says of its household.
OWN: Final = ("sum", "building", "place", "words")
# The way a household's matter comes in.
WAY: Final = "transfer"


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a household's matter is, in words that are the same for all."""

    name: str
    label: Text
    states: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """The act by which a household's matter is taken and its mediator named.

    Attributes:
        post: whose members may be named.
        person: field of the act that names somebody.
        states: flags of the act, each said by whoever names.
        sets: what else the act is given.
    """

    post: str
    act: str
    person: str
    says: tuple[str, ...]
    sets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notices:
    """The act of a project that tells its households something, and the list of the project it adds to: ``what``, ``at``, ``where``."""

    act: str
    list: str


@dataclass(frozen=True, slots=True)
class ProjectDef:
    """How the households of one kind of project are dealt with.

    Attributes:
        households: procedure each household's matter runs.
        unit: field of the project that names the body they go to.
        others: list of the project with the other side, entries with a ``name``.
        title: field of the project with its name; place: the one that says where.
        hands: field of the project -> field of the household's matter.
        pieces: list of the project with pieces of an agreement, ``what`` and ``proof``, offered in each household's form.
        own: part of a line (`OWN`) -> field of the household's matter; ``words`` are put under what that field is handed.
    """

    name: str
    households: str
    unit: str
    others: str
    title: str
    place: str
    hands: Mapping[str, str]
    own: Mapping[str, str]
    naming: Naming
    notices: Notices
    pieces: str
    stages: tuple[Stage, ...]
    line: int = 0

    def stage_of(self, state: str) -> Stage | None:
        """Return the stage a state stands in."""
        return next((stage for stage in self.stages if state in stage.states), None)


def build_projects(top: Cursor) -> dict[str, ProjectDef]:
    """Return the projects of a file by the name of their procedure."""
    return {name: _project(name, inner) for name, inner in top.named()}


def _project(name: str, cursor: Cursor) -> ProjectDef:
    cursor.mapping(("households", "unit", "others", "title", "place", "hands", "own", "names", "notices", "pieces", "stages"))
    naming, notices = cursor.at("names"), cursor.at("notices")
    notices.mapping(("act", "list"))
    naming.mapping(("post", "act", "person", "says"), ("sets",))
    return ProjectDef(
        name=name,
        households=cursor.at("households").name(),
        unit=cursor.at("unit").name(),
        others=cursor.at("others").name(),
        title=cursor.at("title").name(),
        place=cursor.at("place").name(),
        hands={key: inner.name() for key, inner in cursor.at("hands").named()},
        own=_own(cursor.at("own")),
        naming=Naming(
            naming.at("post").name(),
            naming.at("act").name(),
            naming.at("person").name(),
            naming.at("says").names(),
            {key: inner.name() for key, inner in naming.at("sets").named()} if naming.has("sets") else {},
        ),
        notices=Notices(notices.at("act").name(), notices.at("list").name()),
        pieces=cursor.at("pieces").name(),
        stages=tuple(_stage(key, inner) for key, inner in cursor.at("stages").named()),
        line=cursor.line,
    )


def _own(cursor: Cursor) -> dict[str, str]:
    cursor.mapping(OWN)
    return {key: inner.name() for key, inner in cursor.named() if key in OWN}


def _stage(name: str, cursor: Cursor) -> Stage:
    cursor.mapping(("label", "states"))
    return Stage(name, cursor.at("label").text(), cursor.at("states").names())
