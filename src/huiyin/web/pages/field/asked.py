"""The questions of the field pages, from the procedures' own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

from huiyin.city import queries as city
from huiyin.core.procedure import FormEntry
from huiyin.core.values import Text
from huiyin.routing import queries as routing
from huiyin.ui import forms
from huiyin.ui.forms import Option, Problems, Question, Sources
from huiyin.web.pages.field import visits

# What a matter made of a visit may be.
LINES = ("hazard", "request")


def questions(raw: Mapping[str, str], problems: Problems) -> dict[str, Question]:
    """Return every question of a visit by its field's name, and the narrower kind of a hazard or request as ``topic``."""
    found = {**asked_of("plan", raw, problems), **asked_of("record", raw, problems)}
    library = city.library()
    options = tuple(
        Option(topic.key, topic.label, topic.key == raw.get("topic"))
        for topic in library.topics.values()
        if topic.line_of_work in LINES and topic.key != topic.line_of_work and not topic.sealed
    )
    found["topic"] = Question(
        "topic",
        Text("是哪一种", "Which kind"),
        "select",
        value=raw.get("topic", ""),
        options=options,
        required=False,
        blank=Text("说不清", "Cannot tell"),
    )
    return found


def asked_of(form: str, raw: Mapping[str, str], problems: Problems) -> dict[str, Question]:
    """Return the questions of one form of a visit by their field's name; none when the packs in use know no visits."""
    found = visits.procedure()
    entries: tuple[FormEntry, ...] = () if found is None else found.forms[form].entries
    return {} if found is None else {one.field: forms.question(found, one, raw, Sources(), problems) for one in entries}


def settling(asked: Mapping[str, Question]) -> list[tuple[Question, str]]:
    """Return the questions of a visit that settle whose a matter made of it is, each with the topics it is asked for."""
    of_list = routing.words_of_list()
    names = [name for name in asked if name in of_list]
    if not names:
        return []
    library = city.library()
    kinds = [topic.key for topic in library.topics.values() if topic.line_of_work in LINES]
    turning = routing.turning_on(kinds)
    return [(asked[name], " ".join(topic for topic in kinds if name in turning[topic])) for name in names]


@dataclass(frozen=True, slots=True)
class InList(Question):
    """A question of one task among many: its ids are the task's own, its name is the procedure's."""

    mark: str = ""

    @property
    def id(self) -> str:
        """The id of the input."""
        return f"{self.mark}-{self.name.replace('.', '-')}"


def within(mark: str, asked: Question) -> InList:
    """Return the question with ids that begin with ``mark``."""
    return InList(**{one.name: getattr(asked, one.name) for one in fields(asked)}, mark=mark)
