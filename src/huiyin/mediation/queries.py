"""Reads of rooms: for whoever has a place in one by the matter as it stands now. To everyone else there is no room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import orjson

from huiyin.city import queries as city
from huiyin.core import rooms
from huiyin.core.drafting import Change, Draft, Version, after_each
from huiyin.core.procedure import Procedure
from huiyin.core.rooms import Rooms
from huiyin.core.snapshot import Snapshot
from huiyin.core.values import Principal, Text
from huiyin.matters import queries
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.mediation import vault
from huiyin.mediation.models import File, Membership, Message, Room

PAGE: Final = 50
# No stream sends more at once; the rest comes with the next turn.
MOST_AT_ONCE: Final = 200
# The parts of a message whose bytes lie apart.
BYTES: Final = "bytes"
SMALL: Final = "small"


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person in a room, as everybody in it sees them. ``name`` is empty where none was given."""

    token: str
    name: str
    role: Text


@dataclass(frozen=True, slots=True)
class About:
    """What a message says beside the bytes of its file, sealed as one.

    Attributes:
        kind: name of the file's kind.
        size: bytes.
        small: there is a small picture of it.
    """

    text: str
    name: str
    kind: str
    size: int
    small: bool

    def packed(self) -> bytes:
        """Return it as it is sealed."""
        return orjson.dumps([self.text, self.name, self.kind, self.size, self.small])


@dataclass(frozen=True, slots=True)
class Said:
    """One message.

    Attributes:
        id: of the message, and of its file.
        file: None where none came with it.
        draft: a version of what the room writes together; its words are read there.
        erased: its sender's words were erased.
    """

    id: UUID
    seq: int
    at: datetime
    by: Somebody
    text: str
    mine: bool
    file: About | None = None
    draft: bool = False
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    """A room somebody has a place in, whether or not anybody ever went in.

    Attributes:
        party: whose private room it is; empty for the joint one.
        places: the tokens that have a place in it.
        ended: nothing more is sent once the matter has ended.
    """

    home: str
    matter: UUID
    party: str
    places: frozenset[str]
    rooms: Rooms
    snapshot: Snapshot
    procedure: Procedure
    ended: bool

    def somebody(self, token: str) -> Somebody:
        """Return who stands behind a token in this matter; also one who has no place any more, whose words stay."""
        kind, _, who = token.partition(":")
        if kind == "party":
            party = self.snapshot.party(who)
            return Somebody(token, "" if party is None else party.name, self.procedure.roles[self.rooms.of].label)
        return Somebody(token, city.account_name(who), self.procedure.posts[rooms.host_of(self.rooms, self.snapshot, who)].label)


@dataclass(frozen=True, slots=True)
class Apart:
    """A joint room nobody is in while the sides talk apart; that is all there is to know of it."""

    snapshot: Snapshot
    procedure: Procedure
    rooms: Rooms


@dataclass(frozen=True, slots=True)
class RoomView:
    """A room as one reader may see it.

    Attributes:
        id: None while nobody has opened it, and for whoever never came in.
        inside: the reader is in it now.
        present: who is in it now.
        messages: one page, the oldest first.
        earlier: there are older ones than those.
        destroyed_on: the day the words went; None while they are there.
        destroyed_count: how many messages that were.
        ends_on: the day they will; None while the matter has not ended.
    """

    door: Door
    id: UUID | None = None
    inside: bool = False
    present: tuple[Somebody, ...] = ()
    messages: tuple[Said, ...] = ()
    earlier: bool = False
    destroyed_on: date | None = None
    destroyed_count: int = 0
    ends_on: date | None = None

    @property
    def last(self) -> int:
        """The number of the newest message of this page; 0 when there is none."""
        return self.messages[-1].seq if self.messages else 0


def door(principal: Principal, home: str, matter: UUID, party: str = "") -> Door | None:
    """Return a room this principal has a place in, or None."""
    found = queries.standing(principal, home, matter)
    return None if found is None else _door(*found, principal, party)


def _door(snapshot: Snapshot, procedure: Procedure, principal: Principal, party: str) -> Door | None:
    if procedure.rooms is None or not rooms.has_place(procedure, snapshot, principal, party):
        return None
    places = rooms.places(procedure.rooms, snapshot, party)
    return Door(snapshot.home, UUID(snapshot.matter), party, places, procedure.rooms, snapshot, procedure, bool(snapshot.outcome))


def doors(principal: Principal, home: str, matter: UUID) -> tuple[Door, ...]:
    """Return every room of a matter this principal has a place in, the joint one first."""
    found = queries.standing(principal, home, matter)
    if found is None or found[1].rooms is None:
        return ()
    parties = rooms.parties(found[1].rooms, found[0])
    return tuple(one for party in ("", *parties) if (one := _door(*found, principal, party)) is not None)


def apart(principal: Principal, home: str, matter: UUID) -> Apart | None:
    """Return what stands in the place of the joint room while the sides talk apart; None for whoever has no place in it anyway."""
    found = queries.standing(principal, home, matter)
    if found is None or found[1].rooms is None or not rooms.kept_out(found[1], found[0], principal):
        return None
    return Apart(*found, found[1].rooms)


