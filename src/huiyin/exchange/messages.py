"""One citizen's message: a row's cells, checked, as the value that is opened as a matter."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from huiyin.core import chain
from huiyin.core.forms import MAX_TEXT
from huiyin.core.values import Text
from huiyin.exchange.records import FACT, Record

MAX_NUMBER = 100
MAX_TITLE = 500
MAX_PERSON = 60
FIRST_YEAR = 1980
_FORMS = ("%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y年%m月%d日 %H:%M:%S", "%Y年%m月%d日 %H:%M", "%Y年%m月%d日")


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote to a neighbouring system.

    Whose account it came from and how many people liked it are not read: the one would tie a person's matters together,
    the other is no measure of need.

    Attributes:
        line: where it stands in the file.
        number: the feeder's own number.
        written_at: when it was written, by the feeder's clock.
        topic: topic key the sender chose from the template's list; empty when left to us.
        division: code of the district chosen there; empty when left to us.
        name, phone: of the person, where the neighbour's mapping says that they are passed on.
        act: what the row is, where it is no new message: an action of its reporter on the matter of that number.
        act_no: the neighbour's number of what was said later; made from its content where it has none.
        choice: a rating or other choice that comes with it.
        answers: what was answered of the facts the responsibility list turns on, by the field's name.
    """

    line: int
    number: str
    written_at: datetime
    title: str
    detail: str
    topic: str = ""
    division: str = ""
    name: str = ""
    phone: str = ""
    act: str = ""
    act_no: str = ""
    choice: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)

    def content_hash(self) -> str:
        """Return the hash that tells whether the same number came with the same content."""
        said: dict[str, Any] = {
            "number": self.number,
            "written_at": self.written_at.isoformat(),
            "title": self.title,
            "detail": self.detail,
        }
        more = ("topic", "division", "name", "phone", "act", "choice", "answers")
        said |= {name: value for name in more if (value := getattr(self, name))}
        return hashlib.sha256(chain.canonical(said)).hexdigest()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that does not go in, and why.

    Attributes:
        field: our name of the column at fault; empty when it is the row as a whole.
        cell: its address in the file, such as ``D17``; of the whole row its number.
    """

    line: int
    number: str
    reason: Text
    field: str = ""
    cell: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What the template's lists, or a neighbour's own values, mean: their words with our keys and codes; ``answers`` by column."""

    topics: Mapping[str, str] = field(default_factory=dict)
    districts: Mapping[str, str] = field(default_factory=dict)
    acts: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


NOTHING_TO_CHOOSE = Choices()


def read_message(record: Record, zone: ZoneInfo, now: datetime, choices: Choices = NOTHING_TO_CHOOSE) -> Message | Rejected:
    """Return the message of a row, or why it is none."""
    cells = {name: cell.strip() for name, cell in (record.values or {}).items()}
    number, title, detail = (cells.get(name, "") for name in ("message_no", "title", "detail"))
    shown = "".join(mark if mark.isprintable() else "�" for mark in number[:MAX_NUMBER])
    wrong = (record.problem, "") if record.problem is not None else _wrong_text(number, title, detail, cells)
    written_at = None if wrong is not None else _instant(cells.get("time", ""), zone)
    if wrong is None:
        wrong = _wrong_time(written_at, now) or _wrong_choice(cells, choices)
    if wrong is not None or written_at is None:
        reason, at = wrong or (Text("", ""), "")
        return Rejected(record.line, shown, reason, at)
    return Message(
        record.line,
        number,
        written_at,
        title,
        detail,
        choices.topics.get(cells.get("topic", ""), ""),
        choices.districts.get(cells.get("district", ""), ""),
        cells.get("name", ""),
        cells.get("phone", ""),
        choices.acts.get(cells.get("act", ""), ""),
        cells.get("act_no", ""),
        choices.choices.get(cells.get("choice", ""), ""),
        {name.removeprefix(FACT): known[cells[name]] for name, known in choices.answers.items() if cells.get(name)},
    )


def _wrong_time(written_at: datetime | None, now: datetime) -> tuple[Text, str] | None:
    if written_at is None or written_at.year < FIRST_YEAR:
        return Text(
            "时间读不懂，应写成“2019/2/28 11:25:05”或“2019-02-28 11:25:05”。",
            "The time cannot be read; write it as 2019/2/28 11:25:05 or 2019-02-28 11:25:05.",
        ), "time"
    return (Text("时间晚于现在。", "The time is later than now."), "time") if written_at > now else None


def _wrong_choice(cells: Mapping[str, str], choices: Choices) -> tuple[Text, str] | None:
    for name, known, label in (
        ("topic", choices.topics, Text("事项类型", "topic")),
        ("district", choices.districts, Text("区县", "district")),
        ("act", choices.acts, Text("行的种类", "kind of row")),
        ("choice", choices.choices, Text("选项", "choice")),
        *((name, known, Text("回答", "answer")) for name, known in choices.answers.items()),
    ):
        said = cells.get(name, "")
        if said and said not in known:
            return Text(
                f"没有“{said[:30]}”这个{label.zh}，请从模板的下拉列表里选，或者在对应表里写明它是什么，或者留空。",
                f"There is no {label.en} “{said[:30]}”; choose one from the list, say in the mapping what it is, or leave it empty.",
            ), name
    return None


def _wrong_text(number: str, title: str, detail: str, cells: Mapping[str, str]) -> tuple[Text, str] | None:
    if not number:
        return Text("没有编号。", "The number is missing."), "message_no"
    if len(number) > MAX_NUMBER:
        return Text(f"编号超过{MAX_NUMBER}个字符。", f"The number is longer than {MAX_NUMBER} characters."), "message_no"
    if not detail and not cells.get("act", ""):
        return Text("没有内容。", "The text is empty."), "detail"
    for label, text, longest, name in (
        (Text("内容", "text"), detail, MAX_TEXT, "detail"),
        (Text("标题", "title"), title, MAX_TITLE, "title"),
        (Text("姓名", "name"), cells.get("name", ""), MAX_PERSON, "name"),
        (Text("电话", "telephone number"), cells.get("phone", ""), MAX_PERSON, "phone"),
        (Text("编号", "number"), cells.get("act_no", ""), MAX_NUMBER, "act_no"),
    ):
        if len(text) > longest:
            return Text(
                f"{label.zh}有{len(text)}字，最多{longest}字。",
                f"The {label.en} has {len(text)} characters; the most is {longest}.",
            ), name
    for name, text in (
        ("message_no", number),
        ("title", title),
        ("detail", detail),
        *((one, cells.get(one, "")) for one in ("name", "phone", "act_no")),
    ):
        if "\x00" in text:
            return Text("含有空字符（NUL），文件可能损坏。", "It holds a NUL character; the file may be damaged."), name
        if any("\ud800" <= mark <= "\udfff" for mark in text):
            return Text("有读不出来的字节，编码可能不一致。", "Some bytes cannot be read; the encoding may be mixed."), name
    return None


def _instant(text: str, zone: ZoneInfo) -> datetime | None:
    """Return the instant a cell names; without an offset it is local time of the city."""
    found: datetime | None = None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        for form in _FORMS:
            try:
                found = datetime.strptime(text, form)  # noqa: DTZ007 - the zone is put on below
                break
            except ValueError:
                continue
    if found is None:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)
