"""What of a matter can be found by its words, and the pieces those words are found by.

Only what was written about the matter itself: no person's facts, no names or numbers of people, nothing sealed or kept
for a named reader. Chinese is cut into pairs of characters, so that any two neighbouring ones find it; everything else
into words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, Final

from huiyin.core.packs import Library
from huiyin.core.procedure import Field, Procedure
from huiyin.core.snapshot import Snapshot

MOST_PIECES: Final = 8000
LONGEST_WORD: Final = 40
# Six digits are a room, a sum or a lane; from seven on they may be somebody's telephone or identity number.
_NUMBERS = re.compile(r"\d(?:[\s\-－—()（）]*\d){6,}")
_RUNS = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
_PERSONAL = ("phone", "id_number", "address", "representative")


def folded(text: str) -> str:
    """Return a text as it is compared: full width as half width, capitals as small letters; one character stays one."""
    return "".join(one if len(one) == 1 else character for character, one in ((c, _fold(c)) for c in text))


def _fold(character: str) -> str:
    return unicodedata.normalize("NFKC", character).casefold()


def searchable(procedure: Procedure) -> tuple[Field, ...]:
    """Return the fields whose words may be found."""
    acts = (*procedure.always, *(action for state in procedure.states.values() for action in state.actions))
    sealed = {entry.field for action in acts if action.sealed and action.form is not None for entry in procedure.forms[action.form].entries}
    return tuple(
        field
        for name, field in procedure.fields.items()
        if field.cls in ("P0", "P1", "P2") and not field.seen_by and field.of is None and name not in sealed and not _of_a_person(name)
    )


def _of_a_person(name: str) -> bool:
    return name == "name" or name.endswith("_name") or any(part in name for part in _PERSONAL)


def texts(procedure: Procedure, facts: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """Yield what was written in the searchable fields among ``facts``."""
    for field in searchable(procedure):
        yield from ((field, text) for text in _written(field, facts.get(field.name)))


def opening_texts(procedure: Procedure, facts: Mapping[str, Any]) -> Iterator[tuple[Field, str]]:
    """Yield what was written in the searchable fields of the form a matter is opened with."""
    form = procedure.forms.get(procedure.opening_form)
    opening = {entry.field for entry in form.entries} if form is not None else set()
    yield from ((field, text) for field, text in texts(procedure, facts) if field.name in opening)


def _written(field: Field, value: Any) -> Iterator[str]:
    if field.type == "text" and isinstance(value, str):
        yield value
    elif field.type == "place" and isinstance(value, Mapping):
        yield str(value.get("detail") or "")
    elif field.type == "list" and isinstance(value, list):
        parts = [part for part in field.record if part.type == "text" and not _of_a_person(part.name)]
        for entry in value:
            if isinstance(entry, str):
                yield entry
            elif isinstance(entry, Mapping):
                yield from (str(entry[part.name]) for part in parts if entry.get(part.name))


def pieces(text: str) -> set[str]:
    """Return what a text is found by: pairs of Chinese characters, and other words whole."""
    found: set[str] = set()
    for run in _RUNS.findall(_NUMBERS.sub(" ", folded(text))):
        place = 0
        for han in _HAN.finditer(run):
            found.update(_word(run[place : han.start()]))
            found.update(_pairs(han[0]))
            place = han.end()
        found.update(_word(run[place:]))
    return found


def _pairs(run: str) -> Iterable[str]:
    return [run] if len(run) == 1 else [first + second for first, second in pairwise(run)]


def _word(word: str) -> Iterable[str]:
    return [word[:LONGEST_WORD]] if word and sum(one.isdigit() for one in word) < 7 else []


def words_of(procedure: Procedure, library: Library, snapshot: Snapshot) -> list[str]:
    """Return what a matter is found by, sorted; nothing when its topic is kept from search."""
    topic = library.topics.get(snapshot.topic)
    if topic is not None and topic.sealed:
        return []
    names = sorted({party.name for party in snapshot.parties if len(party.name) > 1}, key=len, reverse=True)
    found: set[str] = set()
    for _, text in texts(procedure, snapshot.facts):
        for name in names:
            text = text.replace(name, " ")
        found |= pieces(text)
    return sorted(found)[:MOST_PIECES]


def wanted(query: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what was typed as (terms to be seen in the text, pieces to look up); no pieces: nothing to search by.

    A term of one Chinese character alone narrows what the others find.
    """
    terms = tuple(dict.fromkeys(folded(query).split()))[:8]
    looked = {piece for term in terms for piece in pieces(term) if len(piece) > 1 or piece.isascii()}
    return terms, tuple(sorted(looked))


def where(text: str, terms: Iterable[str]) -> list[tuple[int, int]]:
    """Return (start, end) of each term that stands in a text, in order, none inside another."""
    plain = folded(text)
    spans = sorted((one.start(), one.end()) for term in terms for one in re.finditer(re.escape(term), plain))
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found
