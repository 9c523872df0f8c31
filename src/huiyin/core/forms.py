"""What is typed into a form becomes typed facts, or a refusal that names each field at fault and what to do.

Values are JSON-ready: dates ``YYYY-MM-DD``, instants ISO 8601 with offset, money whole cents (CNY), a place
``{"division": code, "detail": text}``, an ``item`` the index of a list entry counted from 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from huiyin.core import nameless
from huiyin.core.procedure import Field, Form, Procedure
from huiyin.core.values import Refusal, Text

MAX_TEXT = 20_000
MAX_ENTRIES = 200
MAX_FILES = 50
MAX_UNITS = 20
MAX_CENTS = 10**13
# Whole numbers up to here survive every JSON reader.
MAX_NUMBER = 2**53
# No calendar, counting rule or living person needs a date outside these years.
FIRST_YEAR, LAST_YEAR = 1900, 2199
# Types whose field is a list of options or boxes: one chooses, nobody fills in.
CHOSEN = frozenset({"choice", "flag", "topic", "item", "party", "member", "members", "unit", "units"})
MARKED = "state"
MAX_UNKNOWN = 10


@dataclass(frozen=True, slots=True)
class Known:
    """What the values of a form are checked against beyond their own type.

    Attributes:
        topics: keys of the topic tree.
        parties: ids of the parties of this matter.
        facts: present facts, for ``item`` fields.
        marked: lists whose entries get their ``state`` by an act, never by a form.
        actor: id of the party that acts; None for staff and the system, who say whose an entry is.
        opening: a matter is opened: what a parent hands down names its giver already, the rest is the actor's.
        who: gives what the record knows of people and places, for texts that go out without names.
    """

    topics: frozenset[str]
    parties: frozenset[str]
    facts: Mapping[str, Any]
    marked: frozenset[str] = frozenset()
    actor: str | None = None
    opening: bool = False
    who: Callable[[], tuple[nameless.Word, ...]] = tuple


class BadValueError(ValueError):
    """One value is not what its field takes; carries the sentence for the person."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def read_form(procedure: Procedure, form: Form | None, data: Mapping[str, Any], known: Known) -> dict[str, Any] | Refusal:
    """Return the typed values of ``data`` for ``form``.

    A field left out, null or blank counts as not given. Nothing of ``data`` is used when anything is wrong.

    Returns:
        field name -> value, or a refusal with one detail per bad field.
    """
    entries = {} if form is None else {entry.field: entry for entry in form.entries}
    wrong: list[Refusal] = []
    for name in list(islice((name for name in data if name not in entries), MAX_UNKNOWN)):
        shown = _quoted(name)
        wrong.append(
            Refusal(
                "unknown_field",
                Text(
                    f"这里不填“{shown}”。请去掉它再提交。",
                    f"“{shown}” is not asked for here. Leave it out and submit again.",
                ),
                field=shown,
            )
        )
    values: dict[str, Any] = {}
    for name, entry in entries.items():
        field = procedure.fields[name]
        raw = data.get(name)
        if raw is None or raw == "" or (raw == [] and field.type in ("members", "units")) or (isinstance(raw, str) and not raw.strip()):
            if entry.required:
                wrong.append(_missing(field))
            continue
        try:
            values[name] = _added(field, raw, known) if entry.add else read_value(field, raw, known)
        except BadValueError as bad:
            wrong.append(Refusal("bad_value", bad.text, field=name))
    if not wrong:
        return values
    if len(wrong) == 1:
        return wrong[0]
    text = Text(f"有{len(wrong)}处需要改，见下面各项。", f"{len(wrong)} things need a change; see each below.")
    return Refusal("bad_form", text, details=tuple(wrong))


def read_value(field: Field, raw: Any, known: Known) -> Any:
    """Return the typed value of one field.

    Raises:
        BadValueError: with a sentence that says what is wrong and what to do.
    """
    reader = _READERS.get(field.type)
    value = _NEED_KNOWN[field.type](field, raw, known) if reader is None else reader(field, raw)
    said = nameless.refusal(field.label, value, known.who()) if field.nameless else None
    if said is not None:
        raise BadValueError(said)
    return value


def bad_characters(text: str) -> bool:
    """Tell whether a text holds what neither the database nor JSON can keep: a null, or half a character."""
    return "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)


def whole(raw: Any) -> int | None:
    """Return a whole number given as such or in plain digits, else None."""
    if isinstance(raw, str):
        return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 16 else None
    return raw if isinstance(raw, int) and not isinstance(raw, bool) else None


def cents_of(raw: str) -> int | None:
    """Return an amount of yuan as people write it (``23,000.00``) in whole cents, None for anything else."""
    yuan, _, part = raw.replace(",", "").replace("，", "").strip().partition(".")
    cents = (part + "00")[:2]
    return None if whole(yuan) is None or whole(cents) is None or len(part) > 2 else int(yuan) * 100 + int(cents)


