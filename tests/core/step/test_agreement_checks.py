"""What an agreement may not say is refused with its reason; what is doubtful is told and printed all the same."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from step_cases import MEDIATOR, Walk, at, mediating, party

from huiyin.core.effects import Effects
from huiyin.core.expressions import Scope, evaluate, parse
from huiyin.core.expressions_eval import Money
from huiyin.core.expressions_parse import ExpressionError

AGREED: dict[str, Any] = {
    "agreed_facts": "漏水属实",
    "responsibilities": "李四负责",
    "performance_way": "转账",
    "agreement_touches": "ordinary",
    "obligations": [{"who": "li", "what": "赔偿", "amount": "5000.00", "due": "2026-09-30"}],
}


def talked_over() -> Walk:
    walk = mediating()
    session = {"session_at": at("2026-09-09T09:00").isoformat(), "session_place": "调解室", "minutes": "谈成了"}
    walk.does(MEDIATOR, "hold_session", session, when="2026-09-09T09:30")
    walk.signs(party("zhang"), "sign_minutes", "mediation_minutes")
    return walk


def drafted(**changes: Any) -> list[str]:
    made = talked_over().tries(MEDIATOR, "draft_agreement", {**AGREED, **changes})
    assert isinstance(made, Effects), made
    return [one.zh for one in made.warnings if "证件" not in one.zh]


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, None),
        ({"agreed_total": "5000.00", "deposit": "1000.00"}, None),
        ({"agreed_total": "5000.00", "deposit": "1000.01"}, "五百八十六"),
        ({"deposit": "1000.01"}, None),
        ({"penalty": "1300.00", "expected_loss": "1000.00"}, None),
        ({"penalty": "1300.01", "expected_loss": "1000.00"}, "五百八十五"),
        ({"agreed_facts": "收了订金"}, "容易写混"),
        ({"agreement_touches": "family"}, "不予确认"),
        ({"agreement_touches": "supply_ended"}, None),
        ({"obligations": [{"who": "li", "what": "付清余款", "due": "2026-09-30"}]}, "没有写金额"),
    ],
)
def test_what_is_doubtful_is_told_and_does_not_stop(changes: dict[str, Any], word: str | None) -> None:
    told = drafted(**changes)
    assert told == [] if word is None else any(word in one for one in told)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"agreed_total": "4999.99"}, "sums_add_up"),
        ({"obligations": [{"who": "li", "what": "修好", "due": "2026-09-07"}]}, "dates_ahead"),
        ({"obligations": []}, "obligations_listed"),
        ({"obligations": [{"who": "li", "what": "修好"}]}, "payments_have_dates"),
        ({"responsibilities": "  "}, "required"),
        ({"obligations": [{"who": "nobody", "what": "修好", "due": "2026-09-30"}]}, "bad_value"),
    ],
)
def test_what_cannot_stand_is_refused(changes: dict[str, Any], code: str) -> None:
    assert talked_over().refused(MEDIATOR, "draft_agreement", {**AGREED, **changes}) == code


def value(text: str, **names: Any) -> Any:
    return evaluate(parse(text), Scope({}, UTC).with_(**names))


def test_sums_shares_and_words() -> None:
    amounts = (Money(1), None, Money(2))
    assert value("a.sum(x, x)", a=amounts) == 3
    assert isinstance(value("a.sum(x, x)", a=amounts), Money)
    assert value("a.sum(x, x)", a=(None,)) is None
    assert value("a.sum(x, x)", a=()) is None
    assert (value("share(a, 20)", a=Money(504)), value("share(a, 20)", a=None)) == (100, None)
    assert value("mentions(a, '订金 扶养')", a="先付订金") is True
    assert value("mentions(a, '订金 扶养')", a=None) is False
    with pytest.raises(ExpressionError):
        value("a.sum(x, x)", a=("文字",))
