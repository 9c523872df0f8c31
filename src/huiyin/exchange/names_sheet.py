"""The gazetteer as a workbook or CSV, both ways: taken home, added to, and read back cell by cell before anything of it counts.

A name is never rewritten: a file adds names and ends names, and says of any other change what to do instead.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from huiyin.city import gazetteer
from huiyin.city.gazetteer import Name
from huiyin.city.gazetteer_models import ENDED, IN_USE, PROPOSED
from huiyin.city.models import Division
from huiyin.core.gazetteer import KINDS, Entry, read_entry
from huiyin.core.values import Principal, Text
from huiyin.exchange import fillable, records, workbook
from huiyin.exchange.fillable import Wrong
from huiyin.exchange.sheets import harmless

SHEET, EMPTY_ROWS = "名称库", 200
# More than this in one file is too much to look through before it counts.
MOST_CHANGES, MOST_ROWS = 2000, 20_000
YES: Final = "是"
COLUMNS: Final[Mapping[str, fillable.Column]] = {
    "key": ("编号", "系统给的，不要动；新加的名称留空。", 38),
    "name": ("名称", "只写名称，2到16个字，例如：望月花园。", 20),
    "kind": ("类别", "从列表里选。", 14),
    "place": ("地方代码", "十二位区划代码，到社区最好。", 16),
    "full": ("地方", "只给人看，传回来时不读。", 26),
    "since": ("开始日", "从哪天起，例如 2014-06-17；不知道的留空。", 12),
    "until": ("结束日", "到哪天止，旧名写改名那天；还在用的留空。", 12),
    "lon": ("经度", "例如 123.43；可以留空。", 12),
    "lat": ("纬度", "例如 41.80；可以留空。", 12),
    "frame": ("坐标系", "WGS84、CGCS2000、GCJ-02、BD-09；留空是WGS84。", 12),
    "source": ("来源", "从哪里知道的，例如：民政局地名公告、走访。", 30),
    "state": ("状态", "只给人看，传回来时不读。", 12),
    "end": ("停用", "要停用的写“是”；其他留空。名称只停用，不删改。", 10),
}
NEEDED: Final = ("name", "kind", "place", "source")
STATES: Final[Mapping[str, str]] = {PROPOSED: "等决定", IN_USE: "在用", ENDED: "已停用", gazetteer.PACK: "规则包"}
# What a row of a name there is must still say.
_KEPT: Final = ("name", "kind", "place", "since", "until", "lon", "lat", "source")
_REWRITTEN: Final = Text(
    "名称不改写。这一格请照原样；要改，在“停用”写“是”，另写一行新的，编号留空。",
    "A name is not rewritten. Leave this cell as it was; to change it write 是 under 停用 and add a new row without an id.",
)


@dataclass(frozen=True, slots=True)
class Came:
    """What a file says, compared with the names there are; nothing of it counts while something is wrong.

    Attributes:
        new: rows to add, as `core.gazetteer.read_entry` reads them.
        ended: names to end.
        same: how many rows are as they stand; missing: how many names the file leaves out: they stay.
    """

    new: tuple[dict[str, str], ...]
    ended: tuple[Name, ...]
    same: int
    missing: int
    wrong: tuple[Wrong, ...]


def write(names: Sequence[Name]) -> bytes:
    """Return the workbook of these names."""
    choices = {"kind": [label.zh for label in KINDS.values()], "end": [YES]}
    return fillable.write(SHEET, COLUMNS, [_cells(one) for one in names], choices=choices, empty=EMPTY_ROWS, freeze="C3")


def write_csv(names: Sequence[Name]) -> bytes:
    """Return the same as CSV, with the mark at the start that lets spreadsheets show the Chinese."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([label for label, _, _ in COLUMNS.values()])
    for one in names:
        cells = _cells(one)
        writer.writerow([harmless(cells[name]) for name in COLUMNS])
    return ("\ufeff" + out.getvalue()).encode()


