"""A list several people write together, in versions. Pure.

Each version holds only what its writer changed, part by part, as it was typed: who wrote what is plain, and one writer's words can be
taken out of all versions without reading the others'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huiyin.core.terms_change import compare

Parts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What one version changes.

    Attributes:
        lines: id of a line -> the parts that changed, as they are now.
        order: ids of the lines that stand after it.
        note: the words beside the lines; None where they stay.
    """

    lines: Mapping[str, Parts]
    order: tuple[str, ...]
    note: str | None

    def nothing(self, before: Draft) -> bool:
        """Tell whether no word differs from before, and none is gone."""
        return not self.lines and self.note is None and self.order == tuple(line.id for line in before.lines)


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it was put into the room.

    Attributes:
        number: of its message.
        by: access token of who wrote it.
        change: None where its writer's words were erased.
    """

    number: int
    by: str
    change: Change | None


@dataclass(frozen=True, slots=True)
class Written:
    """The words of one part, who wrote them and in which version."""

    words: str
    by: str
    number: int


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line of a draft."""

    id: str
    parts: Mapping[str, Written]

    @property
    def words(self) -> dict[str, str]:
        """The parts that say something."""
        return {name: part.words for name, part in self.parts.items() if part.words}

    @property
    def last(self) -> Written:
        """The part that was written last."""
        return max(self.parts.values(), key=lambda part: part.number)


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft after some version; ``number`` is that of the version, 0 before the first."""

    number: int = 0
    by: str = ""
    lines: tuple[DraftLine, ...] = ()
    note: Written = Written("", "", 0)


def after_each(versions: Sequence[Version]) -> tuple[Draft, ...]:
    """Return the draft as it stood after each of its versions."""
    parts: dict[str, dict[str, Written]] = {}
    order: tuple[str, ...] = ()
    note = Written("", "", 0)
    found: list[Draft] = []
    for version in versions:
        if version.change is not None:
            for line, words in version.change.lines.items():
                parts.setdefault(line, {}).update({name: Written(said, version.by, version.number) for name, said in words.items()})
            order = version.change.order
            if version.change.note is not None:
                note = Written(version.change.note, version.by, version.number)
        lines = (DraftLine(line, dict(parts[line])) for line in order if line in parts)
        found.append(Draft(version.number, version.by, tuple(line for line in lines if line.words), note))
    return tuple(found)


def change(before: Draft, lines: Sequence[Parts], note: str, names: Sequence[str]) -> Change:
    """Return what lines as they were typed change of a draft.

    Args:
        names: of the parts of a line; the first says who, the second what.
    """
    written = [{name: words for name in names if (words := line.get(name, "").strip())} for line in lines]
    written = [line for line in written if line]
    changed: dict[str, dict[str, str]] = {}
    order: list[str] = []
    stood = [line.words for line in before.lines]
    for place, line in enumerate(compare(stood, written, names)):
        if line.kind == "gone":
            continue
        known = None if line.earlier is None else before.lines[line.earlier].id
        # Of two writers who began from one version only one is taken, so these numbers are never given twice.
        found = known or f"{before.number}-{place}"
        order.append(found)
        if line.kind == "new":
            changed[found] = dict(line.entry)
        elif line.kind == "changed":
            changed[found] = {name: str(line.entry.get(name, "")) for name in line.before}
    return Change(changed, tuple(order), None if note.strip() == before.note.words else note.strip())
