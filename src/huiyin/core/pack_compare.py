"""What differs between two contents of a pack, in words of the domain and line by line.

It works on what the files say, not on what they mean together, so that a pack which is not sound is compared all the same.
A file that cannot be read is compared by its lines alone.
"""

from __future__ import annotations

import csv
import difflib
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath
from typing import Any, Literal

from huiyin.core.pack_assembly import kind_of
from huiyin.core.pack_words import DAY_KINDS, KINDS, leaf_words
from huiyin.core.source import PackError, read_text
from huiyin.core.values import Text

How = Literal["added", "taken_away", "changed"]
HOWS: Mapping[How, Text] = {
    "added": Text("新增", "added"),
    "taken_away": Text("删去", "taken away"),
    "changed": Text("改动", "changed"),
}
# Of one file; whoever wants every line downloads both.
MOST_LINES = 400
MOST_SHOWN = 240


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that differs within a changed thing; ``before`` or ``after`` is None where it was not there."""

    what: Text
    before: Text | None
    after: Text | None


@dataclass(frozen=True, slots=True)
class Change:
    """One thing of the pack that differs.

    Attributes:
        kind: what sort of thing: a clock, a day of the calendar, an action.
        name: what it is called, in the file's own words.
        leaves: for a changed thing, what of it.
    """

    path: str
    kind: Text
    how: How
    name: Text
    leaves: tuple[Leaf, ...] = ()


@dataclass(frozen=True, slots=True)
class Lines:
    """The differing lines of one file, as ``diff`` prints them.

    Attributes:
        cut: more lines differ than are kept here.
    """

    path: str
    how: How
    lines: tuple[str, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Everything that differs: by kind, and by file."""

    changes: tuple[Change, ...]
    files: tuple[Lines, ...]

    @property
    def by_kind(self) -> tuple[tuple[Text, tuple[Change, ...]], ...]:
        """The changes of each kind, in the order the kinds are listed in."""
        found: dict[str, list[Change]] = {}
        for one in self.changes:
            found.setdefault(one.kind.zh, []).append(one)
        order = {kind.zh: place for place, kind in enumerate(KINDS.values())}
        return tuple((rows[0].kind, tuple(rows)) for _, rows in sorted(found.items(), key=lambda entry: order[entry[0]]))

    @property
    def moves_dates(self) -> bool:
        """Whether dates of running matters may come out otherwise: a day of the calendar or a way of counting differs."""
        return any(one.kind in (KINDS["day"], KINDS["counting"]) for one in self.changes)


@dataclass(frozen=True, slots=True)
class _Thing:
    kind: Text
    name: Text
    value: Any


def compare(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Comparison:
    """Return what differs between the files of two contents of one pack."""
    changes: list[Change] = []
    lines: list[Lines] = []
    for path in sorted({*before, *after}):
        old, new = before.get(path), after.get(path)
        if old == new:
            continue
        how: How = "added" if old is None else "taken_away" if new is None else "changed"
        lines.append(_lines(path, how, old or b"", new or b""))
        said_before, said_after = _things(path, old), _things(path, new)
        if said_before is not None and said_after is not None:
            changes += _changes(path, said_before, said_after)
    return Comparison(tuple(changes), tuple(lines))


def _lines(path: str, how: How, old: bytes, new: bytes) -> Lines:
    before, after = (raw.decode("utf-8-sig", "replace").splitlines() for raw in (old, new))
    found = list(difflib.unified_diff(before, after, lineterm="", n=1))[2:]
    return Lines(path, how, tuple(found[:MOST_LINES]), len(found) > MOST_LINES)


def _changes(path: str, before: Mapping[str, _Thing], after: Mapping[str, _Thing]) -> Iterator[Change]:
    for key in [*before, *(key for key in after if key not in before)]:
        old, new = before.get(key), after.get(key)
        if old is None and new is not None:
            yield Change(path, new.kind, "added", new.name, tuple(_leaves(None, new.value)))
        elif new is None and old is not None:
            yield Change(path, old.kind, "taken_away", old.name, tuple(_leaves(old.value, None)))
        elif old is not None and new is not None and old.value != new.value:
            yield Change(path, new.kind, "changed", new.name, tuple(_leaves(old.value, new.value)))


def _leaves(old: Any, new: Any) -> Iterator[Leaf]:
    before, after = dict(_flat(old)), dict(_flat(new))
    for place in [*before, *(place for place in after if place not in before)]:
        if before.get(place) != after.get(place):
            yield Leaf(leaf_words(place), before.get(place), after.get(place))


def _flat(value: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Text]]:
    if value is None:
        return
    if isinstance(value, dict) and set(value) == {"zh", "en"}:
        yield place, Text(_cut(str(value["zh"])), _cut(str(value["en"])))
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _flat(inner, (*place, str(key)))
    elif isinstance(value, list) and any(isinstance(inner, (dict, list)) for inner in value):
        for number, inner in enumerate(value, 1):
            yield from _flat(inner, (*place, f"#{number}"))
    else:
        shown = _cut(", ".join(map(str, value)) if isinstance(value, list) else _said(value))
        yield place, Text(shown, shown)


