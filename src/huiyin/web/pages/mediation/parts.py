"""The file of a matter as a list of tasks: each part there, missing and why, or not needed, with what fills it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from huiyin.core.filing import FileDef, Filing, PartState, Status
from huiyin.core.packs import Library
from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.matters.views import MatterView
from huiyin.papers import queries as files
from huiyin.papers.models import StoredFile
from huiyin.web.pages import attached
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.story import Wording

STATUS: dict[Status, tuple[Text, str]] = {
    "done": (Text("有了", "there"), "good"),
    "missing": (Text("还缺", "missing"), "warn"),
    "later": (Text("还没到", "not yet"), "plain"),
    "not_needed": (Text("不需要", "not needed"), "plain"),
    "made": (Text("装订时做", "made when bound"), "plain"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """Somewhere a row leads."""

    label: Text
    address: str


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part as the page shows it: what is in it, and what would fill it.

    Attributes:
        chief: where the row as a whole leads; None when there is nothing to open.
        who: parties who can fill it, each recorded by staff; shown when no act of the reader's own does.
    """

    number: int
    title: Text
    status: str
    word: Text
    tone: str
    why: Text
    required: bool
    chief: Link | None
    papers: tuple[Link, ...]
    files: tuple[Link, ...]
    acts: tuple[Link, ...]


def rows(filing: Filing, view: MatterView, standpoint: Standpoint, words: Wording) -> tuple[PartRow, ...]:
    """Return the parts of a file in order."""
    stored = attached.listed(view, standpoint)
    return tuple(_row(number, state, view, standpoint, words, stored) for number, state in enumerate(filing.parts, 1))


def _row(
    number: int, state: PartState, view: MatterView, standpoint: Standpoint, words: Wording, stored: list[tuple[StoredFile, str]]
) -> PartRow:
    part = state.part
    papers = tuple(_paper(name, issue, words.library, standpoint, many=_issues(state, name) > 1) for name, issue in state.papers)
    held = _held(view, state)
    found = tuple(Link(Text(row.name, row.name), address) for row, address in stored if str(row.id) in held)
    acts = _acts(state, view, standpoint, words)
    word, tone = STATUS[state.status]
    chief = acts[0] if acts and state.status == "missing" else papers[-1] if papers else found[0] if found else acts[0] if acts else None
    return PartRow(number, part.title, state.status, word, tone, part.why, part.required, chief, papers, found, acts)


def _paper(name: str, number: int, library: Library, standpoint: Standpoint, *, many: bool) -> Link:
    paper = library.papers.get(name)
    title = Text(name, name) if paper is None else paper.title
    nth = Text(f"（第{number}稿）", f" ({number})") if many else Text("", "")
    return Link(Text(f"《{title.zh}》{nth.zh}", f"{title.en}{nth.en}"), standpoint.paper(name, number))


def _issues(state: PartState, name: str) -> int:
    return sum(1 for paper, _ in state.papers if paper == name)


def _held(view: MatterView, state: PartState) -> set[str]:
    """Return ids of the files that stand in a part: those of its facts, and the scans of its signed sheets."""
    fields = view.procedure.fields
    sources = (view.facts, *(party.facts for party in view.parties))
    held = {
        str(one)
        for name in state.part.facts
        # The file of a matter goes to the archive and the court; what was said to the mediator alone does not, whatever a pack names.
        # A matter keeps the procedure it began with, and the file's parts are today's: they may name what it never asked.
        if name in fields and fields[name].type == "file" and fields[name].cls != "P4"
        for source in sources
        for one in source.get(name) or ()
        if isinstance(source.get(name), list)
    }
    scans = {file for line in view.papers if (line.name, line.number) in state.papers for mark in line.marks() for file in mark.scan}
    return held | scans


def _acts(state: PartState, view: MatterView, standpoint: Standpoint, words: Wording) -> tuple[Link, ...]:
    """Return the acts that fill a part and are open to this reader, else those of the parties, to be recorded for them."""
    wanted = state.part.acts
    mine = [offer for offer in view.offers if offer.action.name in wanted and offer.blocked is None]
    if mine:
        order = {name: place for place, name in enumerate(wanted)}
        mine.sort(key=lambda offer: order[offer.action.name])
        return tuple(Link(offer.action.label, standpoint.act(offer.action.name)) for offer in mine)
    if state.status != "missing" or standpoint.shell != "staff":
        return ()
    here = view.procedure.states[view.state]
    actions = [action for action in (*here.actions, *view.procedure.always) if action.name in wanted and view.state not in action.not_from]
    of_parties = [action for action in actions if set(view.procedure.actors(here, action)) & set(view.procedure.roles)]
    if not of_parties:
        return ()
    links = []
    for party in view.present:
        name = words.name(party.id) or Text(party.id, party.id)
        label = Text(f"代{name.zh}登记：{of_parties[0].label.zh}", f"Record for {name.en}: {of_parties[0].label.en}")
        links.append(Link(label, f"{standpoint.act(of_parties[0].name)}?{urlencode({'for': party.id})}"))
    return tuple(links)


def missing(filing: Filing) -> int:
    """Return how many parts are to be there by now and are not."""
    return len(filing.missing)


def of_matter(standpoint: Standpoint, file: str = "") -> Filing | None:
    """Return how far a matter's file is as this reader may see it."""
    return queries.filing(standpoint.principal, standpoint.home, standpoint.matter, file)


def contents(filing: Filing, view: MatterView, standpoint: Standpoint) -> tuple[tuple[FileDef, PartState, tuple[StoredFile, ...]], ...]:
    """Return what stands in each part that has anything: its papers and its files, in the order of the bundle.

    Who left is no part of what the others ask for: nothing of its own goes along.
    """
    stored, theirs = files.files(standpoint.principal, view), replace(view, parties=view.present)
    every = ((filing.file, state, tuple(row for row in stored if str(row.id) in _held(theirs, state))) for state in filing.parts)
    return tuple(one for one in every if one[1].papers or one[2])
