"""Video calls of a room: who asks to come in, who was let in, and the handshakes between their browsers.

Sound and picture go from browser to browser and never through here; nothing of a call is written down. Whoever is in the room may
ask; parties wait until the mediator lets them in. A call goes on when this process dies: browsers keep what they have, and come back
with the ticket they were given.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, Literal
from urllib.parse import parse_qs

from django.core import signing
from django.db import InterfaceError, OperationalError

from huiyin.live.readers import Reader, introduced

HEARTBEAT: Final = 15.0
MOST_INSIDE: Final = 4
MOST_OF_ONE: Final = 3
MOST_ASKING: Final = 12
MOST_QUEUED: Final = 200
LONGEST: Final = 64_000
TICKET_SECONDS: Final = 6 * 3600
SALT: Final = "huiyin.live.call"
_PEER: Final = re.compile(r"[0-9a-f]{32}")

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
InThread = Callable[..., Awaitable[Any]]
Standing = Literal["waiting", "in"]


@dataclass(slots=True)
class Peer:
    """One browser in a call, or asking to come in.

    Attributes:
        who: whose browser it is; a person may come with several.
        host: may let others in.
        queue: events for its stream; None ends it.
    """

    id: str
    who: str
    name: str
    role: Mapping[str, str]
    host: bool
    standing: Standing
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(MOST_QUEUED))

    def tell(self, event: str, data: Mapping[str, Any]) -> None:
        """Put an event into the stream; who does not read is dropped."""
        try:
            self.queue.put_nowait(f"event: {event}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n")
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """End the stream after what is queued, or at once where nothing more fits."""
        while True:
            with suppress(asyncio.QueueFull):
                self.queue.put_nowait(None)
                return
            self.queue.get_nowait()


class Calls:
    """The calls of all rooms of this process."""

    def __init__(self, in_thread: InThread) -> None:
        self.calls: dict[str, dict[str, Peer]] = {}
        self.in_thread = in_thread

    def room_for(self, reader: Reader, scope: Mapping[str, Any]) -> Peer | None:
        """Return a place for a browser that asks, None where it names itself wrongly or there are too many."""
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        name, ticket = asked.get("peer", [""])[0], asked.get("ticket", [""])[0]
        call = self.calls.get(reader.room, {})
        known = call.get(name)
        of_one = sum(peer.who == reader.who and peer.id != name for peer in call.values())
        if not _PEER.fullmatch(name) or of_one >= MOST_OF_ONE or len(call) >= MOST_ASKING:
            return None
        if known is not None and known.who != reader.who:
            return None
        host = reader.principal.kind == "staff"
        standing: Standing = "in" if (host or _holds(ticket, reader, name)) and self._space(call, name) else "waiting"
        return Peer(name, reader.who, "", {}, host, standing)

    async def stream(self, reader: Reader, peer: Peer, gone: asyncio.Task[None], send: Send) -> None:
        """Keep a browser told of its call until it goes or has no place in the room any more."""
        peer.name, peer.role = await self.in_thread(introduced, reader)
        call = self.calls.setdefault(reader.room, {})
        before = call.get(peer.id)
        if before is not None:
            before.end()
        call[peer.id] = peer
        # Of the room's words this stream reads none.
        reader.after = 2**31 - 2
        try:
            self._tell_all(reader.room)
            await self._pass_on(reader, peer, gone, send)
        finally:
            if call.get(peer.id) is peer:
                del call[peer.id]
                self._tell_all(reader.room)
            if not call:
                self.calls.pop(reader.room, None)

    async def _pass_on(self, reader: Reader, peer: Peer, gone: asyncio.Task[None], send: Send) -> None:
        while not gone.done():
            taking = asyncio.create_task(peer.queue.get())
            await asyncio.wait({taking, gone}, timeout=HEARTBEAT, return_when=asyncio.FIRST_COMPLETED)
            if not taking.done():
                taking.cancel()
                if gone.done():
                    return
                try:
                    still = await self.in_thread(reader.read)
                except (OperationalError, InterfaceError):
                    return
                if still is None:
                    await send(_part("event: closed\ndata: {}\n\n"))
                    return
                await send(_part(":\n\n"))
                continue
            event = taking.result()
            if event is None:
                return
            await send(_part(event))

    def take(self, reader: Reader, scope: Mapping[str, Any], body: bytes) -> int:
        """Take one message of a browser in a call; return the status to answer with."""
        call = self.calls.get(reader.room, {})
        peer = call.get(parse_qs(scope["query_string"].decode("latin-1")).get("peer", [""])[0])
        try:
            said = json.loads(body)
        except ValueError:
            return 400
        if peer is None or peer.who != reader.who or not isinstance(said, dict):
            return 404 if isinstance(said, dict) else 400
        other = call.get(str(said.get("to", "")))
        match said.get("kind"):
            case "signal" if other is not None and peer.standing == other.standing == "in":
                other.tell("signal", {"from": peer.id, "data": said.get("data")})
            case "admit" if other is not None and peer.host and peer.standing == "in":
                if not self._space(call, other.id):
                    return 409
                other.standing = "in"
            case "refuse" if other is not None and peer.host and other.standing == "waiting":
                other.tell("refused", {})
                other.end()
            case "leave":
                for one in call.values():
                    one.tell("left", {"peer": peer.id})
                peer.end()
            case _:
                return 404
        self._tell_all(reader.room)
        return 204

    def _space(self, call: Mapping[str, Peer], name: str) -> bool:
        return sum(peer.standing == "in" and peer.id != name for peer in call.values()) < MOST_INSIDE

    def _tell_all(self, room: str) -> None:
        call = self.calls.get(room, {})
        inside = [peer for peer in call.values() if peer.standing == "in"]
        waiting = [peer for peer in call.values() if peer.standing == "waiting"]
        for peer in call.values():
            others = inside if peer.standing == "in" else []
            peer.tell(
                "state",
                {
                    "standing": peer.standing,
                    "peers": [_shown(one) for one in others if one is not peer],
                    "waiting": [_shown(one) for one in waiting] if peer.host and peer.standing == "in" else [],
                    "ticket": signing.dumps([room, peer.who, peer.id], salt=SALT) if peer.standing == "in" else "",
                    "host": peer.host,
                },
            )


def _shown(peer: Peer) -> dict[str, Any]:
    return {"id": peer.id, "name": peer.name, "role": dict(peer.role)}


def _holds(ticket: str, reader: Reader, name: str) -> bool:
    """Tell whether this browser was let in before: the process may have died since."""
    if not ticket:
        return False
    try:
        said = signing.loads(ticket, salt=SALT, max_age=TICKET_SECONDS)
    except signing.BadSignature:
        return False
    return bool(said == [reader.room, reader.who, name])


def _part(text: str) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}
