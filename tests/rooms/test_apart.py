"""While the sides are to talk apart nobody is in the room for all, and nobody learns from it for whose sake."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from cases import at_desk
from in_rooms import Talk
from looking import Visitor
from test_pages_of_rooms import as_party, key_of

from huiyin.core.values import Refusal
from huiyin.mediation import queries, services

SAID = "现在分开谈"
CLOSES: dict[str, Callable[[Talk], object]] = {
    "张三 does not feel safe": lambda talk: talk.act("张三", "feel_unsafe"),
    "李四 does not feel safe": lambda talk: talk.act("李四", "feel_unsafe"),
    "the mediator keeps them apart": lambda talk: talk.act("mediator", "keep_apart"),
}


def _seen(visitor: Visitor, talk: Talk, address: str) -> str:
    """Return a page without what is of this one matter or of this one answer."""
    page = visitor.get(address).html
    for one in (talk.reference, f"{talk.home}/{talk.matter}", *talk.people.values()):
        page = page.replace(one, "ONE")
    page = re.sub(r"\d{4} \d{4} \d{4}", "REFERENCE", page)
    page = re.sub(r'class="hash">[0-9a-f]{64}', "HEAD", page)
    return re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]+"', "", page)


def test_nobody_is_in_the_room_for_all_and_private_rooms_go_on(served: object) -> None:
    talk = Talk()
    room = talk.enter("张三", "李四", "mediator")
    talk.say("李四", "之前")
    talk.act("张三", "feel_unsafe")
    for who in ("张三", "李四", "mediator"):
        assert talk.room(who) is None
        assert talk.say(who, "还在吗") == services.OUTSIDE
        assert services.enter(**talk.where(), principal=talk.principal(who)) == services.OUTSIDE
        # What holds a stream or a call asks this at every heartbeat.
        assert queries.since(talk.principal(who), talk.home, room, 0) is None
    talk.enter("张三", "mediator", private="张三")
    talk.say("张三", "单独说", private="张三")
    assert talk.heard("mediator", "张三") == ["单独说"]
    talk.act("mediator", "bring_together")
    assert talk.room("李四") is None, "whoever asked for it says itself that they may meet"
    talk.act("张三", "meet_again")
    assert talk.heard("李四") == ["之前"]


def test_the_mediator_opens_what_the_mediator_closed(served: object) -> None:
    talk = Talk()
    talk.act("mediator", "keep_apart")
    assert talk.room("张三") is None
    talk.act("mediator", "bring_together")
    assert talk.room("张三") is not None


@pytest.mark.parametrize("reader", ["张三", "李四"])
def test_the_page_tells_nobody_for_whose_sake(served: object, reader: str) -> None:
    pages = {}
    for why, close in CLOSES.items():
        talk = Talk()
        talk.enter("张三", "李四")
        close(talk)
        pages[why] = _seen(as_party(talk, reader), talk, f"/mine/{talk.reference}/room/")
        assert SAID in pages[why]
    assert len(set(pages.values())) == 1, list(pages)


def test_the_other_side_s_own_page_is_the_same_whoever_closed_it(served: object) -> None:
    pages = {}
    for why in ("张三 does not feel safe", "the mediator keeps them apart"):
        talk = Talk()
        CLOSES[why](talk)
        li = as_party(talk, "李四")
        seen = _seen(li, talk, f"/mine/{talk.reference}/")
        assert "/mine/ONE/room/" in seen
        pages[why] = seen
        for word in ("feel_unsafe", "keep_apart", "unsafe"):
            assert word not in seen.replace("act/feel_unsafe/", "")
    one, other = pages.values()
    assert one == other


def test_words_typed_when_it_closes_are_not_lost(served: object) -> None:
    talk = Talk()
    zhang = as_party(talk, "张三")
    here = f"/mine/{talk.reference}/room/"
    page = zhang.post(here, do="enter")
    talk.act("李四", "feel_unsafe")
    page = zhang.post(here, do="send", text="写了很久的话", key=key_of(page))
    assert SAID in page.words
    assert "写了很久的话" in page.words
    answer = zhang.client.post(here, {"do": "send", "text": "又一句", "key": "k"}, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "outside")


def test_the_rest_of_the_committee_finds_no_room_then_either(served: object) -> None:
    talk = Talk()
    talk.act("张三", "feel_unsafe")
    for post in ("clerk", "head", "seal_keeper"):
        assert at_desk(post).get(f"{talk.desk}/room/").status == 404
    assert SAID in at_desk("mediator").get(f"{talk.desk}/room/").words
    assert isinstance(talk.say("mediator", "?"), Refusal)
