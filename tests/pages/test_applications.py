"""What the law has residents apply for by name: begun from the start, the guide and the guided path, asked in the procedure's own words."""

from __future__ import annotations

import re

import pytest
from looking import COMMUNITY, Page, Visitor, receipt

from huiyin.city import queries as city
from huiyin.core.values import SYSTEM
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.web.pages import journeys

KINDS = (
    "administrative_review",
    "assisted_session",
    "consumer_complaint",
    "court_fee_refund",
    "information_disclosure",
    "labour_arbitration",
    "labour_mediation",
    "lawyer_file_access",
    "legal_aid",
    "medical_mediation",
    "notarisation",
    "petition",
    "property_mediation",
)
FILLED = {"datetime-local": "2026-11-10T09:00", "date": "2026-12-01", "tel": "13800000001"}
SUMS = ("f.sum", "f.claim_sum")


def first_option(page: Page, name: str) -> str:
    inside = re.search(rf'<select[^>]*name="{re.escape(name)}"[^>]*>(.*?)</select>', page.html, re.DOTALL)
    found = [] if inside is None else re.findall(r'<option[^>]*value="([^"]+)"', inside[1])
    return found[0] if found else ""


def answers(page: Page) -> dict[str, str]:
    """Answer every question of a page as somebody in a hurry does."""
    given: dict[str, str] = {}
    for one in page.inputs:
        name, kind = one.get("name", ""), one.get("type", "")
        if not name.startswith(("f.", "topic", "area", "unit")) or name in given or kind in ("hidden", "checkbox", "file"):
            continue
        if one["tag"] == "select":
            given[name] = first_option(page, name)
        elif kind == "radio":
            given[name] = one["value"]
        else:
            given[name] = FILLED.get(kind) or ("9000" if name in SUMS else "虚构的一句话")
    return given


def walked(visitor: Visitor, kind: str) -> list[tuple[str, Page]]:
    """Answer every page of an application; return each with its address, the last the receipt."""
    page = visitor.get(f"/apply/{kind}/")
    seen = [(visitor.address, page)]
    for _ in range(14):
        step = visitor.address.partition("?")[0]
        given = answers(page) if not step.endswith("/check/") else {}
        if step.endswith("/where/"):
            given = {"f.place.detail": "2号楼", "f.place.division": COMMUNITY, "f.place.searched": "1"}
        page = visitor.post(step, **given)
        assert not page.title.startswith("错误"), (step, page.words)
        seen.append((visitor.address, page))
        if visitor.address.partition("?")[0].endswith("/done/"):
            break
    return seen


def test_every_application_of_the_path_is_one_a_party_may_open(served: object) -> None:
    path = city.library().pathway
    assert path is not None
    assert set(KINDS) <= {one.procedure for one in path.applications}
    for kind in KINDS:
        assert journeys.application_of(city.library(), kind) is not None


@pytest.mark.parametrize("kind", KINDS)
def test_an_application_is_asked_page_by_page_and_opens_its_own_procedure(served: object, kind: str) -> None:
    visitor = Visitor()
    seen = walked(visitor, kind)
    reference, _ = receipt(seen[-1][1])
    with reading_as(SYSTEM):
        matter = Matter.objects.get(reference=reference)
    assert matter.procedure == kind
    assert matter.body["parties"][0]["name"] == "虚构的一句话"
    assert "怎么提出的" not in seen[-2][1].words
    opened = city.library().procedures[kind]
    assert len(matter.body["parties"]) == sum(role.least for role in opened.roles.values())
    page = visitor.get(f"/mine/{reference}/")
    assert page.status == 200
    assert opened.title.zh in page.words
    assert ("调解怎么走，到哪一步了" in page.words) == (opened.rooms is not None and opened.rooms.private)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_it_can_be_begun_from_its_guide_printed_and_filled_in_on_one_page(served: object, kind: str, language: str) -> None:
    visitor = Visitor()
    title = city.library().procedures[kind].title
    page = visitor.get(f"/guide/{kind}/", lang=language)
    assert f"/apply/{kind}/" in [address for _, address in page.links]
    blank = visitor.get(f"/paper-form/{kind}/", lang=language)
    assert (title.zh if language == "zh" else title.en) in blank.words
    plain = visitor.get(f"/report/one-page/{kind}/", lang=language)
    assert (title.zh if language == "zh" else title.en) in plain.title
    assert not plain.unnamed()
    listed = visitor.get("/apply/", lang=language)
    assert f"/apply/{kind}/" in [address for _, address in listed.links]


