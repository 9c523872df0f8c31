"""Coming into a room, going out, sending, and destroying what was said. Each is one call of the database."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connections

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core import drafting, rooms
from huiyin.core.drafting import Parts
from huiyin.core.forms import bad_characters
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.ids import uuid7
from huiyin.matters import doors
from huiyin.matters.access import DATABASE, effective_tokens, reading_as
from huiyin.matters.outbox import NotDoneError
from huiyin.mediation import queries, vault
from huiyin.mediation.models import Membership, Room
from huiyin.mediation.queries import Door
from huiyin.papers.services import Taken
from huiyin.papers.small import small_of

LONGEST: Final = 2000
LONGEST_DRAFT: Final = 20_000
LONGEST_KEY: Final = 100
MOST_IN_A_SWEEP: Final = 200
NEWS: Final = Text("房间里有新消息。", "There are new messages in the room.")
OUTSIDE = Refusal("outside", Text("您现在不在这个房间里。", "You are not in this room now."))
ENDED = Refusal("ended", Text("这件事已经结束，不能再发消息。", "The matter has ended; nothing more can be sent."))
CLASH = Refusal(
    "clash",
    Text(
        "您写的时候，别人先存了一版。两份都在：上面是现在的，下面是您写的，一个字没丢。照着合成一份再存。",
        "While you wrote, somebody else saved a version. Both are here: above, what stands now; below, what you wrote, every word of it. "
        "Make one of the two and save it.",
    ),
)
UNCHANGED = Refusal("unchanged", Text("和现在这一版一样，没有要存的。", "It is the same as the present version; there is nothing to save."))
MISMATCH = Refusal(
    "mismatch",
    Text("这条消息已经用另外的内容发过。请刷新再发。", "This was sent already with other words. Reload and send again."),
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A message is in the room, under this number; ``again`` when it was there already.

    Attributes:
        id: of the message, and of its file.
        file: what is told of the file.
    """

    seq: int
    again: bool
    id: UUID = field(default=UUID(int=0), compare=False)
    file: queries.About | None = field(default=None, compare=False)


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


def send(
    *, home: str, matter: UUID, party: str = "", principal: Principal, text: str, key: str, file: Taken | None = None
) -> Sent | Refusal:
    """Say something in a room, or put a file into it.

    Args:
        key: made by the sender; the same key with the same words and file again is answered with the number they got.
        file: as it was looked at (``papers.services.taken``).
    """
    said = text.replace("\r\n", "\n").strip()
    refused = _unfit(said, key, alone=file is None)
    if refused is not None:
        return refused
    found = queries.door(principal, home, matter, party)
    if found is None:
        return OUTSIDE
    if file is None:
        return put(found, principal, Letter("words", said.encode(), said.encode(), key))
    small = small_of(file.kind.name, file.content)
    about = queries.About(said, file.name, file.kind.name, len(file.content), small is not None)
    same = orjson.dumps([said, file.name, hashlib.sha256(file.content).hexdigest()])
    answer = put(found, principal, Letter("file", about.packed(), same, key, file=file.content, small=small))
    return answer if isinstance(answer, Refusal) else replace(answer, file=about)


def draft(
    *, home: str, matter: UUID, principal: Principal, seen: int, lines: Sequence[Parts], note: str, names: Sequence[str], key: str
) -> Sent | Refusal:
    """Put a version of what is written together into the joint room. It is no act: nobody is bound by it.

    Args:
        seen: number of the version the writer began from, 0 for none; when another has come since, nothing is taken.
        lines: every line as it was typed, by the name of its parts.
        names: of the parts of a line.
        key: made by the writer's page; the same version sent again is answered with the number it got.
    """
    found = queries.draft(principal, home, matter)
    if found is None or found.room is None:
        return OUTSIDE
    refused = _unfit("\n".join((note, *(words for line in lines for words in line.values()))), key, alone=False, longest=LONGEST_DRAFT)
    before = found.at(seen)
    if refused is not None or before is None:
        return refused or CLASH
    made = drafting.change(before, lines, note, names)
    if made.nothing(before):
        return UNCHANGED
    body = orjson.dumps([made.lines, made.order, made.note])
    return put(found.door, principal, Letter("draft", body, orjson.dumps([seen, list(lines), note]), key, seen=seen))


@dataclass(frozen=True, slots=True)
class Letter:
    """What goes into a room under one number.

    Attributes:
        kind: of the message.
        body: to be sealed.
        same: what makes a repeated one the same.
        seen: of a draft, the version its writer saw.
    """

    kind: str
    body: bytes
    same: bytes
    key: str
    seen: int = 0
    file: bytes | None = None
    small: bytes | None = None


def put(found: Door, principal: Principal, letter: Letter) -> Sent | Refusal:
    """Seal something and put it into a room whose door stands open to this principal."""
    with reading_as(principal):
        row = Room.objects.filter(home=found.home, matter=found.matter, party=found.party, destroyed_at=None).first()
    if row is None or row.key is None:
        return OUTSIDE
    room_key, made, sender = vault.key_of(row.id, row.key), uuid7(), rooms.token_of(principal)
    given = {
        "id": str(made),
        "kind": letter.kind,
        "seen": letter.seen,
        "sender": sender,
        "at": clock.now().isoformat(),
        "body": vault.sealed(room_key, made, sender, letter.kind, letter.body).hex(),
        "digest": vault.digest(room_key, letter.same).hex(),
        "key": letter.key,
    }
    parts = [
        None if part is None else vault.sealed(room_key, made, sender, what, part)
        for what, part in ((queries.BYTES, letter.file), (queries.SMALL, letter.small))
    ]
    statement = "SELECT room_send_v1(%s, %s, %s::jsonb, %s, %s, %s)"
    answer = _loaded(_call(statement, found.home, row.id, _json(given), *parts, list(effective_tokens(principal))))
    match answer["status"]:
        case "sent" | "known" as status:
            # Also when it is known: whoever died after sending told nobody.
            _tell(found, row.id, sender)
            return Sent(answer["seq"], again=status == "known", id=UUID(answer["id"]))
        case "ended":
            return ENDED
        case "mismatch":
            return MISMATCH
        case "clash":
            return CLASH
        case _:
            return OUTSIDE


def sweep() -> int:
    """Destroy the words of rooms whose matters ended long enough ago; returns how many rooms."""
    with connections[DATABASE].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM room_sweep_v1(%s, %s)", [clock.now(), MOST_IN_A_SWEEP])
        return int(cursor.fetchone()[0])


def erase(home: str, row: dict[str, Any]) -> None:
    """Erase what a party said, showed and wrote in the rooms of its matter; their numbers stay, and say so.

    Args:
        row: the outgoing row of an erasure that was recorded.

    Raises:
        NotDoneError: a legal hold came in between; it is tried again until that ends.
    """
    given = (home, row["matter"], f"party:{row['payload']['party']}", clock.now(), list(effective_tokens(SYSTEM)))
    if _call("SELECT room_erase_v1(%s, %s, %s, %s, %s)", *given) is None:
        raise NotDoneError("held")


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


def _unfit(text: str, key: str, *, alone: bool, longest: int = LONGEST) -> Refusal | None:
    if not text and alone:
        return Refusal("empty", Text("请先写一句话。", "Write something first."), field="text")
    if len(text) > longest:
        told = Text(
            f"最多{longest}字，现在{len(text)}字。请写短一点。", f"At most {longest} characters; this has {len(text)}. Make it shorter."
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
