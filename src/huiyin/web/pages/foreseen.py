"""What an act would lead to, shown before it is done: what the people concerned will read, the papers, the warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from huiyin.core.values import Refusal, Text
from huiyin.matters import services

if TYPE_CHECKING:
    from huiyin.web.pages.acting import Act


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper as it would be printed."""

    title: Text
    blocks: tuple[Mapping[str, Any], ...]
    internal: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What an act would lead to, as the page shows it."""

    says: Text
    papers: tuple[Draft, ...]
    warnings: tuple[Text, ...]


def refused(made: dict[str, Any]) -> Refusal | None:
    """Return why the act would be refused now, or None."""
    weighed = services.foresee(**{name: value for name, value in made.items() if name != "key"})
    return weighed if isinstance(weighed, Refusal) else None


def of(act: Act, made: dict[str, Any] | Refusal) -> Foreseen | None:
    """Return what the act would lead to; None when it cannot be done as it stands."""
    if isinstance(made, Refusal):
        return None
    weighed = services.foresee(**{name: value for name, value in made.items() if name != "key"})
    if isinstance(weighed, Refusal):
        return None
    papers = weighed.library.papers
    return Foreseen(
        says=services.says(weighed),
        papers=tuple(
            Draft(
                rendered.title,
                tuple(block for block in rendered.blocks if block["kind"] != "signatures"),
                issue.paper in papers and papers[issue.paper].internal,
            )
            for issue, rendered, _ in weighed.effects.printed
        ),
        warnings=weighed.effects.warnings,
    )
