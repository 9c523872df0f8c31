"""What is told of a sheet that was voided, corrected, followed by another, or erased; rare characters; a red head; its page."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.template.loader import render_to_string
from looking import Page, Visitor, account, staff
from pypdf import PdfReader

from huiyin import clock
from huiyin.core.paper_codes import code_of
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.demo import history, stations
from huiyin.matters import erasure, queries, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter, Paper


class Led:
    """A mediation led to one stage, and those who act on it."""

    def __init__(self, state: str) -> None:
        led = stations.write_station(("people_mediation", state, 0), clock.now())
        assert led is not None
        self.home, self.matter = led.home, UUID(led.id)
        with reading_as(SYSTEM):
            body = Matter.objects.get(home=self.home, id=self.matter).body
        self.host, self.named = body["units"]["host"], body["named"]

    def as_post(self, post: str) -> Principal:
        named = self.named.get(post)
        return Principal("staff", named[0] if named else str(account(self.host, post).id), unit=self.host, post=post)

    def act(self, post: str, action: str, **data: Any) -> None:
        answer = services.act(
            home=self.home, matter=self.matter, action=action, data=data, principal=self.as_post(post), key=f"checked:{uuid4()}"
        )
        assert not isinstance(answer, Refusal), answer

    def issues(self, name: str) -> list[str]:
        with reading_as(SYSTEM):
            rows = Paper.objects.filter(home=self.home, matter=self.matter, name=name).order_by("number")
            return [code_of(row.hash) for row in rows]


@pytest.fixture
def led(served: object) -> Callable[[str], Led]:
    history.author.cache_clear()
    stations._signed_in.cache_clear()
    return Led


def checked(code: str) -> Page:
    page = Visitor().get(f"/verify/{code}/")
    assert page.status == 200
    return page


def test_a_void_agreement_is_genuine_and_no_longer_counts(led: Callable[[str], Led]) -> None:
    matter = led("signing")
    *_, code = matter.issues("mediation_agreement")
    assert checked(code).headings[0] == "这份文书是真的"
    matter.act("mediator", "change_text", reason="双方要改日期。")
    page = checked(code)
    assert page.headings[0] == "这份文书是真的，但已经作废"
    assert "不再算数" in page.words
    assert "没有作废" not in page.words


def test_a_paper_printed_anew_after_a_correction_points_to_the_new_one(led: Callable[[str], Led]) -> None:
    matter = led("inviting")
    assert len(matter.issues("invitation")) == 1
    matter.act("clerk", "correct", field="claim", value="修好楼上的防水，并赔偿墙面。", reason="登记时少写了一半。")
    old, new = matter.issues("invitation")
    page = checked(old)
    assert page.headings[0] == "这份文书是真的，但已经更正重印"
    assert "更正以后重印的为准" in page.words
    assert checked(new).headings[0] == "这份文书是真的"
    assert "没有更正" in checked(new).words


def test_the_record_of_one_session_counts_beside_that_of_the_next(led: Callable[[str], Led]) -> None:
    matter = led("mediating")
    for number in range(2):
        at = clock.now().isoformat()
        matter.act("mediator", "hold_session", session_at=at, session_place="社区调解室", minutes=f"第{number + 1}次谈话。")
    first, last = matter.issues("mediation_minutes")[-2:]
    for code in (first, last):
        page = checked(code)
        assert page.headings[0] == "这份文书是真的"
        assert "没有作废" in page.words
        assert ("后来又印过一份" in page.words) == (code == first)


def test_a_sheet_whose_text_was_erased_can_still_be_checked(led: Callable[[str], Led]) -> None:
    matter = led("inviting")
    (code,) = matter.issues("invitation")
    answer = erasure.erase(
        home=matter.home, matter=matter.matter, principal=SYSTEM, basis="个人信息保护法第四十七条", fields=["claim"], key=f"erase:{uuid4()}"
    )
    assert not isinstance(answer, Refusal), answer
    page = checked(code)
    assert page.headings[0] == "这份文书是真的"
    assert "内容已依法删除" in page.words
    assert "没有作废" in page.words


def test_staff_are_told_which_characters_a_copy_prints_as_codes(led: Callable[[str], Led]) -> None:
    matter = led("inviting")
    address = f"/desk/{matter.home}/{matter.matter}/papers/invitation/"
    matter.act("clerk", "correct", field="claim", value="向𠮷某要回押金。", reason="补写名字。")
    clerk = staff(matter.host, "clerk")
    assert "印成编码" not in clerk.get(f"{address}1/").words
    page = clerk.get(f"{address}2/")
    assert "印成编码" in page.words
    assert "U+20BB7" in page.words
    assert "向〔U+20BB7〕某要回押金" in page.words


def test_a_letter_of_a_unit_that_has_one_carries_its_red_head(led: Callable[[str], Led], settings: Any) -> None:
    matter = led("inviting")
    clerk = staff(matter.host, "clerk")
    address = f"/desk/{matter.home}/{matter.matter}/papers/invitation/1/paper.pdf"

    def words() -> str:
        return "".join(PdfReader(io.BytesIO(clerk.client.get(address).content)).pages[0].extract_text().split())

    view = queries.get(SYSTEM, matter.home, matter.matter)
    assert view is not None
    name = view.unit_names["host"]
    assert not words().partition("编号：")[0].endswith(name)
    settings.HUIYIN_RED_HEAD_UNITS = (matter.host,)
    assert words().partition("编号：")[0].endswith(name)


def test_on_the_page_a_line_says_that_nobody_signed_it_and_a_void_one_says_nothing(led: Callable[[str], Led]) -> None:
    matter = led("signing")
    address = f"/desk/{matter.home}/{matter.matter}/papers/mediation_agreement/"
    number = len(matter.issues("mediation_agreement"))
    clerk = staff(matter.host, "clerk")
    page = clerk.get(f"{address}{number}/")
    lines = page.html.count('class="rule"')
    waiting = page.words.count("还没签")
    assert waiting >= 1
    assert page.words.count("还没盖章") == 1
    assert waiting + 1 + page.words.count("✓") == lines
    english = clerk.get(f"{address}{number}/?lang=en")
    assert english.html.count("not signed yet") == waiting
    assert english.words.count("not sealed yet") == 1
    clerk.get(f"{address}{number}/?lang=zh")
    matter.act("mediator", "change_text", reason="双方要改日期。")
    void = clerk.get(f"{address}{number}/")
    assert "还没签" not in void.words
    assert "还没盖章" not in void.words


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ("赵福来", True),
        ("欧阳建国、赵福来、买买提·艾合买提", True),
        ("怎么算办完", True),
        ("2026年11月29日", True),
        ("12 November 2026", True),
        ("—", True),
        ("", True),
        ("付给楼下重刷天花板和墙面的费用", False),
        ("做好防水，闭水二十四小时不漏", False),
    ],
)
def test_in_a_table_of_the_page_names_labels_and_dates_stay_whole(words: str, kept: bool) -> None:
    cell = {"zh": words, "en": words}
    made = render_to_string("web/blocks.html", {"blocks": [{"kind": "table", "columns": [cell], "rows": [[cell]]}], "tongue": "zh"})
    assert made.count('class="whole"') == (2 if kept else 0)
