"""Strict reading of a pack's YAML files: plain data in which every place knows its line.

The files are read by people who know the law, so surprises of YAML are refused rather than interpreted: only the core
words of YAML 1.2 are not text (``true``, ``false``, ``null``, numbers), keys are always text, and duplicate keys,
anchors, aliases, tags, tabs and second documents are problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from huiyin.core.values import Text

MAX_BYTES = 2_000_000
MAX_DEPTH = 40
Place = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_WORDS: Mapping[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}


class Line(int):
    """The number of a line that stands in another file than the one it is read with: in a piece of a procedure."""

    file: str

    def __new__(cls, number: int, file: str = "") -> Self:
        """Return line ``number`` of ``file``."""
        made = super().__new__(cls, number)
        made.file = file
        return made


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a pack, where, by which rule, and how to mend it; a `Line` knows its file better than who asks.

    Attributes:
        rule: ``1`` to ``10`` for the soundness rules; ``format``, ``expression`` or ``reference`` else.
    """

    file: str
    line: int
    rule: str
    text: Text
    mend: Text

    def __post_init__(self) -> None:
        """Take the file of a line that stands elsewhere."""
        if isinstance(self.line, Line):
            object.__setattr__(self, "file", self.line.file)

    def in_(self, language: str) -> str:
        """Return the whole complaint as one line, ``file:line: [rule] text mend``."""
        return f"{self.file}:{self.line}: [{self.rule}] {self.text.in_(language)} {self.mend.in_(language)}"


class PackError(Exception):
    """A pack file cannot be used; carries every problem found."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(problem.in_("en") for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Source:
    """The data of one file and the line of every place in it."""

    file: str
    data: Any
    lines: Mapping[Place, int] = field(default_factory=dict)

    def line_of(self, *place: str | int) -> int:
        """Return the line of a place, or of the nearest place around it; 0 when the file is not at hand."""
        if not self.lines:
            return 0
        for length in range(len(place), -1, -1):
            line = self.lines.get(place[:length])
            if line is not None:
                return line
        return 0


def read_yaml(path: Path, *, name: str | None = None) -> Source:
    """Read one file; problems call it ``name``, or by its path.

    Raises:
        PackError: with every problem found.
    """
    shown = name or str(path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise PackError([_cannot_open(shown, error)]) from error
    return read_text(raw, shown)


def read_text(raw: bytes, name: str) -> Source:
    """Read the bytes of one file called ``name``.

    Raises:
        PackError: with every problem found.
    """
    if len(raw) > MAX_BYTES:
        raise PackError([_problem(name, 1, "文件太大。", "The file is too large.", "请拆成几个文件。", "Split it.")])
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise PackError([_not_utf8(name, line)]) from error
    problems = [_tab(name, number) for number, line in enumerate(text.split("\n"), 1) if "\t" in line]
    if problems:
        raise PackError(problems)
    builder = _Builder(name)
    try:
        data = builder.document(iter(YAML(typ="safe", pure=True).parse(text)))
    except MarkedYAMLError as error:
        raise PackError([*builder.problems, _broken(name, error)]) from error
    except (YAMLError, ValueError) as error:
        raise PackError([*builder.problems, _unreadable(name, text, error)]) from error
    if builder.problems:
        raise PackError(builder.problems)
    return Source(name, data, builder.lines)


class _Builder:
    """Turns the parser's events into plain data, noting lines and refusing what the house does not allow."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []

    def document(self, events: Iterator[Event]) -> Any:
        data: Any = None
        documents = 0
        for event in events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event, "一个文件只能有一份内容。", "A file holds one document only.", "请删去“---”。", "Remove the “---”.")
                    return data
                data = self._value(next(events), events, ())
        return data

    def _value(self, event: Event, events: Iterator[Event], place: Place) -> Any:
        self.lines.setdefault(place, _line(event))
        if len(place) > MAX_DEPTH:
            self._refuse(event, "层次太深。", "Nested too deeply.", "请减少层次。", "Use fewer levels.")
            raise ValueError("nested too deeply")
        if isinstance(event, AliasEvent):
            self._refuse(event, "不用“*”引用。", "Aliases (“*”) are not used here.", "请把内容写出来。", "Write the content out.")
            return None
        self._check_plain(event)
        match event:
            case MappingStartEvent():
                return self._mapping(events, place)
            case SequenceStartEvent():
                return self._sequence(events, place)
            case ScalarEvent():
                return _scalar(event)
        raise ValueError(f"unexpected {type(event).__name__}")

    def _check_plain(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse(event, "不用“&”锚点。", "Anchors (“&”) are not used here.", "请把内容写出来。", "Write the content out.")
        tag = event.tag
        if tag is not None and str(tag) not in {"", "!"}:
            self._refuse(event, "不用“!”标记类型。", "Tags (“!”) are not used here.", "请删去标记。", "Remove the tag.")

    def _mapping(self, events: Iterator[Event], place: Place) -> dict[str, Any]:
        data: dict[str, Any] = {}
        first: dict[str, int] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._refuse(event, "键必须是一个词。", "A key must be a single word.", "请改写这一行。", "Rewrite this line.")
                self._value(event, events, (*place, "?"))
                self._value(next(events), events, (*place, "?"))
                continue
            self._check_plain(event)
            key, line = str(event.value), _line(event)
            if key in first:
                self._refuse(
                    event,
                    f"“{key}”写了两次（第{first[key]}行和第{line}行）。",
                    f"“{key}” is written twice (lines {first[key]} and {line}).",
                    "请留一个，删去或改名另一个。",
                    "Keep one; remove or rename the other.",
                )
                self._value(next(events), events, (*place, f"{key}?"))
                continue
            first[key] = line
            self.lines[(*place, key)] = line
            data[key] = self._value(next(events), events, (*place, key))
        return data

    def _sequence(self, events: Iterator[Event], place: Place) -> list[Any]:
        data: list[Any] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            data.append(self._value(event, events, (*place, len(data))))
        return data

    def _refuse(self, event: Event, zh: str, en: str, mend_zh: str, mend_en: str) -> None:
        self.problems.append(_problem(self.file, _line(event), zh, en, mend_zh, mend_en))


def _scalar(event: ScalarEvent) -> Any:
    text = str(event.value)
    if event.style is not None:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text) and len(text) < 20:
        # A leading zero marks a code (a division, a phone number), which must not lose it.
        return text if len(text.lstrip("+-")) > 1 and text.lstrip("+-").startswith("0") else int(text)
    if _DECIMAL.fullmatch(text) and len(text) < 40:
        return float(text)
    return text


