"""The seals under audit: trees, the heads above them, and the heads that were published."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

import psycopg

from huiyin.core import chain
from huiyin.core.values import Text
from huiyin.matters import sealing
from huiyin.matters.events import instant

Rows = dict[str, Any]
Found = tuple[str, str, str, str, int | None, Text]
_HERE = "%(home)s::text IS NULL OR home = %(home)s"


def count(connection: psycopg.Connection[Rows], home: str | None) -> int:
    """Return how many roots there are."""
    row = connection.execute(f"SELECT count(*) AS n FROM matters_root WHERE {_HERE}", {"home": home}).fetchone()  # noqa: S608
    return int(row["n"]) if row else 0


def check(connection: psycopg.Connection[Rows], home: str | None) -> Iterator[Found]:
    """Yield what does not fit between events, roots and published lines."""
    yield from _uncovered(connection, home)
    roots = connection.execute(f"SELECT * FROM matters_root WHERE {_HERE} ORDER BY home, number", {"home": home}).fetchall()  # noqa: S608
    for of_home, group in groupby(roots, key=itemgetter("home")):
        yield from _of_home(connection, of_home, list(group))


def _uncovered(connection: psycopg.Connection[Rows], home: str | None) -> Iterator[Found]:
    rows = connection.execute(
        """
        SELECT coalesce(e.home, s.home) AS home, coalesce(e.matter, s.matter) AS matter, e.seq, e.id AS event
          FROM matters_event e FULL JOIN matters_sealed s ON s.home = e.home AND s.id = e.id
         WHERE (e.id IS NULL OR s.id IS NULL OR e.matter <> s.matter)
           AND (%(home)s::text IS NULL OR coalesce(e.home, s.home) = %(home)s) LIMIT 1000
        """,
        {"home": home},
    )
    for row in rows:
        if row["event"] is None:
            text = Text("封存登记的事件不见了", "an event that was entered for sealing is gone")
        else:
            text = Text("事件没有登记封存", "the event was not entered for sealing")
        yield "seal_entry", row["home"], "", str(row["matter"]), row["seq"], text


def _of_home(connection: psycopg.Connection[Rows], home: str, roots: list[Rows]) -> Iterator[Found]:
    previous = chain.GENESIS
    heads: dict[int, str] = {}
    for expected, root in enumerate(roots, start=1):
        number = root["number"]
        hashes = [
            row["hash"]
            for row in connection.execute(
                "SELECT e.hash FROM matters_sealed s JOIN matters_event e ON e.home = s.home AND e.id = s.id"
                " WHERE s.home = %s AND s.root = %s ORDER BY s.position",
                [home, number],
            )
        ]
        head = chain.sealed_head(previous, root["tree_root"], root["size"], instant(root["sealed_at"]))
        if number != expected:
            yield _about(home, number, f"第 {number} 个根之前有缺失", f"a root before number {number} is missing")
        if len(hashes) != root["size"] or chain.merkle_root(hashes) != root["tree_root"]:
            yield _about(home, number, f"第 {number} 个根与它封存的事件不符", f"root {number} is not that of the events it covers")
        if root["previous"] != previous or root["head"] != head:
            yield _about(home, number, f"第 {number} 个根没有接在前一个之后", f"root {number} does not follow the one before it")
        previous = root["head"]
        heads[number] = root["head"].hex()
    for line in sealing.published(home):
        if heads.get(line["number"]) != line["head"]:
            number = line["number"]
            yield _about(home, number, f"第 {number} 个根与已公布的不同", f"root {number} is not the one that was published")


def _about(home: str, number: int, zh: str, en: str) -> Found:
    return "root", home, "", "", number, Text(zh, en)
