"""The library: everything the packs say, as one value that steps, papers and pages work from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from huiyin.core.board import BoardDef, unknown_acts
from huiyin.core.calendar import Calendar, CalendarYear
from huiyin.core.citations import Place
from huiyin.core.clocks import Counting
from huiyin.core.filing import FileDef
from huiyin.core.law_clocks import bind
from huiyin.core.pack_folders import named_folder, needs_of, place_of
from huiyin.core.packs_values import Law, PostKind, Remedy, Topic, UnitKind
from huiyin.core.papers import PaperDef
from huiyin.core.pathway import Pathway
from huiyin.core.procedure import Basis, Procedure
from huiyin.core.reader import (
    read_board,
    read_files,
    read_laws,
    read_manifest,
    read_paper,
    read_pathway,
    read_procedure,
    read_rates,
    read_remedies,
    read_return,
    read_topics,
    read_units,
    read_wordings,
)
from huiyin.core.reader_procedure import fingerprint
from huiyin.core.reader_reference import Manifest
from huiyin.core.returns import Rates, Return
from huiyin.core.service_parts import with_service
from huiyin.core.source import PackError, Problem, Source, read_yaml
from huiyin.core.statutory import StatutoryTable
from huiyin.core.terms import CountingRow, CountingTable
from huiyin.core.values import Text

T = TypeVar("T")
N = TypeVar("N", Procedure, PaperDef, Return, Rates)
_FILES: Mapping[str, str] = {
    "pack.yaml": "pack",
    "laws.yaml": "laws",
    "counting.yaml": "counting",
    "topics.yaml": "topics",
    "units.yaml": "units",
    "remedies.yaml": "remedies",
    "files.yaml": "files",
    "pathway.yaml": "pathway",
    "wordings.yaml": "wordings",
    "board.yaml": "board",
}
_FOLDERS: Mapping[str, str] = {
    "procedures": "procedure",
    "papers": "paper",
    "calendars": "calendar",
    "returns": "return",
    "rates": "rate",
    "clocks": "clocks",
}
_NEEDED = ("laws", "counting", "topics", "units", "remedies", "calendar", "procedure")


@dataclass(frozen=True, slots=True)
class Document:
    """One file of a pack: which pack, where in it, of what kind, and its data."""

    pack: str
    path: str
    kind: str
    source: Source


@dataclass(frozen=True, slots=True)
class Library:
    """What all packs in use say together.

    Attributes:
        remedies: ladder name -> its rows in order of preference.
        wordings: sentences offered to staff who write a reply or a reason, by what they are written for.
        board: what a supervisor's board looks for besides dates.
        files: what the matters of a procedure are bound into.
        statutory: every clock of the law, whether or not a procedure uses it.
        rates: rate tables of the operator, by the sheet they are for.
        pathway: the guided path to a way that fits; None when no pack has one.
        city_kinds: unit kinds that stand somewhere in the city; None while only a country pack is read.
        version: hash of everything in it.
    """

    procedures: Mapping[str, Procedure]
    papers: Mapping[str, PaperDef]
    topics: Mapping[str, Topic]
    unit_kinds: Mapping[str, UnitKind]
    posts: Mapping[str, PostKind]
    remedies: Mapping[str, tuple[Remedy, ...]]
    laws: Mapping[str, Law]
    counting: CountingTable
    calendar: Calendar
    zone: ZoneInfo
    version: str
    files: Mapping[str, FileDef] = field(default_factory=dict)
    wordings: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    statutory: StatutoryTable = field(default_factory=StatutoryTable)
    board: BoardDef = field(default_factory=BoardDef)
    returns: Mapping[str, Return] = field(default_factory=dict)
    rates: Mapping[str, Rates] = field(default_factory=dict)
    pathway: Pathway | None = None
    packs: tuple[Manifest, ...] = ()
    city_kinds: frozenset[str] | None = None
    documents: tuple[Document, ...] = field(default=(), repr=False, compare=False)

    def counting_for(self) -> Counting:
        """Return what clocks count with."""
        return Counting(self.counting, self.calendar)

    def remedies_for(self, ladder: str, topic: str) -> tuple[Remedy, ...]:
        """Return the rows of a ladder that fit a topic, in order of preference."""
        return tuple(row for row in self.remedies.get(ladder, ()) if row.fits(topic))

    def post_label(self, post: str) -> Text:
        """Return what a post is called; its own word when no pack names it."""
        kind = self.posts.get(post)
        return Text(post, post) if kind is None else kind.label

    def about(self, topic: str, title: Text) -> Text:
        """Return what a matter is about: its topic, or its procedure's title when only a line of work is known.

        A weekly report or a visit stands under a line of work as well; called by it, it would read as a request or a hazard.
        """
        found = self.topics.get(topic)
        return title if found is None or "." not in topic else found.label

    def urgent_topics(self) -> list[str]:
        """Return the topics that name a danger, and everything under them."""
        named = [key for key, topic in self.topics.items() if topic.urgent]
        return [key for key in self.topics if any(key == one or key.startswith(f"{one}.") for one in named)]

    def law_title(self, law: str) -> Text:
        """Return what a law is called: in the list of laws, or among the clocks; its own id when neither knows it."""
        if law in self.laws:
            return self.laws[law].title
        return next((version.title for version in self.statutory.laws if version.id == law), Text(law, law))

    def cited(self, basis: Basis) -> Text:
        """Return a citation as people write it: 《民法典》第188条."""
        title, place = self.law_title(basis.law), Place(basis.article).text()
        return Text(f"《{title.zh}》{place.zh}", f"{title.en}, {place.en}")

    def summary(self, basis: Basis) -> Text | None:
        """Return in our words what an article says: from the list of laws, or from a clock that stands in it."""
        law = self.laws.get(basis.law)
        if law is not None and basis.article in law.articles:
            return law.articles[basis.article]
        here = (clock for clock in self.statutory.clocks if clock.law.id == basis.law and clock.place.article == basis.article)
        return next((clock.does for clock in here), None)

    def files_of(self, procedure: str) -> tuple[FileDef, ...]:
        """Return what the matters of a procedure are bound into; the archive's own file is the first."""
        return tuple(file for file in self.files.values() if file.procedure == procedure)

    def topics_of(self, line: str) -> tuple[Topic, ...]:
        """Return the topics of one line of work."""
        return tuple(topic for topic in self.topics.values() if topic.line_of_work == line)

    def to_plain(self) -> list[dict[str, Any]]:
        """Return every document as JSON-ready data, for the database."""
        return [{"pack": one.pack, "path": one.path, "kind": one.kind, "plain": one.source.data} for one in self.documents]

    @classmethod
    def from_plain(cls, rows: Iterable[Mapping[str, Any]]) -> Library:
        """Build the library from what `to_plain` gave.

        Raises:
            PackError: the rows were changed and no longer make a library.
        """
        documents = [Document(row["pack"], row["path"], row["kind"], Source(f"{row['pack']}/{row['path']}", row["plain"])) for row in rows]
        library, problems = assemble(documents)
        if library is None:
            raise PackError(problems)
        return library


