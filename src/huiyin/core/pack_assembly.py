"""From the documents of packs to one library, with every problem of every file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from huiyin.core.board import BoardDef, unknown_acts
from huiyin.core.calendar import Calendar, CalendarYear
from huiyin.core.law_clocks import bind
from huiyin.core.own_code import with_own_code
from huiyin.core.packs import Document, Library
from huiyin.core.packs_values import Law, PostKind, Sayings, Topic
from huiyin.core.papers import PaperDef
from huiyin.core.pieces import Piece, pieces_of, whole
from huiyin.core.procedure import Procedure
from huiyin.core.reader import (
    read_board,
    read_files,
    read_laws,
    read_manifest,
    read_mediating,
    read_paper,
    read_pathway,
    read_piece,
    read_procedure,
    read_projects,
    read_rates,
    read_remedies,
    read_return,
    read_sayings,
    read_topics,
    read_units,
    read_wordings,
)
from huiyin.core.reader_procedure import fingerprint
from huiyin.core.reader_reference import Manifest
from huiyin.core.returns import Rates, Return
from huiyin.core.service_parts import with_service
from huiyin.core.source import PackError, Problem, Source
from huiyin.core.statutory import StatutoryTable
from huiyin.core.terms import CountingRow, CountingTable
from huiyin.core.values import Text

T = TypeVar("T")
N = TypeVar("N", Procedure, Piece, PaperDef, Return, Rates)
FILES: Mapping[str, str] = {
    "pack.yaml": "pack",
    "laws.yaml": "laws",
    "counting.yaml": "counting",
    "topics.yaml": "topics",
    "units.yaml": "units",
    "remedies.yaml": "remedies",
    "files.yaml": "files",
    "pathway.yaml": "pathway",
    "wordings.yaml": "wordings",
    "sayings.yaml": "sayings",
    "mediating.yaml": "mediating",
    "board.yaml": "board",
    "projects.yaml": "projects",
}
FOLDERS: Mapping[str, str] = {
    "procedures": "procedure",
    "pieces": "piece",
    "papers": "paper",
    "calendars": "calendar",
    "returns": "return",
    "rates": "rate",
    "clocks": "clocks",
}
_NEEDED = ("laws", "counting", "topics", "units", "remedies", "calendar", "procedure")


def kind_of(path: str) -> str | None:
    """Return what kind of document stands at a path of a pack; None for what is not read into the library."""
    folder, _, name = path.rpartition("/")
    if not folder:
        return FILES.get(path)
    return FOLDERS.get(folder) if name.endswith(".yaml") and not name.endswith(".scenario.yaml") else None


def assemble(documents: list[Document]) -> tuple[Library | None, list[Problem]]:
    """Build a library from documents, in whatever order they come; None and the problems when they do not make one."""
    return _Assembly(sorted(documents, key=lambda one: (one.pack, one.path))).library()


def from_plain(rows: Iterable[Mapping[str, Any]]) -> Library:
    """Build the library from what `Library.to_plain` gave.

    Raises:
        PackError: the rows were changed and no longer make a library.
    """
    documents = [Document(row["pack"], row["path"], row["kind"], Source(f"{row['pack']}/{row['path']}", row["plain"])) for row in rows]
    library, problems = assemble(documents)
    if library is None:
        raise PackError(problems)
    return library


class _Assembly:
    def __init__(self, documents: list[Document]) -> None:
        self._documents = documents
        self._problems: list[Problem] = []

    def library(self) -> tuple[Library | None, list[Problem]]:
        laws = self._joined(read_laws, "laws")
        counting = self._counting()
        # A law or a rule that cannot be read is one complaint, not one more for each clock that leans on it.
        statutory = None if self._problems or not self._of("laws") or counting is None else self._statutory(laws, counting)
        manifests = [value for one in self._of("pack") if (value := self._read(read_manifest, one.source)) is not None]
        cities = {manifest.name for manifest in manifests if manifest.kind == "city"}
        country_units = [one for one in self._of("units") if one.pack not in cities]
        units = [table for one in country_units if (table := self._read(read_units, one.source)) is not None]
        posts = {name: post for table in units for name, post in table.posts.items()}
        topics = self._joined(read_topics, "topics")
        remedies = self._joined(read_remedies, "remedies")
        files = self._joined(read_files, "files")
        sayings = self._sayings(topics)
        mediating = self._joined(read_mediating, "mediating")
        self._topics_known("mediating", topics)
        wordings = self._joined(read_wordings, "wordings")
        projects = self._joined(read_projects, "projects")
        boards = [read for one in self._of("board") if (read := self._read(read_board, one.source)) is not None]
        pathways = [way for one in self._of("pathway") if (way := self._read(read_pathway, one.source)) is not None]
        papers = self._by_name("paper", read_paper)
        self._by_name("piece", read_piece)
        pieces = pieces_of(self._documents)
        procedures = self._by_name("procedure", lambda source: read_procedure(whole(source, pieces)))
        returns = self._by_name("return", read_return)
        rates = self._by_name("rate", read_rates)
        zone = self._zone(manifests)
        calendar = self._calendar(zone)
        for kind in _NEEDED:
            if not self._of(kind):
                self._problems.append(missing(_where(kind)))
        for source, found in zip((one.source for one in self._of("board")), boards, strict=False):
            for act in unknown_acts(found, procedures):
                self._note(
                    source,
                    source.line_of("returned"),
                    Text(f"“{act}”不是任何程序的动作。", f"“{act}” is an act of no procedure."),
                    Text("请写“程序.动作”里有的动作，或者删去。", "Name an act the procedure has, or take it out."),
                )
        if counting is not None and statutory is not None:
            for name, one in procedures.items():
                procedures[name], wrong = completed(one, posts, papers, statutory, counting)
                self._problems.extend(wrong)
        if self._problems or counting is None or calendar is None or statutory is None:
            return None, self._problems
        return (
            Library(
                procedures=procedures,
                papers=papers,
                topics=topics,
                unit_kinds={name: kind for table in units for name, kind in table.kinds.items()},
                posts=posts,
                remedies=remedies,
                laws=laws,
                counting=counting,
                calendar=calendar,
                zone=zone,
                returns=returns,
                rates=rates,
                version=fingerprint([[one.pack, one.path, one.source.data] for one in self._documents]),
                files=files,
                pathway=pathways[-1] if pathways else None,
                board=boards[-1] if boards else BoardDef(),
                sayings=sayings,
                mediating=mediating,
                wordings=wordings,
                projects=projects,
                statutory=statutory,
                packs=tuple(manifests),
                city_kinds=self._city_kinds(cities),
                documents=tuple(self._documents),
            ),
            [],
        )

    def _of(self, kind: str) -> list[Document]:
        return [one for one in self._documents if one.kind == kind]

    def _read(self, reader: Callable[[Source], T], source: Source) -> T | None:
        try:
            return reader(source)
        except PackError as error:
            self._problems.extend(error.problems)
            return None

    def _joined(self, reader: Callable[[Source], Mapping[str, T]], kind: str) -> dict[str, T]:
        joined: dict[str, T] = {}
        for one in self._of(kind):
            for name, value in (self._read(reader, one.source) or {}).items():
                if name in joined:
                    self._twice(one.source, name)
                joined[name] = value
        return joined

    def _by_name(self, kind: str, reader: Callable[[Source], N]) -> dict[str, N]:
        found: dict[str, N] = {}
        for one in self._of(kind):
            value = self._read(reader, one.source)
            if value is None:
                continue
            expected = Path(one.path).stem
            if value.name != expected:
                self._note(
                    one.source,
                    one.source.line_of(kind),
                    Text(f"“{kind}: {value.name}”与文件名不同。", f"“{kind}: {value.name}” differs from the file's name."),
                    Text(f"请写“{kind}: {expected}”，或改文件名。", f"Write “{kind}: {expected}”, or rename the file."),
                )
            if value.name in found:
                self._twice(one.source, value.name)
            found[value.name] = value
        return found

    def _twice(self, source: Source, name: str) -> None:
        self._note(
            source,
            source.line_of(name),
            Text(f"“{name}”在两个包里都有。", f"“{name}” is in two packs."),
            Text("请留一个。", "Keep one."),
        )

    def _note(self, source: Source, line: int, text: Text, mend: Text) -> None:
        self._problems.append(Problem(source.file, line, "reference", text, mend))

    def _counting(self) -> CountingTable | None:
        rows: list[CountingRow] = []
        for one in self._of("counting"):
            plain = one.source.data.get("rows") if isinstance(one.source.data, dict) else None
            for index, row in enumerate(plain if isinstance(plain, list) else ()):
                made = self._value(partial(CountingRow.from_plain, row), one.source, "rows", index)
                if made is not None:
                    rows.append(made)
        source = next((one.source for one in self._of("counting")), None)
        return None if source is None else self._value(lambda: CountingTable(tuple(rows)), source, "rows")

    def _sayings(self, topics: Mapping[str, Topic]) -> Sayings:
        said: dict[str, tuple[str, ...]] = {}
        tries: dict[str, tuple[str, ...]] = {}
        words: dict[str, None] = {}
        phrases: dict[str, None] = {}
        for one in self._of("sayings"):
            read = self._read(read_sayings, one.source) or Sayings()
            words |= dict.fromkeys(read.danger)
            phrases |= dict.fromkeys(read.harmless)
            for part, joined, new in (("topics", said, read.topics), ("tries", tries, read.tries)):
                for topic, sentences in new.items():
                    self._topic_known(one.source, part, topic, topics)
                    joined[topic] = joined.get(topic, ()) + sentences
        return Sayings(said, tries, tuple(words), tuple(phrases))

    def _topics_known(self, kind: str, topics: Mapping[str, Topic]) -> None:
        for one in self._of(kind):
            named = one.source.data.get("topics") if isinstance(one.source.data, dict) else None
            for topic in named if isinstance(named, dict) else ():
                self._topic_known(one.source, "topics", str(topic), topics)

    def _topic_known(self, source: Source, part: str, topic: str, topics: Mapping[str, Topic]) -> None:
        if topics and topic not in topics:
            self._note(
                source,
                source.line_of(part, topic),
                Text(f"没有事项类型“{topic}”。", f"There is no topic “{topic}”."),
                Text("请写 topics.yaml 里有的。", "Name one of topics.yaml."),
            )

    def _statutory(self, laws: Mapping[str, Law], counting: CountingTable) -> StatutoryTable | None:
        files = self._of("clocks")
        if not files:
            return StatutoryTable()
        plain = [one.source.data for one in files]
        return self._value(lambda: StatutoryTable.from_plain(plain, laws, counting), files[0].source)

    def _calendar(self, zone: ZoneInfo) -> Calendar | None:
        years = self._of("calendar")
        if not years:
            return None
        found = [year for one in years if (year := self._value(partial(CalendarYear.from_plain, one.source.data), one.source)) is not None]
        if len(found) < len(years):
            return None
        return self._value(lambda: Calendar(tuple(sorted(found, key=lambda year: year.year)), zone), years[0].source)

    def _value(self, make: Callable[[], T], source: Source, *place: str | int) -> T | None:
        try:
            return make()
        except (ValueError, TypeError, AttributeError, KeyError) as error:
            self._problems.append(
                Problem(
                    source.file,
                    source.line_of(*place),
                    "format",
                    Text(f"这里读不通：{error}", f"This cannot be read: {error}"),
                    Text("请按说明改这一处。", "Change it as the message says."),
                )
            )
            return None

    def _zone(self, manifests: list[Manifest]) -> ZoneInfo:
        cities_last = sorted(manifests, key=lambda manifest: manifest.kind == "city")
        name = cities_last[-1].zone if cities_last else "Asia/Shanghai"
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            source = self._of("pack")[0].source
            self._note(
                source,
                source.line_of("zone"),
                Text(f"没有时区“{name}”。", f"There is no time zone “{name}”."),
                Text("例如：Asia/Shanghai", "For example: Asia/Shanghai"),
            )
            return ZoneInfo("UTC")

    def _city_kinds(self, cities: set[str]) -> frozenset[str] | None:
        found: set[str] = set()
        tables = [one.source.data for one in self._of("units") if one.pack in cities]
        for table in tables:
            found.update(_kinds_in(table))
        return frozenset(found) if tables else None


def _kinds_in(plain: Any) -> Iterable[str]:
    """Yield every ``kind: x`` of a city's table of units, at whatever level it stands."""
    match plain:
        case {"kind": str(kind)}:
            yield kind
        case dict():
            for inner in plain.values():
                yield from _kinds_in(inner)
        case list():
            for inner in plain:
                yield from _kinds_in(inner)


def completed(
    procedure: Procedure,
    posts: Mapping[str, PostKind],
    papers: Mapping[str, PaperDef],
    statutory: StatutoryTable,
    counting: CountingTable,
) -> tuple[Procedure, list[Problem]]:
    """Return the procedure with what stands elsewhere in the packs, and why its clocks cannot be bound to the law, if so.

    Each post is called what the pack calls it, unless it has a name of its own here; each clock of the law has its lengths;
    a paper that is served brings what the recipient's consent and the proof of service need.
    """
    labelled = {
        name: replace(use, label=posts[use.post].label) if use.post in posts and use.label == Text(use.post, use.post) else use
        for name, use in procedure.posts.items()
    }
    return bind(with_own_code(with_service(replace(procedure, posts=labelled), papers)), statutory, counting)


def _where(kind: str) -> str:
    named = next((name for name, one in FILES.items() if one == kind), None)
    return named or f"{next(name for name, one in FOLDERS.items() if one == kind)}/*.yaml"


def missing(file: str) -> Problem:
    return Problem(
        file,
        0,
        "reference",
        Text(f"缺少文件 {file}。", f"The file {file} is missing."),
        Text("请补上这个文件。", "Add it to the pack."),
    )
