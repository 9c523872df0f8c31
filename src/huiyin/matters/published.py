"""What matters publish to everybody who works here: cards, and nothing else of the matter they stand in."""

from __future__ import annotations

from typing import Final

import orjson

from huiyin import clock
from huiyin.core import cards
from huiyin.core.cards import Card
from huiyin.core.values import SYSTEM
from huiyin.matters import definitions, directory
from huiyin.matters.access import reading_as

MOST: Final = 2000

_STATEMENT: Final = """
    SELECT home, id, topic, procedure_version, (body -> 'facts')::text, (body -> 'done')::text
      FROM matters_matter
     WHERE procedure = %s AND state = %s
     ORDER BY opened_at DESC LIMIT %s"""


def published() -> tuple[Card, ...]:
    """Return every card as it stands now."""
    library = directory.library()
    today = library.calendar.local_date(clock.now())
    found: list[Card] = []
    for name, procedure in library.procedures.items():
        if procedure.publishes is None:
            continue
        with reading_as(SYSTEM) as connection, connection.cursor() as rows:
            rows.execute(_STATEMENT, [name, procedure.publishes.state, MOST])
            read = rows.fetchall()
        for home, matter, topic, version, facts, done in read:
            definition, _ = definitions.pinned(name, version)
            row = {"home": home, "matter": matter, "topic": topic, "facts": orjson.loads(facts), "done": orjson.loads(done)}
            card = cards.card_of(definition, library, row, today)
            if card is not None:
                found.append(card)
    return tuple(found)
