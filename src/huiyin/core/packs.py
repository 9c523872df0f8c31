"""The library: everything the packs say, as one value that steps, papers and pages work from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from huiyin.core.board import BoardDef
from huiyin.core.calendar import Calendar
from huiyin.core.citations import Place
from huiyin.core.clocks import Counting
from huiyin.core.filing import FileDef
from huiyin.core.mediating import Mediating
from huiyin.core.packs_values import Law, PostKind, Remedy, Sayings, Topic, UnitKind, under
from huiyin.core.papers import PaperDef
from huiyin.core.pathway import Pathway
from huiyin.core.procedure import Basis, Procedure
from huiyin.core.projects import ProjectDef
from huiyin.core.reader_reference import Manifest
from huiyin.core.returns import Rates, Return
from huiyin.core.source import Source
from huiyin.core.statutory import StatutoryTable
from huiyin.core.terms import CountingTable
from huiyin.core.values import Text


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
        sayings: how residents say what they come with.
        mediating: what is offered to mediators, by topic.
        wordings: sentences offered to staff who write a reply or a reason, by what they are written for.
        projects: how the households of a project are dealt with, by the project's procedure.
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
    sayings: Sayings = field(default_factory=Sayings)
    mediating: Mapping[str, Mediating] = field(default_factory=dict)
    wordings: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    projects: Mapping[str, ProjectDef] = field(default_factory=dict)
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
        return [key for key in self.topics if any(under(key, one) for one in named)]

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
