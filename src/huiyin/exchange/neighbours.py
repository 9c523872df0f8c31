"""Neighbouring systems: what is agreed with each, the keys they prove themselves with, and who may change that."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.packs_values import Topic, under
from huiyin.core.procedure import Procedure
from huiyin.core.rights import may_exchange, may_keep_neighbours
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange.models import Neighbour, NeighbourKey
from huiyin.ids import uuid7

KINDS: Final[Mapping[str, Text]] = {
    "hotline": Text("热线（12345）", "hotline (12345)"),
    "petition": Text("信访", "petition office"),
    "court": Text("法院", "court"),
    "police": Text("公安", "police"),
    "platform": Text("其他平台", "another platform"),
    "app": Text("网站或者手机应用", "website or app"),
}
FILE, API, OPEN311 = "file", "api", "open311"
WAYS: Final[Mapping[str, Text]] = {
    FILE: Text("文件（CSV、XLSX）", "files (CSV, XLSX)"),
    API: Text("接口", "API"),
    OPEN311: Text("Open311", "Open311"),
}
BOTH: Final = "both"
DIRECTIONS: Final[Mapping[str, Text]] = {
    "in": Text("只收进来", "in only"),
    BOTH: Text("收进来，结果送回去", "in, and results back"),
}
OPENED_BY: Final = "feeder"
COURT: Final = "court"
LONGEST_NAME: Final = 40
_NAME = re.compile(r"[a-z][a-z0-9_-]{1,39}")
NOT_YOURS = Refusal("not_yours", Text("只有系统管理员可以改接入登记。", "Only the system administrator changes these records."))


@dataclass(frozen=True, slots=True)
class Agreed:
    """What a version of the record says; see `models.Neighbour`."""

    name: str
    title: Text
    kind: str
    way: str
    direction: str
    unit: str
    procedures: tuple[str, ...]
    topics: tuple[str, ...] = ()
    keyless: bool = False
    mapping: Mapping[str, Any] = field(default_factory=dict)
    from_date: date | None = None
    to_date: date | None = None


def principal_of(neighbour: Neighbour) -> Principal:
    """Return the principal a neighbour reads and acts as: it reaches the matters it brought in and no other."""
    return Principal(kind="feeder", id=neighbour.name, purpose="intake")


def in_force(name: str, on: date | None = None) -> Neighbour | None:
    """Return what is agreed with a neighbour on a day (today when left out); None when nothing is."""
    day = on or city.today()
    latest = Neighbour.objects.filter(name=name, from_date__lte=day).order_by("-version").first()
    return None if latest is None or (latest.to_date is not None and latest.to_date < day) else latest


def connected(way: str) -> list[Neighbour]:
    """Return the neighbours connected in one way today, by name."""
    names = Neighbour.objects.filter(way=way).order_by("name").values_list("name", flat=True).distinct()
    found = [in_force(name) for name in names]
    return [one for one in found if one is not None and one.way == way]


def listed(principal: Principal) -> list[Neighbour]:
    """Return the latest version of each record this principal keeps or exchanges with, by name."""
    latest = Neighbour.objects.values("name").annotate(last=Max("version")).order_by("name")
    rows = [Neighbour.objects.get(name=one["name"], version=one["last"]) for one in latest]
    return [row for row in rows if may_see(principal, row)]


def may_see(principal: Principal, neighbour: Neighbour) -> bool:
    """Tell whether a principal may see a record: who keeps it, and who exchanges with that neighbour."""
    return may_keep_neighbours(principal) or may_exchange(principal, neighbour.unit)


def versions(principal: Principal, name: str) -> list[Neighbour]:
    """Return every version of a record, the latest first; empty for who may not see it."""
    rows = list(Neighbour.objects.filter(name=name).order_by("-version"))
    return rows if rows and may_see(principal, rows[0]) else []


def keys(principal: Principal, name: str) -> list[NeighbourKey]:
    """Return the keys of a neighbour, the latest first, for who keeps its record."""
    return list(NeighbourKey.objects.filter(neighbour=name).order_by("-made_at")) if may_keep_neighbours(principal) else []


def openable(library: Library, procedures: Sequence[str] = ()) -> list[Procedure]:
    """Return the procedures a neighbour may open, in the order named; without names all there are."""
    names = procedures or sorted(library.procedures)
    found = (library.procedures.get(name) for name in names)
    return [one for one in found if one is not None and OPENED_BY in one.opened_by]


def commissionable(library: Library, procedures: Sequence[str] = ()) -> list[Procedure]:
    """Return the procedures a court may commission, in the order named; without names all there are."""
    found = (library.procedures.get(name) for name in procedures or sorted(library.procedures))
    return [one for one in found if one is not None and one.commission is not None]


def agreeable(library: Library, kind: str, way: str) -> list[Procedure]:
    """Return what may be agreed with a neighbour of a kind: what it may open by a message, and what a court with the API commissions."""
    more = commissionable(library) if (kind, way) == (COURT, API) else []
    return [*openable(library), *(one for one in more if OPENED_BY not in one.opened_by)]


def topics(library: Library, neighbour: Neighbour) -> list[Topic]:
    """Return the topics a neighbour may open matters about; sealed ones are nobody's but the resident's own to bring."""
    lines = {one.line_of_work for one in agreeable(library, neighbour.kind, neighbour.way) if one.name in neighbour.procedures}
    wanted = neighbour.topics
    return [
        topic
        for topic in library.topics.values()
        if topic.line_of_work in lines and not topic.sealed and (not wanted or any(under(topic.key, one) for one in wanted))
    ]


def procedure_for(library: Library, neighbour: Neighbour, topic: str) -> Procedure | None:
    """Return the procedure a neighbour's matter about a topic is opened under."""
    line = topic.partition(".")[0]
    return next((one for one in openable(library, neighbour.procedures) if one.line_of_work == line), None)


