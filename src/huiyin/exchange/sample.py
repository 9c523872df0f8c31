"""A sample of a neighbour's file: its headings, the values its coded columns hold, and what would become of its first rows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.values import Text
from huiyin.exchange import intake, mapping, neighbours, passed_on, records
from huiyin.exchange.mapping import MOST_VALUES, NEW, Mapped
from huiyin.exchange.messages import Rejected, read_message
from huiyin.exchange.models import Neighbour
from huiyin.exchange.records import FACT

# Rows looked through for values to be chosen for, and rows shown.
LOOKED_AT: Final = 5000
SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class First:
    """One of the first rows, as it would come in.

    Attributes:
        wrong: why it would not; ``cell`` is then where.
        answers: what it brings of what settles whose it is.
    """

    line: int
    number: str
    when: str
    text: str
    topic: Text | None
    place: str
    becomes: Text
    wrong: Text | None = None
    cell: str = ""
    answers: tuple[Text, ...] = ()


def values(path: Path, heading: str) -> tuple[str, ...]:
    """Return the different values a column holds, in the order they come, as many as can be chosen for.

    Raises:
        HostError: the file cannot be read.
    """
    # Any three columns will do to read by: here only one of them is looked at.
    source = records.inspect(path, dict.fromkeys(("message_no", "time", "detail"), heading))
    found: dict[str, None] = {}
    for record in islice(records.read(source), LOOKED_AT):
        value = (record.values or {}).get("detail", "").strip()
        if value and len(found) < MOST_VALUES:
            found.setdefault(value)
    return tuple(found)


def first_rows(path: Path, neighbour: Neighbour, draft: Mapped) -> list[First]:
    """Return what would become of the first rows with a mapping.

    Raises:
        HostError: the file cannot be read, or lacks a column that is needed.
    """
    library = city.library()
    source = records.inspect(path, draft.columns, intake.labels(intake.openable(library, neighbour)))
    choices = intake.choices(library, neighbour, draft)
    definitions = neighbours.openable(library, neighbour.procedures)
    offered = {name: dict(values) for name, values in mapping.offered(library, neighbour).items()}
    labels = {action.name: action.label for one in definitions for action in passed_on.reporters_actions(one)}
    made: list[First] = []
    for record in islice(records.read(source), SHOWN):
        cells = record.values or {}
        read = read_message(record, library.calendar.zone, clock.now(), choices)
        if isinstance(read, Rejected):
            cell = source.cell(read.line, read.field)
            made.append(
                First(
                    read.line,
                    read.number,
                    cells.get("time", ""),
                    cells.get("detail", ""),
                    None,
                    "",
                    Text("不收", "not taken"),
                    read.reason,
                    cell,
                )
            )
            continue
        topic = library.topics[read.topic].label if read.topic else None
        definition = neighbours.procedure_for(library, neighbour, read.topic) if read.topic else definitions[0]
        becomes = labels.get(read.act) if read.act not in ("", NEW) else None if definition is None else definition.title
        place = places.full_name(read.division) if read.division else ""
        made.append(
            First(
                read.line,
                read.number,
                f"{read.written_at.astimezone(library.calendar.zone):%Y-%m-%d %H:%M}",
                read.detail or read.title,
                topic,
                place,
                becomes or Text("新件", "a new message"),
                answers=tuple(said for name, value in read.answers.items() if (said := offered[f"{FACT}{name}"].get(value))),
            )
        )
    return made
