"""Fifty real mediations through one driver that knows the law's steps and no case: every file is whole, nothing is typed twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import reading_cases
from committee import Office
from reading_cases import Told, cases

from huiyin.core.values import Refusal

MOST_FIELDS = 12
ALL = cases()


def _each(found: list[Told]) -> list[Any]:
    absent = pytest.param(None, id="absent", marks=pytest.mark.skip(reason="the cases are not beside this checkout"))
    return [pytest.param(one, id=one.id) for one in found] or [absent]


def _through(told: Told) -> Office:
    office = Office(told.topic, told.parties, told.asked, told.facts)
    office.accepts(told.guardians)
    office.agree(*told.parties)
    office.arranges()
    office.meets("\n".join(f"{'调解员' if who == 'sys' else who}：{text}" for who, text in told.turns))
    office.identifies()
    if not told.agreed:
        office.does(office.staff("mediator"), "end_without", {"reason": "各方没有谈拢。"})
        return office
    day = office.at.date()
    office.offers(
        [
            {"who": office.ids[duty.who], "what": duty.what, "due": str(day if duty.now else day + timedelta(days=30))}
            | ({} if duty.cents is None else {"amount": duty.cents})
            for duty in told.duties
        ]
    )
    office.drafts()
    office.signs()
    office.performs()
    return office


@pytest.mark.parametrize("told", _each(ALL))
def test_a_real_case_ends_as_its_own_text_says_with_a_whole_file(told: Told) -> None:
    office = _through(told)
    assert office.snapshot.outcome == ("resolved" if told.agreed else "failed")
    assert office.missing() == []
    assert office.typed_twice() == []
    assert office.before_session - 4 * len(told.guardians) <= MOST_FIELDS, "a guardian's four come beside"


@pytest.mark.parametrize("told", _each([one for one in ALL if one.guardians]))
def test_a_child_of_a_real_case_agrees_to_nothing_alone(told: Told) -> None:
    office = Office(told.topic, told.parties, told.asked, told.facts)
    office.accepts()
    child = next(iter(told.guardians))
    office.does(office.party(child), "set_representative", {"capacity": "needs_guardian"})
    refused = office.tries(office.party(child), "agree")
    assert isinstance(refused, Refusal)
    assert refused.code == "not_alone"


def test_the_reading_follows_the_text_and_no_label() -> None:
    if not ALL:
        pytest.skip("the cases are not beside this checkout")
    assert len(ALL) == 50
    assert all(len(one.parties) >= 2 for one in ALL)
    assert all(one.duties for one in ALL if one.agreed)
    row = {
        "id": "made-up", "event_type": "社区邻里纠纷", "event_description": "楼上漏水。", "disputing_parties": "甲某, 乙某, 社区工作人员",
        "dialog": [
            {"speaker": "甲某", "text": "我要求赔三千元。"},
            {"speaker": "sys", "text": "我建议：1. 乙某赔2000元，当场付清；2. 甲某提供开门条件。", "strategy": "达成调解协议"},
            {"speaker": "乙某", "text": "我不同意，去起诉吧。"},
        ],
    }  # fmt: skip
    told = reading_cases._told(row)
    assert (told.parties, told.agreed) == (("甲某", "乙某"), False)
    office = _through(told)
    assert office.snapshot.outcome == "failed"
    row["dialog"][-1]["text"] = "我同意。"  # type: ignore[index]
    told = reading_cases._told(row)
    assert [(duty.who, duty.cents, duty.now) for duty in told.duties] == [("乙某", 200_000, True), ("甲某", None, False)]
    assert replace(told, agreed=True) == told
