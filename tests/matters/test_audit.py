"""The audit names whatever was changed behind the record's back, and passes what was lawfully erased."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
import small
from small import did, working

from huiyin.core.values import SYSTEM, Refusal
from huiyin.matters import erasure, prove, queries, sealing, services
from huiyin.matters.audit import audit
from huiyin.workers import loop


@pytest.fixture
def matter(record: Any) -> Any:
    receipt = working(parties=2)
    did(receipt, "list", {"tasks": {"what": "修管道"}}, small.HELPER)
    did(receipt, "draw_up", principal=small.HELPER)
    did(receipt, "pause", principal=small.HELPER)
    loop.drain()
    loop.seal()
    assert audit().passed
    return receipt


def sql(database: Any, statement: str, *values: Any) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        assert owner.execute(statement, values).rowcount > 0


def named(receipt: Any) -> list[tuple[str, int | None]]:
    report = audit()
    assert not report.passed
    for finding in report.findings:
        assert finding.home == receipt.home
        assert finding.detail.zh
        assert finding.detail.en
        if finding.check not in ("root", "seal_entry"):
            assert finding.matter == str(receipt.matter)
    return [(finding.check, finding.seq) for finding in report.findings]


CHANGES = {
    "home": "'990102'",
    "id": "gen_random_uuid()",
    "action": "'accepu'",
    "principal_kind": "'system'",
    "principal": "principal || ' '",
    "unit": "'office.990102001'",
    "post": "'head'",
    "purpose": "'own'",
    "at": "at + interval '1 microsecond'",
    "now": "now - interval '1 microsecond'",
    "source_state": "'receivee'",
    "state": "'workinh'",
    "effects": "jsonb_set(effects, '{body}', '\"00\"')",
    "commitments": "jsonb_set(commitments, '{0}', '\"00\"')",
    "sealed": "NOT sealed",
    "readers": "ARRAY['unit:x']",
    '"order"': "gen_random_uuid()",
    "prev": "set_byte(prev, 0, get_byte(prev, 0) # 1)",
    "hash": "set_byte(hash, 31, get_byte(hash, 31) # 1)",
}


@pytest.mark.parametrize("column", CHANGES)
def test_one_changed_byte_in_any_column_of_an_event_is_found(record: Any, matter: Any, column: str) -> None:
    sql(record, f"UPDATE matters_event SET {column} = {CHANGES[column]} WHERE seq = 2")
    if column == "home":
        assert not audit().passed
        return
    assert any(seq == 2 for _, seq in named(matter))


def test_the_list_of_changes_covers_every_column(record: Any) -> None:
    with psycopg.connect(record.owner_url) as owner:
        rows = owner.execute("SELECT column_name FROM information_schema.columns WHERE table_name = 'matters_event'").fetchall()
    assert {row[0] for row in rows} == {column.strip('"') for column in CHANGES} | {"matter", "seq"}


OTHER_CHANGES = {
    "a value": ("UPDATE matters_content SET value = '\"别的\"' WHERE field = 'claim'", "content_changed"),
    "a salt": ("UPDATE matters_content SET salt = '\\x00' WHERE field = 'claim'", "content_changed"),
    "a name": ("UPDATE matters_content SET value = '\"李四\"' WHERE field = 'party.name' AND n = 0", "content_changed"),
    "content removed": ("DELETE FROM matters_content WHERE field = 'claim'", "content_missing"),
    "content cleared quietly": (
        "UPDATE matters_content SET value = NULL, salt = NULL, erased_at = now() WHERE field = 'claim'",
        "content_erased",
    ),
    "content of another field": ("UPDATE matters_content SET field = 'reason' WHERE field = 'claim'", "matter_fact"),
    "content of another party": ("UPDATE matters_content SET party = 'x' WHERE field = 'phone'", "matter_party"),
    "an event removed": ("DELETE FROM matters_event WHERE seq = 3", "event_gap"),
    "the last event removed": ("DELETE FROM matters_event WHERE seq = 5", "matter_head"),
    "the first event removed": ("DELETE FROM matters_event WHERE seq = 1", "event_prev"),
    "all events removed": ("DELETE FROM matters_event", "events_missing"),
    "the matter removed": ("DELETE FROM matters_matter", "matter_missing"),
    "two events swapped": (
        """UPDATE matters_event SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3);
        UPDATE matters_event SET seq = seq - 100 WHERE seq > 100""",
        "event_hash",
    ),
    "the state": ("UPDATE matters_matter SET state = 'closed'", "matter_column"),
    "the state in both places": (
        "UPDATE matters_matter SET state = 'closed', body = jsonb_set(body, '{state}', '\"closed\"')",
        "matter_head",
    ),
    "the version": ("UPDATE matters_matter SET version = 9", "matter_head"),
    "the head": ("UPDATE matters_matter SET head = '\\x00'", "matter_head"),
    "the reference": ("UPDATE matters_matter SET reference = '000000000000'", "matter_column"),
    "a fact": ("UPDATE matters_matter SET body = jsonb_set(body, '{facts,claim}', '\"别的\"')", "matter_fact"),
    "a party's fact": ("UPDATE matters_matter SET body = jsonb_set(body, '{parties,0,facts,phone}', '\"1\"')", "matter_party"),
    "a clock in the body": ("UPDATE matters_matter SET body = jsonb_set(body, '{clocks,work,events,0,reason}', '\"x\"')", "matter_body"),
    "what was done": ("UPDATE matters_matter SET body = jsonb_set(body, '{done,list}', '7')", "matter_body"),
    "a clock": ("UPDATE matters_clock SET due = due + interval '1 day' WHERE name = 'work'", "clock"),
    "a clock removed": ("DELETE FROM matters_clock WHERE name = 'work'", "clock"),
    "the next due date": ("UPDATE matters_matter SET next_due = now()", "next_due"),
    "who has it": ("UPDATE matters_task SET post = 'head' WHERE post = 'clerk'", "task"),
    "who has it, in words": ('UPDATE matters_matter SET who = \'{"zh": "x", "en": "x"}\'', "task"),
    "nobody has it": ("DELETE FROM matters_task", "task"),
    "a paper's text": ("UPDATE matters_paper SET blocks = jsonb_set(blocks, '{0,kind}', '\"x\"') WHERE name = 'deal'", "paper_changed"),
    "a paper's title": ('UPDATE matters_paper SET title = \'{"zh": "x", "en": "x"}\' WHERE name = \'deal\'', "paper_changed"),
    "a paper's hash": ("UPDATE matters_paper SET hash = 'x' WHERE name = 'deal'", "paper_hash"),
    "a paper removed": ("DELETE FROM matters_paper WHERE name = 'deal'", "paper_missing"),
    "a party's row": ("UPDATE parties_party SET name = '李四' WHERE name = '张三0'", "party_row"),
    "a receipt": ("UPDATE matters_key SET receipt = jsonb_set(receipt, '{head}', '\"00\"') WHERE seq = 2", "receipt"),
    "a receipt removed": ("DELETE FROM matters_key WHERE seq = 2", "receipt_missing"),
    "a root": ("UPDATE matters_root SET tree_root = '\\x00'", "root"),
    "a root's time": ("UPDATE matters_root SET sealed_at = sealed_at + interval '1 second'", "root"),
    "a place under a root": ("UPDATE matters_sealed SET position = position + 1", None),
    "a seal entry removed": ("DELETE FROM matters_sealed WHERE position = 1", "seal_entry"),
    "the matter is another's": ("UPDATE matters_matter SET parent = gen_random_uuid(), parent_home = '990101'", "matter_column"),
}


@pytest.mark.parametrize("what", OTHER_CHANGES)
def test_other_changes_are_found_and_named(record: Any, matter: Any, what: str) -> None:
    statement, check = OTHER_CHANGES[what]
    for part in statement.split(";"):
        sql(record, part)
    if check is None:
        assert audit().passed  # order among the leaves counts, not the numbers that give it
        return
    assert check in [found for found, _ in named(matter)]


def test_an_event_with_everything_made_to_fit_again_is_found_by_the_seal(record: Any, matter: Any) -> None:
    """Whoever rewrites the last event and every hash of it still meets the sealed head."""
    sql(record, "DELETE FROM matters_event WHERE seq = 5")
    sql(record, "DELETE FROM matters_sealed WHERE id NOT IN (SELECT id FROM matters_event)")
    assert "root" in [check for check, _ in named(matter)]


def test_a_root_sealed_anew_after_a_change_is_found_by_what_was_published(record: Any, matter: Any) -> None:
    place = next(sealing.folder(matter.home).glob("*.jsonl"))
    lines = [json.loads(line) for line in place.read_text().splitlines()]
    lines[-1]["head"] = "00"
    place.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert "root" in [check for check, _ in named(matter)]
    place.unlink()


def erased(receipt: Any, **what: Any) -> Any:
    answer = erasure.erase(
        home=receipt.home, matter=receipt.matter, principal=SYSTEM, basis="个人信息保护法(2021)#47", key=f"e{receipt.reference}", **what
    )
    assert isinstance(answer, services.Receipt), answer
    return answer


def everything_stored(database: Any) -> str:
    with psycopg.connect(database.owner_url) as owner:
        tables = [row[0] for row in owner.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(matters|parties)_'")]
        return "\n".join(str(owner.execute(f"SELECT coalesce(json_agg(t)::text, '') FROM {table} t").fetchone()) for table in tables)


def test_after_a_persons_content_was_erased_it_is_nowhere_and_the_audit_passes(record: Any, matter: Any) -> None:
    party = small.party_of(matter).id
    assert "张三0" in everything_stored(record)
    erased(matter, party=party)
    left = everything_stored(record)
    assert "张三0" not in left
    assert "13800000000" not in left
    assert "张三1" in left
    assert audit().passed
    did(matter, "go_on", principal=small.HELPER)
    assert audit().passed
    view = queries.get(small.CLERK, matter.home, matter.matter)
    assert view is not None
    assert view.parties[0].name == ""
    assert "phone" in view.erased
    assert prove.prove(matter.reference)["ok"]  # type: ignore[index]


def test_erased_fields_are_gone_from_papers_sentences_and_receipts(record: Any, matter: Any) -> None:
    erased(matter, fields=["claim"])
    assert "漏水" not in everything_stored(record)
    assert audit().passed
    view = queries.get(small.CLERK, matter.home, matter.matter)
    assert view is not None
    assert view.erased == ("claim",)
    paper = queries.paper(small.CLERK, matter.home, matter.matter, "slip", 1)
    assert paper is not None
    assert paper.blocks is None


def test_a_value_given_again_after_erasure_stands(record: Any, matter: Any) -> None:
    erased(matter, fields=["tasks"])
    did(matter, "list", {"tasks": {"what": "重新开始"}}, small.HELPER)
    view = queries.get(small.HELPER, matter.home, matter.matter)
    assert view is not None
    assert [task["what"] for task in view.facts["tasks"]] == ["重新开始"]
    assert audit().passed


def test_content_that_comes_back_after_its_erasure_is_found(record: Any, matter: Any) -> None:
    erased(matter, fields=["claim"])
    sql(record, "UPDATE matters_content SET value = '\"回来了\"' WHERE field = 'claim'")
    assert "content_left" in [check for check, _ in named(matter)]


def test_only_the_system_erases(record: Any, matter: Any) -> None:
    for principal in (small.CLERK, small.HEAD, small.ANYONE):
        answer = erasure.erase(home=matter.home, matter=matter.matter, principal=principal, basis="x", fields=["claim"], key="x")
        assert isinstance(answer, Refusal)


@pytest.mark.parametrize(
    "behind", ["codes || jsonb_build_object({other}, codes->{own})", "codes - {other}", "codes || jsonb_build_object('x', codes->{own})"]
)
def test_a_code_that_opens_the_matter_as_another_party_is_found(record: Any, matter: Any, behind: str) -> None:
    own, other = (small.party_of(matter, number) for number in range(2))
    for party in (own, other, own):
        did(matter, "own_code", principal=party)
    assert audit().passed
    sql(record, f"UPDATE matters_matter SET codes = {behind}".format(own=f"'{own.id}'", other=f"'{other.id}'"))
    assert "code" in [check for check, _ in named(matter)]


def test_many_matters_are_read_in_one_pass_with_progress(record: Any) -> None:
    for _ in range(5):
        small.opened()
    seen: list[tuple[int, int]] = []
    report = audit(lambda done, of: seen.append((done, of)))
    assert (report.matters, report.events) == (5, 5)
    assert seen[-1] == (5, 5)