def room(principal: Principal, home: str, matter: UUID, party: str = "", *, before: int | None = None) -> RoomView | None:
    """Return a room with one page of what was said, the newest or what lies before a number; None where there is no place in it."""
    found = door(principal, home, matter, party)
    if found is None:
        return None
    with reading_as(principal):
        row = Room.objects.filter(home=home, matter=matter, party=party).first()
        if row is None:
            return RoomView(found)
        turns = list(Membership.objects.filter(home=home, room=row.id).order_by("n"))
        messages = Message.objects.filter(home=home, room=row.id)
        if before is not None:
            messages = messages.filter(seq__lt=before)
        newest = list(messages.order_by("-seq")[: PAGE + 1])
        closed = Matter.objects.filter(home=home, id=matter).values_list("closed_at", flat=True).first()
    inside = {turn.principal: turn.came for turn in turns}
    zone = city.library().calendar
    return RoomView(
        found,
        row.id,
        inside=inside.get(rooms.token_of(principal), False),
        present=tuple(found.somebody(token) for token, came in inside.items() if came and token in found.places),
        messages=_said(found, row, list(reversed(newest[:PAGE])), principal),
        earlier=len(newest) > PAGE,
        destroyed_on=None if row.destroyed_at is None else zone.local_date(row.destroyed_at),
        destroyed_count=row.destroyed_count or 0,
        ends_on=None if closed is None else zone.local_date(closed + timedelta(days=row.kept_days)),
    )


def whose(principal: Principal, home: str, room: UUID) -> Somebody | None:
    """Return a reader as everybody in a room sees them; None for who has no place in it."""
    with reading_as(principal):
        row = Room.objects.filter(home=home, id=room).first()
    found = None if row is None else door(principal, home, row.matter, row.party)
    return None if found is None else found.somebody(rooms.token_of(principal))


def since(principal: Principal, home: str, room: UUID, after: int) -> tuple[Said, ...] | None:
    """Return what was said in a room after a number, under the reader's rights of this moment.

    Returns:
        None when the reader is not in the room now: the stream ends.
    """
    with reading_as(principal):
        row = Room.objects.filter(home=home, id=room, destroyed_at=None).first()
        if row is None:
            return None
        mine = Membership.objects.filter(home=home, room=room, principal=rooms.token_of(principal)).order_by("-n").first()
        messages = list(Message.objects.filter(home=home, room=room, seq__gt=after).order_by("seq")[:MOST_AT_ONCE])
    found = door(principal, home, row.matter, row.party)
    return None if found is None or mine is None or not mine.came else _said(found, row, messages, principal)


def _said(found: Door, row: Room, messages: list[Message], principal: Principal) -> tuple[Said, ...]:
    if row.key is None or not messages:
        return ()
    key, mine = vault.key_of(row.id, row.key), rooms.token_of(principal)
    by = {token: found.somebody(token) for token in {one.sender for one in messages}}
    return tuple(_one(key, one, by[one.sender], mine=one.sender == mine) for one in messages)


def _one(key: bytes, one: Message, by: Somebody, *, mine: bool) -> Said:
    if one.erased_at is not None:
        return Said(one.id, one.seq, one.at, by, "", mine, erased=True)
    body = vault.opened(key, one.id, one.sender, one.kind, one.body)
    match one.kind:
        case "file":
            about = About(*orjson.loads(body))
            return Said(one.id, one.seq, one.at, by, about.text, mine, file=about)
        case "draft":
            return Said(one.id, one.seq, one.at, by, "", mine, draft=True)
        case _:
            return Said(one.id, one.seq, one.at, by, body.decode(), mine)


@dataclass(frozen=True, slots=True)
class DraftView:
    """What a joint room writes together, as whoever is in it sees it.

    Attributes:
        room: None while nobody has opened the room, and for whoever is not in it.
        versions: who put each version there, and when.
        states: the draft after each of them.
    """

    door: Door
    room: UUID | None = None
    versions: tuple[Said, ...] = ()
    states: tuple[Draft, ...] = ()

    @property
    def now(self) -> Draft:
        """The newest state."""
        return self.states[-1] if self.states else Draft()

    def at(self, number: int) -> Draft | None:
        """Return the draft as somebody saw it; None when there never was such a version."""
        return next((state for state in (Draft(), *self.states) if state.number == number), None)


def draft(principal: Principal, home: str, matter: UUID) -> DraftView | None:
    """Return the draft of the joint room; None for whoever has no place in it."""
    found = door(principal, home, matter)
    if found is None:
        return None
    with reading_as(principal):
        row = Room.objects.filter(home=home, matter=matter, party="", destroyed_at=None).first()
        if row is None or row.key is None:
            return DraftView(found)
        mine = Membership.objects.filter(home=home, room=row.id, principal=rooms.token_of(principal)).order_by("-n").first()
        messages = list(Message.objects.filter(home=home, room=row.id, kind="draft").order_by("seq"))
    if mine is None or not mine.came:
        return DraftView(found)
    key = vault.key_of(row.id, row.key)
    versions = [Version(one.seq, one.sender, _change(key, one)) for one in messages]
    return DraftView(found, row.id, _said(found, row, messages, principal), after_each(versions))


def _change(key: bytes, one: Message) -> Change | None:
    if one.erased_at is not None:
        return None
    lines, order, note = orjson.loads(vault.opened(key, one.id, one.sender, one.kind, one.body))
    return Change(lines, tuple(order), note)


def file(principal: Principal, home: str, matter: UUID, message: UUID, *, small: bool = False) -> tuple[About, bytes] | None:
    """Return what a message tells of its file and the bytes, or those of the small picture; None for whoever may not open it."""
    with reading_as(principal):
        said = Message.objects.filter(home=home, id=message, kind="file", erased_at=None).first()
        row = None if said is None else Room.objects.filter(home=home, id=said.room, matter=matter).first()
        held = File.objects.filter(home=home, id=message).first()
    if said is None or row is None or row.key is None or held is None or door(principal, home, matter, row.party) is None:
        return None
    body, what = (held.small, SMALL) if small else (held.body, BYTES)
    if body is None:
        return None
    key = vault.key_of(row.id, row.key)
    about = About(*orjson.loads(vault.opened(key, said.id, said.sender, said.kind, said.body)))
    return about, vault.opened(key, said.id, said.sender, what, body)
