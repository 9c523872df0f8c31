"""From the data of papers, laws, topics, units, remedies and pack descriptions to values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from huiyin.core.packs_values import Law, PostKind, Remedy, Sayings, Topic, UnitKind
from huiyin.core.papers import LAYOUTS, Block, BlockKind, Column, Element, PaperDef
from huiyin.core.reader_common import NOTHING, Cursor
from huiyin.core.values import Text

_BLOCKS: tuple[BlockKind, ...] = ("number", "to", "heading", "text", "list", "table", "remedies", "signatures", "closing")


@dataclass(frozen=True, slots=True)
class UnitTables:
    """What a units file declares: kinds of unit and kinds of post."""

    kinds: Mapping[str, UnitKind]
    posts: Mapping[str, PostKind]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a pack says of itself."""

    name: str
    kind: str
    version: str
    title: Text
    zone: str
    needs: tuple[str, ...]


def build_paper(top: Cursor) -> PaperDef:
    """Return the paper of a file."""
    top.mapping(("paper", "title", "basis", "body"), ("elements", "signed_by", "sealed_by", "order", "served_on", "internal", "layout"))
    return PaperDef(
        name=top.at("paper").name() if top.has("paper") else "",
        title=top.at("title").text() if top.has("title") else NOTHING,
        basis=top.at("basis").basis(),
        body=tuple(block for inner in top.at("body").items() if (block := _block(inner)) is not None),
        elements=tuple(_element(inner) for inner in top.at("elements").items()),
        signed_by=top.at("signed_by").names(),
        sealed_by=top.at("sealed_by").name() if top.has("sealed_by") else None,
        order=tuple(inner.names() for inner in top.at("order").items()),
        served_on=top.at("served_on").names(),
        internal=top.at("internal").flag(),
        layout=top.at("layout").one_of(LAYOUTS) if top.has("layout") else "letter",  # type: ignore[arg-type]
        source=top.source.file,
        line=top.line,
    )


def _element(cursor: Cursor) -> Element:
    cursor.mapping(("name", "binds"), ("basis",))
    return Element(
        name=cursor.at("name").text() if cursor.has("name") else NOTHING,
        binds=cursor.at("binds").string() if cursor.has("binds") else "",
        basis=cursor.at("basis").basis(),
        line=cursor.line,
    )


def _block(cursor: Cursor) -> Block | None:
    if not cursor.mapping((), _BLOCKS):
        return None
    kinds = [kind for kind in _BLOCKS if cursor.has(kind)]
    if len(kinds) != 1:
        cursor.wrong(
            "每一段只写一种内容。",
            "each part of the body is of exactly one kind.",
            f"可用：{'、'.join(_BLOCKS)}。",
            f"Use one of: {', '.join(_BLOCKS)}.",
        )
        return None
    kind = kinds[0]
    inner = cursor.at(kind)
    match kind:
        case "number" | "to" | "heading" | "text" | "closing":
            return Block(kind, inner.text(), line=cursor.line)
        case "list":
            inner.mapping(("of", "as", "item"))
            item = inner.at("item").text() if inner.has("item") else NOTHING
            return Block(kind, item, *_walk(inner), line=cursor.line)
        case "table":
            inner.mapping(("of", "as", "columns"))
            return Block(kind, None, *_walk(inner), columns=_columns(inner.at("columns")), line=cursor.line)
        case _:
            if inner.data is not True:
                inner.wrong("这里只写 true。", "only true belongs here.", f"请写“{kind}: true”。", f"Write “{kind}: true”.")
            return Block(kind, line=cursor.line)


def _walk(cursor: Cursor) -> tuple[str, str]:
    return (
        cursor.at("of").string() if cursor.has("of") else "",
        cursor.at("as").name() if cursor.has("as") else "",
    )


def _columns(cursor: Cursor) -> tuple[Column, ...]:
    columns: list[Column] = []
    for inner in cursor.items():
        inner.mapping(("label", "cell"))
        cell = inner.at("cell")
        # A cell that reads the same in both languages is written once.
        template = Text(cell.string(), cell.string()) if isinstance(cell.data, str) else cell.text()
        columns.append(Column(inner.at("label").text(), template))
    return tuple(columns)


def build_laws(top: Cursor) -> dict[str, Law]:
    """Return the laws of a file by id."""
    top.mapping(("laws",))
    laws: dict[str, Law] = {}
    for inner in top.at("laws").items():
        inner.mapping(("id", "title", "in_force", "articles"), ("note",))
        law = inner.at("id").string() if inner.has("id") else ""
        if law in laws:
            inner.wrong(
                f"“{law}”列了两次（第{laws[law].line}行和第{inner.line}行）。",
                f"“{law}” is listed twice (lines {laws[law].line} and {inner.line}).",
                "请合并成一项。",
                "Merge them.",
            )
        in_force = inner.at("in_force")
        first: date | None = None
        last: date | None = None
        if inner.has("in_force") and in_force.mapping(("from",), ("to",)):
            first = in_force.at("from").date() if in_force.has("from") else None
            last = in_force.at("to").date() if in_force.at("to").data is not None else None
        laws[law] = Law(
            id=law,
            title=inner.at("title").text() if inner.has("title") else NOTHING,
            in_force_from=first or date.min,
            in_force_to=last,
            articles={article: summary.text() for article, summary in inner.at("articles").entries()},
            line=inner.line,
        )
    return laws