def save(*, principal: Principal, agreed: Agreed, reason: str) -> Neighbour | Refusal:
    """Add a version of a record: the first makes the neighbour known, a later one is what holds from its day on.

    Who exchanges with the neighbour may change the mapping and nothing else.
    """
    before = Neighbour.objects.filter(name=agreed.name).order_by("-version").first()
    mapping_only = before is not None and may_exchange(principal, before.unit) and _said(agreed) == _said_of(before)
    if not may_keep_neighbours(principal) and not mapping_only:
        return NOT_YOURS
    today = city.today()
    wrong = _wrong(agreed, before, reason, today)
    if wrong:
        return wrong[0] if len(wrong) == 1 else Refusal("form", Text("有几处要改。", "Some things need a change."), None, tuple(wrong))
    try:
        with transaction.atomic():
            return Neighbour.objects.create(
                name=agreed.name,
                version=1 if before is None else before.version + 1,
                title=agreed.title.to_plain(),
                kind=agreed.kind,
                way=agreed.way,
                direction=agreed.direction,
                unit=agreed.unit,
                procedures=list(agreed.procedures),
                topics=list(agreed.topics),
                keyless=agreed.keyless,
                mapping=dict(agreed.mapping),
                from_date=agreed.from_date or today,
                to_date=agreed.to_date,
                reason=reason.strip(),
                made_by=f"{principal.kind}:{principal.id}",
                made_at=clock.now(),
            )
    except IntegrityError:
        return Refusal(
            "conflict",
            Text("别人刚改过这条登记，请打开看了再改。", "Somebody has just changed this record; look at it again."),
        )


def agreed_of(row: Neighbour) -> Agreed:
    """Return what a version says, for making the next from it."""
    return Agreed(
        row.name,
        row.said,
        row.kind,
        row.way,
        row.direction,
        row.unit,
        tuple(row.procedures),
        tuple(row.topics),
        row.keyless,
        row.mapping,
        row.from_date,
        row.to_date,
    )


