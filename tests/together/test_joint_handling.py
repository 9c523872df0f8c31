"""One unit leads, others help: each has its own task, date and sign-off; the lead does not close over an open one; it counts once."""

from __future__ import annotations

import pytest
from living import CENTRE, COMMUNITY, at, did, opened, post
from test_following import body, delivered, dispatcher
from test_whistle import answer_of

from huiyin import clock
from huiyin.core.values import Refusal
from huiyin.matters import counting, lists, parts, queries, services
from huiyin.matters.audit import audit
from huiyin.matters.receipts import Receipt

pytestmark = pytest.mark.usefixtures("served")
LEAD, CLEANERS, HOUSING = "urban_management.210102", "sanitation.210102", "housing.210102"


def asked() -> Receipt:
    made = opened("11-16 09:00", "plain_request", topic="request.rubbish", data={"detail": "楼后堆了建筑垃圾，墙也歪了"})
    did(made, "11-16 09:10", "dispatch", dispatcher(), {"lead": LEAD, "dispatch_reason": "城管牵头"})
    lead = post(LEAD, "handler")
    did(made, "11-16 10:00", "ask_help", lead, {"helpers": [CLEANERS], "help_asked": "清运垃圾", "help_by": "2026-11-18"})
    did(made, "11-16 10:05", "ask_help", lead, {"helpers": [HOUSING], "help_asked": "鉴定围墙", "help_by": "2026-11-20"})
    delivered("11-16 10:06")
    return made


def test_each_helper_has_its_own_task_and_date_at_its_own_desk() -> None:
    made = asked()
    for unit, what, day in ((CLEANERS, "清运垃圾", "2026-11-18"), (HOUSING, "鉴定围墙", "2026-11-20")):
        with clock.set_to(at("11-16 11:00")):
            (row,) = lists.inbox(post(unit, "handler")).rows
        assert row.procedure == "joint_task"
        own = body(answer_of(made, unit))
        assert (own["facts"]["asked"], own["facts"]["help_by"]) == (what, day)
        assert own["parties"] == []


def test_the_lead_cannot_answer_over_an_open_task_unless_it_takes_it_over_with_a_reason() -> None:
    made = asked()
    lead = post(LEAD, "handler")
    cleaners = answer_of(made, CLEANERS)
    did(cleaners, "11-16 11:00", "take", post(CLEANERS, "handler"))
    did(cleaners, "11-17 11:00", "sign_off", post(CLEANERS, "handler"), {"done_note": "清运四车"})
    delivered("11-17 11:01")
    with clock.set_to(at("11-17 12:00")):
        early = services.act(
            home=made.home, matter=made.matter, action="reply", data={"reply_text": "已清运"}, principal=lead, key="early-reply"
        )
    assert isinstance(early, Refusal)
    assert early.code == "helpers_done"
    did(made, "11-17 13:00", "take_over", lead, {"takeover_reason": "住建没有鉴定力量，城管委托鉴定"})
    delivered("11-17 13:01")
    assert body(answer_of(made, HOUSING))["state"] == "taken_over"
    did(made, "11-17 14:00", "reply", lead, {"reply_text": "垃圾已清运，围墙已围挡"})
    assert body(made)["state"] == "replied"
    assert audit().passed


def test_what_was_settled_is_read_by_every_helper_and_who_asked_by_none() -> None:
    made = asked()
    did(made, "11-16 12:00", "keep_minutes", post(LEAD, "handler"), {"joint_minutes": {"who": "城管、环卫、住建", "what": "周三前清完"}})
    helper = post(HOUSING, "handler")
    own = answer_of(made, HOUSING)
    assert queries.get(helper, made.home, made.matter) is None
    seen = queries.get(helper, own.home, own.matter)
    assert seen is not None
    whole = parts.whole(helper, seen)
    assert whole is not None
    assert whole.facts["joint_minutes"] == [{"who": "城管、环卫、住建", "what": "周三前清完"}]
    assert set(whole.facts) == {"lead", "joint_minutes"}
    assert "王五" not in str(whole)
    assert "建筑垃圾" not in str(whole.facts)


def test_a_matter_with_two_helpers_counts_once_everywhere() -> None:
    asked()
    with clock.set_to(at("11-16 12:00")):
        dispatcher_board = counting.board(post(CENTRE, "supervision_officer"))
        lead_board = counting.board(post(LEAD, "head"))
        public = counting.facts(at("11-01 00:00"))[0]
        places = counting.by_place(post(LEAD, "head"))
    assert dispatcher_board.all.total == 1
    assert lead_board.all.total == 1
    assert sum(one.number for one in public) == 1
    assert places[COMMUNITY] == (1, 0)
    helper = counting.board(post(HOUSING, "head"))
    assert helper.all.total == 0
