"""What came of like disputes: how many were settled, in what time and for what sums; ranges that name nobody."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from huiyin import clock
from huiyin.core.values import SYSTEM
from huiyin.matters import directory, lists
from huiyin.matters.access import reading_as

BACK: Final = timedelta(days=3 * 365)
FEWEST: Final = 10
FRESH: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Settled:
    """Settled disputes of one kind in the last three years.

    Attributes:
        topic: the kind counted: the one asked for, or the one above it where that alone has enough.
        days: (a quarter took up to, three quarters up to) days from the day it came in to the agreement's effect.
        sums: the same of what was to be paid, in whole cents, rounded to two figures; None where fewer than `FEWEST` name a sum.
    """

    topic: str
    matters: int
    days: tuple[int, int]
    paid: int
    sums: tuple[int, int] | None


_STATEMENT: Final = """
    WITH effective AS (
        SELECT m.home, m.id, m.opened_at, m.body, max((issue ->> 'effective_at')::timestamptz) AS at
          FROM matters_matter m, jsonb_each(m.body -> 'papers') paper, jsonb_array_elements(paper.value) issue
         WHERE m.procedure = ANY(%s) AND (m.topic = %s OR m.topic LIKE %s) AND NOT m.topic = ANY(%s) AND m.opened_at >= %s
           AND issue ->> 'effective_at' IS NOT NULL AND issue -> 'voided' IS DISTINCT FROM 'true'::jsonb
         GROUP BY m.home, m.id, m.opened_at, m.body),
    settled AS (
        SELECT greatest((at AT TIME ZONE %s)::date - (opened_at AT TIME ZONE %s)::date, 0) AS days,
               (SELECT sum((owed ->> 'amount')::bigint)
                  FROM jsonb_each(body -> 'facts') fact, jsonb_array_elements(fact.value) owed
                 WHERE fact.key = ANY(%s) AND jsonb_typeof(fact.value) = 'array') AS cents
          FROM effective)
    SELECT count(*), percentile_cont(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY days),
           count(cents), percentile_cont(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY cents)
      FROM settled"""

_lock = threading.Lock()
_kept: dict[tuple[str, str], tuple[datetime, Settled | None]] = {}


def like(topic: str) -> Settled | None:
    """Return what came of settled disputes of that kind, else of the kind above it; None where there are fewer than `FEWEST`.

    It is counted at most every ten minutes, so that nobody reads one matter from two counts around it.
    """
    version = directory.library().version
    while "." in topic:
        with _lock:
            held = _kept.get((version, topic))
        if held is None or clock.now() - held[0] >= FRESH or clock.now() < held[0]:
            held = (clock.now(), _counted(topic))
            with _lock:
                _kept[version, topic] = held
        if held[1] is not None:
            return held[1]
        topic = topic.rpartition(".")[0]
    return None


def forget() -> None:
    """Drop what this process remembers."""
    with _lock:
        _kept.clear()


def _counted(topic: str) -> Settled | None:
    library = directory.library()
    procedures = [one for one in library.procedures.values() if one.mediates]
    owed = sorted({field.name for one in procedures for field in one.fields.values() if field.starts_from or field.name == "obligations"})
    now, zone = clock.now(), str(library.zone)
    values: list[Any] = [[one.name for one in procedures], topic, f"{topic}.%", lists.sealed_topics(), now - BACK, zone, zone, owed]
    with reading_as(SYSTEM) as connection, connection.cursor() as rows:
        rows.execute(_STATEMENT, values)
        matters, days, paid, cents = rows.fetchone()
    if matters < FEWEST:
        return None
    sums = (_rounded(cents[0]), _rounded(cents[1])) if paid >= FEWEST else None
    return Settled(topic, matters, (round(days[0]), round(days[1])), paid, sums)


def _rounded(cents: float) -> int:
    """Return an amount with two figures, so that no sum somebody agreed on stands there itself; at least a yuan."""
    whole = max(round(cents), 100)
    unit: int = max(10 ** (len(str(whole)) - 2), 100)
    return max(round(whole / unit) * unit, 100)
