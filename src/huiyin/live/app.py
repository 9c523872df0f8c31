"""Streams of rooms as server-sent events: what was said since a number, to each reader under their own rights of that moment.

The database tells over one direct connection that something was sent in a room, and its number, never a word. Each stream then reads
for its own reader. A stream that is lost is taken up where it stopped (``Last-Event-ID``); a notification that is lost is made up for by
the next heartbeat, which reads as well. Nothing here writes, so killing this process loses nothing.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Final

import psycopg
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections

from huiyin.live.calls import LONGEST, Calls
from huiyin.live.readers import Reader, allowed_origin, reader_of
from huiyin.mediation.queries import MOST_AT_ONCE

HEARTBEAT: Final = 15.0
AGAIN_AFTER_MS: Final = 1000
MOST_STREAMS: Final = 4000
MOST_OF_ONE: Final = 12
READERS: Final = 4
CHANNEL: Final = "huiyin_rooms"
HEADERS: Final = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"cross-origin-resource-policy", b"same-site"),
    (b"vary", b"Origin, Cookie"),
)

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Live:
    """The ASGI application: streams by room, and the one connection that hears of news."""

    def __init__(self) -> None:
        self.streams: dict[str, set[asyncio.Event]] = defaultdict(set)
        self.by_reader: dict[str, int] = defaultdict(int)
        self.threads = ThreadPoolExecutor(READERS, thread_name_prefix="reader")
        # Streams in which nothing happens stand in a queue of their own, so that what is said never waits for them.
        self.quiet = ThreadPoolExecutor(1, thread_name_prefix="quiet")
        self.calls = Calls(partial(_in_thread, self.threads))
        self.listening: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.listening = asyncio.create_task(self._listen())
                await send({"type": "lifespan.startup.complete"})
            else:
                if self.listening is not None:
                    self.listening.cancel()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _listen(self) -> None:
        """Hear of news for ever; after a break every stream looks for itself what it missed."""
        while True:
            with suppress(psycopg.Error):
                async with await psycopg.AsyncConnection.connect(settings.HUIYIN_LISTEN_URL, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {CHANNEL}")
                    self._wake(room for room in self.streams)
                    async for news in connection.notifies():
                        self._wake([news.payload.rpartition(" ")[0]])
            await asyncio.sleep(1)

    def _wake(self, rooms: Any) -> None:
        for room in list(rooms):
            for event in self.streams.get(room, ()):
                event.set()

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        origin = allowed_origin(scope)
        calling, posted = scope["path"].startswith("/live/calls/"), scope["method"] == "POST"
        # A browser names its origin whenever it posts; what is posted without one comes from no page of ours.
        if origin is None or (posted and not origin) or scope["method"] not in (("GET", "POST") if calling else ("GET",)):
            await _short(send, 405 if origin is not None and not posted else 403)
            return
        if scope["path"] == "/live/health":
            await _short(send, 200)
            return
        try:
            reader = await _in_thread(self.threads if calling else self.quiet, reader_of, scope)
        except (OperationalError, InterfaceError):
            await _short(send, 503)
            return
        if reader is None:
            await _short(send, 404)
            return
        if posted:
            body = await _body(receive)
            await _short(send, 413 if body is None else self.calls.take(reader, scope, body), _cors(origin))
            return
        peer = self.calls.room_for(reader, scope) if calling else None
        if calling and peer is None:
            await _short(send, 404)
            return
        if sum(self.by_reader.values()) >= MOST_STREAMS or self.by_reader[reader.who] >= MOST_OF_ONE:
            await _short(send, 503)
            return
        news = asyncio.Event()
        self.streams[reader.room].add(news)
        self.by_reader[reader.who] += 1
        gone = asyncio.create_task(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [*HEADERS, *_cors(origin)]})
            await send(_part(f"retry: {AGAIN_AFTER_MS}\n\n"))
            if peer is not None:
                await self.calls.stream(reader, peer, gone, send)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
            else:
                await self._stream(reader, news, gone, send)
        finally:
            gone.cancel()
            self.streams[reader.room].discard(news)
            if not self.streams[reader.room]:
                del self.streams[reader.room]
            self.by_reader[reader.who] -= 1
            if not self.by_reader[reader.who]:
                del self.by_reader[reader.who]

    async def _stream(self, reader: Reader, news: asyncio.Event, gone: asyncio.Task[None], send: Send) -> None:
        threads = self.threads
        while not gone.done():
            news.clear()
            try:
                found = await _in_thread(threads, reader.read)
            except (OperationalError, InterfaceError):
                # The reader's page asks again by itself, and goes on where it stopped.
                break
            if found is None:
                await send(_part("event: closed\ndata: {}\n\n"))
                break
            for event in found:
                await send(_part(event))
            if len(found) == MOST_AT_ONCE:
                continue
            waiting = asyncio.create_task(news.wait())
            # Not all at once: streams opened together must not look together for ever.
            heartbeat = HEARTBEAT * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
            await asyncio.wait({waiting, gone}, timeout=heartbeat, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            threads = self.threads if news.is_set() else self.quiet
            if not news.is_set():
                await send(_part(":\n\n"))
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _in_thread(threads: ThreadPoolExecutor, call: Callable[..., Any], *given: Any) -> Any:
    return await asyncio.get_running_loop().run_in_executor(threads, _reading, call, *given)


def _reading(call: Callable[..., Any], *given: Any) -> Any:
    try:
        return call(*given)
    except (OperationalError, InterfaceError):
        # This thread's connection is spoilt; the next reading makes another.
        connections.close_all()
        raise


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _part(text: str) -> dict[str, Any]:
    return {"type": "http.response.body", "body": text.encode(), "more_body": True}


def _cors(origin: str) -> tuple[tuple[bytes, bytes], ...]:
    if not origin:
        return ()
    return ((b"access-control-allow-origin", origin.encode()), (b"access-control-allow-credentials", b"true"))


async def _body(receive: Receive) -> bytes | None:
    """Return what was posted, None where it is too long."""
    body = b""
    while True:
        message = await receive()
        body += bytes(message.get("body", b""))
        if len(body) > LONGEST:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body"):
            return body


async def _short(send: Send, status: int, more: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    headers = [(b"content-length", b"0"), (b"cache-control", b"no-store"), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
