"""Killed at any point of any piece of work (F1): the invariants hold, and doing it again leaves one effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
import small
from crashing import every_point
from django.db import Error, connection
from held import Acknowledged
from invariants import violations

from huiyin import clock
from huiyin.core.values import SYSTEM, Refusal
from huiyin.matters import batch, deadlines, doors, erasure, outbox, sealing, services
from huiyin.matters.receipts import Receipt
from huiyin.workers import loop

Work = Callable[[], Any]


def count(record: Any, table: str, where: str = "true") -> int:
    with psycopg.connect(record.owner_url) as owner:
        row = owner.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    assert row is not None
    return int(row[0])


def body(receipt: Receipt) -> dict[str, Any]:
    seen = doors.snapshot(receipt.home, receipt.matter, SYSTEM)
    assert seen is not None
    found: dict[str, Any] = seen["body"]
    return found


def test_an_opening_and_an_act_in_one_process(record: Any) -> None:
    held: list[Acknowledged] = []

    def ask(number: int) -> Receipt:
        opened = small.opened(f"open:{number}", claim=f"words {number}")
        accepted = small.did(opened, "accept", {"who_helps": str(small.BEN)}, key=f"accept:{number}")
        held.append(Acknowledged.of(f"open:{number}", opened, f"words {number}"))
        held.append(Acknowledged.of(f"accept:{number}", accepted))
        return accepted

    def work(number: int) -> Work:
        return lambda: ask(number)

    def check(number: int, since: UUID) -> None:
        assert violations(record.owner_url, since=since) == []
        first = ask(number)
        assert ask(number).head == first.head
        assert violations(record.owner_url, held[-4:], since=since) == []
        assert (count(record, "matters_matter"), count(record, "matters_event")) == (number, 2 * number)

    assert every_point(work, check) >= 8
    assert violations(record.owner_url, held) == []


def test_many_openings_in_one_transaction_are_all_there_or_none(record: Any) -> None:
    def wanted(number: int) -> list[dict[str, Any]]:
        plain = {"procedure": "small", "topic": "dispute.leak", "division": small.STREET, "opened_by": "party", "principal": small.CLERK}
        return [
            {**plain, "data": {"claim": f"{number}.{one}"}, "parties": [{"role": "asker", "name": "张三"}], "key": f"many:{number}:{one}"}
            for one in range(3)
        ]

    def check(number: int, since: UUID) -> None:
        assert violations(record.owner_url, since=since) == []
        assert count(record, "matters_matter") in (3 * number - 3, 3 * number)
        answers = batch.open_many(wanted(number))
        assert all(isinstance(one, Receipt) for one in answers)
        assert count(record, "matters_matter") == 3 * number

    assert every_point(lambda number: lambda: batch.open_many(wanted(number)), check) >= 4
    assert violations(record.owner_url) == []


def test_outgoing_work(record: Any) -> None:
    made: list[Receipt] = []

    def work(number: int) -> Work:
        made.append(small.did(small.working(), "spawn", principal=small.HELPER))
        return lambda: outbox.run_once(small.HOME)

    def check(number: int, since: UUID) -> None:
        assert violations(record.owner_url, since=since) == []
        with clock.set_to(clock.now() + 2 * outbox.LEASE):
            loop.drain()
        assert violations(record.owner_url, since=since) == []
        assert count(record, "matters_matter") == 2 * number
        assert count(record, "matters_outbox", "done_at IS NULL") == 0
        assert [child["matter"] is not None for child in body(made[-1])["children"]] == [True]

    assert every_point(work, check) >= 16
    assert violations(record.owner_url) == []


def test_the_end_of_a_child_told_to_its_parent(record: Any) -> None:
    made: list[Receipt] = []

    def work(number: int) -> Work:
        made.append(small.did(small.working(), "spawn", principal=small.HELPER))
        loop.drain()
        home, child = body(made[-1])["children"][0]["matter"].split("/")
        answer = services.act(home=home, matter=child, action="finish", data={"note": "好了"}, principal=small.CLERK, key=f"end:{child}")
        assert isinstance(answer, Receipt)
        return lambda: outbox.run_once(small.HOME)

    def check(number: int, since: UUID) -> None:
        assert violations(record.owner_url, since=since) == []
        with clock.set_to(clock.now() + 2 * outbox.LEASE):
            loop.drain()
        assert violations(record.owner_url, since=since) == []
        assert body(made[-1])["state"] == "closed"

    assert every_point(work, check) >= 10
    assert violations(record.owner_url) == []


def test_a_child_that_ends_before_its_parent_heard_of_it_is_not_forgotten(record: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker dies between opening a child and telling the parent; the child ends before the lease does."""
    parent = small.did(small.working(), "spawn", principal=small.HELPER)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(outbox, "_report", dies)
        with pytest.raises(KeyboardInterrupt):
            outbox.run_once(small.HOME)
    with psycopg.connect(record.owner_url) as owner:
        row = owner.execute("SELECT id FROM matters_matter WHERE procedure = 'smaller'").fetchone()
    assert row is not None
    services.act(home=small.HOME, matter=row[0], action="finish", data={"note": "好了"}, principal=small.CLERK, key="end")
    loop.drain()
    with clock.set_to(clock.now() + 2 * outbox.LEASE):
        loop.drain()
    (child,) = body(parent)["children"]
    assert (child["matter"], child["outcome"]) == (f"{small.HOME}/{row[0]}", "resolved")
    assert body(parent)["state"] == "closed"
    assert violations(record.owner_url) == []


