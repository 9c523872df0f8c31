"""A party that is added later: named by staff, told to everybody, and nothing goes on before it has said yes."""

from __future__ import annotations

from cases import Case, at_desk

from huiyin.matters import queries
from huiyin.matters.audit import audit


def _added(case: Case) -> Case:
    case.act("mediator", "add_party", {"name": "某物业公司", "side": "third", "phone": "10000000012"})
    case.people = {party.name: party.id for party in case.view("clerk").parties}
    return case


def test_the_new_party_is_asked_and_the_others_wait_for_its_yes(served: object) -> None:
    case = _added(Case().mediating())
    assert case.view("clerk").state == "inviting"
    assert queries.inbox(case.principal("某物业公司")).rows
    mine = case.view("某物业公司")
    assert {"rights_notice", "invitation"} <= {line.name for line in mine.papers}
    assert [one.name for one in mine.parties] == ["张三", "李四", "某物业公司"]
    case.act("某物业公司", "agree")
    assert case.view("clerk").state == "mediating"
    assert audit().passed


def test_the_new_party_may_say_no_and_the_others_go_on(served: object) -> None:
    case = _added(Case().mediating())
    case.act("某物业公司", "refuse")
    assert case.view("clerk").state == "inviting"
    case.act("mediator", "go_on_without", {"divisible_reason": "物业只是顺带问的"})
    assert case.view("clerk").state == "mediating"
    assert audit().passed


def test_the_desk_asks_its_name_and_side(served: object) -> None:
    case = Case().inviting()
    desk = at_desk("mediator")
    form = desk.get(f"{case.desk}/act/add_party/")
    assert {"name", "f.side", "f.phone"} <= {str(one.get("name")) for one in form.inputs}
    assert "是哪一方的" not in form.words
    empty = desk.post(f"{case.desk}/act/add_party/", key=form.value("key"), version=form.value("version"), f__side="third")
    assert "请写姓名或者名称" in empty.words
    again = desk.get(f"{case.desk}/act/add_party/")
    given = {"key": again.value("key"), "version": again.value("version"), "name": "某物业公司", "f__side": "third"}
    assert "某物业公司" in desk.post(f"{case.desk}/act/add_party/", **given).words
    assert [one.name for one in case.view("clerk").parties] == ["张三", "李四", "某物业公司"]
