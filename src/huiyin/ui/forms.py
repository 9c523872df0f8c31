"""Forms of a procedure as questions on a page, and what was typed as data for the step.

What a person typed is kept as plain strings by input name ("raw"), so that an error, an added line or a change of language
never loses anything. Input names: ``f.FIELD``, ``f.LIST.ROW.PART``, ``f.PLACE.detail`` and ``f.PLACE.division``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Any

from huiyin.core.procedure import Field, FormEntry, Procedure
from huiyin.core.values import Refusal, Text
from huiyin.papers.kinds import ACCEPTED

Raw = Mapping[str, str]
MOST_ROWS = 60
RADIOS_UP_TO = 7
MARKED = "state"
FOUND = "found"
YES, NO = Text("是", "Yes"), Text("否", "No")
NONE_CHOSEN = Text("请选择", "Choose")
CANNOT_TELL = Text("都不是，或者说不清", "None of these, or I cannot tell")


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen; in a long list it stands under the name of its ``group``."""

    value: str
    label: Text
    chosen: bool = False
    hint: Text | None = None
    group: Text | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the answers of choosing fields come from; each but ``places`` returns (value, label) pairs.

    Attributes:
        places: what words may mean, likeliest first, each with what to know of how it was found.
        own: a party answers: whose entry it is goes without asking.
    """

    parties: Sequence[tuple[str, Text]] = ()
    members: Callable[[str], Sequence[tuple[str, Text]]] = lambda post: ()
    units: Callable[[Field], Sequence[tuple[str, Text]]] = lambda field: ()
    items: Callable[[str], Sequence[tuple[str, Text]]] = lambda name: ()
    topics: Sequence[tuple[str, Text]] = ()
    places: Callable[[str], Sequence[Option]] = lambda words: ()
    own: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """One question as the page shows it.

    Attributes:
        kind: which input: line, long, tick, ticks, radios, select, money, number, date, moment, place, rows, file, one_file.
        parts: for a place its inputs; for rows each row's questions are in ``rows``.
        quiet: the page's heading asks this already; the label is for those who do not see the page.
        searched: for a place: a search was made, so the options (or their absence) are shown.
        found_now: for a place: the search was made by the press before this page, so what it found is read first.
    """

    name: str
    label: Text
    kind: str
    hint: Text | None = None
    error: Text | None = None
    value: str = ""
    options: tuple[Option, ...] = ()
    rows: tuple[tuple[Question, ...], ...] = ()
    required: bool = True
    searched: bool = False
    found_now: bool = False
    autocomplete: str = ""
    mode: str = ""
    blank: Text = NONE_CHOSEN
    quiet: bool = False

    @property
    def id(self) -> str:
        """The id of the input, and the target of links in the summary of errors."""
        return self.name.replace(".", "-")

    @property
    def found_id(self) -> str:
        """The id of what a search for the place found."""
        return f"{self.id}-found"

    @property
    def matches(self) -> int:
        """How many places a search found."""
        return sum(option.value != "" for option in self.options)

    @property
    def groups(self) -> list[tuple[Text | None, list[Option]]]:
        """The answers of a list under the names of their groups; under none where they have no name."""
        return [(name, list(options)) for name, options in groupby(self.options, key=lambda option: option.group)]

    @property
    def first_id(self) -> str:
        """The id of the first input: where a link from the summary of errors lands."""
        return f"{self.id}-1" if self.kind in ("radios", "ticks") else self.id

    @property
    def described_by(self) -> str:
        """Ids of the hint and the error, for the input."""
        ids = [f"{self.id}-hint"] * (self.hint is not None) + [f"{self.id}-error"] * (self.error is not None)
        return " ".join(ids)


@dataclass(frozen=True, slots=True)
class Problems:
    """What was wrong with what was sent: by field, and all of it in order for the summary."""

    by_field: Mapping[str, Text] = field(default_factory=dict)
    summary: tuple[tuple[str, Text], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.summary)


def problems_of(refusal: Refusal | None) -> Problems:
    """Return the refusal and its details by field, for the summary on top and beside each question."""
    if refusal is None:
        return Problems()
    each = refusal.details or (refusal,)
    by_field = {one.field: one.text for one in each if one.field is not None}
    return Problems(by_field, tuple((one.field or "", one.text) for one in each))


def linked(problems: Problems, questions: Sequence[Question]) -> tuple[tuple[str, Text], ...]:
    """Return (id of the input or "", sentence) for each problem."""
    ids = {question.name.removeprefix("f."): question.first_id for question in questions}
    ids |= {f"{question.name.removeprefix('f.')}.{FOUND}": question.found_id for question in questions if question.kind == "place"}
    return tuple((ids.get(name, ""), text) for name, text in problems.summary)


def question(procedure: Procedure, entry: FormEntry, raw: Raw, sources: Sources, problems: Problems) -> Question:
    """Return one entry of a form as a question, holding what was typed."""
    definition = procedure.fields[entry.field]
    error = problems.by_field.get(entry.field)
    if entry.add and definition.record:
        rows = (tuple(_part(definition, part, 0, raw, sources) for part in _asked_parts(definition, sources)),)
        return _made(definition, "entry", entry.required, error, rows=rows)
    if entry.add and definition.type != "file":
        return _made(definition, "long", entry.required, error, value=raw.get(f"f.{definition.name}", ""))
    return _question(definition, f"f.{definition.name}", raw, sources, required=entry.required, error=error)


def question_of(definition: Field, raw: Raw, sources: Sources, *, required: bool, error: Text | None) -> Question:
    """Return one field that stands in no form of the procedure as a question, holding what was typed."""
    return _question(definition, f"f.{definition.name}", raw, sources, required=required, error=error)


def _question(definition: Field, name: str, raw: Raw, sources: Sources, *, required: bool, error: Text | None) -> Question:
    value = raw.get(name, "")
    match definition.type:
        case "text":
            # In a line of a list stand other people: the browser must not offer the writer's own number and address there.
            own = definition.name if name.count(".") == 1 else ""
            contact = {"phone": ("tel", "tel"), "address": ("street-address", "")}.get(own, ("", ""))
            short = (
                bool(contact[0])
                or definition.cls == "P3"
                or definition.names_people
                or name.count(".") > 1
                or definition.name in ("title", "court_number", "decided_by")
            )
            return _made(
                definition, "line" if short else "long", required, error, name=name, value=value, autocomplete=contact[0], mode=contact[1]
            )
        case "choice":
            return _choosing(definition, name, [(choice.value, choice.label) for choice in definition.values], value, required, error)
        case "flag":
            return _choosing(definition, name, [("true", YES), ("false", NO)], value, required, error)
        case "topic":
            return _choosing(definition, name, sources.topics, value, required, error)
        case "party":
            return _choosing(definition, name, sources.parties, value, required, error)
        case "member" | "members":
            return _people(definition, name, raw, sources, required, error)
        case "unit" | "units":
            return _units(definition, name, raw, sources, required, error)
        case "item":
            return _choosing(definition, name, sources.items(definition.items_of or ""), value, required, error)
        case "place":
            return place(definition.label, name, raw, sources, hint=definition.hint, required=required, error=error)
        case "list":
            return _rows(definition, raw, sources, required, error)
        case "money" | "number" | "date":
            return _made(definition, definition.type, required, error, name=name, value=value)
        case "datetime":
            return _made(definition, "moment", required, error, name=name, value=value)
        case "file":
            return _made(definition, "file", required, error, name=name, value=value, mode=ACCEPTED)


def _made(
    definition: Field,
    kind: str,
    required: bool,
    error: Text | None,
    *,
    name: str | None = None,
    value: str = "",
    options: tuple[Option, ...] = (),
    rows: tuple[tuple[Question, ...], ...] = (),
    autocomplete: str = "",
    mode: str = "",
) -> Question:
    return Question(
        name=name or f"f.{definition.name}",
        label=definition.label,
        kind=kind,
        hint=definition.hint,
        error=error,
        value=value,
        options=options,
        rows=rows,
        required=required,
        autocomplete=autocomplete,
        mode=mode,
    )


def _people(definition: Field, name: str, raw: Raw, sources: Sources, required: bool, error: Text | None) -> Question:
    people = sources.members(definition.post or "")
    if definition.type == "member":
        return _choosing(definition, name, people, raw.get(name, ""), required, error)
    return _ticks(definition, name, people, raw, required, error)


def _units(definition: Field, name: str, raw: Raw, sources: Sources, required: bool, error: Text | None) -> Question:
    if definition.type == "unit":
        return _choosing(definition, name, sources.units(definition), raw.get(name, ""), required, error)
    return _ticks(definition, name, sources.units(definition), raw, required, error)


def _ticks(definition: Field, name: str, answers: Sequence[tuple[str, Text]], raw: Raw, required: bool, error: Text | None) -> Question:
    options = tuple(Option(key, label, f"{name}.{key}" in raw) for key, label in answers)
    return _made(definition, "ticks", required, error, name=name, options=options)


def _choosing(
    definition: Field, name: str, answers: Sequence[tuple[str, Text]], value: str, required: bool, error: Text | None
) -> Question:
    options = tuple(Option(key, label, key == value) for key, label in answers)
    # A row of a list has no room for a column of radio buttons.
    kind = "radios" if len(options) <= RADIOS_UP_TO and name.count(".") == 1 else "select"
    return _made(definition, kind, required, error, name=name, value=value, options=options)


def place(
    label: Text, name: str, raw: Raw, sources: Sources, *, hint: Text | None = None, required: bool = True, error: Text | None = None
) -> Question:
    """Return the question where: an address in words, and the communities its words may mean once they were searched."""
    detail = raw.get(f"{name}.detail", "")
    chosen = raw.get(f"{name}.division", "")
    searched = raw.get(f"{name}.searched", "") == "1"
    found = list(sources.places(detail)) if searched and detail.strip() else []
    options = [replace(one, chosen=one.value == chosen) for one in found]
    if options:
        # None of these is an answer as the others are: chosen by whoever answers, never for them.
        options.append(Option("", CANNOT_TELL, raw.get(f"{name}.division") == ""))
    return Question(
        name=name,
        label=label,
        kind="place",
        hint=hint,
        error=error,
        value=detail,
        options=tuple(options),
        required=required,
        searched=searched,
        autocomplete="street-address",
    )


def with_options(asked: Question, options: tuple[Option, ...]) -> Question:
    """Return the question offering those answers."""
    return replace(asked, options=options)


def _rows(definition: Field, raw: Raw, sources: Sources, required: bool, error: Text | None) -> Question:
    count = rows_of(raw, definition.name)
    if definition.record:
        parts = _asked_parts(definition, sources)
        rows = tuple(tuple(_part(definition, part, number, raw, sources) for part in parts) for number in range(count))
    else:
        rows = tuple(
            (Question(f"f.{definition.name}.{number}", definition.label, "line", value=raw.get(f"f.{definition.name}.{number}", "")),)
            for number in range(count)
        )
    return _made(definition, "rows", required, error, rows=rows)


def typed_parts(definition: Field) -> tuple[Field, ...]:
    """Return the parts of an entry that people type. How far an entry has come is marked by later acts."""
    return tuple(part for part in definition.record if part.name != MARKED or part.required)


def _asked_parts(definition: Field, sources: Sources) -> tuple[Field, ...]:
    return tuple(part for part in typed_parts(definition) if not (part.by_actor and sources.own))


def _part(definition: Field, part: Field, number: int, raw: Raw, sources: Sources) -> Question:
    name = f"f.{definition.name}.{number}.{part.name}"
    made = _question(part, name, raw, sources, required=part.required, error=None)
    # A point somebody asks is a sentence.
    return replace(made, kind="long") if definition.asked_in and part == definition.asked_part else made


def rows_of(raw: Raw, name: str) -> int:
    """Return how many lines a list of the form has, filled in or not."""
    text = raw.get(f"f.{name}.rows", "1")
    return min(max(number_of(text) or 1, 1), MOST_ROWS)


def number_of(text: str) -> int | None:
    """Return a number as our own pages write one, of a line or a version; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def after_press(raw: Raw, do: str) -> str:
    """Return the part of the form a button inside it changed, as the end of an address: there the reader goes on."""
    verb, _, rest = do.partition(":")
    name, _, _ = rest.partition(":")
    part = name.replace(".", "-")
    if verb == "find":
        return f"#{part}-found"
    return f"#f-{part}-row{rows_of(raw, name)}" if verb == "add" else f"#f-{part}"