def _said(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}……"


def _things(path: str, raw: bytes | None) -> dict[str, _Thing] | None:
    """Return what a file says, thing by thing; None when it cannot be read."""
    if raw is None:
        return {}
    name = PurePosixPath(path).name
    if name == "divisions.csv":
        return _places(raw)
    if not path.endswith(".yaml"):
        return {path: _Thing(KINDS["file"], Text(path, path), None if path.endswith(".geojson") else {})}
    try:
        data = read_text(raw, path).data
    except PackError:
        return None
    kind = "scenario" if name.endswith(".scenario.yaml") else kind_of(path) or ("responsibility" if name == "responsibility.yaml" else "")
    reader = _READERS.get(kind, _by_key)
    try:
        return dict(reader(data, path))
    except (AttributeError, TypeError, KeyError, ValueError):
        # Well-formed, but not what such a file holds: the proof says so, and the lines show it.
        return None


def _places(raw: bytes) -> dict[str, _Thing] | None:
    try:
        rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    except (UnicodeDecodeError, csv.Error):
        return None
    return {
        str(row.get("code")): _Thing(
            KINDS["place"], Text(f"{row.get('code')} {row.get('name')}", f"{row.get('code')} {row.get('name')}"), row
        )
        for row in rows
    }


Read = Iterator[tuple[str, _Thing]]


def _called(name: str, value: Any, *keys: str) -> Text:
    """Return a thing's name with the label it carries, where it has one."""
    label = next((value[key] for key in keys if isinstance(value, dict) and isinstance(value.get(key), dict)), None)
    if label is None or not {"zh", "en"} <= set(label):
        return Text(name, name)
    return Text(f"{label['zh']}（{name}）", f"{label['en']} ({name})")


def _clocks(data: Any, _path: str) -> Read:
    for law in data.get("laws") or ():
        rest = {key: value for key, value in law.items() if key != "clocks"}
        yield f"law {law['law']}", _Thing(KINDS["law"], Text(law["law"], law["law"]), rest)
        for clock in law.get("clocks") or ():
            title = _called(clock["name"], clock, "title")
            name = Text(f"《{law['law']}》第{clock.get('at')}条 {title.zh}", f"{law['law']}, art. {clock.get('at')}: {title.en}")
            # Moved to another law it is a changed clock, not one gone and another come.
            yield f"clock {clock['name']}", _Thing(KINDS["clock"], name, {"law": law["law"], **clock})
    for key in ("triggers", "doers", "pauses"):
        for name, value in (data.get(key) or {}).items():
            yield f"{key} {name}", _Thing(KINDS["word"], Text(name, name), value)


def _calendar(data: Any, path: str) -> Read:
    for row in data.get("days") or ():
        first = _day(row.get("date") or row["from"])
        last = _day(row.get("date") or row["to"])
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            kind = DAY_KINDS.get(str(row.get("kind")), Text(str(row.get("kind")), str(row.get("kind"))))
            label = row.get("name") or {"zh": "", "en": ""}
            name = Text(f"{day} {label['zh']}（{kind.zh}）", f"{day} {label['en']} ({kind.en})")
            yield f"day {day}", _Thing(KINDS["day"], name, {"kind": row.get("kind"), "name": label})
    for key, value in data.items():
        if key != "days":
            named = Text(f"{data.get('year', path)} {key}", f"{data.get('year', path)} {key}")
            yield key, _Thing(KINDS["calendar"], named, value)


def _day(value: Any) -> date:
    return value if isinstance(value, date) else date.fromisoformat(str(value))


