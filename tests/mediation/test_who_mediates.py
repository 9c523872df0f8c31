"""Mediators as people see it: chosen, accepted with one press, replaced with a reason, compared with the record, several at one table."""

from __future__ import annotations

from cases import Case, at_desk, holder
from looking import COMMITTEE

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Appointment
from huiyin.core.values import Principal


def _mediators() -> list[str]:
    held = Appointment.objects.filter(unit_id=COMMITTEE, post="mediator", to_date=None).order_by("id")
    return [str(one) for one in held.values_list("account_id", flat=True)]


def _as_mediator(account: str) -> Principal:
    from uuid import UUID

    return city.principal_in_post(UUID(account), COMMITTEE, "mediator", clock.now().date())


def test_a_party_chooses_and_accepts_with_one_press_and_the_desk_sees_it(served: object) -> None:
    case, (first, second) = Case(), _mediators()[:2]
    page = case.party().get(f"/mine/{case.reference}/act/choose_mediator/")
    name = next(one.name for one in city.holders(COMMITTEE, "mediator", city.today()) if str(one.account) == second)
    assert name in page.words
    case.act("张三", "choose_mediator", {"mediator_wish": second})
    words = at_desk("clerk").get(case.desk + "/act/accept/").words
    assert "张三想选" in words
    assert "怎么核实的" not in words
    case.act("clerk", "accept", {"case_source": "application", "mediator_person": second, "impartial": True})
    case.act("张三", "accept_mediator")
    words = at_desk("clerk").get(case.desk + "/").words
    assert "认可" in words
    assert first not in case.view("clerk").facts.values()


def test_whoever_appoints_sees_the_name_in_the_record_and_what_was_not_looked_at(served: object) -> None:
    case = Case()
    account = holder("mediator")
    name = next(one.name for one in city.holders(COMMITTEE, "mediator", city.today()) if one.account == account)
    helper = {"party": case.people["李四"], "capacity": "full", "representative": name}
    case.act("clerk", "set_representative", helper)
    page = at_desk("clerk").get(case.desk + "/act/accept/")
    assert "有同名" in page.words
    assert f"“代理人姓名”（李四）里写到：{name}" in page.words
    assert "不查别的案件" in page.words
    assert "怎么核实的" in page.words
    assert "有同名" not in case.party().get(f"/mine/{case.reference}/").words


def test_who_else_is_there_is_asked_as_people_and_not_as_duties(served: object) -> None:
    case = Case().inviting()
    page = at_desk("clerk").get(case.desk + "/act/seat_others/")
    assert "跟着哪一方" in page.words
    assert "拿现成的约定来改" not in page.words
    case.act(
        "clerk", "seat_others", {"attending": [{"name": "周翻译", "role": "interpreter", "for": case.people["李四"], "from": "2026-01-05"}]}
    )
    assert "周翻译" in case.party().get(f"/mine/{case.reference}/").words


def test_several_mediators_see_the_file_and_the_talk_and_one_who_is_out_does_not(served: object) -> None:
    case, (first, second) = Case(), _mediators()[:2]
    given = {"case_source": "application", "mediator_person": first, "more_mediators": [second], "impartial": True}
    case.act("clerk", "accept", given)
    case.act("张三", "tell_mediator", {"private_statement": "只对调解员说"})
    from huiyin.matters import queries

    def reads(account: str) -> bool:
        seen = queries.get(_as_mediator(account), case.home, case.matter)
        assert seen is not None
        return any(party.facts.get("private_statement") for party in seen.parties)

    assert reads(first)
    assert reads(second)
    case.act("head", "replace_mediator", {"mediator_person": first, "impartial": True, "reason": "一位就够"})
    assert reads(first)
    assert not reads(second)
