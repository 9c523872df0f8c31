"""The pages of a project: set up, given to a committee, filled from a list, looked at by each who may, and mediators named for many."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from estate import FIRM, committee, desk, line, project, project_matter, written
from living import CENTRE, COMMITTEE, FAR, at, post
from looking import Page, Visitor, staff
from test_following import body

from huiyin import clock
from huiyin.jobs import running
from huiyin.matters import codes
from huiyin.matters.receipts import Receipt
from huiyin.projects import queries, services

pytestmark = pytest.mark.usefixtures("served")


def address(made: Receipt, more: str = "") -> str:
    return f"/desk/projects/{made.home}/{made.matter}/{more}"


def uploaded(visitor: Visitor, made: Receipt, path: Path) -> Page:
    with path.open("rb") as file:
        return visitor.post(address(made, "households/"), file=file)


def test_a_project_is_set_up_on_one_page_and_says_what_comes_next() -> None:
    visitor = staff(CENTRE, "clerk")
    assert "立一个项目" in visitor.get("/desk/projects/").words
    form = visitor.get("/desk/projects/new/")
    assert form.unnamed() == []
    typed = {
        "key": form.value("key") or "", "topic": "dispute.property_service", "f__name": "晨光小区供热不达标", "f__claim": "退热费",
        "f__facts": "室温低于18度", "f__place.detail": "晨光小区", "f__place.division": "210102001005", "f__other_side.rows": "1",
        "f__other_side.0.name": FIRM,
    }  # fmt: skip
    refused = visitor.post("/desk/projects/new/", **{**typed, "f__claim": ""})
    assert "各户共同的请求" in refused.words
    page = visitor.post("/desk/projects/new/", **typed)
    assert "项目已经建好" in page.words
    assert "还没有定由哪个调委会调解" in page.words
    assert "晨光小区供热不达标" in visitor.get("/desk/projects/").words


def test_a_list_is_tried_then_brought_in_and_the_page_counts_it(tmp_path: Path) -> None:
    made = project_matter()
    visitor = staff(CENTRE, "clerk")
    assert visitor.client.get("/desk/projects/template.xlsx").content[:2] == b"PK"
    path = written(
        tmp_path / "a.xlsx", [("1号楼", "101", "赵一"), ("1号楼", "102", "钱二", "坏"), ("10号楼", "101", "孙三", "", "", "12.5")]
    )
    page = uploaded(visitor, made, path)
    assert "试读各户名单" in page.words
    running.drain()
    page = visitor.get(visitor.address)
    assert "D4" not in page.words
    assert "电话写数字" in page.words
    job = UUID(visitor.address.strip("/").rpartition("/")[2])
    visitor.post("/desk/projects/confirm/", check=str(job))
    running.drain()
    page = visitor.get(visitor.address)
    assert "加进来2户" in page.words
    page = visitor.get(address(made))
    assert "共 2 户" in page.words
    assert "晨光小区10号楼101" in page.words
    assert "赵一" not in page.words
    assert "晨光小区1号楼101" not in visitor.get(address(made), building="10号楼").words
    assert "这样选没有一户" in visitor.get(address(made), stage="done").words


def test_one_household_by_hand_and_again_is_one() -> None:
    made = project_matter()
    visitor = staff(CENTRE, "clerk")
    page = visitor.post(address(made, "households/"), do="one", building="1号楼", names="")
    assert "楼栋或者班组要填" not in page.words
    assert "姓名要填" in page.words
    assert page.value("building") == "1号楼"
    for said in ("加进来一户", "没有再加"):
        page = visitor.post(address(made, "households/"), do="one", building="1号楼", door="101", names="赵一")
        assert said in page.words
    assert "写的不一样" in visitor.post(address(made, "households/"), do="one", building="1号楼", door="101", names="钱二").words


def test_whoever_has_no_part_finds_nothing_and_the_committee_s_desk_opens_its_households() -> None:
    made = project_matter()
    with clock.set_to(at("11-16 10:00")):
        services.bring(desk(), project(made), [line(1, "101", "赵一"), line(1, "102", "钱二")])
    for more in ("", "households/", "mediator/"):
        assert staff(FAR, "clerk").get(address(made, more)).status == 404
    own, theirs = staff(CENTRE, "clerk").get(address(made)), staff(COMMITTEE, "clerk").get(address(made))
    found = queries.households(committee(), project(made, committee()))
    links = {f"/desk/{one.home}/{one.matter}/" for one in found}
    assert not links & {href for _, href in own.links}
    assert links <= {href for _, href in theirs.links}
    assert staff(CENTRE, "clerk").get(address(made, "mediator/")).status == 404
    numbers_only = staff(CENTRE, "duty_officer").get(address(made))
    assert "您的岗位只看得到数字" in numbers_only.words
    assert "101" not in numbers_only.words.replace(made.reference, "")


def test_one_mediator_is_named_for_a_building_each_household_by_an_act_of_its_own() -> None:
    made = project_matter()
    mediator = post(COMMITTEE, "mediator").id
    with clock.set_to(at("11-16 10:00")):
        services.bring(desk(), project(made), [line(1, "101", "赵一"), line(1, "102", "钱二"), line(2, "101", "孙三")])
    visitor = staff(COMMITTEE, "clerk")
    form = visitor.get(address(made, "mediator/"))
    assert form.unnamed() == []
    refused = visitor.post(address(made, "mediator/"), building="1号楼", person=mediator)
    assert "要确认这一句" in refused.words
    visitor.post(address(made, "mediator/"), building="1号楼", person=mediator, says__impartial="yes")
    running.drain()
    assert "受理了2件" in visitor.get(visitor.address).words
    found = queries.households(committee(), project(made, committee()))
    assert [one.waits for one in found] == [False, False, True]
    for one in found[:2]:
        kept = body(Receipt(one.home, one.matter, one.reference, 0, "", "", clock.now(), None, None, False, None, ()))  # type: ignore[arg-type]
        assert kept["named"] == {"mediator": [mediator]}
        assert "acceptance_form" in kept["papers"]
    page = visitor.get(address(made))
    assert "等各方答复" in page.words


def test_a_household_s_own_page_shows_neither_another_nor_a_way_to_the_project() -> None:
    made = project_matter()
    with clock.set_to(at("11-16 10:00")):
        services.bring(desk(), project(made), [line(1, "101", "赵一"), line(1, "102", "钱二")])
    first, second = queries.households(committee(), project(made, committee()))
    page = Visitor().track(first.reference, codes.code_for(first.matter))
    assert "由项目录入" in page.words
    for stranger in (second.reference, str(second.matter), "钱二", f"{made.home}/{made.matter}", "由这件事引出", "/projects/"):
        assert stranger not in page.html.replace(" ", "")
