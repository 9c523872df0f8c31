"""Dealing with one matter together with another: which one, chosen from those alike near by or by its number; and the links in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from huiyin.core.following import LEADER
from huiyin.core.values import Refusal, Text
from huiyin.matters import related
from huiyin.matters.views import MatterView, Row
from huiyin.ui import forms
from huiyin.ui.forms import Option, Question
from huiyin.ui.shown import reference as grouped

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act
    from huiyin.web.pages.seats import Standpoint

NUMBER = "leader_number"
OTHER = "other"
TOLD: dict[str, Text] = {
    "answered": Text("已经一起答复", "answered together"),
    "ended": Text("那件没有答复就结束了", "it ended without an answer"),
    "refused": Text("没有并成", "could not be linked"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """A matter dealt with together with the one shown; ``address`` is None where this reader may not see it."""

    reference: str
    summary: str
    address: str | None
    told: Text | None


@dataclass(frozen=True, slots=True)
class Links:
    """The matter this one follows, and those that follow it."""

    leader: Link | None
    followers: tuple[Link, ...]

    @property
    def waiting(self) -> int:
        """How many still wait for this one's answer."""
        return sum(one.told is None for one in self.followers)


def begun(act: Act, reference: str) -> dict[str, str]:
    """Return what the form of an act that links starts with where the address names the matter to follow; else nothing."""
    place = related.numbered(act.standpoint.principal, reference) if reference and act.view.procedure.joins(act.action) else None
    return {} if place is None else {LEADER: place, NUMBER: grouped(reference)}


def asked(act: Act, raw: forms.Raw, problems: forms.Problems) -> list[Question]:
    """Return the questions which matter an act lets this one follow; none for any other act."""
    if not act.view.procedure.joins(act.action):
        return []
    rows = related.alike(act.standpoint.principal, act.view)
    chosen = raw.get(LEADER, "")
    error = problems.by_field.get(LEADER)
    number = Question(
        NUMBER,
        Text("那一件的编号", "Its number"),
        "line",
        hint=Text("十二位数字。上面选了的不用填。", "Twelve digits; not needed when one is chosen above."),
        value=raw.get(NUMBER, ""),
        required=False,
        mode="numeric",
    )
    if chosen and chosen not in {OTHER, *(f"{row.home}/{row.matter}" for row in rows)}:
        chosen = OTHER
    if not rows:
        text = Text("和哪一件一起办，写它的编号", "Together with which matter: its number")
        hint = Text("十二位数字。本处没有同类的、还没有答复的事。", "Twelve digits. There is no open matter of the same kind near by.")
        return [replace(number, label=text, hint=hint, error=error, required=True)]
    options = [Option(f"{row.home}/{row.matter}", _named(row), chosen == f"{row.home}/{row.matter}", _said(row)) for row in rows]
    options.append(Option(OTHER, Text("另一件，写编号", "Another one, by its number"), chosen == OTHER))
    hint = Text(
        "只列出本处同类、还没有答复的。看清是不是同一处、同一件事；拿不准就不合并。",
        "Only open ones of the same kind near by. Be sure it is the same place and the same thing; when in doubt, do not link.",
    )
    label = Text("和哪一件一起办", "Together with which matter")
    return [Question(LEADER, label, "radios", hint=hint, error=error, options=tuple(options)), number]


def chosen(act: Act, raw: forms.Raw) -> str | Refusal:
    """Return ``home/matter`` of the matter chosen, or what is wrong with the number typed."""
    found, typed = raw.get(LEADER, ""), raw.get(NUMBER, "").strip()
    if found and found != OTHER:
        return found
    if not typed:
        return ""
    place = related.numbered(act.standpoint.principal, typed)
    if place is None:
        return Refusal(
            "not_there",
            Text(
                "没有这个编号的事，或者您看不到它。请核对十二位编号。",
                "No matter of that number, or not for you to see. Check its twelve digits.",
            ),
            LEADER,
        )
    return place


def links(view: MatterView, standpoint: Standpoint) -> Links | None:
    """Return the links of a matter in words, None where it has none."""
    if not view.links:
        return None
    rows = related.lines(standpoint.principal, [UUID(one.matter.partition("/")[2]) for one in view.links])
    made = [(one, _link(one.matter, one.told, rows.get(UUID(one.matter.partition("/")[2])), standpoint)) for one in view.links]
    return Links(next((link for one, link in made if one.follows), None), tuple(link for one, link in made if not one.follows))


def _link(place: str, told: str | None, row: Row | None, standpoint: Standpoint) -> Link:
    home, _, id_ = place.partition("/")
    said = None if told is None else TOLD.get(told)
    if row is None:
        return Link("", "", None, said)
    return Link(row.reference, row.summary, standpoint.other(home, UUID(id_)), said)


def _named(row: Row) -> Text:
    number = grouped(row.reference)
    return Text(f"{number}　{row.summary}", f"{number} {row.summary}")


def _said(row: Row) -> Text:
    return Text(f"现在由{row.who.zh}办", f"now with {row.who.en}")