def read_library(paths: list[Path]) -> tuple[Library | None, list[Problem]]:
    """Read pack folders, and the packs they need, and prove the procedures sound.

    Returns:
        The library and no problems, or None and every problem. Scenarios (rule 10) are run apart.
    """
    from huiyin.core.soundness import check_library

    library, problems = read_packs(paths)
    if library is None:
        return None, problems
    problems = check_library(library)
    return (None, problems) if problems else (library, [])


def read_packs(paths: list[Path]) -> tuple[Library | None, list[Problem]]:
    """Read pack folders without the soundness proof; None when something could not be read.

    A pack that one of them needs is another of ``paths``, wherever it lies, or stands beside it.
    """
    problems: list[Problem] = []
    documents: list[Document] = []
    waiting = [named_folder(path) for path in paths]
    given = {folder.name: folder for folder in reversed(waiting)}
    seen: set[Path] = set()
    while waiting:
        folder = waiting.pop(0)
        if folder.resolve() in seen:
            continue
        seen.add(folder.resolve())
        found = _read_folder(folder, problems)
        documents.extend(found)
        waiting.extend(_needed(folder, found, given, problems))
    if problems:
        return None, problems
    return assemble(documents)


def _read_folder(folder: Path, problems: list[Problem]) -> list[Document]:
    documents: list[Document] = []
    paths = [folder / name for name in _FILES if (folder / name).is_file()]
    for name in _FOLDERS:
        paths.extend(sorted((folder / name).glob("*.yaml")))
    for path in paths:
        relative = path.relative_to(folder).as_posix()
        kind = kind_of(relative)
        if kind is None:
            continue
        try:
            source = read_yaml(path, name=f"{folder.name}/{relative}")
        except PackError as error:
            problems.extend(error.problems)
            continue
        documents.append(Document(folder.name, relative, kind, source))
    if not (folder / "pack.yaml").is_file():
        problems.append(_missing(f"{folder.name}/pack.yaml"))
    return documents


