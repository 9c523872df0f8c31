"""Several people, or one person twice, at the same moment: one effect each, and a true answer to everybody."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import small
from held import Acknowledged
from invariants import violations

from huiyin.core.values import Refusal
from huiyin.matters import batch, deadlines, doors, outbox, sealing, services
from huiyin.matters.receipts import Receipt

Answer = Any
TIMES = 5


def together(asks: Sequence[Callable[[], Any]]) -> list[Any]:
    """Ask everything at the same moment, each on a connection of its own; return answers, or what was raised, in order."""
    answers: list[Any] = [None] * len(asks)
    barrier = threading.Barrier(len(asks))

    def one(place: int, ask: Callable[[], Any]) -> None:
        from django.db import connections

        try:
            with connections["default"].cursor() as cursor:
                cursor.execute("SELECT 1")
            barrier.wait(30)
            answers[place] = ask()
        except Exception as error:
            answers[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=asked) for asked in enumerate(asks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    return answers


def kinds(answers: Sequence[Any]) -> Counter[str]:
    return Counter(one.code if isinstance(one, Refusal) else type(one).__name__ for one in answers)


def held(key: str, answers: Sequence[Any]) -> list[Acknowledged]:
    return [Acknowledged.of(key, one) for one in answers if isinstance(one, Receipt)]


@pytest.mark.parametrize("seen", [1, None], ids=["on the version they saw", "on whatever stands"])
def test_of_two_people_who_take_the_same_action_one_does(record: Any, seen: int | None) -> None:
    for _ in range(TIMES):
        receipt = small.opened()
        people = [small.CLERK, small.CLERK.__class__("staff", str(small.DUO), small.OFFICE, "clerk")]

        def ask(who: Any, receipt: Receipt = receipt) -> Callable[[], Answer]:
            return lambda: small.tried(receipt, "accept", {"who_helps": str(small.BEN)}, who, seen_version=seen)

        answers = together([ask(who) for who in people])
        found = kinds(answers)
        assert found["Receipt"] == 1
        # Whoever came second hears that somebody was first, or that the matter is past that step; both are true.
        (refusal,) = (one for one in answers if isinstance(one, Refusal))
        assert refusal.code == "conflict" if seen else refusal.code != "missing"
        assert refusal.text.zh
        assert refusal.text.en
        snapshot = doors.snapshot(receipt.home, receipt.matter, small.CLERK)
        assert snapshot is not None
        assert snapshot["version"] == 2
    assert violations(record.owner_url) == []


def test_a_double_click_has_one_effect_and_both_get_the_same_receipt(record: Any) -> None:
    promised = []
    for number in range(TIMES):
        receipt = small.working()
        for seen in (2, None):
            key = f"click:{number}:{seen}"
            version = 2 if seen else 3
            data = {"tasks": {"what": key}}
            asks = [partial(small.tried, receipt, "list", data, key=key, seen_version=seen)] * 2
            answers = together(asks)
            assert kinds(answers) == {"Receipt": 2}, answers
            assert answers[0].head == answers[1].head
            assert answers[0].version == version + 1
            assert sorted(one.known for one in answers) == [False, True]
            promised += [Acknowledged.of(key, answers[0], key)]
    assert violations(record.owner_url, promised) == []


def test_eight_people_acting_on_one_matter_lose_nothing(record: Any) -> None:
    receipt = small.working()
    promised: list[Acknowledged] = []

    def ask(person: int) -> list[str]:
        codes = []
        for number in range(TIMES):
            key = f"crowd:{person}:{number}"
            answer: Any = None
            while not isinstance(answer, Receipt):
                answer = small.tried(receipt, "list", {"tasks": {"what": key}}, key=key)
                codes.append(answer.code if isinstance(answer, Refusal) else "done")
            promised.append(Acknowledged.of(key, answer, key))
        return codes

    answers = together([partial(ask, person) for person in range(8)])
    assert not [one for one in answers if isinstance(one, Exception)], answers
    assert {code for codes in answers for code in codes} <= {"done", "conflict"}
    assert len(promised) == 8 * TIMES
    assert sorted(one.version for one in promised) == list(range(3, 3 + 8 * TIMES))
    assert violations(record.owner_url, promised) == []


def test_one_key_from_eight_threads_opens_one_matter(record: Any) -> None:
    promised = []
    for number in range(TIMES):
        key = f"open:{number}"
        answers = together([partial(small.try_open, key, claim=key)] * 8)
        assert kinds(answers) == {"Receipt": 8}, answers
        assert len({(one.matter, one.head, one.code, one.reference) for one in answers}) == 1
        assert sum(not one.known for one in answers) == 1
        promised.append(Acknowledged.of(key, answers[0], key))
    assert violations(record.owner_url, promised) == []


def test_one_key_for_two_openings_at_once_answers_one_and_refuses_the_other(record: Any) -> None:
    for number in range(TIMES):
        answers = together([partial(small.try_open, f"two:{number}", claim=f"{number}.{n}") for n in range(2)])
        assert kinds(answers) == {"Receipt": 1, "key_reused": 1}, answers
    assert violations(record.owner_url) == []


def test_one_key_for_acts_on_two_matters_at_once_does_one_and_refuses_the_other(record: Any) -> None:
    seen: Counter[str] = Counter()
    for number in range(4 * TIMES):
        both = [small.working(), small.working()]

        def ask(receipt: Receipt, number: int = number) -> Callable[[], Answer]:
            return lambda: small.tried(receipt, "list", {"tasks": {"what": "x"}}, key=f"cross:{number}")

        seen += kinds(together([ask(one) for one in both]))
    assert violations(record.owner_url) == []
    assert set(seen) == {"Receipt", "key_reused"}, seen


def test_one_number_of_a_feeder_is_taken_in_once(record: Any) -> None:
    for number in range(TIMES):
        answers = together([partial(small.try_open, f"fed:{number}:{n}", feeder=("hotline", f"{number}")) for n in range(4)])
        assert kinds(answers) == {"Receipt": 1, "feeder_number": 3}, answers
    assert violations(record.owner_url) == []


def test_two_files_with_the_same_messages_open_each_once(record: Any) -> None:
    def wanted(order: int) -> list[dict[str, Any]]:
        rows = [
            {
                "procedure": "small", "data": {"claim": f"行 {row}"}, "principal": small.CLERK, "topic": "dispute.leak",
                "division": small.STREET, "opened_by": "party", "parties": [{"role": "asker", "name": ""}], "key": f"file:{row}",
            }
            for row in range(10)
        ]  # fmt: skip
        return rows[::order]

    answers = together([partial(batch.open_many, wanted(order)) for order in (1, -1, 1)])
    assert kinds([one for many in answers for one in many]) == {"Receipt": 30}, answers
    assert len({one.matter for many in answers for one in many}) == 10
    assert violations(record.owner_url) == []


def test_four_workers_do_each_piece_of_work_once(record: Any) -> None:
    parents = [small.did(small.working(), "spawn", principal=small.HELPER) for _ in range(6)]

    def work() -> int:
        done = 0
        for _ in range(40):
            done += outbox.run_once(small.HOME, limit=3)
        return done

    answers = together([work] * 4)
    assert not [one for one in answers if isinstance(one, Exception)], answers
    assert sum(outbox.run_once(small.HOME) for _ in range(20)) >= 0
    for parent in parents:
        seen = doors.snapshot(parent.home, parent.matter, small.CLERK)
        assert seen is not None
        assert [child["matter"] is not None for child in seen["body"]["children"]] == [True]
    assert violations(record.owner_url) == []


def test_four_workers_act_once_upon_each_clock_that_ran_out(record: Any) -> None:
    from datetime import timedelta

    from huiyin import clock

    with clock.set_to(small.MORNING):
        receipts = [small.opened() for _ in range(6)]
    with clock.set_to(small.MORNING + timedelta(days=10)):
        answers = together([partial(deadlines.run_once, small.HOME)] * 4)
    assert sum(answers) == len(receipts), answers
    assert violations(record.owner_url) == []


def test_four_workers_seal_each_event_once(record: Any) -> None:
    from django.db import Error

    for _ in range(TIMES):
        for _ in range(3):
            small.opened()
        answers = together([partial(sealing.seal_once, small.HOME)] * 4)
        # Whoever counts on a root that was made meanwhile is stopped by the database and tries again at the next turn.
        assert not [one for one in answers if isinstance(one, Exception) and not isinstance(one, Error)], answers
        assert doors.seal_homes() == []
    assert violations(record.owner_url) == []


def test_an_act_and_the_clock_that_runs_out_meet_and_both_are_told_the_truth(record: Any) -> None:
    from datetime import timedelta

    from huiyin import clock

    for number in range(TIMES):
        with clock.set_to(small.MORNING):
            receipt = small.working()
        with clock.set_to(small.MORNING + timedelta(days=30)):
            act = partial(small.tried, receipt, "pause", principal=small.HELPER, key=f"meet:{number}")
            answers = together([act, partial(deadlines.run_once, small.HOME)])
            deadlines.run_once(small.HOME)
        assert not [one for one in answers if isinstance(one, Exception)], answers
        seen = doors.snapshot(receipt.home, UUID(str(receipt.matter)), small.CLERK)
        assert seen is not None
        assert seen["body"]["state"] in ("failed", "working")
        assert services.RETRIES > 0
    assert violations(record.owner_url) == []
