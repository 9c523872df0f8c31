"""What goes out without names, as it would be sent: beside the question, with a press that puts names, numbers and addresses out of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from huiyin.core import nameless
from huiyin.core.procedure import Field
from huiyin.matters import sparing
from huiyin.ui.forms import Question

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act

VERB: Final = "veil"


@dataclass(frozen=True, slots=True)
class Veiled:
    """One question whose answer goes out without names.

    Attributes:
        press: what the button sends.
        texts: each text typed so far in pieces: (what stands there, what takes its place; empty where it may stay).
    """

    press: str
    texts: tuple[tuple[tuple[str, str], ...], ...]

    @property
    def ready(self) -> bool:
        """Whether nothing that says who or where is left in it."""
        return not any(instead for text in self.texts for _, instead in text)


def of(act: Act, question: Question, raw: Mapping[str, str]) -> Veiled | None:
    """Return how the answer to a question would be sent, None where it may name people."""
    field = act.view.procedure.fields.get(question.name.removeprefix("f."))
    if field is None or not _spares(field):
        return None
    typed = [raw[key] for key in _keys(field, raw) if raw[key].strip()]
    words = sparing.of(act.standpoint.principal, act.view.home, act.view.matter) if typed else ()
    return Veiled(f"{VERB}:{field.name}", tuple(nameless.pieces(text, words) for text in typed))


def pressed(act: Act, do: str, raw: dict[str, str]) -> bool:
    """Put everything that says who or where out of what was typed into one question."""
    verb, _, name = do.partition(":")
    field = act.view.procedure.fields.get(name)
    if verb != VERB or field is None or not _spares(field) or all(entry.field != name for entry in act.entries):
        return False
    words = sparing.of(act.standpoint.principal, act.view.home, act.view.matter)
    for key in list(_keys(field, raw)):
        raw[key] = nameless.without(raw[key], words)
    return True


def _spares(field: Field) -> bool:
    return field.nameless or any(part.nameless for part in field.record)


def _keys(field: Field, raw: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of the inputs of a question whose words go out without names."""
    if field.nameless:
        yield from (key for key in raw if key == f"f.{field.name}")
    parts = {part.name for part in field.record if part.nameless}
    yield from (key for key in raw if key.startswith(f"f.{field.name}.") and key.rpartition(".")[2] in parts)
