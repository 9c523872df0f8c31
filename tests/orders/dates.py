"""The small city with a procedure full of dates, and notices that change the calendar under it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import small

from huiyin.core.calendar import Calendar
from huiyin.core.packs import Library
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.matters import carrying, directory, doors, orders
from huiyin.matters.access import reading_as
from huiyin.matters.models import Event, Notice
from huiyin.matters.receipts import Receipt

ADMIN = Principal("staff", str(uuid4()), "system_office.9901", "pack_keeper")
SECOND = Principal("staff", str(uuid4()), "system_office.9901", "pack_keeper")
COUNTED = {"licence": "administrative_licensing", "reply": "civil_procedure", "ready": "administrative_licensing"}
BASIS = "国办发明电〔2026〕9号"
# Monday, 7 September 2026, nine in the morning.
MONDAY = small.MORNING
_now = [MONDAY]


def now() -> datetime:
    """Return the time it is in these tests."""
    return _now[0]


def it_is(moment: datetime) -> None:
    """Set the time of these tests."""
    _now[0] = moment


@cache
def library() -> Library:
    """Return the small library with the procedure of dates, three clocks of it counted as the law of a pack counts."""
    made = small.library(Path(__file__).parent / "dated.yaml")
    dated = made.procedures["dated"]
    bound = {name: replace(dated.clocks[name], kind="duty", count=count) for name, count in COUNTED.items()}
    return replace(made, procedures={**made.procedures, "dated": replace(dated, clocks={**dated.clocks, **bound})})


def use(calendar: Calendar | None = None) -> Library:
    """Let the library be in use, under another calendar when one is given."""
    made = library() if calendar is None else replace(library(), calendar=calendar)
    directory._library = (float("inf"), made)
    return made


def notice(*, off: Iterable[str] = (), work: Iterable[str] = (), gone: Iterable[str] = (), year: int = 2026) -> Calendar:
    """Return the shipped calendar after a later notice: days declared off or to be worked, or taken back."""
    plain = library().calendar.to_plain()
    one = next(one for one in plain["years"] if one["year"] == year)
    if not one["official"]:
        one.update(official=True, days=[{**row, "kind": "off"} for row in one["days"]])
    dropped = {*off, *work, *gone}
    rows = [row for row in one["days"] if row["date"] not in dropped]
    rows += [{"date": day, "kind": "off", "name": {"zh": "临时放假", "en": "added"}} for day in off]
    rows += [{"date": day, "kind": "work", "name": {"zh": "临时上班", "en": "added"}} for day in work]
    one["days"] = rows
    return Calendar.from_plain(plain["years"], "Asia/Shanghai")


def opened(at: datetime = MONDAY, **data: Any) -> Receipt:
    """Open a matter whose clocks run."""
    it_is(at)
    return small.opened(procedure="dated", claim="", data=data)


def snapshot(receipt: Receipt) -> Snapshot:
    """Return a matter as it stands."""
    seen = doors.snapshot(receipt.home, receipt.matter, SYSTEM)
    assert seen is not None
    return from_plain(seen["body"])


def due(receipt: Receipt, name: str) -> date:
    """Return the day a clock of a matter ends."""
    limit = snapshot(receipt).clocks[name].limit
    assert limit is not None
    return library().calendar.local_date(limit)


def counted(principal: Principal = ADMIN) -> tuple[UUID, Mapping[str, Any]]:
    """Prepare an order and count it."""
    order = orders.prepare(principal=principal)
    assert isinstance(order, UUID), order
    return order, orders.count(order, quiet)


def decided(principal: Principal = ADMIN, second: Principal = SECOND) -> UUID:
    """Prepare, count and decide an order."""
    order, _ = counted(principal)
    refused = orders.decide(order, basis=BASIS, reason="国庆节前加放一天", principal=second)
    assert refused is None, refused
    return order


def carried_out(order: UUID) -> Mapping[str, Any]:
    """Carry an order out here and now."""
    return carrying.carry_out(order, quiet)


def quiet(done: int, total: int | None) -> None:
    """Tell nobody."""


def events(receipt: Receipt) -> list[tuple[str, str]]:
    """Return (act, order) of every event of a matter."""
    with reading_as(SYSTEM):
        found = list(Event.objects.filter(home=receipt.home, matter=receipt.matter).order_by("seq").values_list("action", "order"))
    return [(action, str(order or "")) for action, order in found]


def hashes() -> dict[UUID, bytes]:
    """Return the hash of every event there is."""
    with reading_as(SYSTEM):
        return {id_: bytes(hash_) for id_, hash_ in Event.objects.values_list("id", "hash")}


def told(receipt: Receipt) -> dict[str, list[str]]:
    """Return what was said, in Chinese, to whom, about a matter."""
    with reading_as(SYSTEM):
        rows = list(Notice.objects.filter(home=receipt.home, matter=receipt.matter).order_by("id"))
    said: dict[str, list[str]] = {}
    for row in rows:
        said.setdefault(f"{row.recipient} {row.post}".strip(), []).append("" if row.text is None else row.text["zh"])
    return said


def refused(answer: object) -> str:
    """Return the code of a refusal."""
    assert isinstance(answer, Refusal), answer
    return answer.code


def at(text: str) -> datetime:
    """Return a local time as an instant."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)
