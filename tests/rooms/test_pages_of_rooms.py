"""The pages of rooms, as a browser without scripts gets them, and every page of everybody who is not in one."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from canaries import Victim
from cases import at_desk
from in_rooms import Talk
from looking import Page, Visitor
from pypdf import PdfReader
from test_stranger import addresses, paths

from huiyin import clock
from huiyin.mediation import services
from huiyin.web import people

WORD = "kanarie"
# Told to the mediator, and to nobody.
SUMS = (7_654_321, 6_543_219)
SHEET = "a sheet: "


def as_party(talk: Talk, name: str) -> Visitor:
    """A party on a device of its own, signed in as after reference and code."""
    visitor = Visitor()
    visitor.get("/")
    session = visitor.client.session

    class Request:
        pass

    request: Any = Request()
    request.session = session
    people.remember_party(request, reference=talk.reference, principal=talk.principal(name))
    session.save()
    visitor.client.cookies["huiyin_session"] = str(session.session_key)
    return visitor


def key_of(page: Page) -> str:
    return next(one["value"] for one in page.inputs if one.get("name") == "key")


def say(visitor: Visitor, address: str, text: str) -> Page:
    page = visitor.get(address)
    return visitor.post(address, do="send", text=text, key=key_of(page))


def test_a_party_and_the_mediator_talk_by_forms(served: object) -> None:
    talk = Talk()
    zhang, mediator = as_party(talk, "张三"), at_desk("mediator")
    mine, theirs = f"/mine/{talk.reference}/room/", f"{talk.desk}/room/"
    assert ("进调解室谈", mine) in zhang.get(f"/mine/{talk.reference}/").links
    assert ("调解室", theirs) in mediator.get(f"{talk.desk}/").links
    page = zhang.post(mine, do="enter")
    assert "不录音，不录像" in page.words
    assert "这件事结束30天后销毁" in page.words
    assert "别人也还没有进来" in page.words
    assert "各方和调解员都看得到" in page.words
    say(zhang, mine, "您好，先说说漏水。")
    mediator.post(theirs, do="enter")
    page = say(mediator, theirs, "收到，请说。")
    assert "张三" in page.words
    assert "您好，先说说漏水。" in page.words
    page = zhang.get(mine)
    assert "收到，请说。" in page.words
    assert page.forbidden == []
    left = zhang.post(mine, do="leave")
    assert "您已经离开房间" in left.words
    assert "现在不在房间里" in zhang.get(mine).words


def test_speaking_alone_is_one_press_and_says_who_sees_it(served: object) -> None:
    talk = Talk()
    zhang = as_party(talk, "张三")
    mine = f"/mine/{talk.reference}/room/"
    page = zhang.post(mine, do="enter")
    assert ("我需要单独说", f"{mine}private/") in page.links
    page = zhang.post(f"{mine}private/", do="enter")
    assert page.words.count("只有您和调解员看得到") >= 2
    say(zhang, f"{mine}private/", "底线两万。")
    theirs = f"{talk.desk}/room/{talk.people['张三']}/"
    page = at_desk("mediator").post(theirs, do="enter")
    assert "底线两万。" in page.words
    assert "只有张三和调解员看得到" in page.words


def test_what_was_not_taken_stands_in_the_answer_and_in_no_session(served: object) -> None:
    talk = Talk()
    zhang = as_party(talk, "张三")
    mine = f"/mine/{talk.reference}/room/private/"
    page = zhang.post(mine, do="enter")
    long = f"{WORD}长" * 400
    page = zhang.post(mine, do="send", text=long, key=key_of(page))
    assert page.status == 422
    assert "最多2000字" in page.words
    assert WORD in page.html
    assert WORD not in str(dict(zhang.client.session))


def test_the_script_is_answered_with_data(served: object) -> None:
    talk = Talk()
    zhang = as_party(talk, "张三")
    mine = f"/mine/{talk.reference}/room/"
    zhang.post(mine, do="enter")
    sent = {"do": "send", "text": "一次", "key": "one"}
    for _ in range(2):
        answer = zhang.client.post(mine, sent, headers={"accept": "application/json"})
        assert answer.json() == {"seq": 1, "file": None}
    answer = zhang.client.post(mine, {**sent, "text": "别的"}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "mismatch")


def test_earlier_messages_are_a_page_away(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    for number in range(53):
        talk.say("张三", f"第{number}句")
    zhang = as_party(talk, "张三")
    page = zhang.get(f"/mine/{talk.reference}/room/")
    assert "第0句" not in page.words
    older = zhang.get(f"/mine/{talk.reference}/room/", before=re.search(r"\?before=(\d+)", page.html).group(1))  # type: ignore[union-attr]
    assert "第0句" in older.words
    assert ("回到最新的", f"/mine/{talk.reference}/room/") in older.links
    for odd in ("x", "-1", "9" * 40, "²"):
        assert zhang.get(f"/mine/{talk.reference}/room/", before=odd).status == 200


def test_after_the_end_the_page_says_when_the_words_go(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    talk.say("张三", "最后")
    talk.act("mediator", "end_without", {"reason": "谈不拢"})
    page = as_party(talk, "张三").get(f"/mine/{talk.reference}/room/")
    assert "最后" in page.words
    assert "到这一天销毁" in page.words
    assert not [one for one in page.inputs if one.get("name") == "text"]


@pytest.mark.parametrize("post", ["clerk", "head", "seal_keeper"])
def test_the_rest_of_the_committee_finds_no_room(served: object, post: str) -> None:
    talk = Talk()
    desk = at_desk(post)
    for address in ("room/", f"room/{talk.people['张三']}/"):
        assert desk.get(f"{talk.desk}/{address}").status == 404
        assert desk.post(f"{talk.desk}/{address}", do="enter").status == 404
    assert "调解室" not in [label for label, _ in desk.get(f"{talk.desk}/").links]


def test_a_leak_hunt(served: object) -> None:
    """A canary wherever something is told in private: every address there is, asked by everybody it is not for, is searched for it."""
    talk = Talk()
    for name in ("张三", "李四"):
        talk.enter(name, "mediator", private=name)
        talk.say(name, f"{WORD} of {name}", private=name)
        talk.say("mediator", f"{WORD} to {name}", private=name)
    owner = talk.people["张三"]
    talk.act("张三", "tell_mediator", {"private_statement": f"{WORD} stated"})
    talk.act("张三", "tell_range", {"range_words": f"{WORD} range", "range_sum": SUMS[0]})
    talk.act("mediator", "talk_with_one", {"private_notes": {"with": owner, "note": f"{WORD} noted"}})
    told = {"danger_kind": "may_escalate", "danger": f"{WORD} danger", "danger_place": {"detail": f"{WORD} place"}}
    talk.act("mediator", "report_danger", told | {"danger_called": "yes", "danger_phone": f"{WORD} phone"})
    for name in ("张三", "李四"):
        talk.act(name, "begin_blind")
    talk.act("张三", "give_figure", {"blind_side": "gets", "blind_sum": SUMS[1]})
    held = (clock.now() - timedelta(hours=2)).isoformat()
    talk.act("mediator", "hold_session", {"session_at": held, "session_place": "调解室", "minutes": "谈妥赔偿。"})
    talk.act("张三", "sign_minutes", {"hash": talk.hash("mediation_minutes"), "method": "screen"})
    talk.act("张三", "take_along")
    talk.draft()
    private = [f"{WORD} of 张三", f"{WORD} to 张三", *(f"{WORD} {what}" for what in ("stated", "range", "noted", "danger"))]
    private += [form for cents in SUMS for form in (str(cents), f"{cents // 100}.{cents % 100}", f"{cents // 100:,}.{cents % 100}")]
    visitors = {"李四": as_party(talk, "李四"), "clerk": at_desk("clerk"), "head": at_desk("head"), "nobody": Visitor()}
    asked = list(_asked(talk))
    sheets = 0
    for who, visitor in visitors.items():
        for address in asked:
            text = _answer(visitor, address)
            sheets += text.startswith(SHEET)
            found = [word for word in (*private, *(() if who == "李四" else (f"{WORD} of 李四",))) if word in text]
            assert not found, (who, address, found)
    # The hunt itself finds what is there, and reads papers as they are printed.
    assert f"{WORD} of 李四" in _answer(visitors["李四"], f"/mine/{talk.reference}/room/private/")
    mine, mediator = as_party(talk, "张三"), at_desk("mediator")
    assert all(f"{WORD} {what}" in _answer(mine, f"/mine/{talk.reference}/") for what in ("stated", "range"))
    assert f"{WORD} noted" in _answer(mediator, f"{talk.desk}/")
    assert sheets >= 4


def _answer(visitor: Visitor, address: str) -> str:
    """Return everything that was sent, of a PDF and of what lies in an archive the words."""
    answer: Any = visitor.client.get(address)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return _words(bytes(body))


def _words(body: bytes) -> str:
    if body.startswith(b"%PDF"):
        return SHEET + "".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages) + body.decode("latin-1")
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return "".join(_words(archive.read(name)) for name in archive.namelist())
    return body.decode(errors="replace")


def _asked(talk: Talk, files: Sequence[UUID] = ()) -> Iterator[str]:
    """Yield every address of pages, API, exports and search with the ids of this mediation in it."""
    view = talk.view("clerk")
    receipt: Any = SimpleNamespace(home=talk.home, matter=talk.matter, reference=talk.reference, version=view.version, code="")
    papers = [(line.name, line.number) for line in view.papers]
    victim = Victim(receipt, "people_mediation", [talk.people["张三"]], papers, actions=["tell_mediator", "leave"], files=list(files))
    for one in addresses():
        if one.name not in ("sign-out", "mine-leave", "report-leave", "session"):
            yield from paths(one, victim)
    yield f"/desk/search/?q={WORD}&scope=all"
    yield f"/api/v1/matters?q={WORD}"


def test_notices_of_the_other_side_say_nothing(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "mediator", private="张三")
    talk.say("张三", "只对您说", private="张三")
    assert services.NEWS.zh not in as_party(talk, "李四").get(f"/mine/{talk.reference}/").words
    assert services.NEWS.zh in at_desk("mediator").get("/desk/notices/").words