def test_clocks_that_ran_out(record: Any) -> None:
    late = small.MORNING + timedelta(days=40)
    made: list[Receipt] = []

    def work(number: int) -> Work:
        with clock.set_to(small.MORNING):
            made.append(small.working())
            made.append(small.opened())

        def sweep() -> None:
            with clock.set_to(late):
                deadlines.run_once(small.HOME)

        return sweep

    def check(number: int, since: UUID) -> None:
        assert violations(record.owner_url, since=since) == []
        with clock.set_to(late):
            loop.drain()
            assert deadlines.run_once(small.HOME) == 0
        assert violations(record.owner_url, since=since) == []
        assert [body(one)["state"] for one in made[-2:]] == ["failed", "received"]
        assert count(record, "matters_event", "action = 'clock_due'") == 2 * number

    assert every_point(work, check) >= 10
    assert violations(record.owner_url) == []


def test_sealing_and_publishing(record: Any) -> None:
    def work(number: int) -> Work:
        for _ in range(3):
            small.opened()
        return loop.seal

    def check(number: int, since: UUID) -> None:
        assert violations(record.owner_url, since=since) == []
        loop.seal()
        assert violations(record.owner_url, since=since) == []
        lines = sealing.published(small.HOME)
        assert [line["number"] for line in lines] == list(range(1, len(lines) + 1))
        # What a death kept from being published goes out with the next seal, at the latest.
        small.opened()
        loop.seal()
        lines = sealing.published(small.HOME)
        assert len(lines) == count(record, "matters_root")
        assert sum(line["size"] for line in lines) == count(record, "matters_event")

    assert every_point(work, check) >= 10
    assert violations(record.owner_url) == []


def test_a_root_whose_publishing_was_cut_off_goes_out_at_the_next_turn(record: Any) -> None:
    small.opened()
    assert sealing.seal_once(small.HOME) is not None
    loop.seal()
    assert len(sealing.published(small.HOME)) == 1


def test_erasure(record: Any) -> None:
    def erase(receipt: Receipt) -> Receipt:
        answer = erasure.erase(
            home=receipt.home, matter=receipt.matter, principal=SYSTEM, basis="个人信息保护法(2021)#47", key=f"e:{receipt.matter}",
            fields=["claim"],
        )  # fmt: skip
        assert isinstance(answer, Receipt)
        return answer

    made: list[Receipt] = []

    def work(number: int) -> Work:
        made.append(small.opened(claim=f"秘密 {number}"))
        return lambda: erase(made[-1])

    def check(number: int, since: UUID) -> None:
        assert violations(record.owner_url, since=since) == []
        assert erase(made[-1]).head == erase(made[-1]).head
        assert violations(record.owner_url, since=since) == []
        assert count(record, "matters_content", "value::text LIKE '%秘密%'") == 0

    assert every_point(work, check) >= 4
    assert violations(record.owner_url) == []


