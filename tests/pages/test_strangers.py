"""A stranger at every address: what is not theirs does not exist."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from looking import COMMITTEE, OTHER_COMMITTEE, Visitor, desk_of, staff

SECRETS = ("楼上漏水", "张三", "李四", "修好卫生间", "13800000002")
PARTS = ("", "act/accept/", "act/correct/", "papers/acceptance_form/1/")


def same(html: str, address: str) -> str:
    """Return a page without its own address, its proof of origin and how long the session lasts, which differ on every page."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"|session-ends="\d+"', "", html.replace(address, ""))


@pytest.fixture
def dispute(served: object) -> tuple[str, str]:
    """Return the reference of somebody's dispute and its address at the committee's desk."""
    reference, _ = Visitor().ask_for_mediation()
    return reference, desk_of(staff(COMMITTEE, "clerk"), reference)


@pytest.mark.parametrize("part", PARTS)
def test_staff_of_another_unit_get_the_page_of_a_matter_that_does_not_exist(dispute: tuple[str, str], part: str) -> None:
    _, desk = dispute
    stranger = staff(OTHER_COMMITTEE, "clerk")
    nowhere = f"/desk/210102/{uuid4()}/"
    here, there = stranger.get(f"{desk}{part}"), stranger.get(f"{nowhere}{part}")
    assert here.status == there.status == 404
    assert same(here.html, desk) == same(there.html, nowhere)
    for secret in SECRETS:
        assert secret not in here.html


def test_acts_of_a_stranger_change_nothing(dispute: tuple[str, str]) -> None:
    _, desk = dispute
    stranger = staff(OTHER_COMMITTEE, "clerk")
    page = stranger.post(f"{desk}act/decline/", key="k", version="1", f__reason="不受理")
    assert page.status == 404
    assert "调委会已经收到" in staff(COMMITTEE, "clerk").get(desk).words


def test_a_stranger_finds_nothing_by_reference(dispute: tuple[str, str]) -> None:
    reference, _ = dispute
    stranger = staff(OTHER_COMMITTEE, "clerk")
    page = stranger.get("/desk/search/", q=reference)
    assert page.status == 404
    for secret in SECRETS:
        assert secret not in page.html
    assert reference not in stranger.get("/desk/?scope=all").html


@pytest.mark.parametrize("part", PARTS)
def test_someone_not_signed_in_is_asked_to_sign_in(dispute: tuple[str, str], part: str) -> None:
    _, desk = dispute
    page = Visitor().get(f"{desk}{part}")
    assert page.headings == ["工作人员登录"]
    for secret in SECRETS:
        assert secret not in page.html


@pytest.mark.parametrize("part", ["", "act/withdraw/", "papers/acceptance_form/1/"])
def test_a_party_of_one_matter_does_not_see_another(dispute: tuple[str, str], part: str) -> None:
    reference, desk = dispute
    other = Visitor()
    mine, _ = other.report()
    page = other.get(f"/mine/{reference}/{part}")
    assert page.headings == ["查进度"]
    home, matter = desk.strip("/").split("/")[1:3]
    page = other.get(f"/mine/{mine}/of/{home}/{matter}/{part}")
    assert page.status == 404
    for secret in SECRETS:
        assert secret not in page.html


def test_a_post_of_the_unit_that_does_not_handle_it_sees_masked_names(dispute: tuple[str, str]) -> None:
    _, desk = dispute
    page = staff(COMMITTEE, "archivist").get(desk)
    assert page.status == 200
    assert "张三" not in page.html
    assert "张**" in page.html
    assert "13800000002" not in page.html
    assert "这一步不在您的岗位上" in page.words


def test_no_number_and_no_name_is_in_the_address_of_any_page(dispute: tuple[str, str]) -> None:
    _, desk = dispute
    page = staff(COMMITTEE, "clerk").get(desk)
    for _, address in page.links:
        assert not any(secret in address for secret in SECRETS)


def test_the_address_after_sign_in_is_ours(served: object) -> None:
    page = Visitor().get("/sign-in/", next="https://evil.example/")
    assert page.value("next") == ""
