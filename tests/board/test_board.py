"""The board's numbers are those of its lists, and both end where the reader's rights end."""

from __future__ import annotations

import re
from typing import Any

import pytest
from looking import CENTRE, COMMUNITY, PASSWORD, Page, Visitor, account, desk_of, receipt, staff

from huiyin import clock

OTHER_CENTRE = "governance_centre.210102002"
pytestmark = pytest.mark.usefixtures("served")


@pytest.fixture
def some_matters(served: Any) -> None:
    """Matters of one street: three requests that nobody has dispatched."""
    for n in range(3):
        Visitor().report(said=f"楼前第{n}盏路灯不亮，老人夜里出门看不见。")


def late() -> Any:
    from datetime import timedelta

    return clock.set_to(clock.now() + timedelta(days=20))


def numbers(page: Any) -> dict[str, int]:
    """Return address -> number of every link of the board that leads to a list."""
    return {
        href: int(text.replace(",", "")) for text, href in page.links if href.startswith("/board/list/") and text.replace(",", "").isdigit()
    }


def rows_behind(visitor: Any, address: str) -> int:
    count = 0
    while address:
        page = visitor.get(address)
        count += len(re.findall(r'<th scope="row"><a class="digits"', page.html))
        following = [href for text, href in page.links if text == "下一页"]
        address = following[0] if following else ""
    return count


@pytest.mark.usefixtures("some_matters")
@pytest.mark.parametrize("by", ["unit", "line", "street"])
def test_every_number_is_the_length_of_the_list_it_opens(by: str) -> None:
    with late():
        visitor = staff(CENTRE, "supervision_officer")
        page = visitor.get("/board/", by=by)
        found = numbers(page)
        assert page.status == 200
        assert any("cause=late" in address for address in found)
        assert any("cause=no_owner" in address for address in found)
        for address, number in found.items():
            assert rows_behind(visitor, address) == number, address


@pytest.mark.usefixtures("some_matters")
def test_another_street_counts_nothing_of_this_one() -> None:
    with late():
        page = staff(OTHER_CENTRE, "supervision_officer").get("/board/")
        assert "没有超期的事项" in page.words
        assert not numbers(page) or set(numbers(page).values()) == {0}
        behind = staff(OTHER_CENTRE, "supervision_officer").get("/board/list/", cause="late", by="unit", key=CENTRE)
        assert "现在没有这样的事项" in behind.words


@pytest.mark.usefixtures("some_matters")
def test_what_is_not_late_yet_is_not_called_late() -> None:
    page = staff(CENTRE, "supervision_officer").get("/board/")
    assert not any("cause=late" in address for address in numbers(page))


def test_a_post_without_this_work_finds_no_board() -> None:
    visitor = staff("workroom.210102001005", "grid_worker")
    assert visitor.get("/board/").status == 404
    assert visitor.get("/board/list/", cause="late").status == 404


def test_nobody_signed_in_is_asked_to_sign_in() -> None:
    visitor = Visitor()
    visitor.get("/board/")
    assert visitor.address.startswith("/sign-in/")


@pytest.mark.parametrize("query", [{"cause": "nothing"}, {"by": "person"}, {"cause": "late", "by": "unit", "key": "x" * 90}])
def test_a_list_nobody_offered_is_not_there(query: dict[str, str]) -> None:
    assert staff(CENTRE, "supervision_officer").get("/board/list/", **query).status == 404


@pytest.mark.usefixtures("some_matters")
def test_no_name_of_a_member_of_staff_or_of_a_resident_is_on_it() -> None:
    from huiyin.city.models import Account, Appointment

    with late():
        visitor = staff(CENTRE, "supervision_officer")
        me = Appointment.objects.filter(unit_id=CENTRE, post="supervision_officer").values_list("account_id", flat=True)
        names = set(Account.objects.exclude(id__in=me).filter(appointments__unit_id=CENTRE).values_list("name", flat=True))
        for address in ("/board/", "/board/list/?cause=late", "/map/"):
            page = visitor.get(address)
            assert page.status == 200, address
            assert not [name for name in names if name in page.html]


