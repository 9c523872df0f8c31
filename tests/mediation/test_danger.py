"""A danger is reported to who can act on it, and nobody else learns of it: no party, no colleague, on no page, list, paper or file."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from cases import Case, at_desk, holder
from looking import COMMITTEE, account
from looking import staff as in_unit

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Appointment
from huiyin.core.values import Principal, Refusal
from huiyin.matters import lists, queries, services
from huiyin.matters.views import MatterView
from huiyin.web.pages import seats
from huiyin.web.pages.documents import bundles, volumes
from huiyin.workers import loop

STATION = "police_station.210102001"
WORD = "密文铁管"
PHONE = "024-55550001"
TOLD: dict[str, Any] = {
    "danger_kind": "may_escalate",
    "danger_place": {"detail": f"{WORD}楼前"},
    "danger_who": f"{WORD}楼上",
    "danger": f"{WORD}在楼道里等着",
    "danger_called": "yes",
    "danger_measures": f"{WORD}分开",
    "danger_phone": PHONE,
}
SIGNS = (WORD, PHONE, "report_danger", "danger_report", "报告危险", "危险情况", "派出所")


@pytest.fixture
def case(served: object) -> Case:
    """A mediation whose mediator has reported a danger."""
    made = Case().mediating()
    made.act("mediator", "report_danger", TOLD)
    loop.drain()
    return made


def officer(post: str = "duty_officer") -> Principal:
    return city.principal_in_post(account(STATION, post).id, STATION, post, city.today())


def reported(case: Case) -> MatterView:
    """The report as the police see it."""
    place = case.view("mediator").children[0].matter
    assert place is not None
    home, _, matter = place.partition("/")
    found = queries.get(officer(), home, UUID(matter))
    assert found is not None
    return found


def police(case: Case, action: str, **data: object) -> None:
    view = reported(case)
    answer = services.act(home=view.home, matter=view.matter, action=action, data=data, principal=officer(), key=f"test:{uuid.uuid4()}")
    assert not isinstance(answer, Refusal), answer
    loop.drain()


def told(case: Case, who: Principal) -> list[str]:
    found = reported(case)
    matters = (case.matter, found.matter)
    return [one.text.zh for one in queries.notices(who) if one.matter in matters and one.text is not None]


def test_it_stands_in_the_work_list_of_the_police_with_all_they_need(case: Case) -> None:
    view = reported(case)
    assert view.topic == "safety.violence"
    row = next(row for row in lists.inbox(officer()).rows if row.matter == view.matter)
    assert row.reference == view.reference
    assert (view.facts["what"], view.facts["call_back"]) == (TOLD["danger"], PHONE)
    assert view.facts["place"]["detail"] == f"{WORD}楼前"
    assert view.facts["source_reference"] == case.reference
    assert view.due is not None
    heard = [one for one in queries.notices(officer()) if one.matter == view.matter]
    assert heard
    assert heard[0].text is not None
    assert view.reference in heard[0].text.zh.replace(" ", "")
    page = in_unit(STATION, "duty_officer").get(f"/desk/{view.home}/{view.matter}/")
    assert all(word in page.words for word in (TOLD["danger"], PHONE, f"{WORD}楼上", f"{WORD}分开"))
    assert not any(name in page.words for name in ("张三", "李四"))


def test_who_reported_reads_it_again_and_hears_how_far_it_is(case: Case) -> None:
    mediator = case.principal("mediator")
    assert any("已送到，等接收" in one for one in told(case, mediator))
    police(case, "take", received_by="王警官，警号000001")
    assert any("已接收" in one for one in told(case, mediator))
    page = at_desk("mediator").get(f"{case.desk}/")
    assert all(word in page.words for word in (TOLD["danger"], PHONE, "王警官，警号000001", "危险情况报告"))
    assert "{'" not in page.words
    police(case, "report_outcome", outcome_note="已出警，当面告诫")
    assert "已出警，当面告诫" in at_desk("mediator").get(f"{case.desk}/").words
    paper = next(line for line in case.view("mediator").papers if line.name == "danger_report")
    seen = queries.paper(mediator, case.home, case.matter, paper.name, paper.number)
    assert seen is not None
    assert WORD in str(seen.blocks)


def test_nobody_takes_it_and_all_who_must_hear_do(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + timedelta(hours=1, minutes=2)
    monkeypatch.setattr(clock, "now", lambda: later)
    loop.drain()
    assert reported(case).state == "pressed"
    assert any("没有人接收" in one for one in told(case, case.principal("mediator")))
    assert any("没有人接收" in one or "马上接收" in one for one in told(case, officer("head")))


def test_the_police_pass_it_on_and_the_reporter_reads_where_it_is(case: Case) -> None:
    bureau = next(unit.id for unit in city.units_of_kind("police") if unit.id == "police.210102")
    police(case, "pass_on", next_host=bureau, pass_reason="人已经到了别处")
    words = at_desk("mediator").get(f"{case.desk}/").words
    assert city.unit(bureau).name_zh in words  # type: ignore[union-attr]
    assert "人已经到了别处" in words


def others(case: Case) -> Iterator[tuple[str, Principal]]:
    yield from ((name, case.principal(name)) for name in ("张三", "李四", "clerk", "seal_keeper", "head"))
    held = Appointment.objects.filter(unit_id=COMMITTEE, post="mediator", to_date=None).exclude(account_id=holder("mediator")).first()
    assert held is not None
    yield "another mediator", city.principal_in_post(held.account_id, COMMITTEE, "mediator", city.today())


def test_no_party_and_no_colleague_learns_of_it(case: Case) -> None:
    police(case, "take", received_by=f"{WORD}民警")
    place = reported(case)
    for who, principal in others(case):
        view = queries.get(principal, case.home, case.matter)
        standing = queries.standing(principal, case.home, case.matter)
        assert view is not None
        assert standing is not None
        said = repr(
            (
                [(entry.action, entry.label, entry.said, entry.effects) for entry in queries.timeline(principal, case.home, case.matter)],
                [(line.name, line.title) for line in queries.papers(principal, case.home, case.matter)],
                (view.facts, view.parties, view.children, view.hidden, view.papers, view.says, view.who),
                [one.text for one in queries.notices(principal)],
                (standing[0].children, standing[0].papers),
            )
        )
        assert not [sign for sign in SIGNS if sign in said], who
        assert queries.paper(principal, case.home, case.matter, "danger_report", 1) is None, who
        assert queries.get(principal, place.home, place.matter) is None, who


def test_no_page_and_no_answer_of_the_api_says_it(case: Case) -> None:
    zhang = case.party()
    pages = [zhang.get(f"/mine/{case.reference}/")]
    pages += [zhang.get(link) for _, link in pages[0].links if link.startswith(f"/mine/{case.reference}/")]
    clerk = at_desk("clerk")
    pages += [clerk.get(f"{case.desk}/"), clerk.get("/desk/"), clerk.get(f"{case.desk}/act/report_danger/")]
    for page in pages[:-1]:
        assert not [sign for sign in (WORD, PHONE, "危险情况", "派出所") if sign in page.html]
    assert WORD not in pages[-1].html  # the form begins with nothing another has reported


def test_what_is_bound_holds_nothing_of_it_even_for_who_reported(case: Case) -> None:
    standpoint = seats.of_staff(case.principal("mediator"), case.home, case.matter)
    source = volumes.Source(standpoint, "http://test")
    volume = volumes.volume_of(source)
    assert volume is not None
    assert not [sign for sign in SIGNS if sign in repr(volume)]
    assert b"danger_report" not in bundles.bundle_of(source, volume)


def test_the_form_says_first_to_call_110_and_begins_with_the_place(served: object) -> None:
    case = Case().mediating()
    page = at_desk("mediator").get(f"{case.desk}/act/report_danger/")
    assert ("110", "tel:110") in page.links
    assert page.html.index("tel:110") < page.html.index("f.danger_kind")


def test_what_a_party_said_under_seal_it_reads_again(served: object) -> None:
    case = Case().mediating()
    case.act("clerk", "feel_unsafe", for_="张三")
    entries = queries.timeline(case.principal("张三"), case.home, case.matter)
    assert "feel_unsafe" in [entry.action for entry in entries]
    assert "feel_unsafe" not in [entry.action for entry in queries.timeline(case.principal("李四"), case.home, case.matter)]


def test_a_second_report_keeps_nothing_of_the_first(case: Case) -> None:
    again = {name: value for name, value in TOLD.items() if name not in ("danger_who", "danger_measures")}
    case.act("mediator", "report_danger", again | {"danger": "又来了"})
    loop.drain()
    views = [child.matter for child in case.view("mediator").children]
    assert len(views) == 2
    home, _, matter = str(views[1]).partition("/")
    second = queries.get(officer(), home, UUID(matter))
    assert second is not None
    assert second.facts.get("who") is None
    assert re.search("又来了", second.facts["what"])
