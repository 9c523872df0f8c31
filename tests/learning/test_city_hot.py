"""Hot issues of the city's own matters: what several people write about, in words several of them used, and nobody behind them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import invented
import pytest
from django.db import transaction
from test_city_models import signed_in, words

from huiyin import clock
from huiyin.core.values import Principal, Refusal
from huiyin.jobs import running
from huiyin.jobs.models import Job
from huiyin.learning import hot
from huiyin.learning.models import HotIssue, HotLook
from huiyin.learning.wording import LONGEST
from huiyin.matters import services as matters
from huiyin.matters.receipts import Receipt
from huiyin.workers import loop

COMMUNITY, NEXT_COMMUNITY = "210102001005", "210102001007"
DUST = (
    "石材厂粉尘大，窗台一层灰",
    "石材厂半夜切割石料，粉尘呛人",
    "石材厂的灰尘飘进屋里",
    "石材厂粉尘污染，老人咳嗽",
    "石材厂切割噪音和粉尘",
)


@pytest.fixture
def quiet(served: Any) -> Any:
    """A city with forty matters on as many things."""
    for number, one in enumerate(invented.messages(40)):
        told(one.title + one.detail, f"旁人{number}", days=number % 25)
    return served


def told(
    text: str,
    name: str,
    *,
    topic: str = "request",
    phone: str = "",
    place: str = COMMUNITY,
    days: int = 1,
) -> Receipt:
    """Open a matter some days ago."""
    receipt = matters.open(
        procedure="plain_request",
        data={"detail": text},
        principal=Principal("anonymous", purpose="ask"),
        topic=topic,
        division=place,
        opened_by="party",
        parties=[{"role": "reporter", "name": name, "facts": {"phone": phone} if phone else {}}],
        at=clock.now() - timedelta(days=days, minutes=5),
        key=str(uuid4()),
    )
    assert isinstance(receipt, Receipt), receipt
    return receipt


def everything(look: hot.Look) -> str:
    return repr(look)


def test_what_several_people_write_about_is_told_in_their_own_words(quiet: Any) -> None:
    for number, text in enumerate(DUST * 2):
        told(f"{number}号楼，{text}，请管一管。", f"住户{number}", place=COMMUNITY if number < 7 else NEXT_COMMUNITY, days=1 + number % 4)
    look = hot.read(days=30)
    first = look.issues[0]
    assert (first.matters, first.people, first.before) == (10, 10, 0)
    assert any("石材厂" in phrase for phrase in first.words)
    assert all(len(phrase) <= LONGEST for phrase in first.words)
    assert first.places == (COMMUNITY, NEXT_COMMUNITY)
    assert sum(first.by_day) == 10
    assert len(first.by_day) == 30
    assert (first.last - first.first).days == 3
    assert not re.search(r"\d", "".join(first.words))
    assert "住户" not in everything(look)
    assert (look.read, look.whole) == (50, True)


def test_one_loud_person_is_not_hot(quiet: Any) -> None:
    for number in range(12):
        told(f"{DUST[number % 5]}，第{number}次说", "大嗓门", phone="13900000001", days=1 + number % 6)
    assert not any("石材" in word for one in hot.read(days=30).issues for word in one.words)
    # Another name with the same number is the same person; so is the same name with another number; and those who say neither are one.
    told(f"{DUST[0]}，又来说", "换个名字", phone="139 0000 0001")
    told(f"{DUST[1]}，还来说", "大嗓门", phone="13900000002")
    for number in range(5):
        told(f"{DUST[number]}，不留姓名{number}", "")
    assert not any("石材" in word for one in hot.read(days=30).issues for word in one.words)
    told(f"{DUST[2]}，我是另一个人", "邻居")
    found = next(one for one in hot.read(days=30).issues if any("石材" in word for word in one.words))
    assert found.people == 3


def test_what_two_people_say_is_not_shown(quiet: Any) -> None:
    for number in range(8):
        told(f"{DUST[number % 5]}，{number}", ("甲", "乙")[number % 2])
    assert not any("石材" in word for one in hot.read(days=30).issues for word in one.words)


def test_what_is_kept_from_lists_is_not_read(quiet: Any) -> None:
    from huiyin.matters import lists

    sealed = lists.sealed_topics()[0]
    before = hot.read(days=30).read
    for number, text in enumerate(DUST):
        told(text, f"举报人{number}", topic=sealed)
    look = hot.read(days=30)
    assert look.read == before
    assert "石材" not in everything(look)


def test_a_person_written_about_is_not_a_word_of_it(quiet: Any) -> None:
    for number, text in enumerate(DUST):
        told(f"王建国开的{text}，王建国不管，三单元的人都知道", f"住户{number}")
    first = hot.read(days=30).issues[0]
    assert any("石材厂" in phrase for phrase in first.words)
    assert "王建国" not in everything(hot.read(days=30))
    assert "单元" not in "".join(first.words)


def test_no_phrase_reaches_over_the_place_of_a_name_or_into_the_next_text(quiet: Any) -> None:
    for number in range(6):
        receipt = matters.open(
            procedure="plain_request",
            data={"title": "石材厂粉尘", "detail": f"灰尘飘进窗户甲某{number}石材厂切割"},
            principal=Principal("anonymous", purpose="ask"),
            topic="request",
            division=COMMUNITY,
            opened_by="party",
            parties=[{"role": "reporter", "name": f"甲某{number}", "facts": {}}],
            key=str(uuid4()),
        )
        assert isinstance(receipt, Receipt), receipt
    said = hot.read(days=30).issues[0].words
    assert any("石材厂" in one for one in said)
    assert not any(joined in one for one in said for joined in ("粉尘灰尘", "窗户石材", "甲某"))


def test_the_days_before_are_compared_and_old_things_are_not_hot(quiet: Any) -> None:
    for number, text in enumerate(DUST * 2):
        told(f"{text}，{number}", f"住户{number}", days=2 if number < 6 else 40)
    first = hot.read(days=30).issues[0]
    assert first.matters == first.people >= 5
    assert first.before == 3
    for number in range(6):
        told(f"路灯不亮，晚上看不见路，{number}次摔跤", f"老街坊{number}", days=45)
    assert not any("路灯" in word for one in hot.read(days=30).issues for word in one.words)


def test_a_bounded_number_is_read_the_newest_first(quiet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hot, "MOST", 15)
    seen: list[tuple[int, int]] = []
    look = hot.read(days=30, progress=lambda done, total, _what: seen.append((done, total)))
    assert (look.read, look.whole) == (15, False)
    assert all(one.before is None for one in look.issues)
    assert seen


def test_the_worker_counts_once_a_day_and_the_page_shows_it(quiet: Any) -> None:
    for number in range(5):
        told(f"{DUST[number % 2]}，我家住{number}号楼", f"住户{number}")
    supervisor = signed_in("governance_centre.210102", "supervision_officer")
    assert "还没有数过" in words(supervisor.get("/board/hot/"))
    loop.sweep()
    loop.sweep()
    assert Job.objects.filter(kind=hot.KIND).count() == 1
    running.drain()
    loop.sweep()
    assert Job.objects.filter(kind=hot.KIND).count() == 1
    assert HotLook.objects.count() == 1
    page = supervisor.get("/board/hot/")
    text = words(page)
    assert "石材厂" in text
    assert re.search(r"\b5 人（至少）", text)
    assert "住户" not in html.unescape(page.content.decode())
    assert not re.search(r"\d{4} \d{4} \d{4}", text)
    main = page.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    assert not re.search(r'href="[^"]*/(desk|matter)', main)
    assert "热点" in words(supervisor.get("/board/"))


def test_who_may_ask_and_what_is_kept_is_replaced(quiet: Any) -> None:
    for number, text in enumerate(DUST):
        told(f"{text}，{number}", f"住户{number}")
    clerk, dispatcher = signed_in("environment.210102", "handler"), signed_in("governance_centre.210102001", "dispatcher")
    assert clerk.get("/board/hot/").status_code == 404
    assert clerk.post("/board/hot/count/").status_code == 404
    asked = dispatcher.post("/board/hot/count/")
    assert "/jobs/" in asked["Location"]
    running.drain()
    assert "石材厂" in words(dispatcher.get("/board/hot/"))
    again = words(dispatcher.post("/board/hot/count/", follow=True))
    assert "刚数过" in again
    first = HotLook.objects.get()
    with transaction.atomic():
        hot.count(days=30)
    assert HotLook.objects.get().id != first.id
    assert {one.look_id for one in HotIssue.objects.all()} == {HotLook.objects.get().id}
    refused = hot.count(days=0)
    assert isinstance(refused, Refusal)


def test_the_command_reads_the_city_and_names_nobody(quiet: Any, capsys: pytest.CaptureFixture[str]) -> None:
    import argparse

    from huiyin.cli import suggesting
    from huiyin.cli.output import Console, Progress

    for number in range(5):
        told(f"{DUST[number % 2]}，{number}", f"住户{number}")
    with Progress() as progress:
        answer = suggesting._hot_in_the_city(argparse.Namespace(days=30, first=10), Console(as_json=False), progress)
    assert (answer["read"], answer["whole"], answer["hot"][0]["people"]) == (45, True, 5)
    shown = capsys.readouterr().out + repr(answer)
    assert "石材厂" in shown
    assert "住户" not in shown
    assert not any(key in answer["hot"][0] for key in ("messages", "title", "members"))
