"""The responsibility list as a workbook, both ways: taken home, changed, and read back cell by cell before anything of it counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.responsibility import AGREED, ANY, EVERYTHING, Fact, Row
from huiyin.core.terms import Term
from huiyin.core.values import Text
from huiyin.exchange import fillable, workbook
from huiyin.exchange.fillable import Wrong
from huiyin.exchange.sheets import letter
from huiyin.routing.queries import LEVELS

EMPTY_ROWS = 200
MOST_ROWS = 20_000
SHEET = "责任清单"
YES, NO = "是", "否"
# Conditions follow, one column each.
COLUMNS: Mapping[str, fillable.Column] = {
    "id": ("编号", "每条一个编号，不能重复。改一条时不要动它。", 26),
    "topic": ("事项类别", "从列表里选。", 26),
    "place": ("地方", "十二位区划代码；全市的留空。", 16),
    "lead": ("牵头单位", "从列表里选。", 18),
    "level": ("级别", "从列表里选；留空是离得最近的。", 12),
    "unit": ("指定的单位", "只由一个单位牵头的，写它的编号；一般留空。", 18),
    "helpers": ("协办单位", "用、分开。", 30),
    "direct": ("直派", "是：职责清楚，直接派过去。否：由派单员定。", 8),
    "basis": ("依据", "规则包里的简称、年份，#号，第几条；商定的留空。", 24),
    "terms": ("商定的期限", "例如 answer=3 working days；settle=30 days。", 30),
    "agreed_zh": ("谁商定的", "例如 2026年第3次联席会议。", 24),
    "agreed_en": ("谁商定的（英文）", "可以留空。", 24),
    "from": ("开始日", "例如 2027-01-01。", 12),
    "to": ("结束日", "最后一天；一直有效的留空。", 12),
    "keywords": ("群众的说法", "用、分开；只用来推荐。", 30),
}


@dataclass(frozen=True, slots=True)
class Came:
    """What a workbook says, compared with the list.

    Attributes:
        same: how many rows are as they stand.
        missing: ids of rows the workbook leaves out: they stay as they are, for a row is ended by its last day and never by leaving it out.
    """

    new: tuple[Row, ...]
    changed: tuple[Row, ...]
    ended: tuple[Row, ...]
    same: int
    missing: tuple[str, ...]
    wrong: tuple[Wrong, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Everything that differs."""
        return (*self.new, *self.changed, *self.ended)


def write(rows: Sequence[Row], facts: Mapping[str, Fact]) -> bytes:
    """Return the workbook of a list: header, notes, lists to choose from, everything as text, nothing that runs."""
    library = city.library()
    columns = {**COLUMNS, **{f"when.{name}": (_condition(fact), "不论的留空；几个都算的用、分开。", 16) for name, fact in facts.items()}}
    choices = {
        "topic": [_topic(name) for name in (*library.topics, ANY)],
        "lead": [kind.label.zh for kind in library.unit_kinds.values()],
        "level": [label.zh for label in LEVELS.values()],
        "direct": [YES, NO],
    }
    return fillable.write(SHEET, columns, [_cells(row, facts) for row in rows], choices=choices, empty=EMPTY_ROWS)


