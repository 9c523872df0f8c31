"""Who is in a room, what is said there, and who never learns of it: the doors and the queries, as the application's role."""

from __future__ import annotations

import threading
from datetime import timedelta
from uuid import uuid4

import psycopg
import pytest
from in_rooms import Talk

from huiyin import clock
from huiyin.core.values import Refusal, Text
from huiyin.matters import queries as record
from huiyin.mediation import services
from huiyin.mediation.queries import Somebody
from huiyin.mediation.services import Sent


def test_whoever_agreed_talks_with_the_mediator_and_everybody_reads_it(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "李四", "mediator")
    assert talk.say("张三", "漏水三个月了。") == Sent(1, again=False)
    assert talk.say("mediator", "先说怎么修。") == Sent(2, again=False)
    assert talk.heard("李四") == ["漏水三个月了。", "先说怎么修。"]
    room = talk.room("李四")
    assert room is not None
    assert [one.name for one in room.present][:2] == ["张三", "李四"]
    assert [one.by.name for one in room.messages][:1] == ["张三"]


def test_a_private_room_is_one_party_s_and_the_mediator_s(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "mediator", private="张三")
    talk.say("张三", "两万我也能接受。", private="张三")
    assert talk.heard("mediator", "张三") == ["两万我也能接受。"]
    assert talk.room("李四", "张三") is None
    assert isinstance(services.enter(**talk.where("张三"), principal=talk.principal("李四")), Refusal)
    assert isinstance(talk.say("李四", "?", private="张三"), Refusal)
    # The mediator's own list of rooms tells of a place, not of words.
    assert [one.name for one in _present(talk, "mediator", "李四")] == []


def _present(talk: Talk, who: str, private: str) -> tuple[Somebody, ...]:
    room = talk.room(who, private)
    assert room is not None
    return room.present


@pytest.mark.parametrize("post", ["clerk", "head", "seal_keeper"])
def test_nobody_else_of_the_committee_has_a_place(served: object, post: str) -> None:
    talk = Talk()
    talk.enter("张三", "mediator", private="张三")
    talk.say("张三", "只对您说", private="张三")
    for private in ("", "张三"):
        assert talk.room(post, private) is None
        assert isinstance(services.enter(**talk.where(private), principal=talk.principal(post)), Refusal)


def test_a_mediator_recording_for_a_party_is_not_in_its_room(served: object) -> None:
    from dataclasses import replace

    talk = Talk()
    assert talk.room(replace(talk.principal("mediator"), acting_for=talk.people["张三"])) is None


def test_before_they_agree_there_is_no_room(served: object) -> None:
    from cases import Case

    case = Case().inviting()
    assert isinstance(services.enter(home=case.home, matter=case.matter, principal=case.principal("张三")), Refusal)


def test_the_same_message_again_is_one_and_other_words_under_its_key_are_refused(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "李四")
    assert talk.say("张三", "一次", key="k") == Sent(1, again=False)
    assert talk.say("张三", "一次", key="k") == Sent(1, again=True)
    assert talk.say("张三", "两次", key="k") == services.MISMATCH
    assert talk.say("李四", "一次", key="k") == services.MISMATCH
    assert talk.heard("张三") == ["一次"]


@pytest.mark.parametrize("text", ["", "  \n ", "长" * 2001, "a\x00b"])
def test_what_is_no_message_is_refused_in_words(served: object, text: str) -> None:
    talk = Talk()
    talk.enter("张三")
    answer = talk.say("张三", text)
    assert isinstance(answer, Refusal)
    assert isinstance(answer.text, Text)


def test_many_at_once_get_numbers_without_gaps(served: object) -> None:
    from django.db import connections

    talk = Talk()
    talk.enter("张三", "李四", "mediator")
    got: list[int] = []

    def speak(who: str) -> None:
        try:
            for number in range(15):
                sent = talk.say(who, f"{who} {number}")
                assert isinstance(sent, Sent)
                got.append(sent.seq)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=speak, args=(who,)) for who in ("张三", "李四", "mediator")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == list(range(1, 46))
    room = talk.room("张三")
    assert room is not None
    assert [one.seq for one in room.messages] == list(range(1, 46))


