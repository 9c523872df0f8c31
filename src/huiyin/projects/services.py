"""Bringing households into a project: each a matter of its own, once, however often its line comes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from huiyin.city import places
from huiyin.core import chain
from huiyin.core.opening import party_form
from huiyin.core.procedure import Procedure
from huiyin.core.projects import WAY
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.matters import directory, doors, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Key
from huiyin.projects import notices
from huiyin.projects.queries import Household, Project

Plain = dict[str, Any]
# What is said of the other side beside its name.
_CONTACTS: Final = ("phone", "address")
CHANGED = Refusal(
    "changed",
    Text(
        "这一户已经有了（在项目里，或者在这张表前面），写的不一样；没有改动原来的。要改，请到这一户自己的事项里更正。",
        "This household is there already, in the project or above in this file, with other content; nothing was changed. "
        "Correct it in its own matter.",
    ),
)
NOT_OPEN = Refusal(
    "not_open",
    Text(
        "项目还没有交给调委会，或者已经结束，现在不能加户。",
        "The project is not with a committee yet, or it is over; none can be added now.",
    ),
)
Came = Literal["new", "known"]


@dataclass(frozen=True, slots=True)
class Line:
    """What a list says of one household.

    Attributes:
        building: building, or the crew of a site; door: the rest of the address; empty where there is none.
        names: who lives there or is owed; phones: as many as are known, in the same order.
        size: a size or number in the words of the list.
        cents: the sum it asks for; None where none is given.
    """

    building: str
    door: str
    names: tuple[str, ...]
    phones: tuple[str, ...] = ()
    size: str = ""
    cents: int | None = None
    remark: str = ""

    def key(self, project: UUID) -> str:
        """Return what makes two lines the same household: the door; where there is none, who it is."""
        who: Sequence[str] = (self.building, self.door) if self.door else (self.building, "", *sorted(self.names), *self.phones)
        return f"household:{project}:{_hash(who)[:32]}"

    def content(self) -> str:
        """Return the hash that tells whether the same household came with the same content."""
        return _hash([self.building, self.door, self.names, self.phones, self.size, self.cents, self.remark])


def bring(principal: Principal, project: Project, lines: Sequence[Line]) -> list[Came | Refusal]:
    """Open a matter for each household that is new; answers in the same order.

    Those of one call are written in one transaction. Killed at any moment and asked again, what is there is known.
    """
    answers = _each(principal, project, lines, write=True)
    # Also those that are known: whoever died after opening them told them nothing.
    notices.still_ahead(
        project, [line.key(project.id) for line, answer in zip(lines, answers, strict=True) if not isinstance(answer, Refusal)]
    )
    return answers


def tried(principal: Principal, project: Project, lines: Sequence[Line], before: Mapping[str, str]) -> list[Came | Refusal]:
    """Say what would become of each; nothing is written.

    Args:
        before: key -> content of lines tried before, which count as if they were in.
    """
    return _each(principal, project, lines, write=False, before=before)


def take(principal: Principal, project: Project, household: Household, person: str) -> services.Receipt | Refusal:
    """Take one household's matter and name who mediates it, as the act at its own desk would; who names says that it is true.

    Args:
        person: account id of a holder of the post.
    """
    naming = project.definition.naming
    return services.act(
        home=household.home,
        matter=household.matter,
        action=naming.act,
        data={naming.person: person, **dict.fromkeys(naming.says, True), **naming.sets},
        principal=principal,
        key=f"taken:{household.matter}:{person}",
    )


def _each(
    principal: Principal, project: Project, lines: Sequence[Line], *, write: bool, before: Mapping[str, str] | None = None
) -> list[Came | Refusal]:
    if not project.desk or not project.open:
        return [NOT_OPEN for _ in lines]
    seen = {**_known([line.key(project.id) for line in lines]), **(before or {})}
    answers: list[Came | Refusal | None] = [None] * len(lines)
    waiting: list[tuple[int, services.Pending]] = []
    for place, line in enumerate(lines):
        key, content = line.key(project.id), line.content()
        if key in seen:
            answers[place] = "known" if seen[key] == content else CHANGED
            continue
        made = _prepared(principal, project, line)
        if isinstance(made, services.Pending):
            seen[key] = content
            answers[place] = "new"
            waiting.append((place, made))
        else:
            answers[place] = made if isinstance(made, Refusal) else "known"
    if write:
        # In one order everywhere: two who bring the same lists would otherwise wait for each other for ever.
        waiting.sort(key=lambda entry: entry[1].payload["key"])
        for home in sorted({made.home for _, made in waiting}):
            mine = [(place, made) for place, made in waiting if made.home == home]
            for (place, _), answer in zip(mine, doors.many(home, [made.payload for _, made in mine]), strict=True):
                answers[place] = CHANGED if answer["status"] == "mismatch" else "known" if answer["status"] == "known" else "new"
    return [answer for answer in answers if answer is not None]


def _known(keys: Sequence[str]) -> dict[str, str]:
    with reading_as(SYSTEM):
        return dict(Key.objects.filter(home__in=tuple(places.homes()), key__in=keys).values_list("key", "body_hash"))


def _prepared(principal: Principal, project: Project, line: Line) -> services.Pending | services.Receipt | Refusal:
    """Return the opening of one household's matter: what is common is handed to it, its own stands beside."""
    child = directory.library().procedures[project.definition.households]
    made = services.prepare_opening(
        procedure=child.name,
        home="",
        data=_data(project, line),
        # Nobody who brings a list gains sight of what it opens.
        principal=SYSTEM,
        at=None,
        # Which desk brought it; a person's name stands in no history. Who sent the list is in the log of long work.
        evidence=[{"kind": "project", "unit": principal.unit or "", "post": principal.post or "", "reference": project.snapshot.reference}],
        key=line.key(project.id),
        topic=project.snapshot.topic,
        division=project.snapshot.division,
        opened_by=WAY,
        parties=_parties(project, child, line),
        opener=0,
        unit=project.unit,
        feeder=None,
        parent=(f"{project.home}/{project.snapshot.matter}", ""),
    )
    if isinstance(made, services.Pending):
        # What the list says is the household; what is common may be corrected between two tries of it.
        made.payload["body_hash"] = line.content()
    return made


