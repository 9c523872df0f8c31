"""A duty desk with life in it: a log, a hand-over that was taken over, and one that waits for the dispatcher who signs in."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.values import Principal, Refusal
from huiyin.demo.people import home_community
from huiyin.matters import lists
from huiyin.shifts import queries, services

BEFORE = timedelta(hours=12)
WATCHED = 3


def give_duty(until: datetime) -> None:
    """Write the log of the street's governance centre; safe to repeat."""
    unit = city.unit_for("governance_centre", home_community(), level="street")
    if unit is None:
        return
    on = until.astimezone(city.library().zone).date()
    desk, night = (_holder(unit.id, post, on) for post in ("dispatcher", "duty_officer"))
    if desk is None or night is None or desk.id == night.id or queries.waiting(desk) is not None:
        return
    with clock.set_to(until - BEFORE):
        _done(services.write(principal=desk, words="东侧路口积水已退，排水单位下午再看一次泵站。"))
        waiting = _done(services.hand_over(principal=desk, words="白班平稳。夜间接到险情先通知应急，再登记。", watched=()))
        services.take(waiting, principal=night)
    with clock.set_to(until - timedelta(minutes=50)):
        _done(services.write(principal=night, words="小区三号楼停电，供电抢修班已到现场，预计两小时。"))
        _done(services.write(principal=night, words="热线转来两件路灯不亮，已登记，等白班派单。"))
    with clock.set_to(until - timedelta(minutes=20)):
        late = lists.of_unit(night, limit=WATCHED, overdue=True).rows
        watched = [(row.home, row.matter, "夜里没有回音，请先催" if at == 0 else "") for at, row in enumerate(late)]
        _done(services.hand_over(principal=night, words="停电那件请盯到恢复供电；其余按顺序派。", watched=watched))


def _holder(unit: str, post: str, on: date) -> Principal | None:
    """Return the first who holds a post; of the dispatchers that is the one who signs in to the demonstration."""
    holding = city.holders(unit, post, on)
    return None if not holding else city.principal_in_post(holding[0].account, unit, post, on)


def _done(answer: UUID | Refusal) -> UUID:
    if isinstance(answer, Refusal):
        raise LookupError(f"the duty desk refused: {answer.text.en}")
    return answer
