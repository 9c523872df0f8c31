"""Rooms of a mediation over the real processes: from send to seen, and how many messages are lost; as numbers of one run.

    PYTHONPATH=src python bench/rooms.py --rooms 200 --rate 20 --seconds 30 [--kill]

Everything is real: an embedded PostgreSQL with the settings of an installation (durable), the pages and the live process as `serve` starts
them, over loopback. Each room has three members, each with a stream open all the time and a session of their own. Messages are sent as the
page's script sends them, at a steady rate over all rooms, each under its own key, again until it is confirmed. *Seen* is when a member's
stream has the message, the sender's own included. With ``--kill`` both processes are killed (kill -9) one after the other and started again
while messages are sent. The client runs on the same machine and takes its share of it.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "tests" / "rooms")]
COMMUNITY = "210102001005"
COMMITTEE = f"mediation_committee.{COMMUNITY}"
ROOMS_OF_ONE_MEDIATOR = 10
TOKEN = "a" * 32
MOST_ROOMS, MOST_SECONDS = 400, 120
GRACE = 20.0
WARM_UP = 40


@dataclass
class Member:
    """One person in one room: where they send, what they hear."""

    cookie: str
    page: str
    stream: str
    last: int = 0
    seen: dict[str, float] = field(default_factory=dict)
    twice: int = 0
    open: bool = False


def main() -> None:
    """Make the rooms, talk in them, print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20.0, help="messages a second over all rooms")
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--kill", action="store_true")
    args = parser.parse_args()
    rooms, seconds = min(args.rooms, MOST_ROOMS), min(args.seconds, MOST_SECONDS)
    from huiyin.host.testing import temporary_server

    with temporary_server(durable=True) as running:
        environ = {
            **os.environ, "HUIYIN_HOME": str(running.home.path), "DATABASE_URL": running.owner_url,
            "HUIYIN_APP_DATABASE_URL": running.app_url, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "huiyin.web.settings",
        }  # fmt: skip
        os.environ.update(environ)
        import django

        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", database="owner", verbosity=0, interactive=False)
        began = time.monotonic()
        members = _rooms(rooms)
        connections.close_all()
        print(f"{rooms} rooms with {3 * rooms} members made in {time.monotonic() - began:.0f} s", flush=True)
        from room_processes import served_for_real

        with tempfile.TemporaryDirectory() as logs, served_for_real(environ, Path(logs)) as both:
            asyncio.run(_talk(both, members, args.rate, seconds, kill=args.kill))


def _rooms(wanted: int) -> list[list[Member]]:
    from huiyin.city.loading import load_packs
    from huiyin.city.models import Account, Appointment
    from huiyin.city.queries import principal_in_post, today

    load_packs([ROOT / "packs" / "cn", ROOT / "packs" / "cn-2101-shenyang"])
    clerk = Appointment.objects.filter(unit_id=COMMITTEE, post="clerk", to_date=None).first()
    assert clerk is not None, "the packs give this committee no clerk"
    accepts = principal_in_post(clerk.account_id, COMMITTEE, "clerk", today())
    made = []
    for number in range(wanted):
        if number % ROOMS_OF_ONE_MEDIATOR == 0:
            mediator = Account(username=f"bench-{number}", name=f"调解员{number}")
            mediator.set_unusable_password()
            mediator.save()
            Appointment.objects.create(account=mediator, unit_id=COMMITTEE, post="mediator", from_date=today())
            cookie = _staff_cookie(mediator)
        made.append(_room(number, mediator, cookie, accepts))
    return made


def _room(number: int, mediator: Any, cookie: str, accepts: Any) -> list[Member]:
    from huiyin.city.queries import principal_in_post, today
    from huiyin.core.values import ANONYMOUS, SYSTEM, Principal
    from huiyin.matters import queries, services
    from huiyin.matters.receipts import Receipt
    from huiyin.mediation import services as talk

    receipt = services.open(
        procedure="people_mediation", data={"claim": "修好", "facts": "漏水", "dispute_place": {"division": COMMUNITY, "detail": "2号楼"}},
        principal=ANONYMOUS, key=f"bench:{number}", topic="dispute.neighbour.water_leak", division=COMMUNITY, opened_by="party",
        parties=[{"role": "disputant", "name": f"甲{number}"}, {"role": "disputant", "name": f"乙{number}"}],
    )  # fmt: skip
    assert isinstance(receipt, Receipt), receipt
    where: dict[str, Any] = {"home": receipt.home, "matter": receipt.matter}
    found = queries.standing(SYSTEM, receipt.home, receipt.matter)
    assert found is not None
    own = f"{receipt.home}/{receipt.matter}"
    parties = [Principal("party", party.id, purpose="own", matter=own) for party in found[0].parties]
    accepted = {"case_source": "application", "mediator_person": str(mediator.pk), "impartial": True}
    acts: list[tuple[Any, str, dict[str, Any]]] = [(accepts, "accept", accepted), *((party, "agree", {}) for party in parties)]
    for principal, action, data in acts:
        answer = services.act(**where, action=action, data=data, principal=principal, key=f"bench:{number}:{action}:{principal.id}")
        assert isinstance(answer, Receipt), answer
    everybody = [*parties, principal_in_post(mediator.pk, COMMITTEE, "mediator", today())]
    rooms = [talk.enter(**where, principal=principal) for principal in everybody]
    stream = f"/live/rooms/{receipt.home}/{rooms[0]}"
    members = [
        Member(_party_cookie(receipt.reference, party), f"/mine/{receipt.reference}/room/", f"{stream}?of={receipt.reference}")
        for party in parties
    ]
    return [*members, Member(cookie, f"/desk/{own}/room/", stream)]


