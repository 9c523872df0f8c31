"""The functions of the database, one Python name each. Every write of the record is one of these calls."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from django.db import connections

from huiyin.core.values import Principal
from huiyin.matters.access import DATABASE, effective_tokens

Plain = dict[str, Any]


def _call(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(statement, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _loaded(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def snapshot(home: str, matter: UUID, principal: Principal, key: str | None = None) -> Plain | None:
    """Return body, version, head and what ``key`` got before; None when it is not there for this principal."""
    rows = _call("SELECT matter_snapshot_v1(%s, %s, %s, %s)", home, matter, list(effective_tokens(principal)), key)
    found: Plain | None = _loaded(rows[0][0])
    return found


def known(home: str, key: str, body_hash: str) -> Plain | None:
    """Return the answer a key got before, or None."""
    answer: Plain | None = _loaded(_call("SELECT matter_known_v1(%s, %s, %s)", home, key, body_hash)[0][0])
    return answer


def open_matter(home: str, payload: Plain) -> Plain:
    """Write an opening; see ``matter_open_v1``."""
    answer: Plain = _loaded(_call("SELECT matter_open_v1(%s, %s::jsonb)", home, _json(payload))[0][0])
    return answer


def act(home: str, payload: Plain) -> Plain:
    """Write an act; see ``matter_act_v1``."""
    answer: Plain = _loaded(_call("SELECT matter_act_v1(%s, %s::jsonb)", home, _json(payload))[0][0])
    return answer


def many(home: str, payloads: Sequence[Plain]) -> list[Plain]:
    """Write openings and acts of one home in one transaction; answers in the same order."""
    answers: list[Plain] = _loaded(_call("SELECT matter_many_v1(%s, %s::jsonb)", home, _json(payloads))[0][0])
    return answers


def find(home: str, reference: str, code_hash: str, now: datetime) -> Plain | None:
    """Return ``{matter, party}``, ``{wait}`` after too many wrong codes, or None."""
    answer: Plain | None = _loaded(_call("SELECT matter_find_v1(%s, %s, %s, %s)", home, reference, code_hash, now)[0][0])
    return answer


def reference_block(home: str, year: int, numbers: Sequence[int], wanted: int) -> tuple[int, int] | None:
    """Return (number, first serial) of a block of ``wanted`` serials; None when those numbers are used up."""
    rows = _call("SELECT number, first FROM reference_block_v1(%s, %s, %s, %s)", home, year, list(numbers), wanted)
    return (int(rows[0][0]), int(rows[0][1])) if rows else None


def outbox_homes(now: datetime) -> list[str]:
    """Return the homes that have outgoing work."""
    return [row[0] for row in _call("SELECT outbox_homes_v1(%s)", now)]


def outbox_claim(home: str, wanted: int, now: datetime, lease: timedelta) -> list[Plain]:
    """Take due outgoing rows for ``lease``."""
    names = ("id", "matter", "seq", "n", "kind", "payload", "attempts")
    rows = _call("SELECT id, matter, seq, n, kind, payload, attempts FROM outbox_claim_v1(%s, %s, %s, %s)", home, wanted, now, lease)
    return [{**dict(zip(names, row, strict=True)), "payload": _loaded(row[5])} for row in rows]


def outbox_done(home: str, row: UUID, attempt: int, now: datetime) -> bool:
    """Mark a claimed row done; False when the claim was lost meanwhile."""
    return bool(_call("SELECT outbox_done_v1(%s, %s, %s, %s)", home, row, attempt, now)[0][0])


def outbox_failed(home: str, row: UUID, attempt: int, again: datetime, error: str) -> bool:
    """Put a claimed row off until ``again`` and keep what went wrong."""
    return bool(_call("SELECT outbox_failed_v1(%s, %s, %s, %s, %s)", home, row, attempt, again, error)[0][0])


def outbox_again(home: str, row: UUID, now: datetime) -> bool:
    """Let an unfinished row be tried at once."""
    return bool(_call("SELECT outbox_again_v1(%s, %s, %s)", home, row, now)[0][0])


def write_notices(home: str, notices: Sequence[Plain]) -> int:
    """Write notices; those whose key exists are left as they are. Returns how many are new."""
    return int(_call("SELECT notice_write_v1(%s, %s::jsonb)", home, _json(notices))[0][0])


def read_notices(home: str, notices: Sequence[UUID], principal: Principal, now: datetime) -> int:
    """Mark notices of this principal read; returns how many were not read before."""
    tokens = list(effective_tokens(principal))
    return int(_call("SELECT notice_read_v1(%s, %s, %s, %s, %s)", home, list(notices), tokens, principal.post or "", now)[0][0])


def clocks_homes(now: datetime) -> list[str]:
    """Return the homes in which clocks have run out."""
    return [row[0] for row in _call("SELECT clocks_homes_v1(%s)", now)]


def clocks_due(home: str, now: datetime, wanted: int) -> list[tuple[UUID, str, datetime]]:
    """Return (matter, clock, due) of clocks that ran out and were not acted upon."""
    return [(row[0], row[1], row[2]) for row in _call("SELECT matter, name, due FROM clocks_due_v1(%s, %s, %s)", home, now, wanted)]


def clock_alerted(home: str, matter: UUID, name: str, due: datetime, now: datetime) -> bool:
    """Note that running out at ``due`` was looked at."""
    return bool(_call("SELECT clock_alerted_v1(%s, %s, %s, %s, %s)", home, matter, name, due, now)[0][0])


def seal_homes() -> list[str]:
    """Return the homes with events that no root covers yet."""
    return [row[0] for row in _call("SELECT seal_homes_v1()")]


def seal_waiting(home: str, wanted: int) -> list[tuple[UUID, bytes]]:
    """Return (event, hash) of events that wait for a root."""
    return [(row[0], bytes(row[1])) for row in _call("SELECT id, hash FROM seal_waiting_v1(%s, %s)", home, wanted)]


def seal_write(home: str, number: int, root: Plain, events: Sequence[UUID]) -> bool:
    """Write a root over ``events``; False when that number was taken meanwhile."""
    return bool(_call("SELECT seal_write_v1(%s, %s, %s::jsonb, %s)", home, number, _json(root), list(events))[0][0])


def log_access(home: str, entry: Plain) -> None:
    """Write one row of the log of who read personal content."""
    _call("SELECT access_log_v1(%s, %s::jsonb)", home, _json(entry))


def log_list(home: str, entries: Sequence[Plain]) -> None:
    """Write down who read a line about each of several matters of one home."""
    _call("SELECT access_log_list_v1(%s, %s::jsonb)", home, _json(entries))


def search(principal: Principal, wanted: Sequence[str], after: tuple[datetime, UUID] | None, most: int) -> list[tuple[str, UUID, datetime]]:
    """Return (home, matter, opened) of candidates that hold every piece of ``wanted``, newest first."""
    tokens, (at, matter) = list(effective_tokens(principal)), after or (None, None)
    rows = _call("SELECT home, matter, opened_at FROM matter_search_v1(%s, %s, %s, %s, %s)", tokens, list(wanted), at, matter, most)
    return [(row[0], row[1], row[2]) for row in rows]


def write_order(order: Plain) -> None:
    """Write an order: prepared, or decided at once."""
    _call("SELECT order_write_v1(%s::jsonb)", _json(order))


def order_lines(order: UUID, lines: Sequence[Plain], *, first: bool) -> None:
    """Write some of what an order would move; the first part clears what stood there."""
    _call("SELECT order_lines_v1(%s, %s::jsonb, %s)", order, _json(lines), first)


def order_counted(order: UUID, tally: Plain) -> bool:
    """Write that it is known what an order would move; False when it is decided or gone meanwhile."""
    return _done("SELECT order_counted_v1(%s, %s::jsonb)", order, _json(tally))


def order_decide(order: UUID, decision: Plain) -> bool:
    """Write the decision; False when it was decided before, or is not counted."""
    return _done("SELECT order_decide_v1(%s, %s::jsonb)", order, _json(decision))


def order_drop(order: UUID) -> bool:
    """Throw an order away that nobody decided; False when somebody did."""
    return _done("SELECT order_drop_v1(%s)", order)


def order_snapshots(home: str, order: UUID, matters: Sequence[UUID], principal: Principal) -> dict[UUID, Plain]:
    """Return body, version, head and, where the order was carried out before, the number of its event, by matter."""
    tokens = list(effective_tokens(principal))
    rows = _call("SELECT matter, body, version, head, known FROM order_snapshots_v1(%s, %s, %s, %s)", home, order, list(matters), tokens)
    return {row[0]: {"body": orjson.loads(row[1]), "version": row[2], "head": row[3], "known": row[4]} for row in rows}


def order_outcomes(order: UUID, home: str, outcomes: Sequence[Plain]) -> None:
    """Write what came of some clocks of an order."""
    _call("SELECT order_outcomes_v1(%s, %s, %s::jsonb)", order, home, _json(outcomes))


def order_finish(order: UUID, report: Plain, now: datetime) -> bool:
    """Write the report of an order; False when it was finished before."""
    return _done("SELECT order_finish_v1(%s, %s::jsonb, %s)", order, _json(report), now)


def _done(statement: str, *values: Any) -> bool:
    return bool(_call(statement, *values)[0][0])