def read(path: Path, current: Sequence[Row], facts: Mapping[str, Fact]) -> Came:
    """Return what a workbook says, compared with a list; nothing is written.

    Raises:
        HostError: it is no workbook that can be read.
    """
    header = workbook.header(path)
    names = {label: name for name, (label, _, _) in COLUMNS.items()} | {_condition(fact): f"when.{name}" for name, fact in facts.items()}
    columns = {place: names[label] for place, label in enumerate(header) if label in names}
    lacking = [label for label, name in names.items() if name in ("id", "topic", "lead", "from") and name not in columns.values()]
    if lacking:
        text = Text(f"第一行缺了这些列：{'、'.join(lacking)}。", f"The first row lacks the columns {', '.join(lacking)}.")
        return Came((), (), (), 0, (), (Wrong("A1", "", text),))
    known = {row.id: row for row in current}
    reader = _Reader(facts)
    found: dict[str, list[Row]] = {"new": [], "changed": [], "ended": []}
    wrong: list[Wrong] = []
    same, seen = 0, set[str]()
    for number, cells in workbook.rows(path):
        if number == 2 or number > MOST_ROWS:
            continue
        told = {name: cells[place].strip() if place < len(cells) else "" for place, name in columns.items()}
        if not any(told.values()):
            continue
        before = known.get(told["id"])
        row, faults = reader.row(told, before)
        if told["id"] in seen:
            faults.append(("id", Text("这个编号前面用过了。", "This id stands in the sheet before.")))
        seen.add(told["id"])
        addresses = {name: f"{letter(place)}{number}" for place, name in columns.items()}
        wrong += [Wrong(addresses.get(name, f"A{number}"), told["id"], text) for name, text in faults]
        if row is None or faults:
            continue
        if before is None:
            found["new"].append(row)
        elif replace(before, line=0) == row:
            same += 1
        else:
            found["ended" if replace(row, to_date=None) == replace(before, to_date=None, line=0) else "changed"].append(row)
    missing = tuple(name for name in known if name not in seen)
    return Came(tuple(found["new"]), tuple(found["changed"]), tuple(found["ended"]), same, missing, tuple(wrong))


def _condition(fact: Fact) -> str:
    return f"条件：{fact.label.zh}"


def _topic(name: str) -> str:
    """Return a topic as the sheet writes it: label and key, for two topics may bear one label."""
    if name == ANY:
        return f"{EVERYTHING.zh} {ANY}"
    known = city.library().topics.get(name)
    return name if known is None else f"{known.label.zh} {name}"


def _cells(row: Row, facts: Mapping[str, Fact]) -> dict[str, str]:
    kinds = city.library().unit_kinds

    def kind(name: str) -> str:
        return kinds[name].label.zh if name in kinds else name

    return {
        "id": row.id,
        "topic": _topic(row.topic),
        "place": "" if row.place == ANY else row.place,
        "lead": kind(row.lead),
        "level": "" if row.level is None else LEVELS[row.level].zh if row.level in LEVELS else row.level,
        "unit": row.unit or "",
        "helpers": "、".join(kind(name) for name in row.helpers),
        "direct": YES if row.direct else NO,
        "basis": "" if row.basis is None else str(row.basis),
        "terms": "；".join(f"{name}={term}" for name, term in row.terms.items()),
        "agreed_zh": row.agreed_by.zh,
        "agreed_en": row.agreed_by.en,
        "from": row.from_date.isoformat(),
        "to": "" if row.to_date is None else row.to_date.isoformat(),
        "keywords": "、".join(row.keywords),
        **{f"when.{name}": "、".join(facts[name].said(value).zh for value in values) for name, values in row.when.items() if name in facts},
    }


