"""A neighbour's columns and values in ours: chosen once by a person, kept with the record, used by pages, command line and API alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from huiyin.city import places
from huiyin.core.packs import Library
from huiyin.core.procedure import Field, Procedure
from huiyin.core.values import Refusal, Text
from huiyin.exchange import neighbours, passed_on
from huiyin.exchange.models import Neighbour
from huiyin.exchange.records import FACT
from huiyin.routing import queries as routing

# What a neighbour's file may bring, in the order they are chosen in; the first three and the text must be there.
FIELDS: Final[Mapping[str, Text]] = {
    "message_no": Text("编号", "Number"),
    "time": Text("时间", "Time"),
    "detail": Text("内容", "Text"),
    "title": Text("标题", "Title"),
    "district": Text("区县或者社区", "District or community"),
    "topic": Text("事项类型", "Topic"),
    "name": Text("反映人姓名", "Name of the person"),
    "phone": Text("反映人电话", "Telephone of the person"),
    "act": Text("这一行是什么（新件，还是后来的话）", "What the row is (new, or said later)"),
    "act_no": Text("后来这句话自己的编号", "Number of what was said later"),
    "choice": Text("评价或者选项", "Rating or choice"),
}
NEEDED: Final = ("message_no", "time", "detail")
# Columns whose values are codes to be chosen for, one by one; what the list turns on is one too.
CODED: Final = ("topic", "district", "act", "choice")
NEW: Final = "new"
MOST_VALUES: Final = 300
LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Mapped:
    """Columns: our name -> their heading. Values: our name of the column -> their value -> ours."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready data."""
        return {"columns": dict(self.columns), "values": {name: dict(pairs) for name, pairs in self.values.items()}}


def of(neighbour: Neighbour | None) -> Mapped:
    """Return the mapping of a record; an empty one where nobody has chosen yet."""
    plain = {} if neighbour is None else neighbour.mapping
    return Mapped(plain.get("columns", {}), plain.get("values", {}))


def answers(definitions: Sequence[Procedure]) -> dict[str, tuple[Field, ...]]:
    """Return what settles whose a matter is and can be brought with it: column -> the fields that take it, one of each procedure."""
    words = routing.words_of_list()
    found: dict[str, tuple[Field, ...]] = {}
    for definition in definitions:
        fields = [definition.fields[entry.field] for entry in definition.forms[definition.opening_form].entries]
        for one in fields:
            if one.name in words and one.type == "choice" and one.of is None:
                found[f"{FACT}{one.name}"] = (*found.get(f"{FACT}{one.name}", ()), one)
    return found


def fields(library: Library, neighbour: Neighbour) -> dict[str, Text]:
    """Return what a neighbour's file may bring, in the order it is chosen in."""
    asked = answers(neighbours.openable(library, neighbour.procedures))
    return {**FIELDS, **{name: found[0].label for name, found in asked.items()}}


def coded(library: Library, neighbour: Neighbour) -> tuple[str, ...]:
    """Return the columns whose values are codes to be chosen for, one by one."""
    return tuple(name for name in fields(library, neighbour) if name in CODED or name.startswith(FACT))


def in_words(library: Library, neighbour: Neighbour, chosen: Mapped) -> list[tuple[Text, str]]:
    """Return (what it is, their heading) of each column chosen."""
    return [(label, chosen.columns[name]) for name, label in fields(library, neighbour).items() if name in chosen.columns]


def offered(library: Library, neighbour: Neighbour) -> dict[str, list[tuple[str, Text]]]:
    """Return what each coded column may be mapped to: (our value, what it is called)."""
    districts: list[tuple[str, Text]] = []
    root = places.root()
    if root is not None:
        districts = [(place.code, place.title) for place in places.parts(root.code)]
    acts: dict[str, Text] = {NEW: Text("新件", "a new message")}
    choices: dict[str, Text] = {}
    definitions = neighbours.openable(library, neighbour.procedures)
    for definition in definitions:
        for action in passed_on.reporters_actions(definition):
            acts.setdefault(action.name, action.label)
            entries = definition.forms[action.form].entries if action.form is not None else ()
            for entry in entries:
                if definition.fields[entry.field].type == "choice":
                    label = definition.fields[entry.field].label
                    for one in definition.fields[entry.field].values:
                        choices.setdefault(one.value, Text(f"{label.zh}：{one.label.zh}", f"{label.en}: {one.label.en}"))
    return {
        "topic": [(topic.key, topic.label) for topic in neighbours.topics(library, neighbour)],
        "district": districts,
        "act": list(acts.items()),
        "choice": list(choices.items()),
        **{
            name: list({one.value: one.label for field in found for one in field.values}.items())
            for name, found in answers(definitions).items()
        },
    }


def checked(library: Library, neighbour: Neighbour, chosen: Mapped) -> Refusal | None:
    """Return what is wrong with a mapping, or None."""
    wrong: list[Refusal] = []
    for name in NEEDED:
        if not chosen.columns.get(name):
            label = FIELDS[name]
            text = Text(f"请选哪一列是“{label.zh}”。", f"Choose which column is “{label.en}”.")
            wrong.append(Refusal("required", text, field=f"column.{name}"))
    twice = [heading for heading in set(chosen.columns.values()) if list(chosen.columns.values()).count(heading) > 1]
    wrong += [
        Refusal("twice", Text(f"“{heading[:30]}”选了两次。", f"“{heading[:30]}” is chosen twice."), field=None) for heading in sorted(twice)
    ]
    allowed = offered(library, neighbour)
    for name, pairs in chosen.values.items():
        known = {value for value, _ in allowed.get(name, [])}
        if name not in allowed or len(pairs) > MOST_VALUES or not set(pairs.values()) <= known:
            wrong.append(Refusal("values", Text("有一个值选错了，请重新选。", "One value is not among those offered; choose again.")))
    if any(len(text) > LONGEST for text in [*chosen.columns.values(), *(key for pairs in chosen.values.values() for key in pairs)]):
        wrong.append(Refusal("long", Text("有列名或者值太长。", "A heading or value is too long.")))
    if not wrong:
        return None
    return wrong[0] if len(wrong) == 1 else Refusal("form", Text("有几处要改。", "Some things need a change."), None, tuple(wrong))


def guessed(header: Sequence[str]) -> dict[str, str]:
    """Return which of their headings are most likely ours, by name; a person looks at it before it is kept."""
    words: Mapping[str, Sequence[str]] = {
        "message_no": ("编号", "工单号", "件号", "number", "id"),
        "time": ("时间", "日期", "time", "date"),
        "detail": ("内容", "详情", "描述", "正文", "detail", "text"),
        "title": ("标题", "主题", "title"),
        "district": ("区县", "行政区", "区域", "district"),
        "topic": ("事项类型", "类别", "分类", "类型", "topic", "category"),
        "name": ("姓名", "反映人", "来电人", "name"),
        "phone": ("电话", "手机", "phone"),
    }
    found: dict[str, str] = {}
    for name, tried in words.items():
        free = [heading for heading in header if heading and heading not in found.values()]
        best = next((heading for word in tried for heading in free if word in heading.lower()), None)
        if best is not None:
            found[name] = best
    return found
