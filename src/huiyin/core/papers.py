"""Papers: what a printed text is made of, and its rendering in both languages.

A paper is rendered once, from one snapshot; the Chinese text is the one that is signed, the English stands beside it.
Signatures bind `content_hash` of that rendering, so nothing in it may depend on who has signed already.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from huiyin.core.expressions import Scope, evaluate, fill, names_in, parse, template_parts
from huiyin.core.expressions_show import NOT_GIVEN
from huiyin.core.procedure import Basis, Procedure, RemedyUse
from huiyin.core.scope import paper_signers, scope_of
from huiyin.core.snapshot import Snapshot
from huiyin.core.values import Text

if TYPE_CHECKING:
    from huiyin.core.packs import Library

BlockKind = Literal["number", "to", "heading", "text", "list", "table", "remedies", "signatures", "closing"]
Layout = Literal["letter", "record", "form", "slip"]
# How a paper is laid out: a letter after GB/T 9704, a record of a talk, a form, a slip handed over the counter.
LAYOUTS: tuple[Layout, ...] = ("letter", "record", "form", "slip")
Plain = dict[str, Any]
_TODAY = Text("{today}", "{today}")


@dataclass(frozen=True, slots=True)
class Element:
    """A statutory element of a paper and the expression that fills it."""

    name: Text
    binds: str
    basis: tuple[Basis, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its heading and the template of its cells."""

    label: Text
    cell: Text


