"""Serving a paper at the desk, without scripts: on whom, how, only what that way asks for; what each side then reads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from looking import COMMUNITY, Page, Visitor, account, desk_of, in_post

from huiyin import clock
from huiyin.core.values import ANONYMOUS, SYSTEM, Principal
from huiyin.matters import queries, services
from huiyin.matters.receipts import Receipt

pytestmark = pytest.mark.usefixtures("served")
ACT = "act/record_service/"


def act(made: Receipt, action: str, unit: str, post: str, **data: Any) -> Receipt:
    who = Principal(kind="staff", id=str(account(unit, post).id), unit=unit, post=post, purpose="handle")
    done = services.act(home=made.home, matter=made.matter, action=action, data=data, principal=who, key=str(uuid4()))
    assert isinstance(done, Receipt), done
    return done


@pytest.fixture
def opinion() -> tuple[Receipt, Visitor, str]:
    """A petition whose written opinion waits to be served; the officer who serves it and the address of the matter."""
    from huiyin.city import queries as city

    made = services.open(
        procedure="petition",
        data={"claim": "补发补贴", "facts": "三月起没有发", "channel": "online"},
        principal=ANONYMOUS,
        topic="request.housing_security",
        division=COMMUNITY,
        opened_by="party",
        parties=[{"role": "petitioner", "name": "赵六", "facts": {"address": "2号楼101"}}],
        key=str(uuid4()),
    )
    assert isinstance(made, Receipt), made
    office = queries.get(SYSTEM, made.home, made.matter).units["host"]  # type: ignore[union-attr]
    unit = city.units_of_kind("housing", on=clock.now().date())[0].id
    act(made, "forward", office, "clerk", competent=unit, forward_note="由它发放", separated=True)
    act(made, "accept", unit, "handler", accepted_at=clock.now().isoformat(), no_interest=True)
    act(made, "hear", unit, "handler", heard="电话听取。")
    act(
        made,
        "give_opinion",
        unit,
        "head",
        opinion_kind="not_supported",
        facts_found="超标准",
        opinion_text="不予补发",
        legal_ground="办法第六条",
    )
    officer = in_post(account(unit, "handler"), unit, "handler")
    return made, officer, desk_of(officer, made.reference)


def today() -> str:
    from huiyin.city import queries as city

    return clock.now().astimezone(city.library().zone).date().isoformat()


def sent(form: Page, **change: str) -> dict[str, str]:
    """Return the form as it stands, with some of it filled in."""
    names = ("key", "version", "shown", "f.on", "f.place", "f.signer", "f.item", "f.through", "f.reason", "f.witnesses")
    given = {name.replace(".", "__"): form.value(name) or "" for name in names if form.value(name) is not None}
    chosen = {
        name: form.chosen(name.replace("__", ".")) or "" for name in ("f__to", "f__method", "f__result", "f__relation", "f__recorded")
    }
    return {**chosen, **given, **change}


def test_the_form_asks_for_what_the_chosen_way_needs_and_for_nothing_else(opinion: tuple[Receipt, Visitor, str]) -> None:
    _, officer, desk = opinion
    form = officer.get(desk + ACT)
    assert form.chosen("f.method") == "direct"
    assert form.value("f.on") == today()
    assert form.value("f.signer") == ""
    assert form.value("f.item") is None
    assert form.unnamed() == []
    # Another way was chosen: nothing is recorded, and its questions come, with what was typed.
    form = officer.post(desk + ACT, **sent(form, f__method="post", f__signer="赵六"))
    assert form.chosen("f.method") == "post"
    assert form.value("f.item") == ""
    assert form.value("f.signer") == "赵六"
    page = officer.post(desk + ACT, **sent(form))
    assert "请填写“邮件号”" in page.words
    page = officer.post(desk + ACT, **sent(page, f__item="EMS1"))
    assert "已登记：登记送达" in page.words
    assert "邮寄送达" in page.words
    assert "EMS1" in page.words
    assert "送达回证" in page.words


def test_a_refusal_is_kept_then_it_is_left_behind_with_witnesses(opinion: tuple[Receipt, Visitor, str]) -> None:
    made, officer, desk = opinion
    form = officer.post(desk + ACT, **sent(officer.get(desk + ACT), f__result="refused"))
    assert form.value("f.signer") is None
    page = officer.post(desk + ACT, **sent(form, f__reason="不肯签"))
    assert "还没有送达" in page.words
    assert "拒绝签收" in page.words
    form = officer.post(desk + ACT, **sent(officer.get(desk + ACT), f__method="left"))
    page = officer.post(desk + ACT, **sent(form, f__place="家门口", f__reason="不肯签"))
    assert "留置送达要有见证人" in page.words
    assert page.value("f.place") == "家门口"
    page = officer.post(desk + ACT, **sent(page, f__witnesses="王五"))
    assert "已送达" in page.words
    view = queries.get(SYSTEM, made.home, made.matter)
    assert view is not None
    assert view.state == "may_ask_reexamination"


def test_a_day_that_cannot_be_is_said_at_its_question(opinion: tuple[Receipt, Visitor, str]) -> None:
    _, officer, desk = opinion
    tomorrow = (clock.now() + timedelta(days=2)).date().isoformat()
    page = officer.post(desk + ACT, **sent(officer.get(desk + ACT), f__on=tomorrow, f__signer="赵六"))
    assert "送达的日子还没有到" in page.words
    assert 'href="#f-on"' in page.html
    assert page.value("f.signer") == "赵六"


def test_a_party_reads_its_own_services_and_who_only_supervises_no_proof(opinion: tuple[Receipt, Visitor, str]) -> None:
    made, officer, desk = opinion
    officer.post(desk + ACT, **sent(officer.get(desk + ACT), f__signer="赵大", f__relation="family"))
    system = queries.get(SYSTEM, made.home, made.matter)
    assert system is not None
    (party,) = system.parties
    own = queries.get(Principal(kind="party", id=party.id, purpose="own"), made.home, made.matter)
    assert own is not None
    (attempt,) = own.services[0].people[0].attempts
    assert [word.zh for _, word in attempt.said] == ["赵大", "同住成年家属"]
    assert attempt.slip is None
    unit = system.units["competent"]
    other = Principal(kind="staff", id=str(uuid4()), unit=unit, post="dispatcher", purpose="handle")
    colleague = queries.get(other, made.home, made.matter)
    assert colleague is not None
    assert colleague.relation == "colleague"
    (seen,) = colleague.services[0].people
    assert seen.attempts[0].said == ()
    assert "赵六" not in seen.name


def test_what_was_erased_of_a_service_is_gone_and_its_day_stays(opinion: tuple[Receipt, Visitor, str]) -> None:
    from huiyin.matters import erasure
    from huiyin.matters.audit import audit

    made, officer, desk = opinion
    officer.post(desk + ACT, **sent(officer.get(desk + ACT), f__signer="赵大宝贝", f__relation="family"))
    system = queries.get(SYSTEM, made.home, made.matter)
    assert system is not None
    erased = erasure.erase(
        home=made.home, matter=made.matter, principal=SYSTEM, basis="个人信息保护法(2021)#47", party=system.parties[0].id, key=str(uuid4())
    )
    assert isinstance(erased, Receipt), erased
    view = queries.get(SYSTEM, made.home, made.matter)
    assert view is not None
    (person,) = view.services[0].people
    assert person.attempts[0].said == ()
    assert person.day is not None
    slip = queries.paper(SYSTEM, made.home, made.matter, "service_slip", 1)
    assert slip is not None
    assert slip.blocks is None
    assert [one for one in audit(home=made.home).findings if one.matter == str(made.matter)] == []
