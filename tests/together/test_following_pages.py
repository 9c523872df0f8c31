"""Linking a duplicate at the desk: by choosing it or by its number, and what the pages of staff and residents then say."""

from __future__ import annotations

from uuid import uuid4

import pytest
from living import opened
from looking import CENTRE, Page, Visitor, desk_of, staff
from test_following import dispatcher

from huiyin.matters import codes, services
from huiyin.matters.receipts import Receipt
from huiyin.workers import loop

pytestmark = pytest.mark.usefixtures("served")


def followed(matter: Receipt) -> Page:
    return Visitor().track(matter.reference, codes.code_for(matter.matter))


def services_act(matter: Receipt, data: dict[str, str]) -> None:
    done = services.act(home=matter.home, matter=matter.matter, action="answer_now", data=data, principal=dispatcher(), key=str(uuid4()))
    assert isinstance(done, Receipt), done


def grouped(reference: str) -> str:
    return " ".join(reference[start : start + 4] for start in range(0, 12, 4))


def test_a_duplicate_is_chosen_from_those_near_by_and_both_pages_show_the_link() -> None:
    first, second = opened("11-16 09:00", "plain_request", topic="request"), opened("11-16 10:00", "plain_request", topic="request")
    visitor = staff(CENTRE, "dispatcher")
    address = desk_of(visitor, second.reference)
    form = visitor.get(f"{address}act/merge/")
    assert grouped(first.reference) in form.words
    assert grouped(second.reference) not in form.html.partition("act-form")[2]
    given = {"key": form.value("key") or "", "version": form.value("version") or "", "f__reason": "同一盏路灯，已有人报过"}
    refused = visitor.post(f"{address}act/merge/", **given)
    assert "请选和哪一件一起办" in refused.words
    page = visitor.post(f"{address}act/merge/", **given, leader=f"{first.home}/{first.matter}")
    assert "已登记：与另一件一起办" in page.words
    assert grouped(first.reference) in page.words
    loop.drain()
    assert "另有1件等这一件的答复" in visitor.get(desk_of(visitor, first.reference)).words
    assert "另有1件一起办" in visitor.get("/desk/").words


def test_a_duplicate_is_named_by_its_number() -> None:
    first = opened("11-16 09:00", "plain_request", topic="request.rubbish")
    second = opened("11-16 10:00", "plain_request", topic="request")
    visitor: Visitor = staff(CENTRE, "dispatcher")
    address = desk_of(visitor, second.reference)
    form = visitor.get(f"{address}act/merge/")
    assert grouped(first.reference) not in form.words
    given = {"key": form.value("key") or "", "version": form.value("version") or "", "f__reason": "同一盏路灯，已有人报过"}
    page = visitor.post(f"{address}act/merge/", **given, leader_number="1234 5678 9012")

    assert "没有这个编号的事" in page.words
    page = visitor.post(f"{address}act/merge/", **given, leader_number=grouped(first.reference))
    assert "已登记：与另一件一起办" in page.words


def test_who_reported_the_second_reads_that_it_is_dealt_with_together_and_nothing_of_the_first() -> None:
    first = opened("11-16 09:00", "plain_request", topic="request")
    second = opened("11-16 10:00", "plain_request", topic="request", parties=[{"role": "reporter", "name": "赵六", "facts": {}}])
    visitor = staff(CENTRE, "dispatcher")
    address = desk_of(visitor, second.reference)
    form = visitor.get(f"{address}act/merge/")
    given = {"key": form.value("key") or "", "version": form.value("version") or "", "f__reason": "同一盏路灯，已有人报过"}
    visitor.post(f"{address}act/merge/", **given, leader=f"{first.home}/{first.matter}")
    loop.drain()
    page = followed(second)
    assert "合并办理，与另一件一起办" in page.words
    assert grouped(first.reference) not in page.words
    assert "王五" not in page.words
    services_act(first, {"reply_text": "路灯已经修好。"})
    loop.drain()
    assert "已经答复。请看看解决了没有" in followed(second).words
    assert "又有一件" not in followed(first).words
