"""What a side takes with it: for the next step the registration, its own evidence and facts all signed, nothing said in the talks; the
application it asked for on paper, which every side may read."""

from __future__ import annotations

from cases import Case


def _texts(case: Case) -> list[str]:
    """Every issue of the record for the next step, as 张三 reads it."""
    issues = [line.number for line in case.view("clerk").papers if line.name == "next_step_record"]
    return [case.party().get(f"/mine/{case.reference}/papers/next_step_record/{number}/").words for number in issues]


def test_each_side_takes_its_own_evidence_and_nothing_of_the_talks(served: object) -> None:
    case = Case().mediating()
    case.act("张三", "add_evidence", {"evidence": {"what": "天花板照片五张"}})
    case.act("clerk", "add_evidence", {"evidence": {"what": "防水施工合同"}}, for_="李四")
    case.act("mediator", "propose", {"terms": [{"who": case.people["李四"], "what": "赔一半"}]})
    case.act("mediator", "note_undisputed", {"undisputed": "九月一日起漏水。"})
    case.act("张三", "sign_undisputed", {"hash": case.hash("undisputed_record"), "method": "screen"})
    case.act("clerk", "update_details", {"phone": "13800004321", "address": "晨光小区9号楼"}, for_="李四")
    case.act("张三", "take_along")
    (mine,) = _texts(case)
    assert "应张三的要求出具" in mine
    assert "13800004321" not in mine, "the other side's telephone is not his to read"
    assert "晨光小区9号楼" not in mine
    assert "天花板照片五张" in mine
    assert "防水施工合同" not in mine
    assert "赔一半" not in mine
    assert "九月一日起漏水。" not in mine, "one side has signed, not both"
    case.act("clerk", "sign_undisputed", {"hash": case.hash("undisputed_record"), "method": "wet"}, for_="李四")
    case.act("clerk", "take_along", for_="李四")
    theirs = _texts(case)[1]
    assert "应李四的要求出具" in theirs
    assert "防水施工合同" in theirs
    assert "天花板照片五张" not in theirs
    assert "九月一日起漏水。" in theirs


def test_a_correction_prints_it_anew_for_whoever_asked_for_it(served: object) -> None:
    case = Case().inviting()
    case.act("张三", "add_evidence", {"evidence": {"what": "天花板照片五张"}})
    case.act("张三", "take_along")
    case.act("clerk", "correct", {"field": "claim", "value": "只修卫生间。", "reason": "登记时听错了"})
    again = _texts(case)[1]
    assert "只修卫生间。" in again
    assert "应张三的要求出具" in again
    assert "天花板照片五张" in again


def test_the_application_on_paper_tells_no_side_where_the_other_lives(served: object) -> None:
    case = Case().inviting()
    case.act("张三", "update_details", {"address": "晨光小区2号楼101", "phone": "13800000001"})
    case.act("clerk", "update_details", {"address": "晨光小区2号楼201", "phone": "13800000002"}, for_="李四")
    case.act("张三", "print_application")
    page = case.party().get(f"/mine/{case.reference}/papers/mediation_application/1/").words
    assert "人民调解申请书" in page
    for said in ("晨光小区2号楼101", "13800000001", "晨光小区2号楼201", "13800000002"):
        assert said not in page