def pressed(raw: dict[str, str], do: str) -> bool:
    """Change ``raw`` as a button inside the form asks (add or remove a line, look a place up).

    Returns:
        True when such a button was pressed, so that the form is shown again instead of being sent.
    """
    verb, _, rest = do.partition(":")
    name, _, number = rest.partition(":")
    if verb == "find":
        raw[f"{name}.searched"] = "1"
        raw.pop(f"{name}.division", None)
        return True
    if verb == "add":
        raw[f"f.{name}.rows"] = str(min(rows_of(raw, name) + 1, MOST_ROWS))
        return True
    if verb == "remove" and (gone := number_of(number)) is not None:
        _remove(raw, name, gone)
        return True
    return False


def _remove(raw: dict[str, str], name: str, gone: int) -> None:
    count = rows_of(raw, name)
    prefix = f"f.{name}."
    for key in [key for key in raw if key.startswith(prefix)]:
        said, dot, part = key.removeprefix(prefix).partition(".")
        number = number_of(said)
        if number is None or number < gone:
            continue
        value = raw.pop(key)
        if number > gone:
            raw[f"{prefix}{number - 1}{dot}{part}"] = value
    raw[f"f.{name}.rows"] = str(max(count - 1, 1))


def append(raw: dict[str, str], name: str, lines: Sequence[Mapping[str, str]]) -> bool:
    """Put lines into a list of the form, after those that say something; empty ones go.

    Args:
        lines: part of the entry -> what stands in it.

    Returns:
        False, with nothing changed, when there is no room for them.
    """
    prefix = f"f.{name}."
    stood: dict[int, dict[str, str]] = {}
    for key, value in raw.items():
        number, _, part = key.removeprefix(prefix).partition(".")
        if key.startswith(prefix) and part and (line := number_of(number)) is not None:
            stood.setdefault(line, {})[part] = value
    kept = [stood[line] for line in sorted(stood) if line < rows_of(raw, name) and any(value.strip() for value in stood[line].values())]
    if len(kept) + len(lines) > MOST_ROWS:
        return False
    for key in [key for key in raw if key.startswith(prefix)]:
        del raw[key]
    every: list[Mapping[str, str]] = [*kept, *lines]
    raw.update({f"{prefix}{number}.{part}": value for number, line in enumerate(every) for part, value in line.items()})
    raw[f"{prefix}rows"] = str(max(len(every), 1))
    return True