def test_a_supervisor_oversees_the_units_within_the_place_and_no_court() -> None:
    from huiyin.city import queries as city

    street = city.overseen_by(CENTRE, "supervision_officer", city.today())
    district = city.overseen_by("governance_centre.210102", "supervision_officer", city.today())
    assert "street_office.210102001" in street
    assert not any(unit.endswith("210102002") for unit in street)
    assert set(street) < set(district)
    assert "street_office.210102002" in district
    # Its own post may serve a notice on no desk, so a desk is not overseen either.
    assert not any(unit.startswith("governance_centre.") for unit in district)
    assert not any(unit.startswith(("court.", "procuratorate.", "system_office.")) for unit in district)
    assert city.overseen_by(CENTRE, "dispatcher", city.today()) == ()


@pytest.mark.usefixtures("some_matters")
def test_the_map_gives_staff_their_own_numbers_from_district_to_community() -> None:
    visitor = staff(CENTRE, "supervision_officer")
    page = visitor.get("/map/")
    row = re.search(r'id="place-210102000000".*?</tr>', page.html, re.DOTALL)
    assert row is not None
    assert ">3<" in row[0]
    inside = visitor.get("/map/210102001000/")
    assert re.search(r'id="place-210102001005".*?>3<', inside.html, re.DOTALL)
    assert Visitor().get("/map/210102001000/").status == 404


@pytest.mark.usefixtures("some_matters")
def test_the_public_sees_no_small_number_on_the_map_or_among_the_figures() -> None:
    for address in ("/map/", "/record/figures/", "/record/figures/figures.csv"):
        page = Visitor().get(address)
        assert page.status == 200
        cells = re.findall(r'<td class="number">(?:<a[^>]*>)?(\d+)', page.html) + re.findall(r",(\d+),20\d\d", page.html)
        assert not [cell for cell in cells if 0 < int(cell) < 5], address


def dispatched_hazard() -> str:
    """A hazard its unit has to make safe, a step whose own acts know no supervision; return its reference."""
    resident = Visitor()
    draft = resident.begin()
    resident.answer(draft, "what", f__said="路面塌了一个大坑")
    resident.answer(draft, "kind", topic="hazard.road.collapse")
    resident.answer(draft, "safety")
    resident.answer(draft, "where", f__place__detail="2号楼门前", f__place__division=COMMUNITY, f__place__searched="1")
    resident.answer(draft, "danger_now", f__danger_now="at_once")
    resident.answer(draft, "you", f__phone="")
    reference, _ = receipt(resident.answer(draft, "check"))
    dispatcher = staff(CENTRE, "dispatcher")
    address = f"{desk_of(dispatcher, reference)}act/dispatch/"
    sent = dispatcher.post(address, **{**carried(dispatcher.get(address)), "f__dispatch_reason": "责任清单写明由它负责。"})
    assert "已登记" in sent.words, sent.words
    return reference


def carried(page: Page) -> dict[str, str]:
    """Return what a form holds as it stands."""
    typed = {
        one["name"]: page.value(one["name"]) or "" for one in page.inputs if one.get("name", "").split(".")[0] in ("key", "version", "f")
    }
    ticked = {one["name"]: one["value"] for one in page.inputs if "checked" in one}
    found = re.findall(r'<select id="f-(\w+)".*?<option value="([^"]+)" selected', page.html, re.DOTALL)
    return typed | ticked | {f"f.{name}": value for name, value in found}


def ways_of(page: Page) -> dict[str, str]:
    """Return reference -> address of each link of a list that leads to a supervision."""
    found = [(text, href) for text, href in page.links if text.startswith(("开展督办", "已在督办"))]
    return {text.split(" ", 1)[1].replace(" ", ""): href for text, href in found}


