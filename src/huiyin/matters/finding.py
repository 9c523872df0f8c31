"""Finding matters by words, within what one reader may see.

The index only proposes. A matter is found when every word stands in something this reader sees whole; so neither a hit
nor the number of hits says anything about what they may not see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from huiyin.core import rights, search
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Snapshot
from huiyin.core.values import Principal, Text
from huiyin.matters import definitions, doors, lists
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter

BATCH: Final = 100
MOST_LOOKED_AT: Final = 1000
AROUND: Final = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a passage; ``matched`` parts are the words looked for."""

    text: str
    matched: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """A matter that was found, and where the words stand in it."""

    home: str
    matter: UUID
    reference: str
    title: Text
    topic: str
    division: str
    opened_at: datetime
    outcome: str
    passages: tuple[tuple[Text, tuple[Piece, ...]], ...]


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found, newest first; ``more`` when the search stopped before the end."""

    found: tuple[Hit, ...]
    more: bool


def find(principal: Principal, query: str, *, most: int = 30) -> Hits | None:
    """Return the matters whose visible words hold every term of ``query``; None when there is nothing to search by."""
    terms, wanted = search.wanted(query)
    if not wanted:
        return None
    found: list[Hit] = []
    read: list[tuple[str, UUID, str]] = []
    after: tuple[datetime, UUID] | None = None
    more = True
    for _ in range(MOST_LOOKED_AT // BATCH):
        candidates = doors.search(principal, wanted, after, BATCH)
        for hit, fields in _confirmed(principal, candidates, terms):
            if len(found) == most:
                lists.log_lines(principal, read)
                return Hits(tuple(found), True)
            found.append(hit)
            read.extend((hit.home, hit.matter, field) for field in fields)
        if len(candidates) < BATCH:
            more = False
            break
        after = candidates[-1][2], candidates[-1][1]
    lists.log_lines(principal, read)
    return Hits(tuple(found), more)


def _confirmed(principal: Principal, candidates: list[tuple[str, UUID, datetime]], terms: tuple[str, ...]) -> list[tuple[Hit, list[str]]]:
    if not candidates:
        return []
    with reading_as(principal):
        # Row security has the last word on what was proposed.
        rows = {(row.home, row.id): row for row in Matter.objects.filter(id__in=[matter for _, matter, _ in candidates])}
    made = []
    for home, matter, _ in candidates:
        row = rows.get((home, matter))
        if row is None:
            continue
        procedure, library = definitions.pinned(row.procedure, row.procedure_version)
        snapshot = lists.light(row.body)
        topic = library.topics.get(snapshot.topic)
        if topic is not None and topic.sealed:
            continue
        passages, fields = _passages(principal, procedure, snapshot, terms)
        if passages:
            hit = Hit(
                row.home, row.id, row.reference, procedure.title, row.topic, row.division, row.opened_at, row.outcome, tuple(passages)
            )
            made.append((hit, fields))
    return made


def _passages(
    principal: Principal, procedure: Procedure, snapshot: Snapshot, terms: tuple[str, ...]
) -> tuple[list[tuple[Text, tuple[Piece, ...]]], list[str]]:
    """Return the passages in which the terms stand and the personal fields they are from; nothing when a term stands nowhere."""
    relation = rights.relation(principal, snapshot, procedure)
    if not rights.may(relation, "read"):
        return [], []
    missing = set(terms)
    passages: list[tuple[Text, tuple[Piece, ...]]] = []
    fields: list[str] = []
    for field, text in search.texts(procedure, snapshot.facts):
        if rights.sight(field, relation, principal, snapshot, procedure, None) != "see":
            continue
        spans = search.where(text, terms)
        if spans:
            folded = search.folded(text)
            missing -= {term for term in terms if term in folded}
            passages.append((field.label, _cut(text, spans)))
            if field.cls == "P2":
                fields.append(field.name)
    return ([], []) if missing else (passages[:3], fields)


def _cut(text: str, spans: list[tuple[int, int]]) -> tuple[Piece, ...]:
    """Return the words around the first match, the matches in it marked."""
    start, end = max(spans[0][0] - AROUND, 0), min(spans[0][1] + 2 * AROUND, len(text))
    pieces = [Piece("…", False)] if start else []
    place = start
    for first, last in spans:
        if last > end:
            break
        pieces += [Piece(text[place:first], False), Piece(text[first:last], True)]
        place = last
    pieces.append(Piece(text[place:end] + ("…" if end < len(text) else ""), False))
    return tuple(piece for piece in pieces if piece.text)