def marked_lists(procedure: Procedure) -> frozenset[str]:
    """Return the lists whose entries get their state by an act."""
    actions = (*procedure.always, *(action for state in procedure.states.values() for action in state.actions))
    return frozenset(name for action in actions for name in action.marks)


def _quoted(raw: Any) -> str:
    """Return what was typed, short and clean enough to be said back."""
    shown = str(raw) if isinstance(raw, str | int | float) else type(raw).__name__
    return shown[:60].encode("utf-8", "replace").decode().replace("\x00", "?")


def _missing(field: Field) -> Refusal:
    zh, en = field.label.zh, field.label.en
    if field.type in CHOSEN:
        return Refusal("required", Text(f"请选择“{zh}”。", f"Choose “{en}”."), field=field.name)
    return Refusal("required", Text(f"请填写“{zh}”。", f"Fill in “{en}”."), field=field.name)


def _choose(field: Field, zh: str, en: str) -> Text:
    return Text(f"“{field.label.zh}”要从{zh}里选。", f"Choose “{field.label.en}” from {en}.")


def _text(field: Field, raw: Any, longest: int = MAX_TEXT) -> str:
    if not isinstance(raw, str):
        raise BadValueError(Text(f"“{field.label.zh}”要写文字。", f"“{field.label.en}” takes text."))
    if bad_characters(raw):
        raise BadValueError(
            Text(
                f"“{field.label.zh}”里有无法保存的字符（文件可能损坏），请重新输入。",
                f"“{field.label.en}” holds a character that cannot be kept (the source may be damaged); type it again.",
            )
        )
    if len(raw) > longest:
        raise BadValueError(
            Text(
                f"“{field.label.zh}”有{len(raw)}字，最多{longest}字。请把要点写在这里，其余作为附件。",
                f"“{field.label.en}” has {len(raw)} characters; the most is {longest}. Put the main points here and attach the rest.",
            )
        )
    return raw.strip()


def _choice(field: Field, raw: Any) -> str:
    for choice in field.values:
        if raw == choice.value:
            return choice.value
    zh = "".join(f"“{choice.label.zh}”" for choice in field.values)
    raise BadValueError(_choose(field, zh, ", ".join(f"“{choice.label.en}”" for choice in field.values)))