def _procedure(data: Any, path: str) -> Read:
    own = str(data.get("procedure", data.get("piece", PurePosixPath(path).stem)))
    title = data.get("title") or {}

    def within(name: str, value: Any) -> Text:
        label = _called(name, value, "label")
        return Text(f"{title.get('zh', own)}：{label.zh}", f"{title.get('en', own)}: {label.en}")

    parts = {"fields": "field", "forms": "form", "conditions": "condition", "clocks": "own_clock", "always": "action"}
    for key, value in data.items():
        if key in parts:
            for name, inner in (value or {}).items():
                yield f"{key} {name}", _Thing(KINDS[parts[key]], within(name, inner), inner)
        elif key == "states":
            for state, inner in (value or {}).items():
                bare = {part: one for part, one in inner.items() if part != "actions"} if isinstance(inner, dict) else inner
                yield f"state {state}", _Thing(KINDS["state"], within(state, inner), bare)
                for name, action in ((inner or {}).get("actions") or {}).items():
                    yield f"action {state} {name}", _Thing(KINDS["action"], within(f"{state}.{name}", action), action)
        else:
            yield key, _Thing(KINDS["procedure"], within(key, None), value)


def _paper(data: Any, path: str) -> Read:
    own = str(data.get("paper", PurePosixPath(path).stem))
    title = data.get("title") or {}

    def within(zh: str, en: str) -> Text:
        return Text(f"{title.get('zh', own)}：{zh}", f"{title.get('en', own)}: {en}")

    for element in data.get("elements") or ():
        label = element["name"]
        yield f"element {label['zh']}", _Thing(KINDS["element"], within(label["zh"], label["en"]), element)
    for number, block in enumerate(data.get("body") or (), 1):
        yield f"block {number}", _Thing(KINDS["block"], within(f"第{number}段", f"part {number}"), block)
    for key, value in data.items():
        if key not in ("elements", "body"):
            yield key, _Thing(KINDS["paper"], within(key, key), value)


def _rows(kind: str, *lists: str) -> Callable[[Any, str], Read]:
    """Read a file whose rows stand in a list, each with a name of its own; what else is in it is read by its keys."""

    def read(data: Any, path: str) -> Read:
        rows = data if isinstance(data, list) else [row for name in lists for row in data.get(name) or ()]
        met: dict[str, int] = {}
        for row in rows:
            name = str(row.get("id") or row.get("name"))
            met[name] = met.get(name, 0) + 1
            # A counting rule has a row for each stretch of time: its name stands there several times.
            yield f"row {name} {met[name]}", _Thing(KINDS[kind], _called(name, row, "title", "label"), row)
        if isinstance(data, dict):
            yield from _by_key({key: value for key, value in data.items() if key not in lists}, path)

    return read


def _units(data: Any, path: str) -> Read:
    for key, kind in (("kinds", "unit"), ("posts", "post")):
        for name, value in (data.get(key) or {}).items():
            label = _called(name, value, "name") if key == "kinds" else _called(name, {"label": _pair(value)}, "label")
            yield f"{key} {name}", _Thing(KINDS[kind], label, value)
    for level, rules in (data.get("units") or {}).items():
        for rule in rules or ():
            name = f"{level} {rule['kind']}"
            yield f"units {name}", _Thing(KINDS["unit"], Text(name, name), rule)
    yield from _by_key({key: value for key, value in data.items() if key not in ("kinds", "posts", "units")}, path)


def _pair(value: Any) -> Any:
    return {key: value[key] for key in ("zh", "en")} if isinstance(value, dict) and {"zh", "en"} <= set(value) else None


def _remedies(data: Any, path: str) -> Read:
    for ladder, rows in (data.get("ladders") or {}).items():
        for row in rows or ():
            yield f"{ladder} {row['name']}", _Thing(KINDS["remedy"], Text(f"{ladder} {row['name']}", f"{ladder} {row['name']}"), row)
    yield from _by_key({key: value for key, value in data.items() if key != "ladders"}, path)


def _by_key(data: Any, path: str) -> Read:
    """Read any file: two levels of keys, each a thing."""
    if not isinstance(data, dict):
        yield path, _Thing(KINDS["other"], Text(path, path), json.loads(json.dumps(data, default=str)))
        return
    for key, value in data.items():
        inner = value if isinstance(value, dict) and not {"zh", "en"} <= set(value) else None
        for name, one in {key: value}.items() if inner is None else {f"{key}.{part}": one for part, one in inner.items()}.items():
            label = _called(name, {"label": _pair(one)}, "label")
            yield name, _Thing(KINDS["other"], Text(f"{path} {label.zh}", f"{path} {label.en}"), one)


_READERS: Mapping[str, Callable[[Any, str], Read]] = {
    "clocks": _clocks,
    "calendar": _calendar,
    "procedure": _procedure,
    "piece": _procedure,
    "paper": _paper,
    "units": _units,
    "remedies": _remedies,
    "counting": _rows("counting", "rows"),
    "laws": _rows("law", "laws"),
    "responsibility": _rows("responsibility", "rows"),
    "scenario": _rows("scenario"),
}