class _Reader:
    """Reads rows of the sheet; what a cell may say is looked up once."""

    def __init__(self, facts: Mapping[str, Fact]) -> None:
        library = city.library()
        self._facts = facts
        self._topics = {_topic(name): name for name in (*library.topics, ANY)} | {name: name for name in (*library.topics, ANY)}
        self._kinds = {kind.label.zh: name for name, kind in library.unit_kinds.items()} | {name: name for name in library.unit_kinds}
        self._levels = {label.zh: name for name, label in LEVELS.items()} | {name: name for name in LEVELS}

    def row(self, told: Mapping[str, str], before: Row | None) -> tuple[Row | None, list[tuple[str, Text]]]:
        """Return a row and what is wrong with it, by column; a column the sheet does not have keeps what the row has now."""
        faults: list[tuple[str, Text]] = []
        usual = {} if before is None else _cells(before, self._facts)
        said = {**usual, **told}

        def one(name: str, among: Mapping[str, str], zh: str, en: str) -> str:
            word = said.get(name, "")
            if word and word not in among:
                faults.append((name, Text(f"{zh}“{word}”。", f"{en} “{word}”.")))
            return among.get(word, word)

        if not said["id"] or len(said["id"]) > 80 or not said["id"].replace(".", "").replace("_", "").replace("-", "").isalnum():
            faults.append(("id", Text("编号用英文字母、数字和点。", "An id has letters, digits and dots.")))
        topic = one("topic", self._topics, "没有这个类别：", "There is no topic")
        lead = one("lead", self._kinds, "没有这种单位：", "There is no such kind of unit:")
        level = one("level", self._levels, "没有这一级：", "There is no level")
        faults += [(name, Text("这一格要填。", "This cell is needed.")) for name in ("topic", "lead", "from") if not said.get(name)]
        helpers = [word for word in said.get("helpers", "").replace(",", "、").replace("，", "、").split("、") if word.strip()]
        for word in helpers:
            if word.strip() not in self._kinds:
                faults.append(("helpers", Text(f"没有这种单位：“{word}”。", f"There is no such kind of unit: “{word}”.")))
        place = said.get("place", "") or ANY
        if isinstance(told.get("place"), workbook.LostDigits) or (place != ANY and places.division(place) is None):
            faults.append(("place", Text(f"没有这个区划代码：“{place}”。", f"There is no division code “{place}”.")))
        if said.get("unit") and city.unit(said["unit"]) is None:
            faults.append(("unit", Text(f"没有这个单位：“{said['unit']}”。", f"There is no unit “{said['unit']}”.")))
        if said.get("direct", NO) not in (YES, NO, ""):
            faults.append(("direct", Text("写是或者否。", "Write 是 or 否.")))
        plain = {
            "id": said["id"], "topic": topic or ANY, "place": place, "lead": lead, "level": level or None, "unit": said.get("unit") or None,
            "helpers": [self._kinds.get(word.strip(), word) for word in helpers], "direct": said.get("direct") == YES,
            "basis": said.get("basis") or AGREED, "terms": self._terms(said.get("terms", ""), faults),
            "agreed_by": {"zh": said.get("agreed_zh", ""), "en": said.get("agreed_en", "") or said.get("agreed_zh", "")},
            "from": self._day("from", said.get("from", ""), faults), "to": self._day("to", said.get("to", ""), faults) or None,
            "keywords": [word for word in said.get("keywords", "").split("、") if word], "when": self._when(said, faults),
        }  # fmt: skip
        if faults:
            return None, faults
        try:
            return Row.from_plain(plain), faults
        except ValueError:
            said_zh, said_en = "法条读不懂：写规则包里的简称、年份和第几条，中间用#隔开。", "Write the article as 消防法(2021)#28."
            return None, [("basis", Text(said_zh, said_en))]

    def _day(self, name: str, word: str, faults: list[tuple[str, Text]]) -> str:
        read = fillable.day(word)
        if isinstance(read, Text):
            faults.append((name, read))
            return ""
        return read

    def _terms(self, word: str, faults: list[tuple[str, Text]]) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in filter(None, (one.strip() for one in word.replace(";", "；").split("；"))):
            name, _, term = part.partition("=")
            try:
                Term.parse(term.strip())
                found[name.strip()] = term.strip()
            except ValueError:
                faults.append(("terms", Text(f"期限“{part}”读不懂。", f"The term “{part}” cannot be read.")))
        return found

    def _when(self, said: Mapping[str, str], faults: list[tuple[str, Text]]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name, fact in self._facts.items():
            labels = {label.zh: value for value, label in fact.values.items()} | {value: value for value in fact.values}
            words = [word.strip() for word in said.get(f"when.{name}", "").replace("，", "、").split("、") if word.strip()]
            strange = [word for word in words if word not in labels]
            faults += [(f"when.{name}", Text(f"没有这个值：“{word}”。", f"There is no value “{word}”.")) for word in strange]
            if words:
                found[name] = [labels.get(word, word) for word in words]
        return found
