"""From a matter to a volume: which papers and files stand in it, in which order, with its cover, for one reader.

A reader binds what that reader may open, and nothing of the class that is kept from the other side even then: what a party said
to the mediator alone never leaves the desk in a file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from huiyin import clock
from huiyin.core.filing import PartState
from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.matters.views import MatterView, PaperLine
from huiyin.papers import queries as files
from huiyin.papers.models import StoredFile
from huiyin.papers.services import path_of
from huiyin.papers.typesetting.binding import Placed, Section, Sheets, Volume
from huiyin.ui import shown
from huiyin.web.pages.documents import printing
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.story import Wording

EMPTY = {
    "missing": Text("还缺", "missing"),
    "later": Text("还没到", "not yet"),
    "not_needed": Text("不需要", "not needed"),
}
NONE = Text("无", "none")
BLANK = Text("", "")
OTHER = Text("其他文书和材料", "Other papers and material")


@dataclass(frozen=True, slots=True)
class Source:
    """Who binds what.

    Attributes:
        base: address of this server, for the codes on the papers.
        file: name of the file (the archive's own, or a packet for somebody else); empty for the first one of the procedure.
    """

    standpoint: Standpoint
    base: str
    file: str = ""


def volume_of(source: Source) -> Volume | None:
    """Return the volume of a matter as this reader may have it, or None when there is no such matter or file for them."""
    standpoint = source.standpoint
    view = queries.get(standpoint.principal, standpoint.home, standpoint.matter)
    if view is None:
        return None
    view = bound(view)
    words = Wording(view, standpoint)
    filing = queries.filing(standpoint.principal, view.home, view.matter, source.file) if standpoint.shell == "staff" else None
    if source.file and filing is None:
        return None
    rows = {str(row.id): row for row in files.files(standpoint.principal, view)}
    open_files = [rows[one] for one in _not_private(view) if one in rows]
    scans = {file for line in view.papers for mark in line.marks() for file in mark.scan}
    if filing is None:
        sections = _by_time(source, view, words, [row for row in open_files if str(row.id) not in scans], rows)
        title = Text(f"{view.procedure.title.zh}案卷", f"File: {view.procedure.title.en}")
    else:
        sections = [_section(source, view, words, state, rows, open_files) for state in filing.parts if not state.part.made]
        title = filing.file.title
        if not source.file:
            sections += _left_over(source, view, words, sections, filing.parts)
    if not any(section.items for section in sections):
        return Volume(title, tuple(sections), _cover(view, words), at=clock.now())
    return Volume(title, tuple(sections), _cover(view, words), _closing(), at=clock.now())


def bound(view: MatterView) -> MatterView:
    """Return a matter with the papers that may stand in a file: what a sealed act printed is kept apart, whoever binds."""
    return replace(view, papers=tuple(line for line in view.papers if not line.apart))


def size_of(volume: Volume) -> int:
    """Return about how many pages a volume has, without setting it."""
    from huiyin.papers.typesetting.binding import pages_in

    items = [item for section in volume.sections for item in section.items]
    return sum(2 if isinstance(item, Sheets) else pages_in(item) for item in items)


def files_in(source: Source, view: MatterView) -> list[StoredFile]:
    """Return the attachments of a matter that stand in its volume: given in a fact, or showing a signed sheet."""
    placed = {*_not_private(view), *(file for line in view.papers for mark in line.marks() for file in mark.scan)}
    return [row for row in files.files(source.standpoint.principal, view) if str(row.id) in placed]


def _section(
    source: Source, view: MatterView, words: Wording, state: PartState, rows: dict[str, StoredFile], open_files: list[StoredFile]
) -> Section:
    lines = [line for key in state.papers for line in view.papers if (line.name, line.number) == key]
    items: list[Sheets | Placed] = []
    for line in lines:
        items += _paper(source, words, line, rows)
    fields = view.procedure.fields
    names = {name for name in state.part.facts if fields[name].type == "file" and fields[name].cls != "P4"}
    wanted = _standing_in(view, names)
    items += [_placed(row) for row in open_files if str(row.id) in wanted]
    return Section(state.part.title, tuple(items), EMPTY.get(state.status, NONE))


def _left_over(source: Source, view: MatterView, words: Wording, sections: list[Section], parts: tuple[PartState, ...]) -> list[Section]:
    """Return the papers that stand in no part: nothing that was printed is left out of the matter's own file.

    A part that is made when the file is bound holds no sheets itself.
    """
    holding = [state for state in parts if not state.part.made]
    placed = {key for state in holding for key in state.papers}
    named = {name for state in holding for name in state.part.papers}
    items: list[Sheets | Placed] = []
    for line in view.papers:
        # A void issue of a paper that has its part stays out; the record keeps it.
        if (line.name, line.number) not in placed and not (line.voided and line.name in named):
            items += _paper(source, words, line, {})
    return [Section(OTHER, tuple(items))] if items else []


def _by_time(source: Source, view: MatterView, words: Wording, loose: list[StoredFile], rows: dict[str, StoredFile]) -> list[Section]:
    """Return every paper in the order of printing, each with its scans, then the files."""
    sections = [Section(line.title, tuple(_paper(source, words, line, rows))) for line in view.papers]
    sections = [section for section in sections if section.items]
    if loose:
        sections.append(Section(Text("照片和材料", "Photographs and material"), tuple(_placed(row) for row in loose)))
    return sections


def _paper(source: Source, words: Wording, line: PaperLine, rows: dict[str, StoredFile]) -> list[Sheets | Placed]:
    from huiyin.web.pages import sheets

    standpoint = source.standpoint
    paper = queries.paper(standpoint.principal, standpoint.home, standpoint.matter, line.name, line.number)
    if paper is None:
        return []
    sheet = sheets.of_paper(paper, words)
    nth = line.nth or BLANK
    title = Text(sheet.title.zh + nth.zh, f"{sheet.title.en} {nth.en}".strip())
    items: list[Sheets | Placed] = [Sheets(printing.document_of(sheet, words, source.base), title)]
    for file in dict.fromkeys(file for mark in line.marks() for file in mark.scan):
        if file in rows:
            scan = Text(f"{title.zh}（签名页扫描件）", f"{title.en} (scan of the signed sheet)")
            items.append(Placed(path_of(standpoint.home, rows[file].id), rows[file].kind, scan))
    return items


def _placed(row: StoredFile) -> Placed:
    return Placed(path_of(row.home, row.id), row.kind, Text(row.name, row.name))


def _not_private(view: MatterView) -> list[str]:
    names = {name for name, field in view.procedure.fields.items() if field.type == "file" and field.cls != "P4"}
    return _standing_in(view, names)


def _standing_in(view: MatterView, names: set[str]) -> list[str]:
    sources = (view.facts, *(party.facts for party in view.parties))
    return [str(one) for facts in sources for name in facts if name in names for one in facts[name] or () if isinstance(facts[name], list)]


def _cover(view: MatterView, words: Wording) -> tuple[tuple[Text, Text], ...]:
    zone = words.library.zone
    opened = view.opened_at.astimezone(zone).date()
    host = view.unit_names.get("host", "")
    ended = view.entered_at.astimezone(zone).date() if view.outcome is not None else None
    number = shown.reference(view.reference)
    return (
        (Text("卷号", "File no."), Text(number, number)),
        (Text("事由", "About"), words.topic()),
        (Text("承办单位", "Body in charge"), Text(host, host)),
        (Text("立案日期", "Opened"), Text(shown.day(opened, "zh"), shown.day(opened, "en"))),
        (Text("办结日期", "Ended"), BLANK if ended is None else Text(shown.day(ended, "zh"), shown.day(ended, "en"))),
        (Text("立卷人", "Filed by"), BLANK),
        (Text("立卷日期", "Filed on"), BLANK),
        (Text("保管期限", "Kept for"), BLANK),
        (Text("备注", "Note"), BLANK),
    )


def _closing() -> tuple[tuple[Text, Text], ...]:
    return (
        (Text("卷宗情况说明", "Note on the file"), BLANK),
        (Text("立卷人", "Filed by"), BLANK),
        (Text("检查人", "Checked by"), BLANK),
        (Text("日期", "Date"), BLANK),
    )
