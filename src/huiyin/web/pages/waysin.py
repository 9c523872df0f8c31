"""How a matter came in, for staff who take it in: asked for, begun by the body itself, advised by another, commissioned by a court."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from huiyin.city import queries as city
from huiyin.core.procedure import FormEntry, Procedure
from huiyin.core.values import Principal, Text
from huiyin.ui import forms
from huiyin.ui.forms import Option, Question, Raw, Sources
from huiyin.web.pages import journeys, rarely

OWN_INITIATIVE: Final = "own_initiative"
CHANNELS: Final[tuple[tuple[str, Text], ...]] = (
    ("in_person", Text("当面来说", "In person")),
    ("telephone", Text("打电话来", "By telephone")),
    ("paper", Text("书面材料", "On paper")),
)


@dataclass(frozen=True, slots=True)
class Way:
    """A way in that is nobody's own asking.

    Attributes:
        known: how it is known what was said.
    """

    label: Text
    known: str


WAYS: Final[dict[str, Way]] = {
    OWN_INITIATIVE: Way(Text("走访中发现，调委会主动调解", "Found on a visit; the committee acts by itself"), "in_person"),
    "court_or_police_advice": Way(Text("法院、公安等建议来调解", "A court, the police or another body advised it"), "in_person"),
    "court_commission": Way(Text("法院书面委派、委托", "Commissioned by a court, on paper"), "paper"),
}


def way_of(raw: Raw) -> str:
    """Return the way chosen, by the name procedures know it by."""
    chosen = raw.get("channel", "")
    return chosen if chosen in WAYS else journeys.OPENED_BY


def evidence_of(procedure: Procedure, principal: Principal, raw: Raw) -> dict[str, str] | None:
    """Return how it is known what was said; None where no way was chosen that this post may take."""
    chosen = raw.get("channel", "")
    if chosen not in dict(offered(procedure, principal)):
        return None
    return {"kind": WAYS[chosen].known if chosen in WAYS else chosen}


def offered(procedure: Procedure, principal: Principal) -> tuple[tuple[str, Text], ...]:
    """Return the ways there are; only a body that may have such matters itself begins one by itself."""
    unit = city.unit(principal.unit or "")
    own = unit is not None and unit.kind in procedure.units[procedure.host].kinds
    more = (name for name in WAYS if procedure.mediates and name in procedure.opened_by and (own or name != OWN_INITIATIVE))
    return (*CHANNELS, *((name, WAYS[name].label) for name in more))


def asked_besides(procedure: Procedure, way: str) -> tuple[FormEntry, ...]:
    """Return what the form of that way asks beyond the usual one; lists are left to the desk."""
    usual = {entry.field for entry in procedure.forms[procedure.opening_form].entries}
    form = procedure.opening_form_for(way)
    entries = () if form is None else form.entries
    return tuple(one for one in entries if one.field not in usual and procedure.fields[one.field].type != "list")


def names(procedure: Procedure) -> list[str]:
    """Return the names under which the answers of this page stand."""
    return ["channel", "at", *(f"f.{entry.field}" for way in WAYS for entry in asked_besides(procedure, way))]


def questions(procedure: Procedure, principal: Principal, raw: Raw, problems: forms.Problems) -> list[Question]:
    """Return what a member of staff who writes it down is asked; what one way alone asks comes once that way is chosen."""
    chosen = raw.get("channel", "")
    options = tuple(Option(key, label, key == chosen) for key, label in offered(procedure, principal))
    besides = (forms.question(procedure, one, raw, Sources(own=True), problems) for one in asked_besides(procedure, way_of(raw)))
    return [
        Question("channel", Text("是怎么来的", "How did it come"), "radios", error=problems.by_field.get("channel"), options=options),
        *besides,
        rarely.happened_at(raw.get("at", ""), problems.by_field.get("at")),
    ]


def opening(procedure: Procedure, raw: Raw) -> dict[str, Any]:
    """Return what the way adds to an opening: its name, what it alone asks, and that nobody asked where the body acts by itself."""
    way = way_of(raw)
    data = forms.typed(procedure, asked_besides(procedure, way), raw, city.library().zone)
    return {"opened_by": way, "data": data, **({"opener": None} if way == OWN_INITIATIVE else {})}
