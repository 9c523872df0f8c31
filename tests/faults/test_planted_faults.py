"""Faults planted on purpose, each found by the harness: that is what makes its silence elsewhere mean something.

The database that acknowledges before its words are on the disk is planted in ``test_kill_database.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import small
from crashing import every_point
from django.db import connection, transaction
from held import Acknowledged
from invariants import violations
from psycopg.types.json import Jsonb
from test_tampering import unwatched

from huiyin import clock
from huiyin.matters import doors, events, outbox, services
from huiyin.matters.receipts import Receipt
from huiyin.workers import loop


@contextmanager
def altered(url: str, function: str, *changes: tuple[str, str]) -> Iterator[None]:
    """Let a function of the database be another one for a while."""
    with psycopg.connect(url, autocommit=True) as owner:
        row = owner.execute("SELECT pg_get_functiondef(%s::regproc)", [function]).fetchone()
        assert row is not None
        text = row[0]
        for old, new in changes:
            assert old in text, f"{function} does not say {old!r} any more; plant this fault anew"
            text = text.replace(old, new)
        owner.execute(text)
        try:
            yield
        finally:
            owner.execute(row[0])


def broken(record: Any, held: list[Acknowledged] | None = None) -> str:
    return "\n".join(violations(record.owner_url, held or []))


def listed(receipt: Receipt, key: str) -> Acknowledged:
    return Acknowledged.of(key, small.did(receipt, "list", {"tasks": {"what": key}}, small.HELPER, key=key), key)


def test_nothing_is_found_where_nothing_is_planted(record: Any) -> None:
    receipt = small.working()
    held = [listed(receipt, "once"), listed(receipt, "once")]
    small.did(receipt, "spawn", principal=small.HELPER)
    loop.drain()
    assert broken(record, held) == ""


def test_an_opening_that_does_not_ask_whether_its_key_is_known(record: Any) -> None:
    with altered(record.owner_url, "matter_open_v1", ("p ->> 'key',", "p ->> 'key_id',")):
        held = [Acknowledged.of("again", small.opened("again", claim="again"), "again") for _ in range(2)]
    assert "done 2 times" in broken(record, held)


def test_an_act_that_does_not_ask_whether_its_key_is_known(record: Any) -> None:
    receipt = small.working()
    with altered(
        record.owner_url, "matter_act_v1", ("IF answer IS NOT NULL", "IF false"), ("::uuid, p ->> 'key',", "::uuid, p ->> 'key_id',")
    ):
        held = [listed(receipt, "again"), listed(receipt, "again")]
    found = broken(record, held)
    assert "I1 the acknowledged key again is not known" in found
    assert "done 2 times" in found


def test_a_receipt_given_before_the_commit(record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    receipt, real = small.working(), doors.act

    def early(home: str, payload: dict[str, Any]) -> dict[str, Any]:
        with transaction.atomic():
            answer = real(home, payload)
            transaction.set_rollback(True)  # the crash that comes between
        return answer

    monkeypatch.setattr(doors, "act", early)
    held = [listed(receipt, "early")]
    assert "I1 the acknowledged key early is not known" in broken(record, held)


ROWS = {
    "an outgoing row left out": ("outbox", "I5"),
    "a task left out": ("tasks", "I3"),
    "a reader left out": ("access", "I3"),
    "a clock left out": ("clocks", "I3"),
    "a party left out": ("parties", "I3"),
    "content left out": ("content", "I6 content_missing"),
    "a paper left out": ("papers", "I6 paper_missing"),
}


@pytest.mark.parametrize("what", ROWS)
def test_rows_that_are_not_written(record: Any, what: str) -> None:
    part, found = ROWS[what]
    with altered(record.owner_url, "matter_rows_v1", (f"p ? '{part}'", "false")):
        small.opened()
    assert found in broken(record)


def test_an_event_that_is_not_entered_for_sealing(record: Any) -> None:
    with altered(
        record.owner_url, "matter_rows_v1", ("VALUES (of_home, e.id, of_matter);", "SELECT of_home, e.id, of_matter WHERE false;")
    ):
        small.working()
    assert "places to be sealed in" in broken(record)


def test_a_handler_that_does_its_work_under_a_new_key_each_time(record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = services.open
    small.did(small.working(), "spawn", principal=small.HELPER)
    monkeypatch.setattr(services, "open", lambda **asked: real(**{**asked, "key": str(uuid4())}))
    monkeypatch.setattr(doors, "outbox_done", lambda *_: False)  # died before it was noted
    outbox.run_once(small.HOME)
    with clock.set_to(clock.now() + 2 * outbox.LEASE):
        outbox.run_once(small.HOME)
    assert "one opening made 2 children" in broken(record)


def test_a_column_that_is_not_hashed(record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "COLUMNS", tuple(name for name in events.COLUMNS if name != "purpose"))
    small.working()
    loop.drain()
    assert "purpose" in unwatched(record.owner_url, "matters_event")[0]


def test_a_state_the_procedure_has_no_way_to(record: Any) -> None:
    receipt = small.working()
    with psycopg.connect(record.owner_url, autocommit=True) as owner:
        owner.execute("UPDATE matters_event SET state = 'closed' WHERE matter = %s AND seq = 2", [receipt.matter])
    assert "I3 event 2" in broken(record)


def test_an_opening_in_two_transactions_is_found_by_the_enumerator(record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real = doors.open_matter

    def halves(home: str, payload: dict[str, Any]) -> dict[str, Any]:
        rest = payload.pop("outbox", [])
        answer = real(home, payload)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        with psycopg.connect(record.owner_url, autocommit=True) as owner:
            for row in rest:
                owner.execute(
                    "INSERT INTO matters_outbox (home, id, matter, seq, n, kind, payload, due_at, attempts, error)"
                    " VALUES (%s, %s, %s, 1, %s, %s, %s, now(), 0, '')",
                    [home, row["id"], payload["matter"]["id"], row["n"], row["kind"], Jsonb(row["payload"])],
                )
        return answer

    def work(number: int) -> Callable[[], Any]:
        return lambda: small.opened(f"halves:{number}")

    def check(number: int, since: UUID) -> None:
        assert violations(record.owner_url, since=since) == []

    monkeypatch.setattr(doors, "open_matter", halves)
    with pytest.raises(AssertionError, match="I5"):
        every_point(work, check)
