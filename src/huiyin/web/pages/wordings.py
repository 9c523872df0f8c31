"""Sentences offered to staff who give a reason or an answer, and what a reason must be before it is taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from huiyin.core.procedure import Field
from huiyin.core.values import Refusal, Text
from huiyin.ui import forms

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

SHORTEST_REASON: Final = 6
BLANK: Final = ("〔", "〕")


@dataclass(frozen=True, slots=True)
class Offered:
    """A sentence that can be put into an input.

    Attributes:
        key: where the pack has it, and its place there: what the button sends.
        heading: the result it is for, when one input takes sentences for several.
    """

    key: str
    text: Text
    into: str = ""
    heading: Text | None = None


def offered(act: Act, field: str) -> tuple[Offered, ...]:
    """Return the sentences offered for one field of an act's form."""
    known = act.library.wordings
    key = next((key for key in (f"{act.action.name}.{field}", field) if key in known), None)
    return () if key is None else tuple(Offered(f"{key}:{n}", text, f"f.{field}") for n, text in enumerate(known[key]))


def for_results(act: Act, field: Field) -> tuple[Offered, ...]:
    """Return the sentences offered for an answer, by its result."""
    results = next((part.values for part in field.record if part.type == "choice"), ())
    return tuple(
        Offered(f"{field.name}.{result.value}:{n}", text, heading=result.label)
        for result in results
        for n, text in enumerate(act.library.wordings.get(f"{field.name}.{result.value}", ()))
    )


def said(act: Act, do: str, raw: dict[str, str], language: str) -> bool:
    """Put an offered sentence into its input, when ``do`` asks for one: ``say:INPUT:KEY:N``."""
    verb, _, rest = do.partition(":")
    into, _, place = rest.partition(":")
    key, _, number = place.rpartition(":")
    texts = act.library.wordings.get(key, ())
    chosen = forms.number_of(number)
    if verb != "say" or not into.startswith("f.") or chosen is None or chosen >= len(texts):
        return False
    before = raw.get(into, "").rstrip()
    text = texts[chosen].in_(language)
    raw[into] = f"{before}\n{text}" if before else text
    return True


def unfit(act: Act, raw: forms.Raw) -> Refusal | None:
    """Return what keeps a member of staff's words from being taken: a reason too short to be one, a blank left open."""
    if not act.by_staff or act.for_party:
        return None
    wrong = [one for entry in act.entries if (one := _unfit(act.view.procedure.fields[entry.field], raw)) is not None]
    wrong += _open_blanks(raw)
    if not wrong:
        return None
    text = Text("有几处文字还不能提交。", "Some of the texts cannot be sent yet.")
    return wrong[0] if len(wrong) == 1 else Refusal("unfit", text, details=tuple(wrong))


def _unfit(field: Field, raw: forms.Raw) -> Refusal | None:
    words = raw.get(f"f.{field.name}", "").strip()
    if field.type != "text" or not is_reason(field.name) or not words or len(words) >= SHORTEST_REASON:
        return None
    return Refusal(
        "short_reason",
        Text(
            f"“{field.label.zh}”至少写{SHORTEST_REASON}个字，让看的人明白为什么。",
            f"“{field.label.en}” takes at least {SHORTEST_REASON} characters, so that the reader understands why.",
        ),
        field.name,
    )


def is_reason(name: str) -> bool:
    """Tell whether a field holds the reason of a decision."""
    return name == "reason" or name.endswith("_reason")


def _open_blanks(raw: forms.Raw) -> Sequence[Refusal]:
    return [
        Refusal(
            "open_blank",
            Text("范文里的〔 〕还没有换成实际内容。", "A 〔 〕 of the offered sentence is not replaced yet."),
            name.removeprefix("f."),
        )
        for name, value in raw.items()
        if name.startswith("f.") and BLANK[0] in value and BLANK[1] in value
    ]