def typed(procedure: Procedure, entries: Sequence[FormEntry], raw: Raw, zone: tzinfo) -> dict[str, Any]:
    """Return what was typed as the data the step reads; blanks are left out."""
    data: dict[str, Any] = {}
    for entry in entries:
        definition = procedure.fields[entry.field]
        value: Any
        if definition.type == "file":
            value = [one for one in raw.get(f"f.{definition.name}", "").split(",") if one]
        elif entry.add:
            value = _entry(definition, 0, raw, zone) if definition.record else raw.get(f"f.{definition.name}", "")
        else:
            value = _typed(definition, f"f.{definition.name}", raw, zone)
        if value not in ("", None, [], {}):
            data[entry.field] = value
    return data


def _typed(definition: Field, name: str, raw: Raw, zone: tzinfo) -> Any:
    if definition.type == "place":
        detail, division = raw.get(f"{name}.detail", "").strip(), raw.get(f"{name}.division", "")
        return {"division": division, "detail": detail} if detail or division else None
    if definition.type == "list":
        numbers = range(rows_of(raw, definition.name))
        if definition.record:
            made = [_entry(definition, number, raw, zone) for number in numbers]
            return [entry for entry in made if entry]
        return [text for number in numbers if (text := raw.get(f"{name}.{number}", "").strip())]
    if definition.type in ("members", "units"):
        return [key.removeprefix(f"{name}.") for key in raw if key.startswith(f"{name}.")]
    value = raw.get(name, "").strip()
    return instant(value, zone) if definition.type == "datetime" else value