def make_key(*, principal: Principal, name: str) -> str | Refusal:
    """Make a key for a neighbour; the text is returned this once and kept nowhere."""
    if not may_keep_neighbours(principal):
        return NOT_YOURS
    if not Neighbour.objects.filter(name=name).exists():
        return Refusal("missing", Text("没有这条登记。", "There is no such record."))
    text = secrets.token_urlsafe(32)
    NeighbourKey.objects.create(
        id=uuid7(),
        neighbour=name,
        hash=_hash(text),
        hint=text[-4:],
        made_by=f"{principal.kind}:{principal.id}",
        made_at=clock.now(),
    )
    return text


def end_key(*, principal: Principal, name: str, key: UUID) -> bool | Refusal:
    """End a key at once; whether it was in force."""
    if not may_keep_neighbours(principal):
        return NOT_YOURS
    found = NeighbourKey.objects.filter(id=key, neighbour=name, ended_at=None)
    return bool(found.update(ended_at=clock.now(), ended_by=f"{principal.kind}:{principal.id}"))


def by_key(text: str) -> Neighbour | None:
    """Return the neighbour in force today that a key belongs to, or None."""
    if not text or len(text) > 200 or not text.isascii():
        return None
    found = NeighbourKey.objects.filter(hash=_hash(text), ended_at=None).first()
    return None if found is None else in_force(found.neighbour)


def _hash(text: str) -> str:
    # A key is thirty-two random bytes: nothing is gained by making its hash slow.
    return hashlib.sha256(text.encode()).hexdigest()


def _said(agreed: Agreed) -> tuple[object, ...]:
    """Return everything a version says but its mapping and first day, to tell whether only those change."""
    return (agreed.title, agreed.kind, agreed.way, agreed.direction, agreed.unit, agreed.procedures, agreed.topics, agreed.keyless,
            agreed.to_date)  # fmt: skip


def _said_of(row: Neighbour) -> tuple[object, ...]:
    return _said(agreed_of(row))


def _wrong(agreed: Agreed, before: Neighbour | None, reason: str, today: date) -> list[Refusal]:
    library = city.library()
    said: list[tuple[str, bool, Text]] = [
        ("name", _NAME.fullmatch(agreed.name) is not None, Text(
            "代号用小写字母开头，2～40个小写字母、数字、横线。", "The short name: 2 to 40 of a-z, 0-9 and hyphens, a letter first.")),
        ("title", 0 < len(agreed.title.zh) <= 60 and 0 < len(agreed.title.en) <= 100, Text(
            "请写名称，中文、英文都要。", "Give its name in both languages.")),
        ("kind", agreed.kind in KINDS, Text("请选是哪一类。", "Choose the kind.")),
        ("way", agreed.way in WAYS, Text("请选怎么接。", "Choose how it is connected.")),
        ("direction", agreed.direction in DIRECTIONS, Text("请选方向。", "Choose the direction.")),
        ("unit", city.unit(agreed.unit) is not None, Text("没有这个单位。", "There is no such unit.")),
        ("procedures", bool(agreed.procedures) and set(agreed.procedures) <= {
            one.name for one in agreeable(library, agreed.kind, agreed.way)}, Text(
            "请选至少一种可以开的程序；只有用接口的法院可以委派调解。",
            "Choose at least one procedure it may open; only a court with the API commissions mediations.")),
        ("topics", all(one in library.topics for one in agreed.topics), Text("有不认识的事项类型。", "There is an unknown topic.")),
        ("keyless", not agreed.keyless or agreed.way == OPEN311, Text(
            "只有Open311可以不用钥匙。", "Only Open311 goes without a key.")),
        ("from_date", before is None or agreed.from_date is None or agreed.from_date >= min(today, before.from_date), Text(
            "生效日期不能早于今天。", "It cannot take force before today.")),
        ("to_date", agreed.to_date is None or agreed.to_date >= (agreed.from_date or today), Text(
            "最后一天早于生效日期。", "The last day is before the first.")),
        ("reason", 0 < len(reason.strip()) <= 500, Text("请写理由，最多500字。", "Say why, in at most 500 characters.")),
    ]  # fmt: skip
    return [Refusal(name, text, field=name) for name, good, text in said if not good]
