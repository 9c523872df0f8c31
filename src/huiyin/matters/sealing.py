"""Sealing: every few minutes the new events of a home become the leaves of a tree, and its head is tied to all before.

Heads go out as lines of JSON, one file a day and home, for anyone to keep: whoever kept yesterday's can tell whether
anything older was changed since.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from huiyin import clock
from huiyin.core import chain
from huiyin.ids import uuid7
from huiyin.matters import doors
from huiyin.matters.events import instant
from huiyin.matters.models import Root

LARGEST: Final = 2**16
Plain = dict[str, Any]


def seal_once(home: str, *, limit: int = LARGEST) -> Root | None:
    """Seal the events of a home that no root covers yet; None when there are none, or another worker did it."""
    waiting = doors.seal_waiting(home, limit)
    if not waiting:
        return None
    last = Root.objects.filter(home=home).order_by("-number").first()
    previous = chain.GENESIS if last is None else bytes(last.head)
    number = 1 if last is None else last.number + 1
    sealed_at = clock.now()
    tree_root = chain.merkle_root([hash_ for _, hash_ in waiting])
    head = chain.sealed_head(previous, tree_root, len(waiting), instant(sealed_at))
    root = {
        "id": str(uuid7()),
        "size": len(waiting),
        "tree_root": f"\\x{tree_root.hex()}",
        "previous": f"\\x{previous.hex()}",
        "head": f"\\x{head.hex()}",
        "sealed_at": instant(sealed_at),
    }
    if not doors.seal_write(home, number, root, [event for event, _ in waiting]):
        return None
    return Root.objects.get(home=home, number=number)


def as_line(root: Root) -> Plain:
    """Return a root as it is published."""
    return {
        "home": root.home,
        "number": root.number,
        "size": root.size,
        "tree_root": bytes(root.tree_root).hex(),
        "previous": bytes(root.previous).hex(),
        "head": bytes(root.head).hex(),
        "sealed_at": instant(root.sealed_at),
    }


def homes() -> list[str]:
    """Return the homes that have sealed roots."""
    return list(Root.objects.order_by("home").values_list("home", flat=True).distinct())


def folder(home: str) -> Path:
    """Return where a home's heads are published."""
    return Path(settings.HOME.published) / "roots" / home


def publish(home: str) -> int:
    """Append every root not published yet; returns how many. Lines once written are never changed."""
    place = folder(home)
    place.mkdir(mode=0o755, parents=True, exist_ok=True)
    with settings.HOME.lock("publish"):
        last = max((line["number"] for line in published(home, newest_file=True)), default=0)
        fresh = list(Root.objects.filter(home=home, number__gt=last).order_by("number"))
        by_day: dict[str, list[Root]] = {}
        for root in fresh:
            by_day.setdefault(_day(root.sealed_at), []).append(root)
        for day, roots in by_day.items():
            _append(place / f"{day}.jsonl", [as_line(root) for root in roots])
    return len(fresh)


def published(home: str, *, newest_file: bool = False) -> list[Plain]:
    """Return the published lines of a home, oldest first."""
    files = sorted(folder(home).glob("*.jsonl"))
    chosen = sorted(files, key=lambda file: file.stat().st_mtime_ns)[-1:] if newest_file else files
    return [json.loads(line) for file in chosen for line in file.read_text("utf-8").splitlines() if line.endswith("}")]


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _append(file: Path, lines: list[Plain]) -> None:
    # A line cut short by a crash is closed off, so that the next one stands by itself.
    torn = file.exists() and not file.read_bytes().endswith(b"\n")
    text = ("\n" if torn else "") + "".join(json.dumps(line, sort_keys=True) + "\n" for line in lines)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