def _entry(definition: Field, number: int, raw: Raw, zone: tzinfo) -> dict[str, Any]:
    made = {part.name: _typed(part, f"f.{definition.name}.{number}.{part.name}", raw, zone) for part in typed_parts(definition)}
    return {name: value for name, value in made.items() if value not in ("", None)}


def instant(value: str, zone: tzinfo) -> str:
    """Return a local date and time as typed with the city's offset; anything else comes back as it is, to be refused by the step."""
    try:
        local = datetime.fromisoformat(value)
    except ValueError:
        return value
    return local.isoformat() if local.tzinfo is not None else local.replace(tzinfo=zone).isoformat()


def raw_of(procedure: Procedure, entries: Sequence[FormEntry], facts: Mapping[str, Any], zone: tzinfo) -> dict[str, str]:
    """Return the present values of a form's fields as if they had been typed, to start the form with."""
    raw: dict[str, str] = {}
    for entry in entries:
        value = facts.get(entry.field)
        if value is not None and not entry.add:
            _fill(procedure.fields[entry.field], f"f.{entry.field}", value, raw, zone)
    return raw


def _fill(definition: Field, name: str, value: Any, raw: dict[str, str], zone: tzinfo) -> None:
    if value is None:
        return
    if definition.type == "place" and isinstance(value, Mapping):
        raw[f"{name}.detail"], raw[f"{name}.division"] = str(value.get("detail", "")), str(value.get("division", ""))
        raw[f"{name}.searched"] = "1" if value.get("division") else ""
    elif definition.type == "list" and isinstance(value, Sequence) and not isinstance(value, str):
        raw[f"{name}.rows"] = str(max(len(value), 1))
        for number, entry in enumerate(value):
            if not definition.record:
                raw[f"{name}.{number}"] = str(entry)
            for part in definition.record:
                _fill(part, f"{name}.{number}.{part.name}", entry.get(part.name), raw, zone)
    elif definition.type in ("members", "units") and isinstance(value, Sequence):
        raw |= {f"{name}.{one}": "1" for one in value}
    elif definition.type == "money" and isinstance(value, int):
        raw[name] = f"{value // 100}.{value % 100:02d}"
    elif definition.type == "datetime":
        raw[name] = datetime.fromisoformat(str(value)).astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    elif definition.type == "flag":
        raw[name] = "true" if value else "false"
    else:
        raw[name] = str(value)