def _data(project: Project, line: Line) -> Plain:
    own, facts = project.definition.own, project.snapshot.facts
    data: Plain = {target: facts[name] for name, target in project.definition.hands.items() if facts.get(name) is not None}
    words = "；".join([*([f"面积或者数量：{line.size}"] if line.size else []), *([f"备注：{line.remark}"] if line.remark else [])])
    if words:
        data[own["words"]] = f"{data.get(own['words'], '')}\n本户：{words}。"
    where = facts.get(project.definition.place) or {}
    data[own["place"]] = {
        "division": where.get("division") or project.snapshot.division,
        "detail": f"{where.get('detail') or ''}{_address(line)}",
    }
    data[own["building"]] = line.building
    if line.cents is not None:
        data[own["sum"]] = line.cents
    return data


def _address(line: Line) -> str:
    return f"{line.building}{line.door}"


def _parties(project: Project, child: Procedure, line: Line) -> list[Plain]:
    """Return the household's people on the side that asks, and the project's other side on the other."""
    role = next(role for role in child.roles.values() if role.bound)
    may = {entry.field for entry in party_form(child, role.name, own=False, carried=True).entries}
    sides = ("", "") if role.sides is None else tuple(choice.value for choice in child.fields[role.sides].values)[:2]

    def one(name: str, side: str, facts: Mapping[str, str]) -> Plain:
        told = {**facts, role.sides or "": side}
        return {"role": role.name, "name": name, "facts": {key: value for key, value in told.items() if key in may and value}}

    address = _address(line) if line.door else ""
    phones = (*line.phones, *[""] * len(line.names))
    asking = [one(name, sides[0], {"phone": phones[place], "address": address}) for place, name in enumerate(line.names)]
    others = project.snapshot.facts.get(project.definition.others) or ()
    return [*asking, *(one(str(other["name"]), sides[1], {key: str(other.get(key) or "") for key in _CONTACTS}) for other in others)]


def _hash(value: Any) -> str:
    return hashlib.sha256(chain.canonical(list(value))).hexdigest()