def _line(event: Event) -> int:
    return int(event.start_mark.line) + 1


def _problem(file: str, line: int, zh: str, en: str, mend_zh: str, mend_en: str, rule: str = "format") -> Problem:
    return Problem(file, line, rule, Text(zh, en), Text(mend_zh, mend_en))


def _cannot_open(file: str, error: OSError) -> Problem:
    return _problem(
        file,
        0,
        f"文件打不开：{error.strerror}。",
        f"The file cannot be opened: {error.strerror}.",
        "请检查文件是否存在、能否读取。",
        "Check that it exists and may be read.",
    )


def _not_utf8(file: str, line: int) -> Problem:
    return _problem(file, line, "文件不是 UTF-8 编码。", "The file is not UTF-8.", "请另存为 UTF-8。", "Save it as UTF-8.")


def _tab(file: str, line: int) -> Problem:
    return _problem(file, line, "这一行有制表符。", "This line holds a tab.", "请改用空格。", "Use spaces instead.")


def _broken(file: str, error: MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = 1 if mark is None else int(mark.line) + 1
    said = " ".join(str(part) for part in (error.context, error.problem) if part)
    return _problem(
        file,
        line,
        f"这里不合 YAML 写法（{said}）。",
        f"This is not well-formed YAML ({said}).",
        "请检查缩进、引号、冒号后的空格；含“：”“#”“{”的文字要加引号。",
        "Check indentation, quotes and the space after colons; quote texts holding “: ”, “#” or “{”.",
    )


def _unreadable(file: str, text: str, error: Exception) -> Problem:
    position = getattr(error, "position", None)
    line = text[:position].count("\n") + 1 if isinstance(position, int) else 1
    return _problem(
        file,
        line,
        f"文件读不出来（{type(error).__name__}）。",
        f"The file cannot be read ({type(error).__name__}).",
        "请检查这一行有没有看不见的字符或层次太深。",
        "Look for invisible characters or very deep nesting.",
    )