@dataclass(frozen=True, slots=True)
class Block:
    """One part of a paper's body.

    Attributes:
        kind: ``number`` is the line with the paper's number, ``to`` whom it is addressed to, ``closing`` the unit that issues it,
            printed with its date and room for its seal.
        text: wording of a number, address, heading, text or closing; template of one entry of a list.
        of: expression giving the list a list or table walks over.
        variable: name of one entry in ``text`` and in the columns.
    """

    kind: BlockKind
    text: Text | None = None
    of: str | None = None
    variable: str | None = None
    columns: tuple[Column, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class PaperDef:
    """A kind of paper.

    Attributes:
        signed_by: party roles and posts who must all sign before it is complete.
        sealed_by: unit alias whose seal it needs.
        order: turns in which it is signed: in each the roles, posts and the unit whose seal it is that sign in any order among
            themselves; empty when everybody signs when they like.
        served_on: party roles and unit aliases it must be served on.
        internal: kept by the body; no party reads it, because it shows one side what the other gave the body.
        layout: geometry of the printed page.
    """

    name: str
    title: Text
    basis: tuple[Basis, ...]
    body: tuple[Block, ...]
    elements: tuple[Element, ...] = ()
    signed_by: tuple[str, ...] = ()
    sealed_by: str | None = None
    order: tuple[tuple[str, ...], ...] = ()
    served_on: tuple[str, ...] = ()
    internal: bool = False
    layout: Layout = "letter"
    source: str = ""
    line: int = 0

    def shows_remedies(self) -> bool:
        """Return whether the paper prints a ladder of remedies."""
        return any(block.kind == "remedies" for block in self.body)


@dataclass(frozen=True, slots=True)
class Rendered:
    """A paper as printed: JSON-ready blocks in both languages and the Chinese text as one string."""

    paper: str
    title: Text
    blocks: tuple[Plain, ...]
    text_zh: str


def templates_of(paper: PaperDef) -> tuple[Text, ...]:
    """Return every template of a paper, in the order it is printed."""
    found = [paper.title]
    for block in paper.body:
        if block.text is not None:
            found.append(block.text)
        found.extend(column.cell for column in block.columns)
    return tuple(found)


def fields_in(paper: PaperDef) -> frozenset[str]:
    """Return every name a paper's text is drawn from: when one of them is corrected, the text is no longer right."""
    expressions = [parse(block.of) for block in paper.body if block.of is not None]
    for template in templates_of(paper):
        for wording in (template.zh, template.en):
            expressions.extend(part for part in template_parts(wording) if not isinstance(part, str))
    return frozenset[str]().union(*map(names_in, expressions))


def ladder_of(paper: PaperDef, procedure: Procedure, snapshot: Snapshot) -> RemedyUse | None:
    """Return whose ladder a paper shows: the entered end's, else the one it is the notice of, else the only one."""
    state = procedure.states.get(snapshot.state)
    entered = procedure.remedies.get(state.remedies) if state is not None and state.remedies is not None else None
    if entered is not None and entered.notice == paper.name:
        return entered
    for use in procedure.remedies.values():
        if use.notice == paper.name:
            return use
    if entered is not None:
        return entered
    uses = tuple(procedure.remedies.values())
    return uses[0] if len(uses) == 1 else None


def render(
    paper: PaperDef,
    procedure: Procedure,
    snapshot: Snapshot,
    library: Library,
    *,
    now: datetime,
    actor: str | None = None,
) -> Rendered:
    """Return the text of a paper about a matter as it stands in ``snapshot``."""
    scope = scope_of(procedure, snapshot, library, now=now, actor=actor, paper=paper)
    blocks = _without_empty([_block(block, paper, procedure, snapshot, library, scope) for block in paper.body])
    title = Text(fill(paper.title.zh, scope, "zh"), fill(paper.title.en, scope, "en"))
    lines = [title.zh]
    for block in blocks:
        lines.extend(_lines(block, "zh"))
    return Rendered(paper.name, title, blocks, "\n".join(lines))


def missing_elements(
    paper: PaperDef, procedure: Procedure, snapshot: Snapshot, library: Library, *, now: datetime, actor: str | None = None
) -> tuple[Element, ...]:
    """Return the elements an article asks of a paper that the matter, as it stands in ``snapshot``, has nothing for.

    An element without an article is custom: the paper may go out without it.
    """
    scope = scope_of(procedure, snapshot, library, now=now, actor=actor, paper=paper)
    return tuple(
        element for element in paper.elements if element.basis and not _filled(element, paper, procedure, snapshot, library, scope)
    )


def _filled(element: Element, paper: PaperDef, procedure: Procedure, snapshot: Snapshot, library: Library, scope: Scope) -> bool:
    if element.binds == "remedies":
        use = ladder_of(paper, procedure, snapshot)
        return use is not None and bool(library.remedies_for(use.ladder, snapshot.topic))
    value = evaluate(parse(element.binds), scope)
    return not (value is None or value is False or value in ("", ()))


def content_hash(salt: bytes, rendered: Rendered) -> str:
    """Return the SHA-256, in hex, over ``salt`` and the canonical JSON of the rendered text."""
    content = {
        "paper": rendered.paper,
        "title": rendered.title.to_plain(),
        "blocks": list(rendered.blocks),
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(salt + canonical.encode()).hexdigest()


def text_in(rendered: Rendered, language: str) -> str:
    """Return the rendered paper as one plain text in ``language``."""
    lines = [rendered.title.in_(language)]
    for block in rendered.blocks:
        lines.extend(_lines(block, language))
    return "\n".join(lines)


def _both(text: Text, scope: Scope) -> Plain:
    return {"zh": fill(text.zh, scope, "zh", in_full=True), "en": fill(text.en, scope, "en", in_full=True)}


def _cell(template: Text, scope: Scope) -> Plain:
    """Return a cell; with nothing to show it is a dash, so that nobody takes an empty cell for a place to write in."""
    shown = _both(template, scope)
    return {"zh": "—", "en": "—"} if shown["zh"] == NOT_GIVEN.zh else shown


def _block(block: Block, paper: PaperDef, procedure: Procedure, snapshot: Snapshot, library: Library, scope: Scope) -> Plain:
    wording = block.text or Text("", "")
    match block.kind:
        case "number" | "to" | "heading" | "text":
            return {"kind": block.kind, **_both(wording, scope)}
        case "closing":
            return {"kind": "closing", **_both(wording, scope), "date": _both(_TODAY, scope)}
        case "list":
            return {"kind": "list", "items": [_both(wording, inner) for inner in _each(block, scope)]}
        case "table":
            return {
                "kind": "table",
                "columns": [column.label.to_plain() for column in block.columns],
                "rows": [[_cell(column.cell, inner) for column in block.columns] for inner in _each(block, scope)],
            }
        case "remedies":
            use = ladder_of(paper, procedure, snapshot)
            rows = library.remedies_for(use.ladder, snapshot.topic) if use is not None else ()
            return {
                "kind": "remedies",
                "rows": [
                    {
                        "name": row.name,
                        "unit": row.unit.to_plain(),
                        "term": row.term.to_plain(),
                        "says": row.says.to_plain(),
                        "basis": _grounds(row.basis, library),
                        "needs_agreement": row.needs_agreement,
                    }
                    for row in rows
                ],
            }
        case "signatures":
            lines = [
                {"role": signer.role, "label": signer.label.to_plain(), "name": signer.name}
                for signer in paper_signers(paper, procedure, snapshot, library)
            ]
            return {"kind": "signatures", "lines": lines}


def _without_empty(blocks: Iterable[Plain]) -> tuple[Plain, ...]:
    """Return the blocks without texts, lists and tables that have nothing in them, and without the headings over those lists."""
    kept: list[Plain] = []
    for block in blocks:
        if block["kind"] == "text" and not (block["zh"] or block["en"]):
            continue
        if block["kind"] in ("list", "table", "remedies") and not (block.get("items") or block.get("rows")):
            if kept and kept[-1]["kind"] == "heading":
                kept.pop()
            continue
        kept.append(block)
    return tuple(kept)


def _grounds(bases: Iterable[Basis], library: Library) -> list[Plain]:
    """Return citations as people write them, the articles of one law behind its name."""
    by_law: dict[str, list[Basis]] = {}
    for basis in bases:
        by_law.setdefault(basis.law, []).append(basis)
    found = []
    for first, *others in by_law.values():
        cited = library.cited(first)
        if others:
            zh = "".join(f"、第{one.article}条" for one in others)
            en = "".join(f", {one.article}" for one in others)
            cited = Text(cited.zh + zh, cited.en.replace(", art. ", ", arts. ") + en)
        found.append(cited.to_plain())
    return found


def _each(block: Block, scope: Scope) -> Iterable[Scope]:
    entries = evaluate(parse(block.of or ""), scope) or ()
    for entry in entries:
        yield scope.with_(**{block.variable or "": entry})


def _lines(block: Mapping[str, Any], language: str) -> list[str]:
    match block["kind"]:
        case "number" | "to" | "heading" | "text":
            return [block[language]]
        case "closing":
            return [block[language], block["date"][language]]
        case "list":
            return [item[language] for item in block["items"]]
        case "table":
            heading = "\t".join(column[language] for column in block["columns"])
            return [heading, *("\t".join(cell[language] for cell in row) for row in block["rows"])]
        case "remedies":
            return [f"{number}. {remedy_line(row, language)}" for number, row in enumerate(block["rows"], 1)]
        case _:
            colon = "：" if language != "en" else ": "
            return [f"{line['label'][language]}{colon}{line['name']}" for line in block["lines"]]


def remedy_line(row: Mapping[str, Any], language: str) -> str:
    """Return one way that stays open as a sentence: where, until when, what it does, and on which article it rests."""
    if language == "en":
        says = f" {row['says']['en']}" if row["says"]["en"] else ""
        return f"{row['unit']['en']}: {row['term']['en']}.{says} ({', '.join(one['en'] for one in row['basis'])})"
    return f"{row['unit']['zh']}：{row['term']['zh']}。{row['says']['zh']}（{'、'.join(one['zh'] for one in row['basis'])}）"