def test_a_review_applied_for_here_is_handed_in_at_once(served: object) -> None:
    reference, _ = receipt(walked(Visitor(), "administrative_review")[-1][1])
    with reading_as(SYSTEM):
        matter = Matter.objects.get(reference=reference)
    assert matter.state == "received"
    assert "review_application" in matter.body["papers"]


def test_a_body_is_asked_for_where_several_kinds_may_take_it(served: object) -> None:
    visitor = Visitor()
    visitor.get("/apply/information_disclosure/")
    draft = visitor.address.partition("?")[0].rsplit("/", 2)[0]
    visitor.answer(draft, "what", f__wanted="改造工程的验收报告")
    for step, data in (("kind", {"topic": "request.old_estate"}), ("form_wanted", {"f.form_wanted": "paper"})):
        visitor.post(f"{draft}/{step}/", **data)
    visitor.answer(draft, "where", f__place__detail="", f__place__division=COMMUNITY, f__place__searched="1")
    page = visitor.answer(draft, "unit", unit="")
    assert page.title.startswith("错误")
    page = visitor.answer(draft, "unit", unit="housing.210102")
    visitor.answer(draft, "you", f__my_name="张三", f__contact="虚构的联系方式")
    reference, _ = receipt(visitor.answer(draft, "check"))
    with reading_as(SYSTEM):
        assert Matter.objects.get(reference=reference).body["units"]["host"] == "housing.210102"


def test_two_sides_of_one_role_are_both_in_the_matter(served: object) -> None:
    reference, _ = receipt(walked(Visitor(), "medical_mediation")[-1][1])
    with reading_as(SYSTEM):
        assert [party["role"] for party in Matter.objects.get(reference=reference).body["parties"]] == ["disputant", "disputant"]


def test_where_a_business_stands_is_asked_of_whoever_complains_of_it(served: object) -> None:
    visitor = Visitor()
    pages = walked(visitor, "consumer_complaint")
    asked = {one.get("name", "") for _, page in pages for one in page.inputs}
    assert {"f.others.0.business_address", "f.others.0.business_phone"} <= asked
    reference, _ = receipt(pages[-1][1])
    with reading_as(SYSTEM):
        consumer, trader = Matter.objects.get(reference=reference).body["parties"]
    assert trader["role"] == "trader"
    assert trader["facts"]["business_address"] == "虚构的一句话"
    assert "business_address" not in consumer["facts"]


def test_the_guided_path_leads_to_what_is_applied_for(served: object) -> None:
    visitor = Visitor()
    page = visitor.get("/way/", whom="employer", topic="dispute.labour.wages", tried="talked", wants="money")
    begun = [address.partition("?")[0] for _, address in page.links]
    assert "/apply/labour_mediation/" in begun
    assert "/apply/labour_arbitration/" in begun
    assert {"/apply/legal_aid/", "/apply/assisted_session/"} <= set(begun)
    page = visitor.get("/way/", whom="authority", topic="request.legal_help", tried="nothing", wants="service")
    assert {"/apply/legal_aid/", "/apply/assisted_session/"} <= {address.partition("?")[0] for _, address in page.links}
    page = visitor.get("/way/", whom="hospital", topic="dispute.medical", tried="talked", wants="money")
    assert "/apply/medical_mediation/" in [address.partition("?")[0] for _, address in page.links]
    page = visitor.get("/way/", whom="shop", topic="dispute.consumer", tried="talked", wants="money")
    assert "/apply/consumer_complaint/" in [address.partition("?")[0] for _, address in page.links]
    page = visitor.get("/way/", whom="authority", topic="request.illegal_building", tried="asked", wants="explain")
    begun = [address.partition("?")[0] for _, address in page.links]
    assert "/report/" in begun
    assert {"/apply/petition/", "/apply/administrative_review/", "/apply/legal_aid/"} <= set(begun)


def test_what_is_no_application_is_not_there(served: object) -> None:
    visitor = Visitor()
    assert visitor.get("/apply/weekly_report/").status == 404
    assert visitor.get("/apply/nothing/").status == 404
    assert visitor.get("/paper-form/weekly_report/").status == 404
