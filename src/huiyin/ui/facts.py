"""Recorded values as people read them: one line, several lines, or a small table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any

from huiyin.core.procedure import Field
from huiyin.core.values import Text
from huiyin.ui import shown

Names = Callable[[str], Text | None]


@dataclass(frozen=True, slots=True)
class Fact:
    """A value with its label. ``kind``: words (a person's own), text, table, nothing.

    ``sealed``: said in private; it stands folded, as somebody may look over one's shoulder, and is never printed with the page.
    """

    name: str
    label: Text
    kind: str
    text: Text | str = ""
    columns: tuple[Text, ...] = ()
    rows: tuple[tuple[Text | str, ...], ...] = ()
    sealed: bool = False

    @property
    def lines(self) -> tuple[tuple[tuple[Text, Text | str], ...], ...]:
        """Each row with the label of its column beside each cell."""
        return tuple(tuple(zip(self.columns, row, strict=True)) for row in self.rows)


def fact_of(definition: Field, value: Any, *, zone: tzinfo, names: Names) -> Fact:
    """Return one value ready to be shown.

    Args:
        names: gives the name behind the id of a party, member, unit, place or topic.
    """
    sealed = definition.cls == "P4" and definition.talk
    if definition.type == "list" and definition.record and isinstance(value, Sequence) and not isinstance(value, str):
        columns = tuple(part.label for part in definition.record)
        rows = tuple(tuple(_cell(part, entry.get(part.name), zone, names) for part in definition.record) for entry in value)
        return Fact(definition.name, definition.label, "table" if rows else "nothing", columns=columns, rows=rows, sealed=sealed)
    if definition.type == "list" and isinstance(value, Sequence) and not isinstance(value, str):
        return Fact(definition.name, definition.label, "words", "\n".join(str(entry) for entry in value), sealed=sealed)
    kind = "words" if definition.type == "text" else "text"
    return Fact(definition.name, definition.label, kind, _cell(definition, value, zone, names), sealed=sealed)


def _cell(definition: Field, value: Any, zone: tzinfo, names: Names) -> Text | str:
    if value is None or value == "":
        return shown.NOT_GIVEN
    match definition.type:
        case "choice":
            return next((choice.label for choice in definition.values if choice.value == value), str(value))
        case "flag" if isinstance(value, bool):
            return Text("是", "Yes") if value else Text("否", "No")
        case "money" if isinstance(value, int):
            return shown.money(value)
        case "date":
            return _day(value)
        case "datetime":
            return _moment(value, zone)
        case "place" if isinstance(value, Mapping):
            return _place(value, names)
        case "file":
            count = len(value) if isinstance(value, list) else 1
            return Text(f"{count}个文件", "1 file" if count == 1 else f"{count} files")
        case "item" if isinstance(value, int):
            return Text(f"第{value + 1}项", f"No. {value + 1}")
        case "members" | "units" if isinstance(value, list):
            found = [names(str(one)) or Text(str(one), str(one)) for one in value]
            return Text("、".join(one.zh for one in found), ", ".join(one.en for one in found))
        case "party" | "member" | "unit" | "topic":
            return names(str(value)) or str(value)
        case _:
            return str(value)


def _day(value: Any) -> Text | str:
    try:
        found = date.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return Text(shown.day(found, "zh"), shown.day(found, "en"))


def _moment(value: Any, zone: tzinfo) -> Text | str:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)
    return Text(shown.moment(found, zone, "zh"), shown.moment(found, zone, "en"))


def _place(value: Mapping[str, Any], names: Names) -> Text:
    division, detail = str(value.get("division") or ""), str(value.get("detail") or "")
    name = names(division) if division else None
    if name is None:
        return Text(detail or division, detail or division)
    # People begin with the community they have just chosen: its name is said once.
    last = name.zh.rpartition(" ")[2]
    zh = name.zh + detail.removeprefix(last) if detail.startswith(last) else f"{name.zh} {detail}"
    return Text(zh.strip(), f"{name.en} {detail}".strip())