@pytest.mark.usefixtures("some_matters")
def test_a_late_matter_leads_to_a_notice_with_its_reference_and_its_unit() -> None:
    reference = dispatched_hazard()
    with late():
        supervisor = staff(CENTRE, "supervision_officer")
        # What the centre itself has not dispatched is no unit's to be supervised for.
        ways = ways_of(supervisor.get("/board/list/", cause="late"))
        assert list(ways) == [reference]
        form = supervisor.get(ways[reference])
        filled = carried(form)
        assert filled["f.source_reference"] == reference
        assert filled["f.supervised"] == "road_maintenance.210102"
        assert filled["f.grounds"] == "overdue"
        assert "路面塌了一个大坑" not in filled["f.about"]  # nothing of what people said
        opened = supervisor.post(ways[reference], **filled)
        assert "已立督办" in opened.words
        assert "写督办通知" in opened.words
        notice = supervisor.address
        again = supervisor.get("/board/list/", cause="late")
        assert ways_of(again) == {reference: notice}
        assert "已在督办" in again.words
        assert staff(OTHER_CENTRE, "supervision_officer").get(ways[reference]).status == 404
        assert staff(CENTRE, "dispatcher").get(ways[reference]).status == 404
        assert not ways_of(staff(CENTRE, "dispatcher").get("/board/list/", cause="late"))


@pytest.mark.usefixtures("some_matters")
def test_two_officers_who_open_a_supervision_at_once_open_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.city.models import Appointment
    from huiyin.web.pages.board import supervising

    dispatched_hazard()
    colleague = account(CENTRE, "dispatcher")
    Appointment.objects.create(account=colleague, unit_id=CENTRE, post="supervision_officer", from_date=clock.now().date())
    with late():
        first, second = staff(CENTRE, "supervision_officer"), Visitor()
        second.post("/sign-in/", username=colleague.username, password=PASSWORD)
        second.post("/post/", seat=f"{CENTRE}/supervision_officer")
        way = next(iter(ways_of(first.get("/board/list/", cause="late")).values()))
        forms = carried(first.get(way)), carried(second.get(way))
        opened = first.post(way, **forms[0])
        assert "已立督办" in opened.words
        with monkeypatch.context() as patch:
            # The second looked before the first had written.
            patch.setattr(supervising, "_elsewhere", lambda *_: None)
            patch.setattr("huiyin.matters.related.count_about", lambda *_: 0)
            assert second.client.post(way, forms[1]).status_code == 302
        second.get(way)
        assert second.address == first.address
        assert list(ways_of(second.get("/board/list/", cause="late")).values()) == [first.address]


@pytest.mark.usefixtures("some_matters")
def test_a_unit_answers_a_notice_under_the_words_of_each_requirement() -> None:
    dispatched_hazard()
    with late():
        supervisor = staff(CENTRE, "supervision_officer")
        way = next(iter(ways_of(supervisor.get("/board/list/", cause="late")).values()))
        supervisor.post(way, **carried(supervisor.get(way)))
        notice = supervisor.address
        form = carried(supervisor.get(f"{notice}act/submit/"))
        asked = {"f__requirements__rows": "2", "f__requirements__0__ask": "今天围起来", "f__requirements__1__ask": "说明为什么超期"}
        dated = {"f__reply_by": "2026-12-31", "f__reply_by_ground": "原工单时限已过", "f__contact": "督办员"}
        sent = supervisor.post(f"{notice}act/submit/", **{**form, "f__grounds": "overdue", **asked, **dated})
        assert "已登记：报负责人签发" in sent.words, sent.words
        head = staff(CENTRE, "head")
        assert "已登记：签发督办通知" in head.post(f"{notice}act/issue_notice/", **carried(head.get(f"{notice}act/issue_notice/"))).words
        unit = staff("road_maintenance.210102", "head")
        taken = unit.post(
            f"{notice}act/acknowledge/", **{**carried(unit.get(f"{notice}act/acknowledge/")), "f__receipt_note": "养护队负责"}
        )
        assert "已登记：签收" in taken.words
        page = unit.get(f"{notice}act/answer/")
        assert page.words.index("今天围起来") < page.words.index("说明为什么超期")
        given = {f"f__answers__{row}__{part}": text for row in "01" for part, text in (("result", "done"), ("text", "已办"))}
        missed = unit.post(f"{notice}act/answer/", **{**carried(page), **given, "f__answers__1__text": ""})
        assert "第2点：请写答复内容" in missed.words
        assert "已登记：逐项答复" in unit.post(f"{notice}act/answer/", **{**carried(page), **given}).words