def read(path: Path, principal: Principal) -> Came:
    """Return what a file would change, for a keeper of names; nothing is written.

    Raises:
        HostError: it is no file that can be read.
    """
    source = records.table(path, {name: label for name, (label, _, _) in COLUMNS.items()})
    lacking = [COLUMNS[name][0] for name in NEEDED if name not in source.places]
    if lacking:
        text = Text(f"第一行缺了这些列：{'、'.join(lacking)}。", f"The first row lacks the columns {', '.join(lacking)}.")
        return Came((), (), 0, 0, (Wrong("A1", "", text),))
    rows: list[tuple[int, dict[str, str]]] = []
    wrong: list[Wrong] = []
    for record in records.read(source):
        told = {name: workbook.unguarded(cell.strip()) for name, cell in (record.values or {}).items()}
        if record.problem is not None:
            wrong.append(Wrong(f"A{record.line}", told.get("name", ""), record.problem))
        elif any(told.values()) and told.get("name") != COLUMNS["name"][1]:
            rows.append((record.line, told))
        if len(rows) > MOST_ROWS:
            return Came((), (), 0, 0, (Wrong(f"A{record.line}", "", _too_many(MOST_ROWS)),))
    compared = _Compared(principal, {told.get("place", "") for _, told in rows}, rows)
    for line, told in rows:
        wrong += [Wrong(source.cell(line, name), told.get("name", ""), text) for name, text in compared.row(told)]
    if len(compared.new) + len(compared.ended) > MOST_CHANGES:
        wrong.append(Wrong("A1", "", _too_many(MOST_CHANGES)))
    missing = len(compared.known.keys() - compared.seen)
    return Came(tuple(compared.new), tuple(compared.ended), compared.same, missing, tuple(wrong))


def _too_many(most: int) -> Text:
    return Text(f"太多了，一次最多{most}行。请分成几个文件。", f"Too many: {most} rows at a time. Split the file.")


def _cells(one: Name) -> dict[str, str]:
    entry = one.entry
    lon, lat = ("", "") if entry.point is None else (f"{entry.point[0]:.6f}", f"{entry.point[1]:.6f}")
    return {
        "key": entry.key, "name": entry.name, "kind": KINDS[entry.kind].zh, "place": entry.place, "full": one.full_name,
        "since": "" if entry.since is None else entry.since.isoformat(), "until": "" if entry.until is None else entry.until.isoformat(),
        "lon": lon, "lat": lat, "frame": "WGS84" if lon else "", "source": entry.source, "state": STATES[one.state], "end": "",
    }  # fmt: skip