def kind_of(path: str) -> str | None:
    """Return what kind of document stands at a path of a pack; None for what is not read into the library."""
    folder, _, name = path.rpartition("/")
    if not folder:
        return _FILES.get(path)
    return _FOLDERS.get(folder) if name.endswith(".yaml") and not name.endswith(".scenario.yaml") else None


def _needed(folder: Path, documents: list[Document], given: Mapping[str, Path], problems: list[Problem]) -> list[Path]:
    manifest = next((one.source for one in documents if one.kind == "pack"), None)
    found: list[Path] = []
    for name in () if manifest is None else needs_of(manifest):
        place = place_of(name, folder, given)
        if place is not None:
            found.append(place)
        elif manifest is not None:
            problems.append(
                Problem(
                    manifest.file,
                    manifest.line_of("needs"),
                    "reference",
                    Text(f"需要的包“{name}”没有找到。", f"The needed pack “{name}” was not found."),
                    Text("请在命令里也写上它，或把它放在同一个文件夹里。", "Name it in the command too, or put it into the same folder."),
                )
            )
    return found


def assemble(documents: list[Document]) -> tuple[Library | None, list[Problem]]:
    """Build a library from documents, in whatever order they come; None and the problems when they do not make one."""
    return _Assembly(sorted(documents, key=lambda one: (one.pack, one.path))).library()


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
        wordings = self._joined(read_wordings, "wordings")
        boards = [read for one in self._of("board") if (read := self._read(read_board, one.source)) is not None]
        pathways = [way for one in self._of("pathway") if (way := self._read(read_pathway, one.source)) is not None]
        papers = self._by_name("paper", read_paper)
        procedures = self._by_name("procedure", read_procedure)
        returns = self._by_name("return", read_return)
        rates = self._by_name("rate", read_rates)
        zone = self._zone(manifests)
        calendar = self._calendar(zone)
        for kind in _NEEDED:
            if not self._of(kind):
                self._problems.append(_missing(_where(kind)))
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
                wordings=wordings,
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
    return bind(with_service(replace(procedure, posts=labelled), papers), statutory, counting)


def _where(kind: str) -> str:
    named = next((name for name, one in _FILES.items() if one == kind), None)
    return named or f"{next(name for name, one in _FOLDERS.items() if one == kind)}/*.yaml"


def _missing(file: str) -> Problem:
    return Problem(
        file,
        0,
        "reference",
        Text(f"缺少文件 {file}。", f"The file {file} is missing."),
        Text("请补上这个文件。", "Add it to the pack."),
    )