def test_earlier_messages_come_a_page_at_a_time(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    for number in range(55):
        talk.say("张三", str(number))
    newest = talk.room("张三")
    assert newest is not None
    assert (newest.earlier, newest.messages[0].text, newest.last) == (True, "5", 55)
    older = talk.room("张三", before=newest.messages[0].seq)
    assert older is not None
    assert (older.earlier, [one.text for one in older.messages]) == (False, ["0", "1", "2", "3", "4"])


def test_whoever_leaves_reads_nothing_of_what_comes_after(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "李四")
    talk.say("张三", "之前")
    assert services.leave(**talk.where(), principal=talk.principal("李四"))
    talk.say("张三", "之后")
    assert talk.heard("李四") == ["之前"]
    room = talk.room("李四")
    assert room is not None
    assert not room.inside
    assert talk.say("李四", "我还在吗") == services.OUTSIDE
    assert [one.name for one in _present(talk, "张三", "")] == ["张三"]
    talk.enter("李四")
    assert talk.heard("李四") == ["之前", "之后"]


def test_a_replaced_mediator_is_out_at_once_and_the_words_stay(served: object) -> None:
    talk = Talk()
    first = talk.principal("mediator")
    talk.enter("张三", "mediator", private="张三")
    talk.say("mediator", "我来办。", private="张三")
    second = talk.replace_mediator()
    assert talk.room(first, "张三") is None
    assert isinstance(services.send(**talk.where("张三"), principal=first, text="还在", key="x"), Refusal)
    assert isinstance(services.enter(**talk.where("张三"), principal=first), Refusal)
    services.enter(**talk.where("张三"), principal=second)
    heard = talk.room(second, "张三")
    assert heard is not None
    assert [one.text for one in heard.messages] == ["我来办。"]
    assert f"person:{first.id}" not in [one.token for one in heard.present]


def test_a_party_who_leaves_the_mediation_is_out_of_every_room(served: object) -> None:
    from huiyin.matters.access import reading_as
    from huiyin.mediation.models import Message

    talk = Talk()
    talk.enter("张三", "李四", "mediator")
    talk.enter("李四", "mediator", private="李四")
    talk.say("张三", "各方都在")
    talk.say("李四", "单独说的", private="李四")
    talk.act("李四", "leave")
    for private in ("", "李四"):
        assert talk.room("李四", private) is None
        assert isinstance(talk.say("李四", "还在", private=private), Refusal)
    assert talk.room("mediator", "李四") is None
    with reading_as(talk.principal("李四")):
        assert Message.objects.count() == 0
    assert talk.heard("张三") == ["各方都在"]
    assert [one.name for one in _present(talk, "张三", "")][:1] == ["张三"]
    assert "李四" not in [one.name for one in _present(talk, "张三", "")]


def test_coming_and_going_are_events_with_an_author(served: object) -> None:
    from huiyin.matters.access import reading_as
    from huiyin.mediation.models import Membership

    talk = Talk()
    first = talk.principal("mediator")
    talk.enter("张三", "mediator")
    second = talk.replace_mediator()
    services.enter(**talk.where(), principal=second)
    with reading_as(second):
        turns = list(Membership.objects.order_by("n").values_list("principal", "came", "author"))
    zhang, old, new = f"party:{talk.people['张三']}", f"person:{first.id}", f"person:{second.id}"
    assert turns == [(zhang, True, zhang), (old, True, old), (new, True, new), (old, False, "system")]


def test_the_others_are_told_without_a_word_of_it(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "mediator", private="张三")
    for number in range(3):
        talk.say("张三", f"金丝雀{number}", private="张三")
    mine = [one.text for one in record.notices(talk.principal("mediator")) if one.text == services.NEWS]
    assert len(mine) == 1
    for who in ("李四", "clerk", "head"):
        assert services.NEWS not in [one.text for one in record.notices(talk.principal(who))]


def _ended(talk: Talk) -> None:
    talk.act("mediator", "end_without", {"reason": "谈不拢"})


def test_nothing_is_said_after_the_end_and_what_was_said_is_there_until_its_day(served: object) -> None:
    talk = Talk()
    talk.enter("张三", "李四")
    talk.say("张三", "最后一句")
    _ended(talk)
    assert talk.say("张三", "再说") == services.ENDED
    assert talk.heard("李四") == ["最后一句"]
    room = talk.room("李四")
    assert room is not None
    assert room.ends_on is not None
    assert services.sweep() == 0
    assert talk.heard("李四") == ["最后一句"]


def test_the_words_are_destroyed_when_their_day_comes(served: object, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    talk.enter("张三", "李四")
    talk.say("张三", "要销毁的")
    talk.say("李四", "也要销毁的")
    _ended(talk)
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert services.sweep() == 1
    assert services.sweep() == 0
    room = talk.room("张三")
    assert room is not None
    assert (room.messages, room.destroyed_count) == ((), 2)
    assert room.destroyed_on is not None
    with psycopg.connect(served.owner_url) as owner:  # type: ignore[attr-defined]
        assert owner.execute("SELECT count(*) FROM mediation_message").fetchone() == (0,)
        assert owner.execute("SELECT key FROM mediation_room").fetchone() == (None,)


def test_a_matter_under_a_hold_keeps_its_words(served: object, monkeypatch: pytest.MonkeyPatch) -> None:
    talk = Talk()
    talk.enter("张三")
    talk.say("张三", "留着")
    _ended(talk)
    with psycopg.connect(served.owner_url, autocommit=True) as owner:  # type: ignore[attr-defined]
        owner.execute("UPDATE matters_matter SET held = true")
    later = clock.now() + timedelta(days=400)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert services.sweep() == 0
    assert talk.heard("张三") == ["留着"]


def test_the_database_holds_no_words(served: object) -> None:
    talk = Talk()
    talk.enter("张三")
    word = f"kanarie{uuid4().hex}"
    talk.say("张三", word)
    with psycopg.connect(served.owner_url) as owner:  # type: ignore[attr-defined]
        rows = owner.execute("SELECT row_to_json(m)::text, encode(m.body, 'escape') FROM mediation_message m").fetchall()
    assert rows
    assert not any(word in part for row in rows for part in row)
