"""A draft written together: versions, who changed what, two at once, and the offer made of it."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from cases import at_desk
from in_rooms import Talk
from looking import Page, Visitor
from test_pages_of_rooms import WORD, _answer, _asked, as_party
from test_walls_of_rooms import others

from huiyin import clock
from huiyin.core.values import Refusal
from huiyin.matters.access import reading_as
from huiyin.mediation import queries, services
from huiyin.mediation.models import Message
from huiyin.mediation.queries import DraftView
from huiyin.mediation.services import Sent
from huiyin.ui import shown

NAMES = ("who", "what", "amount", "due", "proof")


class Drafting(Talk):
    """张三, 李四 and the mediator in the joint room, writing one draft."""

    def __init__(self) -> None:
        super().__init__()
        self.enter("张三", "李四", "mediator")

    def line(self, what: str, **more: str) -> dict[str, str]:
        return {"who": self.people["李四"], "what": what, **more}

    def write(self, by: str, *lines: dict[str, str], seen: int, note: str = "", key: str = "") -> Sent | Refusal:
        return services.draft(
            home=self.home,
            matter=self.matter,
            principal=self.principal(by),
            seen=seen,
            lines=lines,
            note=note,
            names=NAMES,
            key=key or str(uuid4()),
        )

    def seen(self, who: str) -> DraftView:
        found = queries.draft(self.principal(who), self.home, self.matter)
        assert found is not None
        return found

    def words(self, who: str) -> list[str]:
        return [line.words["what"] for line in self.seen(who).now.lines]

    @property
    def mine(self) -> str:
        return f"/mine/{self.reference}/draft/"


def number(answer: Sent | Refusal) -> int:
    assert isinstance(answer, Sent), answer
    return answer.seq


def test_everybody_in_the_room_writes_and_sees_who_wrote_what(served: object) -> None:
    both = Drafting()
    first = number(both.write("张三", both.line("修水管"), both.line("赔钱", amount="3000"), seen=0))
    second = number(both.write("李四", both.line("修水管"), both.line("赔钱", amount="2000"), seen=first, note="分两次付"))
    number(both.write("mediator", both.line("修水管", due="2027-01-31"), both.line("赔钱", amount="2000"), seen=second, note="分两次付"))
    for who in ("张三", "李四", "mediator"):
        found = both.seen(who)
        assert len(found.states) == 3
        (mend, pay) = found.now.lines
        assert (mend.parts["due"].by, mend.parts["what"].by) == (f"person:{both.principal('mediator').id}", f"party:{both.people['张三']}")
        assert (pay.words["amount"], pay.parts["amount"].by) == ("2000", f"party:{both.people['李四']}")
        assert found.now.note.words == "分两次付"


def test_of_two_who_began_from_one_version_one_is_taken_and_the_other_told(served: object) -> None:
    from django.db import connections

    both = Drafting()
    start = number(both.write("张三", both.line("修水管"), seen=0))
    answers: dict[str, Any] = {}

    def write(who: str) -> None:
        try:
            answers[who] = both.write(who, both.line("修水管"), both.line(f"{who}加的"), seen=start)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(who,)) for who in ("张三", "李四")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = [who for who, answer in answers.items() if isinstance(answer, Sent)]
    assert len(taken) == 1, answers
    assert [answer for answer in answers.values() if isinstance(answer, Refusal)] == [services.CLASH]
    assert both.words("mediator") == ["修水管", f"{taken[0]}加的"]
    assert both.write("李四", both.line("x"), seen=99) == services.CLASH


def test_the_same_version_twice_is_one_and_nothing_changed_is_none(served: object) -> None:
    both = Drafting()
    first = both.write("张三", both.line("修水管"), seen=0, key="k")
    assert both.write("张三", both.line("修水管"), seen=0, key="k") == Sent(number(first), again=True)
    assert both.write("张三", both.line("别的"), seen=0, key="k") == services.MISMATCH
    assert both.write("李四", both.line("修水管"), {"what": "  "}, seen=number(first)) == services.UNCHANGED
    assert len(both.seen("张三").states) == 1


@pytest.mark.parametrize("words", ["a\x00b", "长" * 20_001])
def test_what_cannot_be_kept_is_refused_in_words(served: object, words: str) -> None:
    both = Drafting()
    assert isinstance(both.write("张三", both.line(words), seen=0), Refusal)
    assert both.seen("张三").states == ()


def test_whoever_is_not_in_the_room_neither_reads_nor_writes(served: object) -> None:
    both = Drafting()
    number(both.write("张三", both.line("修水管"), seen=0))
    services.leave(**both.where(), principal=both.principal("李四"))
    assert both.seen("李四").states == ()
    assert both.write("李四", both.line("还在"), seen=0) == services.OUTSIDE
    for who in ("clerk", "head", "seal_keeper"):
        assert queries.draft(both.principal(who), both.home, both.matter) is None
    for principal in others(both):
        if principal.id != both.people["李四"]:
            with reading_as(principal):
                assert Message.objects.count() == 0, principal
    both.act("mediator", "keep_apart")
    assert queries.draft(both.principal("张三"), both.home, both.matter) is None
    assert both.write("张三", both.line("x"), seen=1) == services.OUTSIDE


def test_versions_are_sealed_and_go_with_the_words(served: object, monkeypatch: pytest.MonkeyPatch) -> None:
    both = Drafting()
    word = f"kanarie{uuid4().hex}"
    number(both.write("张三", both.line(word), seen=0))
    with psycopg.connect(served.owner_url) as owner:  # type: ignore[attr-defined]
        rows = owner.execute("SELECT row_to_json(m)::text, encode(m.body, 'escape') FROM mediation_message m").fetchall()
    assert not any(word in part for row in rows for part in row)
    both.act("mediator", "end_without", {"reason": "谈不拢"})
    assert both.write("张三", both.line("再写"), seen=1) == services.ENDED
    assert both.words("李四") == [word]
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    services.sweep()
    assert both.seen("李四").states == ()


# By pages


def _form(page: Page) -> dict[str, str]:
    return {one["name"]: one.get("value", "") for one in page.inputs if one.get("name") in ("key", "seen", "f.terms.rows")}


def _save(visitor: Visitor, both: Drafting, page: Page, *lines: dict[str, str], note: str = "") -> Page:
    sent = {f"f.terms.{number}.{name}": words for number, line in enumerate(lines) for name, words in line.items()}
    return visitor.post(both.mine, **{**_form(page), "f.terms.rows": str(len(lines)), **sent, "f.terms_note": note})


def test_by_forms_without_scripts(served: object) -> None:
    both = Drafting()
    zhang, li = as_party(both, "张三"), as_party(both, "李四")
    assert ("一起写方案", both.mine) in zhang.get(f"/mine/{both.reference}/room/").links
    page = zhang.get(both.mine)
    assert "不算提方案，谁也不受约束" in page.words
    page = zhang.post(both.mine, **{**_form(page), "do": "add:terms", "f.terms.0.what": "修水管"})
    assert page.html.count('name="f.terms.1.what"') == 1
    assert "修水管" in page.html
    assert "修水管" not in str(dict(zhang.client.session)), "kept in no session"
    page = _save(zhang, both, page, both.line("修水管"), both.line("赔钱", amount="3000"))
    assert "存好了" in page.words
    page = _save(li, both, li.get(both.mine), both.line("修水管"), both.line("赔钱", amount="2000"))
    assert "第2版" in page.words
    assert f"原来：金额{shown.money(300_000)}" in page.words
    assert "李四写的，第2版" in page.words
    assert "张三写的，第1版" in page.words
    assert "改了共同的草稿" in zhang.get(f"/mine/{both.reference}/room/").words
    assert page.forbidden == []


def test_a_clash_shows_both_and_loses_nothing(served: object) -> None:
    both = Drafting()
    number(both.write("张三", both.line("修水管"), seen=0))
    zhang = as_party(both, "张三")
    page = zhang.get(both.mine)
    number(both.write("李四", both.line("修水管", due="2027-01-31"), seen=1))
    page = _save(zhang, both, page, both.line("修水管"), both.line("赔钱"), note="张三的说明")
    assert page.status == 409
    assert "一个字没丢" in page.words
    assert "原来：最晚哪天没有写" in page.words.replace(" ", ""), "what the other changed is shown"
    for mine in ("赔钱", "张三的说明"):
        assert mine in page.html
        assert mine not in str(dict(zhang.client.session))
    assert both.words("李四") == ["修水管"]
    page = _save(zhang, both, page, both.line("修水管", due="2027-01-31"), both.line("赔钱"), note="张三的说明")
    assert page.status == 200
    assert both.words("李四") == ["修水管", "赔钱"]


def test_put_on_the_table_it_fills_the_form_of_an_offer_and_binds_nobody(served: object) -> None:
    both = Drafting()
    number(both.write("张三", both.line("赔天花板", amount="3000", due="2027-01-31", proof="转账回单"), seen=0, note="一次付清"))
    zhang = as_party(both, "张三")
    zhang.post(f"/mine/{both.reference}/act/make_offer/", do="add:terms", **{"f.terms.rows": "3", "f.terms.2.what": "旧的"})
    page = zhang.get(both.mine)
    address = next(link for label, link in page.links if label == "把这份草稿作为方案提出")
    assert address == f"/mine/{both.reference}/act/make_offer/?draft=1"
    before = both.view("张三").version
    page = zhang.get(f"/mine/{both.reference}/act/make_offer/", draft="1")
    for words in ("赔天花板", "3000", "2027-01-31", "转账回单", "一次付清"):
        assert words in page.html
    assert "旧的" not in page.html
    assert both.view("张三").version == before, "the draft itself is no act"
    assert both.view("张三").facts.get("terms") is None
    desk = at_desk("mediator").get(f"{both.desk}/draft/")
    assert any("act/propose/?draft=1" in link for _, link in desk.links)
    # Somebody outside the room gets the form as it is.
    services.leave(**both.where(), principal=both.principal("李四"))
    assert "赔天花板" not in as_party(both, "李四").get(f"/mine/{both.reference}/act/make_offer/", draft="1").html


def test_no_address_there_is_shows_a_draft_to_who_is_not_in_the_room(served: object) -> None:
    both = Drafting()
    number(both.write("张三", both.line(f"{WORD} line", proof=f"{WORD} proof"), seen=0, note=f"{WORD} note"))
    services.leave(**both.where(), principal=both.principal("李四"))
    number(both.write("张三", both.line(f"{WORD} later"), seen=1))
    visitors = {"李四": as_party(both, "李四"), "clerk": at_desk("clerk"), "head": at_desk("head"), "nobody": Visitor()}
    asked = [*_asked(both), f"/mine/{both.reference}/act/make_offer/?draft=1", f"{both.desk}/act/propose/?draft=1"]
    assert both.mine in asked
    for who, visitor in visitors.items():
        for address in asked:
            text = _answer(visitor, address)
            found = [word for word in ("line", "proof", "note", "later") if f"{WORD} {word}" in text]
            assert not found, (who, address, found)
    assert f"{WORD} later" in _answer(as_party(both, "张三"), both.mine)


def test_the_room_s_news_name_the_version_and_not_a_word(served: object) -> None:
    from huiyin.web.pages.mediation.rooms import plain

    both = Drafting()
    room = UUID(str(both.enter("张三")))
    number(both.write("李四", both.line(WORD), seen=0))
    news = queries.since(both.principal("张三"), both.home, room, 0)
    assert news is not None
    told = plain(news[0])
    assert (told["draft"], told["who"], told["seq"]) == (True, "李四", 1)
    assert WORD not in str(told)