def build_topics(top: Cursor) -> dict[str, Topic]:
    """Return the topics of a file by key; every topic hangs under a listed one and a listed line."""
    top.mapping(("lines", "topics"))
    for _line, label in top.at("lines").named():
        label.text()
    topics: dict[str, Topic] = {}
    for key, inner in top.at("topics").entries():
        if not inner.mapping(("zh", "en"), ("keywords", "sealed", "urgent", "facility")):
            continue
        topics[key] = Topic(
            key=key,
            label=Text(*(inner.at(language).string() if inner.has(language) else "" for language in ("zh", "en"))),
            keywords=inner.at("keywords").strings(),
            sealed=inner.at("sealed").flag(),
            urgent=inner.at("urgent").flag(),
            facility=inner.at("facility").flag(),
            line=inner.line,
        )
    for key in topics:
        parent, _, _ = key.rpartition(".")
        known = parent in topics if parent else top.at("lines").has(key)
        if not known:
            where = parent or key
            top.at("topics").at(key).wrong(
                f"上一级“{where}”没有列出。", f"“{where}” above it is not listed.", f"请先列出“{where}”。", f"List “{where}” first."
            )
    return topics


def build_units(top: Cursor) -> UnitTables:
    """Return the kinds of unit and post of a country pack."""
    top.mapping(("levels", "posts", "kinds"))
    levels = {level: label.text() for level, label in top.at("levels").named()}
    posts: dict[str, PostKind] = {}
    for name, inner in top.at("posts").named():
        if inner.mapping(("zh", "en"), ("staff_only",)):
            label = Text(*(inner.at(language).string() if inner.has(language) else "" for language in ("zh", "en")))
            posts[name] = PostKind(name, label, inner.at("staff_only").flag(), inner.line)
    kinds: dict[str, UnitKind] = {}
    for name, inner in top.at("kinds").named():
        if not inner.mapping(("name", "posts"), ("levels", "seal", "mediates")):
            continue
        for key, known in (("posts", posts), ("levels", levels)):
            for word in inner.at(key).words():
                if isinstance(word.data, str) and word.data not in known:
                    word.one_of(tuple(known))
        kinds[name] = UnitKind(
            name=name,
            label=inner.at("name").text() if inner.has("name") else NOTHING,
            levels=inner.at("levels").names(),
            posts=inner.at("posts").names(),
            seal=inner.at("seal").flag(),
            mediates=inner.at("mediates").flag(),
            line=inner.line,
        )
    return UnitTables(kinds, posts)


def build_remedies(top: Cursor) -> dict[str, tuple[Remedy, ...]]:
    """Return the ladders of a file, each in order of preference."""
    top.mapping(("ladders",))
    return {name: tuple(_remedy(row) for row in inner.items()) for name, inner in top.at("ladders").named()}


def _remedy(cursor: Cursor) -> Remedy:
    required = ("name", "unit", "term", "basis")
    cursor.mapping(required, ("topics", "not_topics", "says", "needs_agreement"))
    return Remedy(
        name=cursor.at("name").name() if cursor.has("name") else "",
        unit=cursor.at("unit").text() if cursor.has("unit") else NOTHING,
        term=cursor.at("term").text() if cursor.has("term") else NOTHING,
        basis=cursor.at("basis").basis(),
        says=cursor.at("says").text() if cursor.has("says") else Text("", ""),
        topics=cursor.at("topics").strings(),
        not_topics=cursor.at("not_topics").strings(),
        needs_agreement=cursor.at("needs_agreement").flag(),
        line=cursor.line,
    )


def build_sayings(top: Cursor) -> Sayings:
    """Return how residents say things, as a file has it."""
    top.mapping((), ("topics", "tries", "danger", "harmless"))
    topics, tries = ({topic: inner.strings() for topic, inner in top.at(part).entries()} for part in ("topics", "tries"))
    return Sayings(topics, tries, top.at("danger").strings(), top.at("harmless").strings())


def build_wordings(top: Cursor) -> dict[str, tuple[Text, ...]]:
    """Return the sentences of a file by what they are written for: a field, ``action.field``, or ``list.result``."""
    return {key: tuple(one.text() for one in inner.items()) for key, inner in top.entries()}


def build_manifest(top: Cursor) -> Manifest:
    """Return what a pack says of itself."""
    top.mapping(
        ("pack", "kind", "version", "title"),
        ("zone", "needs", "language", "city", "synthetic", "files", "licence", "note"),
    )
    return Manifest(
        name=top.at("pack").string() if top.has("pack") else "",
        kind=top.at("kind").one_of(("country", "city")) if top.has("kind") else "country",
        version=str(top.at("version").data),
        title=top.at("title").text() if top.has("title") else NOTHING,
        zone=top.at("zone").string() if top.has("zone") else "Asia/Shanghai",
        needs=top.at("needs").strings(),
    )
