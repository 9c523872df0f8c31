"""The two doors: what is written, what is answered, and that asking twice is being done once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import small
from django.db import connections
from small import did, opened, tried, try_open, working

from huiyin import clock
from huiyin.core import reference
from huiyin.core.values import SYSTEM, Refusal
from huiyin.matters import doors, queries, services
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.receipts import Receipt

pytestmark = pytest.mark.usefixtures("record")


def assert_sound() -> None:
    report = audit()
    assert report.passed, report.findings


def test_an_opening_is_answered_with_a_reference_a_code_an_owner_and_a_date() -> None:
    with clock.set_to(small.MORNING):
        receipt = opened()
    assert reference.is_valid(receipt.reference)
    assert receipt.code is not None
    assert len(receipt.code) == 6
    assert receipt.who.zh == "试验办事处0经办人"
    assert str(receipt.due) == "2026-09-10"
    assert receipt.version == 1
    assert not receipt.known
    assert_sound()


def test_a_matter_goes_from_its_opening_to_its_end() -> None:
    receipt = working()
    did(receipt, "list", {"tasks": {"what": "修管道"}})
    did(receipt, "list", {"tasks": {"what": "补墙"}})
    did(receipt, "mark", {"which": 0})
    ended = did(receipt, "mark", {"which": 1})
    assert ended.state == "closed"
    assert ended.who.zh == "已办结"
    assert ended.due is None
    view = queries.get(small.CLERK, receipt.home, receipt.matter)
    assert view is not None
    assert view.outcome == "resolved"
    assert [task["state"] for task in view.facts["tasks"]] == ["done", "done"]
    assert_sound()


def test_every_kind_of_act_leaves_a_record_the_audit_accepts() -> None:
    receipt = working(parties=2)
    asker = small.party_of(receipt)
    did(receipt, "pause", principal=small.HELPER)
    did(receipt, "go_on", principal=small.HELPER)
    did(receipt, "draw_up", principal=small.HELPER)
    hash_ = queries.papers(small.HELPER, receipt.home, receipt.matter)[-1].hash
    did(receipt, "sign", {"hash": hash_, "method": "screen"}, asker)
    did(receipt, "seal", {"hash": hash_, "method": "wet"}, small.SEAL_KEEPER)
    did(receipt, "hand_over", {"post": "helper", "to": str(small.CAI), "reason": "休假"}, small.HEAD)
    did(receipt, "report_danger", {"words": "有人威胁要动手"}, small.OTHER_HELPER)
    did(receipt, "agree_to_end", principal=asker)
    ended = did(receipt, "agree_to_end", principal=small.party_of(receipt, 1))
    assert ended.state == "gone"
    assert_sound()


def test_the_same_key_and_content_give_the_same_receipt_and_code() -> None:
    first = opened("k1")
    again = opened("k1")
    assert again.known
    assert (again.matter, again.reference, again.head, again.code) == (first.matter, first.reference, first.head, first.code)
    with reading_as(SYSTEM) as connection, connection.cursor() as rows:
        rows.execute("SELECT count(*) FROM matters_matter")
        assert rows.fetchone() == (1,)


def test_the_stored_receipt_does_not_hold_the_code() -> None:
    receipt = opened("k2")
    with reading_as(SYSTEM) as connection, connection.cursor() as rows:
        rows.execute("SELECT receipt::text, (SELECT codes::text FROM matters_matter) FROM matters_key")
        stored, codes = rows.fetchone()
    assert f'"{receipt.code}"' not in codes
    assert f'"{receipt.code}"' not in stored


def test_the_same_key_with_other_content_is_refused_and_changes_nothing() -> None:
    opened("k3")
    answer = try_open("k3", claim="别的事")
    assert isinstance(answer, Refusal)
    assert answer.code == "key_reused"
    assert audit().matters == 1


def test_somebody_elses_key_answers_nothing() -> None:
    opened("k4")
    answer = try_open("k4", principal=small.CLERK)
    assert isinstance(answer, Refusal)
    assert answer.code == "key_reused"


def test_an_act_repeated_with_its_key_is_answered_even_when_it_is_no_longer_offered() -> None:
    receipt = opened()
    first = did(receipt, "accept", {"who_helps": str(small.BEN)}, key="a1")
    again = did(receipt, "accept", {"who_helps": str(small.BEN)}, key="a1")
    assert again.known
    assert again.head == first.head
    other = tried(receipt, "accept", {"who_helps": str(small.CAI)}, key="a1")
    assert isinstance(other, Refusal)
    assert other.code == "key_reused"


def test_an_opening_repeated_after_it_would_be_refused_is_still_answered() -> None:
    with clock.set_to(small.MORNING):
        first = opened("k5", at=small.MORNING)
    with clock.set_to(small.MORNING - timedelta(days=1)):
        again = opened("k5", at=small.MORNING)
    assert again.head == first.head
    assert again.code == first.code


def test_an_old_version_is_a_conflict() -> None:
    receipt = working()
    answer = tried(receipt, "list", {"tasks": {"what": "修"}}, seen_version=1)
    assert isinstance(answer, Refusal)
    assert answer.code == "conflict"


def together(calls: list[Any]) -> list[Any]:
    barrier = threading.Barrier(len(calls))

    def one(call: Any) -> Any:
        try:
            barrier.wait()
            return call()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [future.result() for future in [pool.submit(one, call) for call in calls]]


def test_of_two_who_act_on_the_same_version_at_once_one_wins() -> None:
    receipt = working()
    calls = [lambda n=n: tried(receipt, "list", {"tasks": {"what": f"{n}"}}, seen_version=2) for n in range(4)]
    answers = together(calls)
    assert sorted(type(answer).__name__ for answer in answers) == ["Receipt", "Refusal", "Refusal", "Refusal"]
    assert {answer.code for answer in answers if isinstance(answer, Refusal)} == {"conflict"}
    assert_sound()


def test_two_who_did_not_name_a_version_both_get_through() -> None:
    receipt = working()
    answers = together([lambda n=n: tried(receipt, "list", {"tasks": {"what": f"{n}"}}) for n in range(3)])
    assert all(isinstance(answer, Receipt) for answer in answers)
    assert {answer.version for answer in answers} == {3, 4, 5}
    assert_sound()


def test_the_same_request_sent_at_once_many_times_is_done_once() -> None:
    receipt = working()
    key = str(uuid4())
    answers = together([lambda: tried(receipt, "list", {"tasks": {"what": "一次"}}, key=key) for _ in range(4)])
    assert {answer.head for answer in answers} == {answers[0].head}
    openings = together([lambda: try_open(key + "o") for _ in range(4)])
    assert {answer.reference for answer in openings} == {openings[0].reference}
    report = audit()
    assert report.passed
    assert (report.matters, report.events) == (2, 4)


def test_a_stranger_acts_on_nothing() -> None:
    receipt = working()
    answer = tried(receipt, "list", {"tasks": {"what": "x"}}, small.STRANGER)
    assert answer is services.MISSING
    assert tried(receipt, "list", {"tasks": {"what": "x"}}, small.ANYONE) is services.MISSING


def test_the_function_itself_refuses_tokens_that_do_not_reach_the_matter() -> None:
    receipt = working()
    seen = doors.snapshot(receipt.home, receipt.matter, SYSTEM)
    assert seen is not None
    payload = {
        "key": "x", "key_id": str(uuid4()), "body_hash": "0", "receipt": {}, "seen": 2, "prev": f"\\x{seen['head']}",
        "tokens": ["unit:" + small.OTHER_OFFICE], "matter": {"id": str(receipt.matter)}, "event": {},
    }  # fmt: skip
    assert doors.act(receipt.home, payload)["status"] == "missing"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"claim": "a\x00b"}, "claim"),
        ({"claim": "\ud800"}, "claim"),
        ({"claim": "好", "share": float("nan")}, "share"),
        ({"claim": "好", "share": 10**400}, "share"),
        ({"claim": [[[[[[[[[[[[[["x"]]]]]]]]]]]]]]}, "claim"),
        ({"claim": ""}, "claim"),
        ({"claim": "长" * 200_000}, "claim"),
    ],
)
def test_what_cannot_be_kept_exactly_is_refused_by_field(data: dict[str, Any], field: str) -> None:
    answer = try_open(data=data)
    assert isinstance(answer, Refusal)
    assert field in {answer.field, *(part.field for part in answer.details)}
    assert audit().matters == 0


@pytest.mark.parametrize("claim", ["𠮷野家🙂‍↔️", "a\u202eb", "'; DROP TABLE matters_event; --", "％s {claim}", "x" * 20_000])
def test_rare_texts_are_kept_exactly(claim: str) -> None:
    receipt = opened(claim=claim)
    view = queries.get(small.CLERK, receipt.home, receipt.matter)
    assert view is not None
    assert view.facts["claim"] == claim
    assert_sound()


def test_numbers_come_back_as_they_were_hashed() -> None:
    receipt = opened(data={"claim": "好", "amount": 5, "share": 3.0})
    assert_sound()
    assert queries.get(small.CLERK, receipt.home, receipt.matter).facts["share"] == 3  # type: ignore[union-attr]


def test_an_unknown_place_unit_or_procedure_is_named() -> None:
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"division": "123"}, "division"),
        ({"unit": "nowhere"}, "unit"),
        ({"procedure": "no_such"}, "procedure"),
    )
    for asked, field in cases:
        answer = try_open(**asked)
        assert isinstance(answer, Refusal)
        assert answer.field == field


def test_a_correction_keeps_the_original_and_dates_clocks_anew() -> None:
    with clock.set_to(small.MORNING):
        receipt = opened(at=small.MORNING)
        corrected = did(receipt, "correct", {"event": 1, "at": "2026-09-04T14:00:00+08:00", "reason": "周五就说了"})
    assert str(corrected.due) == "2026-09-09"
    first, second = queries.timeline(small.CLERK, receipt.home, receipt.matter)
    assert first.at == small.MORNING
    assert second.effects["corrected"]["event"] == 1
    assert_sound()


def test_late_entry_counts_from_when_it_happened() -> None:
    friday = datetime(2026, 9, 4, 6, 0, tzinfo=UTC)
    with clock.set_to(small.MORNING):
        receipt = opened(at=friday)
    assert str(receipt.due) == "2026-09-09"


def test_the_feeders_number_is_kept_and_unique() -> None:
    first = opened(feeder=("12345", "A-1"), key="f:1")
    assert first.reference
    again = try_open(feeder=("12345", "A-1"), key="f:2")
    assert isinstance(again, Refusal)
    assert again.code == "feeder_number"