def _party_cookie(reference: str, principal: Any) -> str:
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session["matters"] = {reference: {"matter": principal.matter, "party": principal.id, "seen": time.time()}}
    session.create()
    return f"huiyin_session={session.session_key}"


def _staff_cookie(account: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(account.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = account.get_session_auth_hash()
    session["post"] = f"{COMMITTEE}/mediator"
    session.create()
    return f"huiyin_session={session.session_key}"


async def _talk(both: Any, rooms: list[list[Member]], rate: float, seconds: int, *, kill: bool) -> None:
    ending = asyncio.Event()
    members = [member for room in rooms for member in room]
    listening = [asyncio.create_task(_listen(both.live_port, member, ending)) for member in members]
    began = time.monotonic()
    while not all(member.open for member in members):
        assert time.monotonic() - began < 120, f"{sum(not member.open for member in members)} streams did not open"
        await asyncio.sleep(0.1)
    print(f"{len(members)} streams open after {time.monotonic() - began:.1f} s", flush=True)
    # Each web process loads the packs at its first request, as any server that was just started.
    await asyncio.gather(*(_say(both.port, at, rooms[at][0], f"w{at}", {}, defaultdict(int)) for at in range(min(WARM_UP, len(rooms)))))
    sent: dict[str, tuple[int, float]] = {}
    again: dict[str, int] = defaultdict(int)
    speaking = []
    killing = asyncio.create_task(_kill(both, seconds)) if kill else None
    began = time.monotonic()
    for number in range(int(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        at = random.randrange(len(rooms))
        speaking.append(asyncio.create_task(_say(both.port, at, random.choice(rooms[at]), f"m{number}", sent, again)))
    confirmed = sum(await asyncio.gather(*speaking))
    if killing is not None:
        await killing
    for _ in range(int(GRACE / 0.1)):
        if all(word in one.seen for word, (at, _) in sent.items() for one in rooms[at]):
            break
        await asyncio.sleep(0.1)
    ending.set()
    for task in listening:
        task.cancel()
    took = [one.seen[word] - at for word, (room, at) in sent.items() for one in rooms[room] if word in one.seen]
    lost = sum(word not in one.seen for word, (room, _) in sent.items() for one in rooms[room])
    cuts = statistics.quantiles(took, n=100)
    print(f"messages sent {len(sent)}, confirmed {confirmed}, sent again {sum(again.values())}; seen {len(took)} of {3 * len(sent)}")
    told = {"p50": cuts[49], "p95": cuts[94], "p99": cuts[98], "most": max(took)}
    print("send to seen: " + ", ".join(f"{name} {value * 1000:.0f} ms" for name, value in told.items()))
    print(f"lost {lost}, twice {sum(member.twice for member in members)}")


async def _say(port: int, room: int, member: Member, word: str, sent: dict[str, tuple[int, float]], again: dict[str, int]) -> bool:
    body = urlencode({"do": "send", "text": word, "key": f"bench-{word}", "csrfmiddlewaretoken": TOKEN})
    head = (
        f"POST {member.page} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {member.cookie}; huiyin_csrf={TOKEN}\r\nConnection: close\r\n"
        f"Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    sent[word] = (room, time.monotonic())
    for _ in range(300):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write((head + body).encode())
            answer = await reader.read()
            writer.close()
            if answer.startswith(b"HTTP/1.1 200"):
                return True
        except OSError:
            pass
        again[word] += 1
        await asyncio.sleep(0.2)
    return False


async def _listen(port: int, member: Member, ending: asyncio.Event) -> None:
    while not ending.is_set():
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            last = f"Last-Event-ID: {member.last}\r\n" if member.last else ""
            writer.write(f"GET {member.stream} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {member.cookie}\r\n{last}\r\n".encode())
            await _hear(reader, member)
            writer.close()
        except OSError:
            pass
        await asyncio.sleep(0.5)


async def _hear(reader: asyncio.StreamReader, member: Member) -> None:
    while line := await reader.readline():
        now = time.monotonic()
        if line.startswith(b"retry:"):
            member.open = True
        elif line.startswith(b"id:"):
            member.last = int(line[3:])
        elif line.startswith(b"data:") and (word := re.search(rb'"text": "(m\d+)"', line)):
            text = word[1].decode()
            member.twice += text in member.seen
            member.seen.setdefault(text, now)


async def _kill(both: Any, seconds: int) -> None:
    for name in ("live", "web"):
        await asyncio.sleep(seconds / 3)
        await asyncio.to_thread(both.kill, name)
        await asyncio.to_thread(both.start, name)
        print(f"killed and started again: {name}", flush=True)


if __name__ == "__main__":
    main()
