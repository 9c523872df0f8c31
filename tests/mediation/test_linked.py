"""From people's mediation on to an authority or a court, and back: what was registered goes along, what was said does not."""

from __future__ import annotations

import json
from typing import Any

from cases import Case
from looking import COMMITTEE

from huiyin.core.values import SYSTEM
from huiyin.matters import outbox
from huiyin.matters.access import reading_as

CANARY = "黄鹂三两声"
# What a form of the way on asks of the party: where to, and what nobody has said yet.
ASKED = {"go_to_authority": {"authority", "field_of_law"}, "go_to_court": {"court"}, "go_to_people": {"committee"}}


def ended(case: Case) -> Case:
    """Led to an end without agreement, with everything private said; 李四 leaves."""
    case.mediating()
    case.act("张三", "add_evidence", {"evidence": {"what": "天花板照片五张"}})
    case.act("clerk", "add_evidence", {"evidence": {"what": "防水施工合同"}}, for_="李四")
    case.act("clerk", "update_details", {"phone": "13800004321", "address": "晨光小区9号楼"}, for_="李四")
    case.act("张三", "update_details", {"address": "晨光小区2号楼101", "id_kind": "resident_id", "id_number": "X-17"})
    case.act("张三", "tell_mediator", {"private_statement": CANARY})
    case.act("张三", "tell_range", {"range_sum": 777700, "range_words": CANARY})
    case.act("mediator", "propose", {"terms": [{"who": case.people["李四"], "what": CANARY}], "terms_note": CANARY})
    case.act("clerk", "leave", for_="李四")
    return case


def unit_of(kind: str) -> str:
    from huiyin.city.models import Unit

    found = Unit.objects.filter(kind=kind).order_by("id").first()
    assert found is not None, kind
    return str(found.id)


def child(procedure: str) -> Any:
    from huiyin.matters.models import Matter

    with reading_as(SYSTEM):
        homes = list(Matter.objects.values_list("home", flat=True).distinct())
    for home in homes:
        while outbox.run_once(home):
            pass
    with reading_as(SYSTEM):
        found = Matter.objects.filter(procedure=procedure).exclude(body__parent=None).order_by("-opened_at").first()
    assert found is not None, procedure
    return found


def typed_again(case: Case, matter: Any, action: str) -> set[str]:
    """Return what a person had to fill in on the way that was known already: of the form of that way, and of the opening."""
    definition = case.view("clerk").procedure
    step = next(one for one in definition.always if one.name == action)
    assert step.form is not None
    asked = {entry.field for entry in definition.forms[step.form].entries}
    held = {name for name, value in case.view("clerk").facts.items() if value is not None} - ASKED[action]
    assert asked == ASKED[action]
    return asked & held


def carried(matter: Any, case: Case) -> None:
    facts = matter.body["facts"]
    assert (facts["claim"], facts["facts"]) == ("修好卫生间。", "楼上漏水，泡了天花板。")
    assert [one["what"] for one in facts["evidence"]] == ["天花板照片五张"], "one's own evidence and nobody else's"
    people = {party["name"]: party for party in matter.body["parties"]}
    assert people.keys() == {"张三", "李四"}
    assert matter.body["parties"][0]["name"] == "张三", "whoever goes on asks"
    assert people["张三"]["id"] == case.people["张三"]
    assert (people["张三"]["facts"]["phone"], people["张三"]["facts"]["address"]) == ("13800000002", "晨光小区2号楼101")
    assert not {"phone", "address"} & people["李四"]["facts"].keys(), "of whoever left no more than the name"
    assert all("consent" not in party["facts"] for party in people.values()), "each is asked anew"
    whole = json.dumps(matter.body, ensure_ascii=False)
    for private in (CANARY, "7777", "13800004321", "防水施工合同"):
        assert private not in whole, private


def test_on_to_an_authority_and_on_to_a_court_with_nothing_typed_again(served: object) -> None:
    case = ended(Case())
    case.act("张三", "go_to_authority", {"authority": unit_of("street_office"), "field_of_law": "property"})
    authority = child("administrative_mediation")
    carried(authority, case)
    assert typed_again(case, authority, "go_to_authority") == set()
    case.act("张三", "go_to_court", {"court": unit_of("court")})
    court = child("court_mediation")
    carried(court, case)
    assert court.body["facts"]["stage"] == "before"
    assert typed_again(case, court, "go_to_court") == set()


def test_back_from_an_authority_that_does_not_take_it(served: object) -> None:
    from huiyin.core.values import Principal
    from huiyin.matters import services

    case = ended(Case())
    case.act("张三", "go_to_authority", {"authority": unit_of("street_office"), "field_of_law": "property"})
    authority = child("administrative_mediation")
    asker = Principal("party", case.people["张三"], purpose="own", matter=f"{authority.home}/{authority.id}")
    officer = Principal("staff", "00000000-0000-7000-8000-000000000001", authority.unit, "handler")
    for who, action, data in (
        (officer, "decline", {"reason": "不归本单位管，属于邻里纠纷。"}),
        (asker, "go_to_people", {"committee": COMMITTEE}),
    ):
        made = services.act(home=authority.home, matter=authority.id, action=action, data=data, principal=who, key=f"test:{action}:linked")
        assert isinstance(made, services.Receipt), made
    back = child("people_mediation")
    assert back.unit == COMMITTEE
    carried(back, case)
    sides = {party["name"]: party["facts"].get("side") for party in back.body["parties"]}
    assert sides == {"张三": "applicant", "李四": "respondent"}