class _Compared:
    """Rows of a file against the names there are."""

    def __init__(self, principal: Principal, codes: set[str], rows: Sequence[tuple[int, Mapping[str, str]]]) -> None:
        self.known = {one.entry.key: one for one in gazetteer.names(principal, limit=2**31)[0]}
        self._paths = {place.code: place.path for place in Division.objects.filter(code__in=codes, ended=None)}
        self._area = gazetteer.area(principal)
        self._kinds = {label.zh: kind for kind, label in KINDS.items()} | {kind: kind for kind in KINDS}
        ending = {told.get("key", "") for _, told in rows if told.get("end")}
        led = {one.entry.key: (one.entry.name, one.entry.place) for one in self.known.values() if one.state in (PROPOSED, IN_USE)}
        self._leading = {pair for key, pair in led.items() if key not in ending}
        self.new: list[dict[str, str]] = []
        self.ended: list[Name] = []
        self.same = 0
        self.seen: set[str] = set()

    def row(self, told: Mapping[str, str]) -> list[tuple[str, Text]]:
        """Take one row in; return what is wrong with it, by column."""
        key = told.get("key", "")
        if told.get("end", "") not in ("", YES):
            return [("end", Text("写“是”，或者留空。", "Write 是, or leave it empty."))]
        said, faults = self._said(told)
        if not key:
            return faults or self._added(told, said)
        if key in self.seen:
            return [("key", Text("这个编号前面用过了。新加的名称编号要留空。", "This id stands in the file before; a new name has none."))]
        self.seen.add(key)
        before = self.known.get(key)
        if before is None:
            gone = "没有这个编号的名称。新加的名称编号留空；要改旧的，请重新下载再改。"
            return [("key", Text(gone, "No name has this id. A new name has none; else take the list anew and change that."))]
        return faults or self._again(told, said, before)

    def _said(self, told: Mapping[str, str]) -> tuple[dict[str, str], list[tuple[str, Text]]]:
        """Return a row as names are written, and which of its cells cannot be read."""
        said, faults = dict(told), list[tuple[str, Text]]()
        for name in ("since", "until"):
            read = fillable.day(told.get(name, ""))
            said[name] = "" if isinstance(read, Text) else read
            faults += [(name, read)] if isinstance(read, Text) else []
        kind = told.get("kind", "")
        if kind not in self._kinds:
            words = "、".join(label.zh for label in KINDS.values())
            faults.append(("kind", Text(f"没有类别“{kind}”。可以写：{words}。", f"There is no kind “{kind}”. Known: {words}.")))
        said["kind"] = self._kinds.get(kind, kind)
        return said, faults

    def _added(self, told: Mapping[str, str], said: dict[str, str]) -> list[tuple[str, Text]]:
        if told.get("end"):
            return [("end", Text("新加的名称不能同时停用。", "A new name is not ended at once."))]
        place = said.get("place", "")
        if place not in self._paths:
            zh = f"没有代码是“{place}”的地方。在“名称库”里“试一个地址”，或者照已有的行抄代码。"
            return [("place", Text(zh, f"There is no place with code “{place}”. Copy the code of a row there is."))]
        read = read_entry(said, None)
        if isinstance(read, Text):
            return [(gazetteer.field_of(said, read), read)]
        if self._area is None or self._area not in self._paths[place]:
            return [("place", gazetteer.ELSEWHERE.text)]
        if (read.name, place) in self._leading:
            return [("name", gazetteer.TWICE.text)]
        self._leading.add((read.name, place))
        self.new.append({name: said.get(name, "") for name in (*_KEPT, "frame")})
        return []

    def _again(self, told: Mapping[str, str], said: Mapping[str, str], before: Name) -> list[tuple[str, Text]]:
        read = read_entry(said, None)
        changed = [(gazetteer.field_of(said, read), read)] if isinstance(read, Text) else _differs(told, read, before.entry)
        if changed:
            return changed
        if not told.get("end"):
            self.same += 1
            return []
        if before.state == gazetteer.PACK:
            return [("end", Text("规则包里的名称在规则包里改。", "A name of a pack is changed as the pack is."))]
        if before.state != IN_USE:
            return [
                ("end", Text("只有在用的能停用；等决定的请在网页上决定。", "Only names in use are ended; decide the others on the page."))
            ]
        if not before.mine:
            return [("end", gazetteer.ELSEWHERE.text)]
        self.ended.append(before)
        return []


def _differs(told: Mapping[str, str], read: Entry, before: Entry) -> list[tuple[str, Text]]:
    """Return the cells in which a row differs from the name it stands for; a column the file does not have keeps what there is."""
    point = tuple(f"{one:.6f}" for one in read.point or ()), tuple(f"{one:.6f}" for one in before.point or ())
    pairs = {
        "name": (read.name, before.name), "kind": (read.kind, before.kind), "place": (read.place, before.place),
        "since": (read.since, before.since), "until": (read.until, before.until), "lon": point, "source": (read.source, before.source),
    }  # fmt: skip
    return [(name, _REWRITTEN) for name, (now, then) in pairs.items() if name in told and now != then]
