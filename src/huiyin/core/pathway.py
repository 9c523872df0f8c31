"""The guided path: a few questions without names, and from the answers every way that stays open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from huiyin.core.packs_values import under
from huiyin.core.procedure import Basis
from huiyin.core.reader_common import NOTHING, Cursor
from huiyin.core.values import Text

STARTS = ("dispute", "report")
APPLY = Text("在这里申请", "Apply here")


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to a question of the path.

    Attributes:
        topics: prefixes of the topics it leads to, or that it fits; empty means all.
    """

    key: str
    label: Text
    topics: tuple[str, ...] = ()

    def fits(self, topic: str) -> bool:
        """Tell whether the answer is offered for a topic."""
        return not self.topics or any(under(topic, prefix) for prefix in self.topics)


@dataclass(frozen=True, slots=True)
class Way:
    """What this front door itself can do about a topic, told beside the ladder of the law.

    Attributes:
        ladder: name of the ladder whose rows stand beside it.
        starts: which draft it begins: a report, a request for mediation, or the application of that name.
    """

    name: str
    topics: tuple[str, ...]
    ladder: str
    starts: str
    unit: Text
    time: Text
    cost: Text
    effect: Text
    basis: tuple[Basis, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A period after which a claim may be lost, told as a warning and never counted."""

    basis: tuple[Basis, ...]
    says: Text
    topics: tuple[str, ...]
    not_topics: tuple[str, ...] = ()

    def fits(self, topic: str) -> bool:
        """Tell whether the warning is for a topic."""
        return any(under(topic, one) for one in self.topics) and not any(under(topic, one) for one in self.not_topics)


@dataclass(frozen=True, slots=True)
class Application:
    """A procedure residents begin by its own name, with its own questions.

    Attributes:
        topics: prefixes of the topics it may be about, the usual one first.
        sets: facts of the opening that a resident who applies here need not be asked.
        asks: facts about the applicant that are asked at once.
        rows: names of the ladder rows it is the door of.
        then: the act the applicant takes at once, where the procedure begins before anything is handed in.
        label: what the link to it says where it is one of several doors of a row.
    """

    procedure: str
    topics: tuple[str, ...]
    sets: Mapping[str, str]
    asks: tuple[str, ...]
    rows: tuple[str, ...]
    then: str | None = None
    label: Text = APPLY

    def fits(self, topic: str) -> bool:
        """Tell whether it may be about that topic."""
        return any(under(topic, one) for one in self.topics)


@dataclass(frozen=True, slots=True)
class Pathway:
    """The questions in order, the ways and the warnings, and what is applied for by name."""

    whom: tuple[Answer, ...]
    tried: tuple[Answer, ...]
    wants: tuple[Answer, ...]
    ways: tuple[Way, ...]
    limits: tuple[Limit, ...] = field(default=())
    applications: tuple[Application, ...] = field(default=())

    def way_for(self, topic: str) -> Way | None:
        """Return what this front door does about a topic: the way with the narrowest topic."""
        fitting = [(len(one), way) for way in self.ways for one in way.topics if under(topic, one)]
        return max(fitting, key=lambda one: one[0])[1] if fitting else None

    def application(self, procedure: str) -> Application | None:
        """Return how a procedure is applied for here, or None."""
        return next((one for one in self.applications if one.procedure == procedure), None)

    def doors_of(self, row: str, topic: str) -> tuple[Application, ...]:
        """Return the applications that a row of the ladder is begun by, where they fit the topic."""
        return tuple(one for one in self.applications if row in one.rows and one.fits(topic))

    def beside(self, procedure: str, topic: str) -> tuple[Application, ...]:
        """Return the other doors of the rows an application is the door of."""
        own = self.application(procedure)
        rows = set() if own is None else set(own.rows)
        return tuple(one for one in self.applications if one is not own and rows & set(one.rows) and one.fits(topic))


def build_pathway(top: Cursor) -> Pathway:
    """Return the path of a file."""
    top.mapping(("whom", "tried", "wants", "ways"), ("limits", "applications"))
    return Pathway(
        whom=_answers(top.at("whom")),
        tried=_answers(top.at("tried")),
        wants=_answers(top.at("wants")),
        ways=tuple(_way(one) for one in top.at("ways").items()),
        limits=tuple(_limit(one) for one in top.at("limits").items()) if top.has("limits") else (),
        applications=tuple(_application(one) for one in top.at("applications").items()) if top.has("applications") else (),
    )


def _answers(cursor: Cursor) -> tuple[Answer, ...]:
    found = []
    for one in cursor.items():
        one.mapping(("key", "label"), ("topics",))
        found.append(
            Answer(
                one.at("key").name() if one.has("key") else "",
                one.at("label").text() if one.has("label") else NOTHING,
                one.at("topics").strings(),
            )
        )
    return tuple(found)


def _way(cursor: Cursor) -> Way:
    needed = ("name", "topics", "ladder", "starts", "unit", "time", "cost", "effect")
    cursor.mapping(needed, ("basis",))
    texts = {name: cursor.at(name).text() if cursor.has(name) else NOTHING for name in ("unit", "time", "cost", "effect")}
    return Way(
        name=cursor.at("name").name() if cursor.has("name") else "",
        topics=cursor.at("topics").strings(),
        ladder=cursor.at("ladder").name() if cursor.has("ladder") else "",
        starts=cursor.at("starts").name() if cursor.has("starts") else STARTS[0],
        basis=cursor.at("basis").basis() if cursor.has("basis") else (),
        **texts,
    )


def _application(cursor: Cursor) -> Application:
    cursor.mapping(("procedure", "topics"), ("sets", "asks", "rows", "then", "label"))
    return Application(
        procedure=cursor.at("procedure").name() if cursor.has("procedure") else "",
        topics=cursor.at("topics").strings(),
        sets={name: value.string() for name, value in cursor.at("sets").named()} if cursor.has("sets") else {},
        asks=cursor.at("asks").strings() if cursor.has("asks") else ("phone", "address"),
        rows=cursor.at("rows").strings() if cursor.has("rows") else (),
        then=cursor.at("then").name() if cursor.has("then") else None,
        label=cursor.at("label").text() if cursor.has("label") else APPLY,
    )


def _limit(cursor: Cursor) -> Limit:
    cursor.mapping(("basis", "says", "topics"), ("not_topics",))
    return Limit(
        basis=cursor.at("basis").basis(),
        says=cursor.at("says").text() if cursor.has("says") else NOTHING,
        topics=cursor.at("topics").strings(),
        not_topics=cursor.at("not_topics").strings(),
    )
