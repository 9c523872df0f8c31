"""A cursor over plain data that collects every problem instead of stopping at the first."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from huiyin.core.expressions_types import near
from huiyin.core.procedure import Basis
from huiyin.core.source import PackError, Problem, Source
from huiyin.core.terms import Term
from huiyin.core.values import Text

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_BASIS = re.compile(r"(?P<law>[^#,，\s]+)#(?P<article>[0-9A-Za-z.\-]+)")
NOTHING = Text("", "")


@dataclass(slots=True)
class Cursor:
    """One place in a file: its value, its path, and the list all problems of the file go to."""

    source: Source
    problems: list[Problem]
    data: Any
    place: tuple[str | int, ...] = ()

    @classmethod
    def of(cls, source: Source) -> Cursor:
        """Return the cursor at the top of a file."""
        return cls(source, [], source.data)

    @property
    def line(self) -> int:
        """The line of this place."""
        return self.source.line_of(*self.place)

    @property
    def path(self) -> str:
        """The place in words: ``states.received.by``."""
        return ".".join(str(step) for step in self.place) or "（文件）"

    def wrong(self, zh: str, en: str, mend_zh: str, mend_en: str, rule: str = "format") -> None:
        """Note a problem at this place."""
        self.problems.append(
            Problem(self.source.file, self.line, rule, Text(f"“{self.path}”：{zh}", f"“{self.path}”: {en}"), Text(mend_zh, mend_en))
        )

    def finish(self) -> None:
        """Raise all problems noted so far.

        Raises:
            PackError: when there is any.
        """
        if self.problems:
            raise PackError(sorted(self.problems, key=lambda problem: problem.line))

    def has(self, key: str) -> bool:
        """Return whether a mapping holds ``key``."""
        return isinstance(self.data, dict) and key in self.data

    def at(self, key: str | int) -> Cursor:
        """Return the cursor one step further; its value is None when there is nothing."""
        inner = self.data
        if isinstance(inner, dict):
            data = inner.get(key)
        elif isinstance(inner, list) and isinstance(key, int) and key < len(inner):
            data = inner[key]
        else:
            data = None
        return Cursor(self.source, self.problems, data, (*self.place, key))

    def mapping(self, required: Collection[str] = (), optional: Collection[str] = ()) -> bool:
        """Check that this is a mapping with these keys and no others; return whether it is a mapping at all."""
        if not isinstance(self.data, dict):
            self._wants("一组“键: 值”", "a group of “key: value”", "key: value")
            return False
        known = {*required, *optional}
        for key in self.data:
            if key not in known:
                mend = near(key, known)
                self.at(key).wrong(f"不认识的键“{key}”。", f"unknown key “{key}”.", mend.zh, mend.en)
        for key in required:
            if key not in self.data:
                self.wrong(f"缺少“{key}”。", f"“{key}” is missing.", f"请补上“{key}:”。", f"Add “{key}:”.")
        return True

    def entries(self) -> Iterator[tuple[str, Cursor]]:
        """Yield (name, cursor) of a mapping whose keys are names chosen by the author."""
        if self.data is None:
            return
        if not isinstance(self.data, dict):
            self._wants("一组“名称: 内容”", "a group of “name: content”", "name: content")
            return
        for key in self.data:
            yield key, self.at(key)

    def named(self) -> Iterator[tuple[str, Cursor]]:
        """Yield like `entries`, checking that each key is a snake_case name."""
        for key, inner in self.entries():
            if not _NAME.fullmatch(key):
                inner.wrong(
                    f"名称“{key}”写法不对。",
                    f"“{key}” is not a proper name.",
                    "名称用小写英文字母、数字和下划线，以字母开头。",
                    "Names use small letters, digits and underscores, and begin with a letter.",
                )
            yield key, inner

    def items(self) -> Iterator[Cursor]:
        """Yield the items of a list."""
        if self.data is None:
            return
        if not isinstance(self.data, list):
            self._wants("一个列表", "a list", "[a, b]")
            return
        for index in range(len(self.data)):
            yield self.at(index)

    def words(self) -> Iterator[Cursor]:
        """Yield one item for a single value, or the items of a list."""
        if isinstance(self.data, list):
            yield from self.items()
        elif self.data is not None:
            yield self

    def string(self) -> str:
        """Return a non-empty text of one value."""
        if isinstance(self.data, str) and self.data.strip():
            return self.data
        self._wants("文字", "a text", "'text'")
        return ""

    def name(self) -> str:
        """Return a snake_case name."""
        if isinstance(self.data, str) and _NAME.fullmatch(self.data):
            return self.data
        self._wants("一个名称（小写英文、数字、下划线）", "a name (small letters, digits, underscores)", "some_name")
        return ""

    def names(self) -> tuple[str, ...]:
        """Return one name or a list of names, each once."""
        if self.data is None:
            return ()
        found = tuple(name for inner in self.words() if (name := inner.name()))
        if len(found) < 2:
            return found
        for name in sorted({name for name in found if found.count(name) > 1}):
            self.wrong(f"“{name}”列了两次。", f"“{name}” is listed twice.", "请删去一个。", "Remove one.")
        return tuple(dict.fromkeys(found))

    def strings(self) -> tuple[str, ...]:
        """Return one text or a list of texts."""
        return tuple(text for inner in self.words() if (text := inner.string()))

    def flag(self, default: bool = False) -> bool:
        """Return true or false."""
        if self.data is None:
            return default
        if isinstance(self.data, bool):
            return self.data
        self._wants("true 或 false", "true or false", "true")
        return default

    def integer(self, least: int = 0) -> int:
        """Return a whole number not below ``least``."""
        if isinstance(self.data, int) and not isinstance(self.data, bool) and self.data >= least:
            return self.data
        self._wants(f"不小于{least}的整数", f"a whole number not below {least}", str(least))
        return least

    def one_of(self, known: Collection[str]) -> str:
        """Return one word of a closed set; the first of them when it is not."""
        if isinstance(self.data, str) and self.data in known:
            return self.data
        mend = near(str(self.data), known)
        self.wrong(f"“{self.data}”不能写在这里。", f"“{self.data}” cannot stand here.", mend.zh, mend.en)
        return next(iter(known))

    def text(self) -> Text:
        """Return a text in both languages."""
        if not isinstance(self.data, dict):
            self._wants("中英文各一句", "a sentence in each language", "{zh: …, en: …}")
            return NOTHING
        self.mapping(("zh", "en"))
        wording = {}
        for language in ("zh", "en"):
            value = self.data.get(language)
            good = isinstance(value, str) and value.strip()
            if language in self.data and not good:
                self.at(language)._wants("文字", "a text", "'text'")
            wording[language] = str(value) if good else ""
        return Text(wording["zh"], wording["en"])

    def date(self) -> date | None:
        """Return a date; None when it is not one."""
        if isinstance(self.data, str) and _DATE.fullmatch(self.data):
            try:
                return date.fromisoformat(self.data)
            except ValueError:
                pass
        self._wants("日期", "a date", "2026-01-31")
        return None

    def term(self) -> Term | None:
        """Return a term such as ``3 working days``."""
        if isinstance(self.data, str):
            try:
                return Term.parse(self.data)
            except ValueError:
                pass
        self._wants("期限", "a term", "3 working days; 30 days; 6 months; 24 hours; 7 days before")
        return None

    def basis(self) -> tuple[Basis, ...]:
        """Return one citation or several, each ``law#article``."""
        found: list[Basis] = []
        for inner in self.words():
            match = _BASIS.fullmatch(inner.data) if isinstance(inner.data, str) else None
            if match is None:
                inner._wants("法律依据“法律#条”", "a citation “law#article”", "人民调解法(2010)#17")
            else:
                found.append(Basis(match["law"], match["article"]))
        return tuple(found)

    def _wants(self, zh: str, en: str, example: str) -> None:
        shown_zh, shown_en = _shown(self.data)
        self.wrong(
            f"这里要写{zh}，现为{shown_zh}。",
            f"this takes {en}, found {shown_en}.",
            f"例如：{example}",
            f"For example: {example}",
        )


def _shown(data: Any) -> tuple[str, str]:
    match data:
        case None:
            return "空", "nothing"
        case dict():
            return "一组键值", "a group of keys"
        case list():
            return "列表", "a list"
        case _:
            shown = str(data)
            return (f"“{shown[:40]}”",) * 2
