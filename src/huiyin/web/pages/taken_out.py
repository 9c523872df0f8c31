"""What every page that takes matters out as a file asks first: what for."""

from __future__ import annotations

from huiyin.core.values import Refusal, Text
from huiyin.exchange.export import PURPOSES
from huiyin.ui.forms import Option, Question, problems_of


def what_for(refusal: Refusal | None) -> Question:
    """Return the question, with what is wrong with the answer that was given."""
    return Question(
        "purpose",
        Text("导出做什么用", "What it is taken out for"),
        "radios",
        options=tuple(Option(name, label) for name, label in PURPOSES.items()),
        error=problems_of(refusal).by_field.get("purpose"),
    )
