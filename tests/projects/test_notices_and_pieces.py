"""What a project tells its households, once each and in each one's own record; and the pieces of an agreement it offers them."""

from __future__ import annotations

import pytest
from estate import committee, desk, line, project, project_matter
from living import COMMITTEE, at, did, post
from looking import Visitor, staff
from test_following import delivered

from huiyin import clock
from huiyin.core.values import SYSTEM, Principal
from huiyin.matters import codes, outgoing, queries
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.models import Event, Notice, Outbox
from huiyin.matters.receipts import Receipt
from huiyin.projects import notices, services
from huiyin.projects import queries as projects
from huiyin.projects.queries import Household

pytestmark = pytest.mark.usefixtures("served")
MEASURED = {"notices": {"what": "现场测温。", "at": "2026-11-25T14:00+08:00", "where": "小区物业办公室"}}


def brought(made: Receipt, *doors: str, when: str = "11-16 10:00") -> None:
    with clock.set_to(at(when)):
        services.bring(desk(), project(made), [line(1, door, f"住户{door}") for door in doors])


def told(one: Household) -> int:
    with reading_as(SYSTEM):
        return Event.objects.filter(home=one.home, matter=one.matter, action="announced").count()


def homes(made: Receipt) -> tuple[Household, ...]:
    return projects.households(committee(), project(made, committee()))


def test_a_notice_reaches_every_household_once_and_stands_in_its_own_record() -> None:
    made = project_matter()
    brought(made, "101", "102")
    did(made, "11-17 09:00", "give_notice", desk(), MEASURED)
    delivered("11-17 09:01")
    delivered("11-17 09:02")
    assert [told(one) for one in homes(made)] == [1, 1]
    assert notices.reached(project(made)) == {0: 2}
    first = homes(made)[0]
    page = Visitor().track(first.reference, codes.code_for(first.matter))
    assert "收到项目的通知" in page.words
    assert "现场测温" in page.words
    assert "小区物业办公室" in page.words
    with reading_as(SYSTEM):
        recipients = list(Notice.objects.filter(matter=first.matter, text__zh__icontains="现场测温").values_list("recipient", flat=True))
        row = Outbox.objects.get(matter=made.matter, kind=outgoing.ANNOUNCE)
    assert len(recipients) == len(set(recipients)) == 2
    # Delivered again after a crash, nothing is told again.
    with clock.set_to(at("11-17 09:05")):
        notices.handed_on(made.home, {"matter": row.matter, "payload": row.payload, "seq": row.seq})
    delivered("11-17 09:06")
    assert [told(one) for one in homes(made)] == [1, 1]
    assert audit().passed


def test_whoever_joins_later_hears_what_is_still_ahead_and_whose_matter_is_over_hears_it_too() -> None:
    made = project_matter()
    brought(made, "101")
    did(_receipt(homes(made)[0]), "11-16 12:00", "decline", committee(), {"reason": "已经仲裁"})
    did(made, "11-17 09:00", "give_notice", desk(), MEASURED)
    delivered("11-17 09:01")
    brought(made, "101", "102", when="11-18 09:00")
    assert [told(one) for one in homes(made)] == [1, 1]
    brought(made, "103", when="11-26 09:00")
    assert [told(one) for one in homes(made)] == [1, 1, 0]
    first = homes(made)[0].stage
    assert first is not None
    assert first.name == "elsewhere"


def test_only_the_system_hands_a_notice_on() -> None:
    made = project_matter()
    brought(made, "101")
    one = homes(made)[0]
    from huiyin.core.values import Refusal
    from huiyin.matters import services as matters

    answer = matters.act(
        home=one.home, matter=one.matter, action="announced", data={"what": "假的", "when": "", "where": ""}, principal=committee(), key="x"
    )
    assert isinstance(answer, Refusal)


def test_the_page_says_how_many_records_a_notice_stands_in() -> None:
    made = project_matter()
    brought(made, "101", "102")
    visitor = staff("governance_centre.210102001", "clerk")
    address = f"/desk/projects/{made.home}/{made.matter}/"
    assert any(href.endswith("/act/give_notice/") for _, href in visitor.get(address).links)
    did(made, "11-17 09:00", "give_notice", desk(), MEASURED)
    assert "已记入0户的事项，共2户" in visitor.get(address).words
    delivered("11-17 09:01")
    assert "已记入2户的事项，共2户" in visitor.get(address).words
    assert not any(href.endswith("/act/give_notice/") for _, href in staff(COMMITTEE, "clerk").get(address).links)


def test_a_project_s_pieces_are_offered_with_the_household_s_own_name_and_sum_and_fill_in_nothing() -> None:
    made = project_matter()
    with clock.set_to(at("11-16 10:00")):
        services.bring(desk(), project(made), [line(1, "101", "赵一", cents=128_050), line(1, "102", "钱二")])
    did(made, "11-17 09:00", "set_pieces", desk(), {"pieces": [{"what": "退还{姓名}热费{金额}元", "proof": "转账记录"}]})
    found = homes(made)
    for one, said in zip(found, ("退还赵一热费1280.50元", "退还钱二热费{金额}元"), strict=True):
        receipt = _receipt(one)
        mediator = post(COMMITTEE, "mediator")
        did(receipt, "11-17 10:00", "accept", committee(), {"case_source": "initiative", "mediator_person": mediator.id, "impartial": True})
        view = queries.get(committee(), one.home, one.matter)
        assert view is not None
        for party in view.parties:
            who = Principal("party", party.id, purpose="own", matter=f"{one.home}/{one.matter}")
            did(receipt, "11-17 11:00", "agree", who)
        visitor = staff(COMMITTEE, "mediator")
        page = visitor.get(f"/desk/{one.home}/{one.matter}/act/make_offer/", **{"for": view.parties[0].id})
        form = page if page.status == 200 and said in page.words else visitor.get(f"/desk/{one.home}/{one.matter}/act/propose/")
        assert said in form.words
        assert form.value("f.terms.0.what") == ""
    assert "赵一" not in form.words


def _receipt(one: Household) -> Receipt:
    return Receipt(one.home, one.matter, one.reference, 0, "", "", clock.now(), None, None, False, None, ())  # type: ignore[arg-type]
