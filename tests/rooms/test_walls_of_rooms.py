"""The second wall: what the database itself shows of rooms, with the application's own checks left out."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from in_rooms import Talk

from huiyin.core.values import SYSTEM, Principal
from huiyin.matters.access import reading_as
from huiyin.mediation import services
from huiyin.mediation.models import Membership, Message, Room

TABLES = ("mediation_room", "mediation_membership", "mediation_message", "mediation_file")


def seen(principal: Principal) -> tuple[int, int, int]:
    with reading_as(principal):
        return Room.objects.count(), Membership.objects.count(), Message.objects.count()


@pytest.fixture
def talk(served: object) -> Talk:
    made = Talk()
    made.enter("张三", "mediator", private="张三")
    made.say("张三", "只对调解员", private="张三")
    return made


def test_the_members_see_their_rows(talk: Talk) -> None:
    assert seen(talk.principal("张三")) == (1, 2, 1)
    assert seen(talk.principal("mediator")) == (1, 2, 1)


def others(talk: Talk) -> tuple[Principal, ...]:
    """Everybody who is not in a room of 张三 alone with the mediator."""
    supervisor = Principal("staff", str(uuid4()), unit="governance_centre.2101", post="supervision_officer",
                           supervises=(str(talk.principal("clerk").unit),))  # fmt: skip
    auditor = Principal("staff", str(uuid4()), unit=talk.principal("clerk").unit, post="audit_admin")
    known = [talk.principal(who) for who in ("李四", "clerk", "head", "seal_keeper")]
    # The database knows persons, not posts: the mediator in another post is kept out by the application (test_rooms).
    known = [one for one in known if one.id != talk.principal("mediator").id]
    return (*known, supervisor, auditor, SYSTEM, Principal("feeder", "12345"), Principal("anonymous"))


def test_nobody_else_sees_that_there_is_a_room(talk: Talk) -> None:
    for principal in others(talk):
        assert seen(principal) == (0, 0, 0), principal


def test_a_replaced_mediator_s_token_reaches_nothing_before_anybody_notes_it(talk: Talk) -> None:
    first = talk.principal("mediator")
    talk.replace_mediator()
    assert seen(first) == (0, 0, 0)


def test_after_leaving_the_database_shows_what_was_there_before_and_no_more(talk: Talk) -> None:
    services.leave(**talk.where("张三"), principal=talk.principal("mediator"))
    talk.say("张三", "之后", private="张三")
    assert seen(talk.principal("mediator"))[2] == 1
    assert seen(talk.principal("张三"))[2] == 2


@pytest.mark.parametrize("table", TABLES)
def test_the_application_writes_only_through_the_functions(talk: Talk, served: object, table: str) -> None:
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET home = home", f"INSERT INTO {table} (home) VALUES ('x')"):
        with psycopg.connect(served.app_url) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):  # type: ignore[attr-defined]
            app.execute(statement)


def test_the_helpers_are_closed(talk: Talk, served: object) -> None:
    call = "SELECT room_turn_v1('210102', gen_random_uuid(), gen_random_uuid(), 'party:x', true, 'party:x', now())"
    with psycopg.connect(served.app_url) as app, pytest.raises(psycopg.errors.InsufficientPrivilege):  # type: ignore[attr-defined]
        app.execute(call)


def test_the_functions_themselves_let_nobody_else_in(talk: Talk) -> None:
    from huiyin.mediation.services import _call, _json

    def enter(member: str, party: str) -> object:
        given = {"id": str(uuid4()), "party": party, "key": "00", "kept_days": 1, "member": member, "event": str(uuid4()),
                 "at": "2026-11-23T00:00:00Z"}  # fmt: skip
        return _call("SELECT room_enter_v1(%s, %s, %s::jsonb, %s)", talk.home, talk.matter, _json(given), [member])

    zhang, li = talk.people["张三"], talk.people["李四"]
    assert enter(f"party:{li}", zhang) is None  # the other's private room
    assert enter(f"person:{talk.principal('clerk').id}", "") is None  # nobody named in the matter
    assert enter("party:stranger", "") is None
    room = talk.room("张三", "张三")
    assert room is not None
    for kind in ("words", "file", "draft"):
        given = {"id": str(uuid4()), "kind": kind, "seen": 0, "sender": f"party:{li}", "at": "2026-11-23T00:00:00Z", "body": "00",
                 "digest": "00", "key": "k"}  # fmt: skip
        sent = (talk.home, room.id, _json(given), b"bytes" if kind == "file" else None, None, [f"party:{li}"])
        assert "outside" in str(_call("SELECT room_send_v1(%s, %s, %s::jsonb, %s, %s, %s)", *sent))


def test_every_table_is_forced_and_has_its_home(served: object) -> None:
    with psycopg.connect(served.owner_url) as owner:  # type: ignore[attr-defined]
        for table in TABLES:
            forced = owner.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [table]).fetchone()
            assert forced == (True, True)
            keys = owner.execute("SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = %s::regclass AND indisunique", [table])
            assert all("(home" in row[0] for row in keys)
