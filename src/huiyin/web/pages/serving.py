"""The form of an act that serves a paper: on whom, how, and then only what that way asks for.

Without a script too: the way is chosen among the questions, and where another is chosen than the one whose questions stood there,
the form comes back with that one's instead of being recorded.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from huiyin.core.procedure import Field
from huiyin.core.service_form import BY_NAME, NEEDED, OPTIONAL, RESULTS, TO
from huiyin.core.service_parts import notice_clock
from huiyin.core.values import Text
from huiyin.matters.views import MatterView
from huiyin.ui import forms
from huiyin.ui.forms import Option, Question, Sources

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

SHOWN = "shown"
DEFAULT = "direct"
DELIVERED = "delivered"
_NOTHING = Sources()
_OTHER = Text(
    "换一种方式或者结果，按最下面的按钮，就出来要填的内容，还不会登记。",
    "With another way or result, press the button below: what it asks for appears, and nothing is recorded yet.",
)
_SHORT = frozenset({"place", "signer", "item", "through", "witnesses"})


def _chosen(raw: forms.Raw) -> tuple[str, str]:
    """Return (way, result) as they stand in the form."""
    method, result = raw.get("f.method", ""), raw.get("f.result", "")
    return (method if method in NEEDED else DEFAULT), (result if result in RESULTS else DELIVERED)


def shown(raw: forms.Raw) -> str:
    """Return what the form asks for as it stands: the way and the result its questions belong to."""
    return ":".join(_chosen(raw))


def turned(raw: dict[str, str]) -> bool:
    """Tell whether another way or result was chosen than the questions that were answered belong to."""
    return raw.get(SHOWN, "") != shown(raw)


def parts(raw: forms.Raw) -> tuple[tuple[str, bool], ...]:
    """Return the fields a way asks for besides way, result and day, and whether each must be answered."""
    method, result = _chosen(raw)
    if result != DELIVERED:
        return (("reason", True), *((("item", False),) if method == "post" else ()), ("place", False), ("files", False))
    must = NEEDED[method]
    return (*((name, True) for name in must), *((name, False) for name in OPTIONAL[method]))


def files() -> list[Field]:
    """Return the fields of the form that take files."""
    return [BY_NAME["files"]]


def questions(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    """Return the questions of the form."""
    method, result = _chosen(raw)
    filled = {**raw, "f.method": method, "f.result": result}
    waiting = _waiting(act.view, act.action.serves or "")
    to = raw.get(f"f.{TO}", "") or (waiting[0].value if len(waiting) == 1 else "")
    options = tuple(replace(one, chosen=one.value == to) for one in waiting)
    found = [Question(f"f.{TO}", Text("送给谁", "On whom"), "radios", error=problems.by_field.get(TO), options=options)]
    ways = _question("method", True, filled, problems)
    offered = notice_clock(act.action.serves or "") in act.view.procedure.clocks
    found.append(replace(ways, options=tuple(one for one in ways.options if offered or one.value != "notice"), hint=_OTHER))
    asked = (("result", True), ("on", True), *parts(filled))
    return [*found, *(replace(_question(name, required, filled, problems), **_plain(name)) for name, required in asked)]


def _question(name: str, required: bool, raw: forms.Raw, problems: forms.Problems) -> Question:
    made = forms.question_of(BY_NAME[name], raw, _NOTHING, required=required, error=problems.by_field.get(name))
    return replace(made, kind="line") if name in _SHORT else made


def _plain(name: str) -> dict[str, Any]:
    """Return what a question says otherwise on a page, where the result is always chosen."""
    return {"hint": None} if name == "result" else {}


def _waiting(view: MatterView, paper: str) -> list[Option]:
    served = next((one for one in view.services if one.paper == paper), None)
    people = () if served is None else served.people
    return [Option(one.id, Text(one.name or "（没有留姓名）", one.name or "(no name given)")) for one in people if one.day is None]


def last(view: MatterView, paper: str) -> bool:
    """Tell whether nobody else has still to be served, so that the matter goes on with this service."""
    return len(_waiting(view, paper)) == 1


def data_of(raw: forms.Raw) -> dict[str, Any]:
    """Return what was typed as the data the step reads: only what the chosen way asks for."""
    method, result = _chosen(raw)
    data: dict[str, Any] = {"method": method, "result": result}
    for name in (TO, "on", *(name for name, _ in parts(raw))):
        value = raw.get(f"f.{name}", "").strip()
        if name == "files":
            data |= {name: found} if (found := [one for one in value.split(",") if one]) else {}
        elif value:
            data[name] = value
    return data


def began(today: date) -> dict[str, str]:
    """Return what a fresh form starts with: handed over in person, today."""
    return {"f.method": DEFAULT, "f.result": DELIVERED, "f.on": today.isoformat()}
