"""Who does not feel safe tells the mediator alone: apart only, unseen by the other side and by other staff, never printed."""

from __future__ import annotations

import uuid
from datetime import timedelta

from cases import Case, at_desk

from huiyin import clock
from huiyin.core.values import Refusal
from huiyin.matters import outbox, queries, services

WORDS = ("不安全", "does not feel safe")


def _refused(case: Case, action: str, data: dict[str, object]) -> str:
    answer = services.act(
        home=case.home,
        matter=case.matter,
        action=action,
        data=data,
        principal=case.principal("mediator"),
        evidence=[],
        key=f"test:{uuid.uuid4()}",
    )
    assert isinstance(answer, Refusal), f"{action} was done"
    return answer.code


def _session(**more: object) -> dict[str, object]:
    held = (clock.now() - timedelta(hours=2)).isoformat()
    return {"session_at": held, "session_place": "调解室", "minutes": "先后谈了。", **more}


def test_the_mediator_alone_learns_of_it(served: object) -> None:
    case = Case().mediating()
    case.act("张三", "feel_unsafe")
    while outbox.run_once(case.home):
        pass
    assert "觉得不安全" in at_desk("mediator").get(case.desk + "/").words
    assert "觉得不安全" not in at_desk("clerk").get(case.desk + "/").words
    for who in ("李四", "clerk", "seal_keeper"):
        seen = (case.view(who), queries.timeline(case.principal(who), case.home, case.matter), queries.notices(case.principal(who)))
        assert "feel_unsafe" not in [entry.action for entry in seen[1]], who
        assert "safety" not in repr([party.facts for party in seen[0].parties])
        assert "安全" not in repr([one.text for one in seen[2] if one.matter == case.matter])
    assert "safety" in repr([party.facts for party in case.view("张三").parties])


def test_no_session_together_before_the_party_says_so_itself(served: object) -> None:
    case = Case().mediating()
    case.act("张三", "feel_unsafe")
    assert _refused(case, "hold_session", _session()) == "apart_where_unsafe"
    assert _refused(case, "hold_session", _session(session_way="together")) == "apart_where_unsafe"
    case.act("mediator", "hold_session", _session(session_way="apart"))
    assert not any(word in str(_texts(case)) for word in WORDS)
    assert _refused(case, "hold_session", _session()) == "apart_where_unsafe"  # what was said of the last session does not count
    case.act("张三", "meet_again")
    case.act("mediator", "hold_session", _session())


def _texts(case: Case) -> list[object]:
    lines = case.view("mediator").papers
    found = [queries.paper(case.principal("mediator"), case.home, case.matter, line.name, line.number) for line in lines]
    return [one.blocks for one in found if one is not None]


def test_it_is_told_from_the_party_s_own_page(served: object) -> None:
    case = Case().mediating()
    page = case.party().get(f"/mine/{case.reference}/")
    assert any(link.endswith("act/feel_unsafe/") for _, link in page.links)


def test_that_something_was_said_alone_is_told_to_nobody_else(served: object) -> None:
    case = Case().mediating()
    case.act("张三", "tell_mediator", {"private_statement": "我最少要三千。"})
    case.act("张三", "tell_range", {"range_sum": 300_000})
    case.act("mediator", "talk_with_one", {"private_notes": {"with": case.people["张三"], "note": "愿意先修后赔。"}})
    alone = {"tell_mediator", "tell_range", "talk_with_one"}

    def known(who: str) -> set[str]:
        return {entry.action for entry in queries.timeline(case.principal(who), case.home, case.matter)} & alone

    assert known("mediator") == alone
    assert known("张三") == {"tell_mediator", "tell_range"}
    for who in ("李四", "clerk", "seal_keeper"):
        assert known(who) == set(), who
