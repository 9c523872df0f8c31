"""Who acts for a party, for how long and how far; who may not agree or sign alone; how each said yes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cases import Case, at_desk

from huiyin import clock


def _blocked(case: Case, who: str, action: str) -> str | None:
    return next((None if one.blocked is None else one.blocked.text.zh for one in case.view(who).offers if one.action.name == action), None)


def _mandate(scope: str, days: int) -> dict[str, object]:
    today = clock.now().date()
    return {
        "capacity": "full",
        "representative": "赵律师",
        "representative_phone": "10000000011",
        "mandate": "mandate",
        "signs_by": "representative",
        "mandate_scope": scope,
        "mandate_until": (today + timedelta(days=days)).isoformat(),
    }


def test_a_mandate_too_narrow_or_run_out_keeps_from_signing_and_says_why(served: object) -> None:
    case = Case().signing()
    case.act("张三", "set_representative", _mandate("take_part", 30))
    assert "特别授权" in str(_blocked(case, "张三", "sign"))
    page = case.party().get(f"/mine/{case.reference}/act/sign/")
    assert "民事诉讼法第六十二条" in page.words
    case.act("张三", "set_representative", _mandate("settle", -1))
    assert "已经到期" in str(_blocked(case, "张三", "sign"))
    assert "授权已到期" in at_desk("clerk").get(case.desk + "/").words
    case.act("张三", "set_representative", _mandate("settle", 30))
    case.sign("张三")


def test_a_minor_neither_agrees_nor_signs_without_a_guardian(served: object) -> None:
    case = Case().inviting()
    case.act("clerk", "set_representative", {"party": case.people["李四"], "capacity": "limited"})
    with pytest.raises(AssertionError, match="法定代理人"):
        case.act("clerk", "agree", for_="李四")
    guardian = {"party": case.people["李四"], "capacity": "limited", "representative": "李四的母亲", "mandate": "guardian"}
    case.act("clerk", "set_representative", guardian)
    case.act("clerk", "agree", for_="李四")


def test_the_desk_sees_how_each_said_yes_and_the_other_side_does_not(served: object) -> None:
    case = Case().inviting()
    case.act("李四", "not_yet")
    page = at_desk("clerk").get(case.desk + "/")
    assert "还没想好" in page.words
    case.act("张三", "agree")
    case.act("clerk", "agree", for_="李四")
    words = at_desk("mediator").get(case.desk + "/").words
    assert "自己在网上" in words
    assert "当面，" in words
    assert "申请的一方" in words
    assert "当面，" not in case.party().get(f"/mine/{case.reference}/").words