def test_an_erasure_does_not_swallow_a_child_that_waits_to_be_opened(record: Any) -> None:
    parent = small.did(small.working(parties=2), "spawn", principal=small.HELPER)

    def erase() -> Receipt | Refusal:
        return erasure.erase(
            home=parent.home, matter=parent.matter, principal=SYSTEM, basis="个人信息保护法(2021)#47", key="early",
            party=small.party_of(parent, 1).id,
        )  # fmt: skip

    early = erase()
    assert isinstance(early, Refusal)
    assert early.code == "child_waits"
    loop.drain()
    (child,) = body(parent)["children"]
    assert child["matter"] is not None
    assert isinstance(erase(), Receipt)


TRIPWIRE = """
    CREATE FUNCTION faults_tripwire() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        passed integer := coalesce(nullif(current_setting('faults.passed', true), ''), '0')::integer + 1;
    BEGIN
        PERFORM set_config('faults.passed', passed::text, false);
        IF passed = nullif(current_setting('faults.fatal', true), '')::integer THEN
            RAISE EXCEPTION 'tripwire at row %', passed USING ERRCODE = 'admin_shutdown';
        END IF;
        RETURN coalesce(NEW, OLD);
    END
    $$;
"""


@pytest.fixture
def tripwire(record: Any) -> Iterator[Callable[[int], None]]:
    """A session breaks off while its n-th row is being written, deep inside the functions of the database."""
    with psycopg.connect(record.owner_url, autocommit=True) as owner:
        tables = [row[0] for row in owner.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(matters|parties)_'")]
        owner.execute(TRIPWIRE)
        for table in tables:
            owner.execute(
                f"CREATE TRIGGER faults BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION faults_tripwire()"
            )

        def set_at(fatal: int) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('faults.passed', '0', false), set_config('faults.fatal', %s, false)", [str(fatal)])

        try:
            yield set_at
        finally:
            connection.close()
            owner.execute("DROP FUNCTION faults_tripwire() CASCADE")


def every_row(record: Any, tripwire: Callable[[int], None], work: Callable[[], Any]) -> int:
    """Break ``work`` off at each row it writes; nothing may stay of it, and it must go through at once afterwards."""
    before = everything(record)
    for fatal in range(1, 200):
        tripwire(fatal)
        try:
            work()
        except Error:
            tripwire(0)
            assert everything(record) == before, f"broken off at row {fatal}, something stayed"
            continue
        finally:
            tripwire(0)
        return fatal - 1
    raise AssertionError("the work writes without end")


def everything(record: Any) -> list[Any]:
    """Every row but the numbers handed out, which may have gaps."""
    with psycopg.connect(record.owner_url) as owner:
        names = owner.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(matters|parties)_' AND tablename <> 'matters_serial'")
        tables = sorted(row[0] for row in names)
        return [
            owner.execute(f"SELECT count(*), md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {t} t").fetchone()
            for t in tables
        ]


def test_no_row_of_an_opening_stays_without_the_others(record: Any, tripwire: Callable[[int], None]) -> None:
    small.opened()  # takes the block of references, which is no part of the opening
    assert every_row(record, tripwire, lambda: small.opened("cut", parties=2)) >= 12
    assert count(record, "matters_matter") == 2
    assert violations(record.owner_url) == []


def test_no_row_of_an_act_stays_without_the_others(record: Any, tripwire: Callable[[int], None]) -> None:
    receipt = small.working()
    assert every_row(record, tripwire, lambda: small.did(receipt, "spawn", principal=small.HELPER, key="cut")) >= 8
    assert violations(record.owner_url) == []


def test_no_row_of_a_seal_stays_without_the_others(record: Any, tripwire: Callable[[int], None]) -> None:
    for _ in range(4):
        small.opened()
    assert every_row(record, tripwire, lambda: sealing.seal_once(small.HOME)) == 5
    assert violations(record.owner_url) == []
