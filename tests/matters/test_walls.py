"""The second wall: what the application's role may see and do when the application's own checks are off."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
import small
from small import did, opened, working

from huiyin.core.values import SYSTEM, Principal
from huiyin.matters import queries
from huiyin.matters.access import NoReaderError, effective_tokens, reading_as
from huiyin.matters.models import Event, Matter
from huiyin.workers import loop

PUBLIC = {"matters_root", "matters_order"}
# Orders are tried in a room of their own (tests/orders).
EMPTY = {"matters_order", "matters_order_line"}


def tables(database: Any) -> list[str]:
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND (tablename LIKE 'matters%' OR tablename LIKE 'parties%')"
        )
        return [row[0] for row in rows]


def fill() -> Any:
    receipt = working(parties=2)
    did(receipt, "report_danger", {"words": "有人威胁"}, small.HELPER)
    did(receipt, "spawn", principal=small.HELPER)
    loop.drain()
    loop.seal()
    queries.get(small.CLERK, receipt.home, receipt.matter)
    queries.find_by_reference(receipt.reference, "000000")
    return receipt


def seen_by(database: Any, tokens: tuple[str, ...] | None) -> dict[str, int]:
    with psycopg.connect(database.app_url) as connection:
        if tokens is not None:
            connection.execute("SELECT set_config('huiyin.tokens', %s, true)", ["\x1f".join(tokens)])
        found: dict[str, int] = {}
        for table in tables(database):
            row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            assert row is not None
            found[table] = row[0]
        return found


STRANGERS = {
    "no tokens": None,
    "empty": ("",),
    "another office": effective_tokens(small.STRANGER),
    "another party": ("party:00000000-0000-0000-0000-000000000000",),
    "a prefix": ("unit:", "unit", "party:", "person:"),
    "a wildcard": ("unit:%", "%", "*", "{system}", '"system"', "system,unit"),
}


@pytest.mark.parametrize("tokens", STRANGERS.values(), ids=STRANGERS.keys())
def test_a_stranger_finds_no_row_in_any_table_even_with_sql_of_its_own(record: Any, tokens: tuple[str, ...] | None) -> None:
    fill()
    everything = seen_by(record, ("system",))
    assert all(count > 0 for table, count in everything.items() if table not in EMPTY), everything
    found = seen_by(record, tokens)
    assert {table for table, count in found.items() if count} <= PUBLIC, found


def test_everything_a_stranger_asks_through_the_queries_is_empty(record: Any) -> None:
    receipt = fill()
    for principal in (small.STRANGER, small.ANYONE, Principal("party", "x", matter="y"), Principal("feeder", "12345")):
        assert queries.get(principal, receipt.home, receipt.matter) is None
        assert queries.timeline(principal, receipt.home, receipt.matter) == ()
        assert queries.papers(principal, receipt.home, receipt.matter) == ()
        assert queries.paper(principal, receipt.home, receipt.matter, "slip", 1) is None
        assert queries.looks(principal, receipt.home, receipt.matter) == ()
        assert queries.inbox(principal).rows == ()
        assert queries.matters(principal).rows == ()
        assert queries.notices(principal) == ()


def test_tokens_end_with_the_transaction(record: Any) -> None:
    opened()
    with psycopg.connect(record.app_url) as connection:
        connection.execute("SELECT set_config('huiyin.tokens', 'system', true)")
        assert connection.execute("SELECT count(*) FROM matters_matter").fetchone() == (1,)
        connection.commit()
        assert connection.execute("SELECT count(*) FROM matters_matter").fetchone() == (0,)


def test_the_application_can_change_no_table_by_itself(record: Any) -> None:
    fill()
    with psycopg.connect(record.app_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('huiyin.tokens', 'system', false)")
        for table in tables(record):
            for statement in (
                f"INSERT INTO {table} SELECT * FROM {table} LIMIT 1",
                f"UPDATE {table} SET home = home" if table != "matters_order" else f"UPDATE {table} SET kind = kind",
                f"DELETE FROM {table}",
                f"TRUNCATE {table}",
                f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
                f"DROP TABLE {table}",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement)


def test_the_helper_functions_have_no_door(record: Any) -> None:
    with psycopg.connect(record.app_url, autocommit=True) as connection:
        for call in ("matter_rows_v1('1', gen_random_uuid(), '{}')", "matter_answer_v1('1', 'k', 'h')"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT {call}")


def test_temporary_tables_cannot_stand_in_for_the_real_ones(record: Any) -> None:
    receipt = opened()
    with psycopg.connect(record.owner_url, autocommit=True) as owner:
        paths = owner.execute("SELECT proname, proconfig FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace").fetchall()
    assert paths
    assert all(config == ["search_path=public, pg_temp"] for _, config in paths), paths
    assert receipt.version == 1


def test_every_table_has_the_home_in_its_key_and_in_every_unique_constraint(record: Any) -> None:
    with psycopg.connect(record.owner_url) as owner:
        rows = owner.execute(
            """
            SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text,
                   array_agg(a.attname::text) FROM pg_index i
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)
             WHERE i.indisunique AND i.indrelid::regclass::text ~ '^(matters|parties)_' GROUP BY 1, 2
            """
        ).fetchall()
    assert len(rows) > 20
    assert [name for table, name, columns in rows if "home" not in columns and table != "matters_order"] == []


def test_no_query_leaves_without_a_reader(record: Any) -> None:
    with pytest.raises(NoReaderError):
        Matter.objects.count()
    with reading_as(small.STRANGER):
        assert Matter.objects.count() == 0
    with pytest.raises(NoReaderError):
        Matter.objects.count()


def test_a_reader_inside_a_reader_hands_the_outer_rights_back(record: Any) -> None:
    opened()
    with reading_as(SYSTEM):
        assert Matter.objects.count() == 1
        with reading_as(small.STRANGER):
            assert Matter.objects.count() == 0
        assert Matter.objects.count() == 1


def test_a_sealed_act_is_there_for_the_duty_holder_and_its_author_only(record: Any) -> None:
    receipt = working()
    did(receipt, "report_danger", {"words": "有人威胁"}, small.HELPER)

    def actions(principal: Principal) -> list[str]:
        with reading_as(principal):
            return list(Event.objects.filter(action="report_danger").values_list("action", flat=True))

    assert actions(small.HELPER) == ["report_danger"]
    assert actions(small.CLERK) == []
    assert actions(small.HEAD) == []
    assert actions(small.party_of(receipt)) == []
    loop.drain()
    assert [notice.text.zh for notice in queries.notices(small.POLICE_OFFICER) if notice.text] == ["报告险情"]
    assert "report_danger" not in [entry.action for entry in queries.timeline(small.CLERK, receipt.home, receipt.matter)]


def test_an_auditor_sees_the_history_and_not_what_was_said(record: Any) -> None:
    receipt = fill()
    auditor = Principal("staff", small.STRANGER.id, small.OTHER_OFFICE, "audit_admin", "audit")
    assert [entry.action for entry in queries.timeline(auditor, receipt.home, receipt.matter)][:2] == ["open", "accept"]
    assert queries.get(auditor, receipt.home, receipt.matter) is None
    found = seen_by(record, effective_tokens(auditor))
    assert found["matters_event"] > 0
    assert [found[table] for table in ("matters_matter", "matters_content", "matters_paper", "parties_party", "matters_notice")] == [0] * 5


def test_a_party_comes_for_its_own_matter_and_what_that_opened(record: Any) -> None:
    receipt, other = fill(), opened()
    party = queries.find_by_reference(receipt.reference, receipt.code or "")
    assert party is None or isinstance(party, Principal)
    first = opened()
    holder = queries.find_by_reference(first.reference, first.code or "")
    assert isinstance(holder, Principal)
    assert queries.get(holder, first.home, first.matter) is not None
    assert queries.get(holder, other.home, other.matter) is None
    assert holder.matter == f"{first.home}/{first.matter}"
