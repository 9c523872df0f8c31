"""Which body of its own kind a matter is put to: the one a level above or below that covers its place first, the rest under “another”.

How it is passed on (raised, handed down, moved) follows from where the body chosen stands, so nobody is asked that again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from huiyin import clock
from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.city.models import Unit
from huiyin.core.address_names import DEPTH
from huiyin.core.procedure import Field
from huiyin.core.values import Text
from huiyin.ui.forms import Option, Question, Raw

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

HOW: Final = "pass_kind"
OTHER: Final = "other"
ANOTHER, WHICH = Text("另一个", "Another"), Text("另一个单位", "Another body")
ONLY_IF: Final = Text("上面选“另一个”的，在这里选。", "Only where you chose “Another” above.")
ABOVE, BELOW = (
    Text("上一级，管这个地方", "One level above, covers the place"),
    Text("下一级，管这个地方", "One level below, covers the place"),
)
OTHERS: Final = {
    "raised": Text("上级", "Above"),
    "moved": Text("同级", "Of the same level"),
    "handed_down": Text("下级", "Below"),
}
PASSES: Final = Text(
    "选上一级就是提级，选下一级就是交办，选同级就是移送。对方接下以前，仍由本单位答复。",
    "One above raises it, one below has it handed down, one of the same level has it moved. Until it accepts, you remain the one to ask.",
)


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies of one kind around the one that has a matter.

    Attributes:
        above: the nearest level above that covers the matter's place.
        below: the nearest level below that covers it.
        rest: every other, by what putting the matter there would be: raised, moved or handed down.
    """

    above: Unit | None
    below: Unit | None
    rest: Mapping[str, Sequence[Unit]]


def proposed(act: Act) -> dict[str, str]:
    """Return what the form of an act starts with: the body above, where the act puts the matter to one above."""
    found: dict[str, str] = {}
    for field in _asked(act):
        above = _bodies(act, field).above if _upwards(act, field) else None
        if above is not None:
            found[f"f.{field.name}"] = above.id
    return found


def told(act: Act, questions: Sequence[Question], raw: Raw) -> list[Question]:
    """Return the questions of an act; one for a body of the same kind offers the likely ones first, and is not asked twice over."""
    asked = {f"f.{field.name}": field for field in _asked(act)}
    if not asked:
        return list(questions)
    kept = [one for one in questions if one.name != f"f.{HOW}"]
    return [each for one in kept for each in (_offered(act, asked[one.name], one, raw) if one.name in asked else [one])]


def chosen(raw: Raw) -> Raw:
    """Return what was typed with each body chosen from the list of others in its place."""
    others = {name: raw[f"{name}.{OTHER}"] for name, value in raw.items() if value == OTHER and f"{name}.{OTHER}" in raw}
    return {**raw, **others}


def data_of(act: Act, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of an act with how it is passed on, from where the body chosen stands."""
    fields = {entry.field for entry in act.entries}
    if HOW not in fields:
        return dict(data)
    chosen = next((city.unit(str(data[field.name])) for field in _asked(act) if data.get(field.name)), None)
    # Where nobody was chosen the act is refused for that alone.
    return {**data, HOW: "moved" if chosen is None else _way(_host(act), chosen)}


def _asked(act: Act) -> list[Field]:
    """Return the fields of an act's form that choose a body of the kind that has the matter."""
    if not act.by_staff:
        return []
    procedure = act.view.procedure
    own = set(procedure.units[procedure.host].kinds)
    return [procedure.fields[name] for name in act.chooses if name != procedure.host and set(procedure.units[name].kinds) == own]


def _upwards(act: Act, field: Field) -> bool:
    procedure = act.view.procedure
    return procedure.units[field.name].above == procedure.host


def _host(act: Act) -> Unit | None:
    return city.unit(act.view.units.get(act.view.procedure.host, ""))


def _way(host: Unit | None, unit: Unit) -> str:
    own, its = DEPTH[unit.level] if host is None else DEPTH[host.level], DEPTH[unit.level]
    return "raised" if its < own else "handed_down" if its > own else "moved"


def _bodies(act: Act, field: Field) -> Bodies:
    host = _host(act)
    today = clock.now().astimezone(act.library.zone).date()
    kinds = act.view.procedure.kinds_of(field)
    path = tree.path_of(act.view.division) or ((host and tree.path_of(host.division_id)) or ())
    along = [unit for units in city.units_along(path, kinds, on=today).values() for unit in units]
    above = max((one for one in along if _way(host, one) == "raised"), key=lambda one: DEPTH[one.level], default=None)
    below = min((one for one in along if _way(host, one) == "handed_down"), key=lambda one: DEPTH[one.level], default=None)
    rest: dict[str, list[Unit]] = {}
    for one in (unit for kind in kinds for unit in city.units_of_kind(kind, on=today)):
        if one not in (host, above, below):
            rest.setdefault(_way(host, one), []).append(one)
    return Bodies(above, below, rest)


def _offered(act: Act, field: Field, question: Question, raw: Raw) -> list[Question]:
    """Return the question with the likely bodies to choose from, and one for any other, by where it stands."""
    bodies, upwards = _bodies(act, field), _upwards(act, field)
    chosen, other = raw.get(question.name, ""), raw.get(f"{question.name}.{OTHER}", "")
    first = [(ABOVE, bodies.above), *(() if upwards else ((BELOW, bodies.below),))]
    near = [Option(unit.id, unit.title, unit.id == chosen, says) for says, unit in first if unit is not None]
    rest = tuple(
        Option(unit.id, unit.title, unit.id == other, group=says)
        for way, says in OTHERS.items()
        if way == "raised" or not upwards
        for unit in bodies.rest.get(way, ())
    )
    hint = question.hint or (None if upwards else PASSES)
    if not near or not rest:
        return [replace(question, kind="radios" if near else "select", options=(*near, *rest), hint=hint)]
    choices = (*near, Option(OTHER, ANOTHER, chosen == OTHER))
    beside = Question(f"{question.name}.{OTHER}", WHICH, "select", hint=ONLY_IF, options=rest)
    return [replace(question, kind="radios", options=choices, hint=hint), beside]
