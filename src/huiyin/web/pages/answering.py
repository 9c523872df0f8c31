"""A reply point by point: one answer for each point asked, so that none is passed over.

A form replies point by point when it has a list whose entries say which point they are ``about``, and the matter has a
list of what was asked: ``points`` of a reporter, ``requirements`` of a supervisor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from huiyin import clock
from huiyin.core.procedure import Field
from huiyin.core.values import Refusal, Text
from huiyin.ui import forms
from huiyin.ui.forms import Question
from huiyin.web.pages import wordings

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

ABOUT: Final = "about"
ASKED: Final = ("points", "requirements")
# What a result needs beside its text: part of the entry -> what to say when it is missing.
NEEDS: Final = {
    "refused": ("ground", Text("写明不能办的依据", "give the ground of the refusal")),
    "promised": ("done_by", Text("写明哪天办好", "give the day it will be done")),
}

HINTS: Final = {
    "ground": Text("结果是“依法不能办”的必须写。", "Needed where the result is “cannot be done”."),
    "done_by": Text("结果是“定了日期办”的必须写。", "Needed where the result is “promised by a date”."),
}


@dataclass(frozen=True, slots=True)
class Point:
    """One point asked, the questions of its answer, and sentences offered for it."""

    number: int
    ask: str
    questions: tuple[Question, ...]
    offered: tuple[wordings.Offered, ...]


def field_of(act: Act) -> Field | None:
    """Return the list that answers the points of this act's matter, when its form has one."""
    fields = act.view.procedure.fields
    for entry in act.entries:
        field = fields[entry.field]
        if (
            field.type == "list"
            and not entry.add
            and any(part.name == ABOUT for part in field.record)
            and any(name in fields for name in ASKED)
        ):
            return field
    return None


def asked(act: Act) -> list[str]:
    """Return the points as they were asked."""
    points = next((act.view.facts[name] for name in ASKED if name in act.view.facts), None)
    return [str(point.get("ask", "")) if isinstance(point, dict) else str(point) for point in points] if isinstance(points, list) else []


def begin(act: Act, field: Field, raw: dict[str, str]) -> None:
    """Give the form one entry for each point, about that point."""
    points = asked(act)
    raw[f"f.{field.name}.rows"] = str(len(points))
    for number in range(len(points)):
        raw[f"f.{field.name}.{number}.{ABOUT}"] = str(number + 1)


def points(act: Act, field: Field, raw: forms.Raw, made: Question, problems: forms.Problems) -> tuple[Point, ...]:
    """Return each point with the questions of its answer."""
    offered = wordings.for_results(act, field)
    found = []
    for number, (ask, row) in enumerate(zip(asked(act), made.rows, strict=False)):
        questions = tuple(
            _about_result(
                replace(
                    one, error=problems.by_field.get(one.name.removeprefix("f.")), kind="long" if one.name.endswith(".text") else one.kind
                )
            )
            for one in row
            if not one.name.endswith(f".{ABOUT}")
        )
        text = next((one.name for one in questions if one.name.endswith(".text")), "")
        found.append(Point(number + 1, ask, questions, tuple(replace(one, into=text) for one in offered)))
    return tuple(found)


def _about_result(question: Question) -> Question:
    """Return the question saying for which result it must be answered; for the others it may stay empty."""
    hint = HINTS.get(question.name.rpartition(".")[2])
    return question if hint is None else replace(question, hint=hint, required=True)


def unanswered(act: Act, field: Field, raw: forms.Raw) -> Refusal | None:
    """Return which points lack an answer, its ground or its date; each links to its own input."""
    today = clock.now().astimezone(act.library.zone).date()
    wrong = [one for number in range(len(asked(act))) for one in _missing(field, number, raw, today)]
    if not wrong:
        return None
    text = Text("每一点都要有答复。", "Every point needs an answer.")
    return wrong[0] if len(wrong) == 1 else Refusal("unanswered", text, details=tuple(wrong))


def _missing(field: Field, number: int, raw: forms.Raw, today: date) -> Sequence[Refusal]:
    def said(part: str) -> str:
        return raw.get(f"f.{field.name}.{number}.{part}", "").strip()

    def refusal(part: str, zh: str, en: str) -> Refusal:
        return Refusal("unanswered", Text(f"第{number + 1}点：{zh}。", f"Point {number + 1}: {en}."), f"{field.name}.{number}.{part}")

    found = []
    if not said("result"):
        found.append(refusal("result", "请选结果", "choose a result"))
    if not said("text"):
        found.append(refusal("text", "请写答复内容", "write the answer"))
    part, words = NEEDS.get(said("result"), ("", Text("", "")))
    if part and not said(part):
        found.append(refusal(part, words.zh, words.en))
    elif part == "done_by" and _past(said(part), today):
        found.append(refusal(part, "答应的日期已经过去，请写今天以后的日期", "the day promised has passed; give a later one"))
    return found


def _past(value: str, today: date) -> bool:
    try:
        return date.fromisoformat(value) < today
    except ValueError:
        return False
