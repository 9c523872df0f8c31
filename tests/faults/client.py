"""A client in a process of its own: it opens and acts as fast as it can and notes outside the system what it was promised.

Each request is on the disk before it is sent, each receipt before it counts as received. After its own death or the
database's it sends again, under the same key, what it has no receipt for.

Run as a script: ``client.py NOTES SEED [prepare]``; it works until it is killed or its standard input is closed.
"""

from __future__ import annotations

import json
import os
import random
import sys
import threading
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from held import Acknowledged

Plain = dict[str, Any]
GIVE_UP_AFTER = 60.0


class Notes:
    """A file of lines, each on the disk before the next thing happens."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self._file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._lock = threading.Lock()

    def write(self, line: Plain) -> None:
        with self._lock:
            os.write(self._file, (json.dumps(line, ensure_ascii=False) + "\n").encode())
            os.fsync(self._file)


def read(place: Path) -> tuple[dict[str, Plain], dict[str, Acknowledged]]:
    """Return what was asked and what was acknowledged, each by key. A line cut short by a kill was never written."""
    asked: dict[str, Plain] = {}
    acknowledged: dict[str, Acknowledged] = {}
    for line in place.read_text("utf-8").splitlines() if place.exists() else ():
        try:
            noted = json.loads(line)
        except ValueError:
            continue
        if "asked" in noted:
            asked[noted["asked"]["key"]] = noted["asked"]
        else:
            one = Acknowledged(**noted["acked"])
            before = acknowledged.setdefault(one.key, one)
            if before != one:
                raise AssertionError(f"key {one.key} was answered with two receipts: {before} and {one}")
    return asked, acknowledged


def ask(request: Plain) -> Acknowledged | None:
    """Send one request through the doors; None when it was refused."""
    import small

    from huiyin.core.values import Refusal
    from huiyin.matters import services

    key, mark = request["key"], request["mark"]
    if request["door"] == "open":
        answer = small.try_open(key, claim=mark)
    else:
        answer = services.act(
            home=small.HOME,
            matter=UUID(request["matter"]),
            action=request["action"],
            data={"tasks": {"what": mark}} if request["action"] == "list" else {"who_helps": str(small.BEN)},
            principal=small.CLERK,
            key=key,
        )
    if isinstance(answer, Refusal):
        # What the database lost of an acknowledged matter is for the verdict to find, not for the client to hide by dying.
        if answer.code in ("conflict", "missing", "not_offered"):
            return None
        raise AssertionError(f"{request} was refused: {answer.code} {answer.text.en}")
    return Acknowledged.of(key, answer, mark)


def persist(request: Plain) -> Acknowledged | None:
    """Send a request again and again while the database is away, as a client does."""
    from django.db import Error, connections

    deadline = time.monotonic() + GIVE_UP_AFTER
    while True:
        try:
            return ask(request)
        except Error:
            connections.close_all()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def settle(notes: Notes) -> None:
    """Send again what was asked and not acknowledged."""
    asked, acknowledged = read(notes.place)
    for key, request in asked.items():
        if key not in acknowledged:
            answer = persist(request)
            if answer is not None:
                notes.write({"acked": answer.plain()})


def work(notes: Notes, source: random.Random, stop: threading.Event) -> None:
    matters: list[str] = []
    while not stop.is_set():
        number = f"{os.getpid()}-{source.getrandbits(64):x}"
        request: Plain = {"key": f"client:{number}", "mark": f"words {number}"}
        if not matters or source.random() < 0.2:
            request["door"] = "open"
        else:
            # Often the newest, so that acts crowd on one matter.
            matter = matters[-1] if source.random() < 0.5 else source.choice(matters)
            request |= {"door": "act", "matter": matter, "action": "list"}
        notes.write({"asked": request})
        answer = persist(request)
        if answer is None:
            continue
        notes.write({"acked": answer.plain()})
        if request["door"] == "open":
            accept = {"key": f"accept:{number}", "mark": "", "door": "act", "matter": answer.matter, "action": "accept"}
            notes.write({"asked": accept})
            accepted = persist(accept)
            if accepted is not None:
                notes.write({"acked": accepted.plain()})
                matters.append(answer.matter)


def stop_when_told(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()


def main() -> None:
    place, seed, *more = sys.argv[1:]
    sys.path[:0] = [str(Path(__file__).parents[1] / "matters")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyin.web.settings")
    import django

    django.setup()
    if "prepare" in more:
        import loaded
        from django.core.management import call_command

        call_command("migrate", database="owner", verbosity=0, interactive=False)
        loaded.load()
        with loaded.in_use():
            os._exit(0)
    notes, stop = Notes(Path(place)), threading.Event()
    settle(notes)
    if "settle" in more:
        return
    threading.Thread(target=stop_when_told, args=[stop], daemon=True).start()
    print("ready", flush=True)
    work(notes, random.Random(seed), stop)


if __name__ == "__main__":
    main()
