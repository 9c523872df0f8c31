"""Coming into a room, going out, sending, and destroying what was said. Each is one call of the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connections

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core import rooms
from huiyin.core.forms import bad_characters
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.ids import uuid7
from huiyin.matters import doors
from huiyin.matters.access import DATABASE, effective_tokens, reading_as
from huiyin.mediation import queries, vault
from huiyin.mediation.models import Membership, Room
from huiyin.mediation.queries import Door

LONGEST: Final = 2000
LONGEST_KEY: Final = 100
MOST_IN_A_SWEEP: Final = 200
NEWS: Final = Text("房间里有新消息。", "There are new messages in the room.")
OUTSIDE = Refusal("outside", Text("您现在不在这个房间里。", "You are not in this room now."))
ENDED = Refusal("ended", Text("这件事已经结束，不能再发消息。", "The matter has ended; nothing more can be sent."))
MISMATCH = Refusal(
    "mismatch",
    Text("这条消息已经用另外的内容发过。请刷新再发。", "This was sent already with other words. Reload and send again."),
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message is in the room, under this number; ``again`` when it was there already."""

    seq: int
    again: bool


def enter(*, home: str, matter: UUID, party: str = "", principal: Principal) -> UUID | Refusal:
    """Come into a room; the first one opens it. Coming in twice is coming in once."""
    found = queries.door(principal, home, matter, party)
    if found is None:
        return OUTSIDE
    made = uuid7()
    given = {
        "id": str(made),
        "party": party,
        "key": vault.new_wrapped(made).hex(),
        "kept_days": found.rooms.kept_days,
        "member": rooms.token_of(principal),
        "event": str(uuid7()),
        "at": clock.now().isoformat(),
    }
    came: UUID | None = _call("SELECT room_enter_v1(%s, %s, %s::jsonb, %s)", home, matter, _json(given), list(effective_tokens(principal)))
    if came is None:
        return OUTSIDE
    _settle(found, came, principal)
    return came


def leave(*, home: str, matter: UUID, party: str = "", principal: Principal) -> bool:
    """Go out of a room: nothing said afterwards is there any more, until one comes in again."""
    with reading_as(principal):
        room = Room.objects.filter(home=home, matter=matter, party=party).values_list("id", flat=True).first()
    return room is not None and _turn_out(home, room, rooms.token_of(principal), principal)


def send(*, home: str, matter: UUID, party: str = "", principal: Principal, text: str, key: str) -> Sent | Refusal:
    """Say something in a room.

    Args:
        key: made by the sender; the same key and words again are answered with the number they got.
    """
    said = text.replace("\r\n", "\n").strip()
    refused = _unfit(said, key)
    if refused is not None:
        return refused
    found = queries.door(principal, home, matter, party)
    if found is None:
        return OUTSIDE
    with reading_as(principal):
        row = Room.objects.filter(home=home, matter=matter, party=party, destroyed_at=None).first()
    if row is None or row.key is None:
        return OUTSIDE
    room_key, made, sender = vault.key_of(row.id, row.key), uuid7(), rooms.token_of(principal)
    given = {
        "id": str(made),
        "sender": sender,
        "at": clock.now().isoformat(),
        "body": vault.sealed(room_key, made, sender, said).hex(),
        "digest": vault.digest(room_key, said).hex(),
        "key": key,
    }
    answer = _loaded(_call("SELECT room_send_v1(%s, %s, %s::jsonb, %s)", home, row.id, _json(given), list(effective_tokens(principal))))
    match answer["status"]:
        case "sent" | "known" as status:
            # Also when it is known: whoever died after sending told nobody.
            _tell(found, row.id, sender)
            return Sent(answer["seq"], again=status == "known")
        case "ended":
            return ENDED
        case "mismatch":
            return MISMATCH
        case _:
            return OUTSIDE


def sweep() -> int:
    """Destroy the words of rooms whose matters ended long enough ago; returns how many rooms."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM room_sweep_v1(%s, %s)", [clock.now(), MOST_IN_A_SWEEP])
        return int(cursor.fetchone()[0])


def _settle(found: Door, room: UUID, principal: Principal) -> None:
    """Record of those whom the matter no longer gives a place that they are out; what they could read ended with the place."""
    with reading_as(principal):
        turns = Membership.objects.filter(home=found.home, room=room).order_by("n").values_list("principal", "came")
        inside = dict(turns)
    for token, came in inside.items():
        if came and token not in found.places:
            _turn_out(found.home, room, token, SYSTEM)


def _turn_out(home: str, room: UUID, member: str, principal: Principal) -> bool:
    given = {"member": member, "event": str(uuid7()), "at": clock.now().isoformat()}
    return bool(_call("SELECT room_leave_v1(%s, %s, %s::jsonb, %s)", home, room, _json(given), list(effective_tokens(principal))))


def _tell(found: Door, room: UUID, sender: str) -> None:
    """Tell the others that something was said, once a day and without a word of it; whoever was never in the room as well."""
    now = clock.now()
    day = city.library().calendar.local_date(now).isoformat()
    doors.write_notices(
        found.home,
        [
            {
                "id": str(uuid7()),
                "matter": str(found.matter),
                "recipient": token,
                "post": _post(found, token),
                "text": NEWS.to_plain(),
                "sealed": False,
                "created": now.isoformat(),
                "key": f"room:{room}:{token}:{day}",
            }
            for token in sorted(found.places - {sender})
        ],
    )


def _post(found: Door, token: str) -> str:
    """Return the post in which somebody of the staff is told; nothing for a party."""
    kind, _, who = token.partition(":")
    return found.procedure.posts[rooms.host_of(found.rooms, found.snapshot, who)].post if kind == "person" else ""


def _unfit(text: str, key: str) -> Refusal | None:
    if not text:
        return Refusal("empty", Text("请先写一句话。", "Write something first."), field="text")
    if len(text) > LONGEST:
        told = Text(
            f"最多{LONGEST}字，现在{len(text)}字。请分几条发。", f"At most {LONGEST} characters; this has {len(text)}. Send it in parts."
        )
        return Refusal("long", told, field="text")
    if bad_characters(text) or not key or len(key) > LONGEST_KEY or bad_characters(key):
        return Refusal("characters", Text("含有读不出来的字符。", "It holds characters that cannot be read."), field="text")
    return None


def _call(statement: str, *values: Any) -> Any:
    with connections[DATABASE].cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()[0]


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _loaded(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value
