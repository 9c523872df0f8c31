"""Erasing a party reaches what it said, showed and wrote in rooms; a hold stops it; the other's words stay."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

import psycopg
import pytest
from in_rooms import Talk
from test_files_in_rooms import document, give, opened
from test_pages_of_rooms import as_party
from test_written_together import Drafting, number

from huiyin.core.values import SYSTEM, Refusal
from huiyin.matters import erasure, outbox
from huiyin.matters.receipts import Receipt


def erase(talk: Talk, name: str, fields: Sequence[str] = ()) -> Receipt | Refusal:
    answer = erasure.erase(
        home=talk.home,
        matter=talk.matter,
        principal=SYSTEM,
        basis="个人信息保护法第四十七条",
        party=talk.people[name],
        fields=fields,
        key=f"e:{uuid4()}",
    )
    while outbox.run_once(talk.home):
        pass
    return answer


def test_words_and_files_go_and_the_other_s_stay(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "李四")
    talk.enter("张三", "mediator", private="张三")
    talk.say("张三", "张三的话")
    talk.say("李四", "李四的话")
    sent = give(talk, "张三", "张三.pdf", document("x"))
    theirs = give(talk, "李四", "李四.pdf", document("y"))
    talk.say("张三", "单独说的", private="张三")
    assert isinstance(erase(talk, "张三"), Receipt)
    assert talk.heard("李四") == ["", "李四的话", "", "看这个"]
    assert talk.heard("mediator", "张三") is None, "its yes is erased as well: it has no place any more"
    assert opened(talk, "李四", sent.id) is None
    assert opened(talk, "李四", theirs.id) is not None
    room = talk.room("李四")
    assert room is not None
    assert [one.erased for one in room.messages] == [True, False, True, False]
    assert [one.seq for one in room.messages] == [1, 2, 3, 4]
    page = as_party(talk, "李四").get(f"/mine/{talk.reference}/room/")
    assert "已经依法删除" in page.words
    assert "张三.pdf" not in page.html
    with psycopg.connect(served.owner_url) as owner:  # type: ignore[attr-defined]
        left = owner.execute(
            "SELECT count(*) FROM mediation_message WHERE sender = %s AND (length(body) > 0 OR length(digest) > 0)",
            [f"party:{talk.people['张三']}"],
        ).fetchone()
    assert left == (0,)


def test_of_a_draft_the_lines_of_one_go_and_what_the_other_wrote_stays(served: object) -> None:
    both = Drafting()
    first = number(both.write("张三", both.line("张三写的", amount="3000"), seen=0, note="张三的说明"))
    number(both.write("李四", both.line("张三写的", amount="2000"), both.line("李四写的"), seen=first, note="张三的说明"))
    assert isinstance(erase(both, "张三"), Receipt)
    now = both.seen("李四").now
    assert [line.words for line in now.lines] == [{"amount": "2000"}, both.line("李四写的")]
    assert now.note.words == ""
    page = as_party(both, "李四").get(both.mine)
    assert "张三写的" not in page.html
    assert "李四写的" in page.html
    number(both.write("李四", both.line("李四又写"), seen=now.number))
    assert both.words("李四") == ["李四又写"]


def test_a_hold_stops_it(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    talk.say("张三", "留着")
    with psycopg.connect(served.owner_url, autocommit=True) as owner:  # type: ignore[attr-defined]
        owner.execute("UPDATE matters_matter SET held = true WHERE id = %s", [talk.matter])
    assert erase(talk, "张三") == erasure.HELD
    assert talk.heard("张三") == ["留着"]
    assert talk.view("mediator").facts.get("claim") is not None


def test_a_hold_that_comes_in_between_keeps_the_words_until_it_ends(served: object) -> None:
    from huiyin.mediation import services

    talk = Talk()
    talk.enter("张三")
    talk.say("张三", "留着")
    row = {"matter": talk.matter, "payload": {"party": talk.people["张三"]}}
    with psycopg.connect(served.owner_url, autocommit=True) as owner:  # type: ignore[attr-defined]
        owner.execute("UPDATE matters_matter SET held = true WHERE id = %s", [talk.matter])
        with pytest.raises(outbox.NotDoneError):
            services.erase(talk.home, row)
        assert talk.heard("张三") == ["留着"]
        owner.execute("UPDATE matters_matter SET held = false WHERE id = %s", [talk.matter])
    services.erase(talk.home, row)
    assert talk.heard("张三") == [""]


def test_some_fields_of_a_party_are_not_its_words_in_rooms(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    talk.say("张三", "还在")
    talk.act("张三", "tell_mediator", {"private_statement": "要删的"})
    assert isinstance(erase(talk, "张三", fields=["private_statement"]), Receipt)
    assert talk.heard("张三") == ["还在"]


def test_nobody_but_the_system_erases(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    talk.say("张三", "还在")
    with psycopg.connect(served.app_url, autocommit=True) as app:  # type: ignore[attr-defined]
        call = "SELECT room_erase_v1(%s, %s, %s, now(), %s)"
        token = f"party:{talk.people['张三']}"
        assert app.execute(call, [talk.home, talk.matter, token, [token, f"person:{talk.principal('mediator').id}"]]).fetchone() == (None,)
    assert talk.heard("张三") == ["还在"]