def _flag(field: Field, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw in ("true", "yes", "on", "1"):
        return True
    if raw in ("false", "no", "off", "0"):
        return False
    raise BadValueError(_choose(field, "“是”和“否”", "yes and no"))


def _number(field: Field, raw: Any) -> int | float:
    value: int | float = math.nan
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        value = raw
    elif isinstance(raw, str) and len(raw) < 40 and "_" not in raw:
        try:
            value = float(raw)
        except ValueError:
            value = math.nan
    # Compared before anything else: an int may be too large to be a float, and nothing compares with nan.
    if not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise BadValueError(Text(f"“{field.label.zh}”要填数字。", f"“{field.label.en}” takes a number."))
    return int(value) if float(value).is_integer() else value


def _money(field: Field, raw: Any) -> int:
    problem = BadValueError(
        Text(
            f"“{field.label.zh}”要填金额，例如23000.00元。",
            f"“{field.label.en}” takes an amount such as 23000.00 yuan.",
        )
    )
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise problem
    cents = cents_of(raw) if isinstance(raw, str) else raw
    if cents is None or not 0 <= cents <= MAX_CENTS:
        raise problem
    return cents


def _date(field: Field, raw: Any) -> str:
    try:
        value = date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        value = None
    if value is None or not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise BadValueError(Text(f"“{field.label.zh}”要填日期，例如 2026-11-30。", f"“{field.label.en}” takes a date such as 2026-11-30."))
    return value.isoformat()


def _instant(field: Field, raw: Any) -> str:
    value = instant(raw)
    if value is None:
        raise BadValueError(
            Text(
                f"“{field.label.zh}”要填日期和时间，例如 2026-11-30T09:00+08:00。",
                f"“{field.label.en}” takes date and time with offset, such as 2026-11-30T09:00+08:00.",
            )
        )
    return value.isoformat()


def instant(raw: Any) -> datetime | None:
    """Return an ISO 8601 instant with offset within the years a calendar reaches, else None."""
    try:
        value = datetime.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        return None
    return value if value is not None and value.tzinfo is not None and FIRST_YEAR <= value.year <= LAST_YEAR else None


def _place(field: Field, raw: Any) -> dict[str, str]:
    place = {"detail": raw} if isinstance(raw, str) else raw
    if not isinstance(place, Mapping) or set(place) - {"division", "detail"}:
        raise BadValueError(Text(f"“{field.label.zh}”要写地点。", f"“{field.label.en}” takes a place."))
    division = place.get("division") or ""
    if not isinstance(division, str):
        division = "?"
    if division and not (division.isascii() and division.isdigit() and len(division) in (6, 12)):
        raise BadValueError(
            Text(
                f"“{field.label.zh}”的区划代码应是6位或12位数字。",
                f"The division code of “{field.label.en}” has 6 or 12 digits.",
            )
        )
    detail = _text(field, place.get("detail") or "", longest=500)
    if not division and not detail:
        raise BadValueError(_missing(field).text)
    return {"division": division, "detail": detail}


def _added(field: Field, raw: Any, known: Known) -> Any:
    if field.type == "file":
        return _files(field, raw)
    entries = _list(field, [raw], known)
    return entries[0]


def _list(field: Field, raw: Any, known: Known) -> list[Any]:
    if not isinstance(raw, list) or len(raw) > MAX_ENTRIES:
        raise BadValueError(
            Text(
                f"“{field.label.zh}”是一张最多{MAX_ENTRIES}行的表。",
                f"“{field.label.en}” is a list of at most {MAX_ENTRIES} entries.",
            )
        )
    if not field.record:
        return [_text(field, entry) for entry in raw]
    return [_entry(field, number, entry, known) for number, entry in enumerate(raw, start=1)]


def _entry(field: Field, number: int, raw: Any, known: Known) -> dict[str, Any]:
    where = Text(f"“{field.label.zh}”第{number}行：", f"“{field.label.en}”, line {number}: ")
    names = {part.name for part in field.record}
    if field.name in known.marked:
        names.discard(MARKED)
        raw = {key: value for key, value in raw.items() if key != MARKED or value} if isinstance(raw, Mapping) else raw
    if not isinstance(raw, Mapping) or set(raw) - names:
        raise BadValueError(
            Text(
                f"{where.zh}只能填{'、'.join(sorted(names))}。",
                f"{where.en}only {', '.join(sorted(names))} can be given.",
            )
        )
    entry: dict[str, Any] = {}
    for part in field.record:
        value = raw.get(part.name)
        if part.by_actor and known.actor is not None and not (known.opening and value):
            value = known.actor
        if value is None or (isinstance(value, str) and not value.strip()):
            if part.required:
                raise BadValueError(Text(f"{where.zh}请填写“{part.label.zh}”。", f"{where.en}fill in “{part.label.en}”."))
            entry[part.name] = None
            continue
        try:
            entry[part.name] = read_value(part, value, known)
        except BadValueError as bad:
            raise BadValueError(Text(where.zh + bad.text.zh, where.en + bad.text.en)) from None
    return entry


def _item(field: Field, raw: Any, known: Known) -> int:
    entries = known.facts.get(field.items_of or "") or []
    index = whole(raw)
    if index is None or not 0 <= index < len(entries):
        raise BadValueError(
            Text(
                f"“{field.label.zh}”要选一项，现在共有{len(entries)}项。",
                f"Choose one entry for “{field.label.en}”; there are {len(entries)}.",
            )
        )
    return index


def _topic(field: Field, raw: Any, known: Known) -> str:
    if not isinstance(raw, str) or raw not in known.topics:
        raise BadValueError(
            Text(
                f"没有“{_quoted(raw)}”这个事项类型，请从列表里选。",
                f"There is no topic “{_quoted(raw)}”; choose one from the list.",
            )
        )
    return raw


def _party(field: Field, raw: Any, known: Known) -> str:
    if not isinstance(raw, str) or raw not in known.parties:
        raise BadValueError(_choose(field, "这件事的当事人", "the parties of this matter"))
    return raw


def _name(field: Field, raw: Any) -> str:
    return _text(field, raw, longest=200)


def _files(field: Field, raw: Any) -> list[str]:
    files = raw if isinstance(raw, list) else [raw]
    if len(files) > MAX_FILES:
        raise BadValueError(Text(f"“{field.label.zh}”最多{MAX_FILES}个文件。", f"“{field.label.en}” takes at most {MAX_FILES} files."))
    return [_name(field, one) for one in files]


def _several(field: Field, raw: Any) -> list[str]:
    chosen = list(dict.fromkeys(_name(field, one) for one in raw)) if isinstance(raw, list) else []
    if not 0 < len(chosen) <= MAX_UNITS:
        raise BadValueError(Text(f"“{field.label.zh}”选1到{MAX_UNITS}个。", f"Choose 1 to {MAX_UNITS} for “{field.label.en}”."))
    return chosen


_READERS: Mapping[str, Callable[[Field, Any], Any]] = {
    "text": _text,
    "choice": _choice,
    "flag": _flag,
    "number": _number,
    "money": _money,
    "date": _date,
    "datetime": _instant,
    "place": _place,
    "member": _name,
    "unit": _name,
    "members": _several,
    "units": _several,
    "file": _files,
}
_NEED_KNOWN: Mapping[str, Callable[[Field, Any, Known], Any]] = {"topic": _topic, "party": _party, "list": _list, "item": _item}
