"""The gazetteer of the city: what the packs and the office say together, and the writes of the office's part."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.gazetteer_models import ACCEPTED, ADDED, DECLINED, ENDED, IN_USE, PROPOSED, GazetteerName, GazetteerStep
from huiyin.city.models import Division, Unit
from huiyin.core.gazetteer import Entry, read_entry
from huiyin.core.rights import may_keep_names
from huiyin.core.values import Principal, Refusal, Text

PACK = "pack"
LONGEST_REASON = 200
NOT_KEEPER = Refusal("not_yours", Text("名称库由派单员和规则管理员维护。", "Names are kept by dispatchers and pack keepers."))
ELSEWHERE = Refusal("not_yours", Text("这个地方不在您单位的范围内。", "That place does not lie in your unit's area."), field="place")
TWICE = Refusal("twice", Text("这个名称已经指向这个地方了。", "That name leads to that place already."), field="name")
GONE = Refusal("gone", Text("没有这个名称，或者它已经处理过了。", "There is no such name, or it was dealt with already."))
WHY = Refusal("required", Text("请写明理由。", "Say why."), field="reason")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing done with a name."""

    kind: str
    reason: str
    by: str
    unit: Text | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Name:
    """A name as its keepers see it.

    Attributes:
        state: ``pack`` for one of the packs, which is changed as a pack is changed.
        mine: the reader may decide about it.
    """

    entry: Entry
    state: str
    full_name: str
    steps: tuple[Step, ...] = ()
    mine: bool = False


def pack_entries() -> tuple[Entry, ...]:
    """Return the names the packs in use add."""
    found = []
    for file in city.pack_files("gazetteer"):
        for number, row in enumerate(file.plain["rows"]):
            entry = read_entry(row, None, f"{PACK}:{number}")
            if isinstance(entry, Entry):
                found.append(entry)
    return tuple(found)


def entries(on: date) -> tuple[Entry, ...]:
    """Return every name that leads somewhere on a day."""
    own = [_entry(row) for row in GazetteerName.objects.filter(state=IN_USE).order_by("name", "place_id")]
    return tuple(one for one in (*pack_entries(), *own) if one.holds(on))


def last_step() -> int:
    """Return the number of the latest change, for caches to hang on."""
    return GazetteerStep.objects.order_by("-id").values_list("id", flat=True).first() or 0


def _entry(row: GazetteerName) -> Entry:
    point = None if row.lon is None or row.lat is None else (row.lon, row.lat)
    return Entry(row.name, row.kind, row.place_id, row.since, row.until, point, row.source, str(row.id))


def names(principal: Principal, *, words: str = "", state: str = "", limit: int = 200) -> tuple[list[Name], int]:
    """Return the names a keeper looks after, those proposed first, and how many there are; empty for anybody else."""
    if not may_keep_names(principal):
        return [], 0
    rows = GazetteerName.objects.exclude(state=DECLINED).select_related("place").prefetch_related("steps__by", "steps__unit")
    if words:
        rows = rows.filter(Q(name__contains=words) | Q(place__short__contains=words) | Q(place_id=words))
    if state:
        rows = rows.filter(state=state)
    of_packs = [one for one in pack_entries() if (not words or words in one.name or words == one.place) and state in ("", IN_USE)]
    order = {PROPOSED: 0, IN_USE: 1, ENDED: 2}
    own = sorted(rows, key=lambda row: (order[row.state], row.name, row.place_id))
    total = len(own) + len(of_packs)
    full = full_names({row.place_id for row in own} | {one.place for one in of_packs})
    own_area = area(principal)
    found = [
        Name(_entry(row), row.state, full[row.place_id], _steps(row), own_area is not None and own_area in row.place.path) for row in own
    ]
    found += [Name(one, PACK, full.get(one.place, one.place)) for one in of_packs]
    return found[:limit], total


def _steps(row: GazetteerName) -> tuple[Step, ...]:
    return tuple(
        Step(one.kind, one.reason, one.by.name if one.by else "", one.unit.title if one.unit else None, one.at)
        for one in sorted(row.steps.all(), key=lambda step: step.id)
    )


def full_names(codes: Collection[str]) -> dict[str, str]:
    """Return code -> the names from the district down to each of some places."""
    places = Division.objects.in_bulk(codes)
    shorts = dict(Division.objects.filter(code__in={code for one in places.values() for code in one.path}).values_list("code", "short"))
    return {code: "".join(shorts[step] for step in one.path[1:]) or one.short for code, one in places.items()}


def add(principal: Principal, said: Mapping[str, str], *, reason: str = "") -> GazetteerName | Refusal:
    """Add a name that leads to a place of the keeper's own area, in use at once."""
    if not may_keep_names(principal):
        return NOT_KEEPER
    return _made(principal, said, IN_USE, ADDED, reason, within=area(principal))


def propose(principal: Principal, said: Mapping[str, str], *, reason: str) -> GazetteerName | Refusal:
    """Put a name forward for its keepers: what somebody at a desk found a place to be called. It leads nowhere until accepted."""
    if principal.kind != "staff" or principal.unit is None:
        return NOT_KEEPER
    return _made(principal, said, PROPOSED, PROPOSED, reason, within=None)


def _made(
    principal: Principal, said: Mapping[str, str], state: str, kind: str, reason: str, *, within: str | None
) -> GazetteerName | Refusal:
    place = Division.objects.filter(code=said.get("place", "").strip(), ended=None).first()
    if place is None:
        return Refusal("no_place", Text("请选一个地方。", "Choose a place."), field="place")
    read = read_entry(said, {place.code})
    if isinstance(read, Text):
        return Refusal("bad_value", read, field=field_of(said, read))
    if kind == ADDED and (within is None or within not in place.path):
        return ELSEWHERE
    point = read.point or (None, None)
    try:
        with transaction.atomic():
            row = GazetteerName.objects.create(
                name=read.name, kind=read.kind, place=place, since=read.since, until=read.until, lon=point[0], lat=point[1],
                source=read.source, state=state,
            )  # fmt: skip
            _step(principal, row, kind, reason)
    except IntegrityError:
        return TWICE
    return row


def field_of(said: Mapping[str, str], wrong: Text) -> str:
    """Return the field a refusal of `read_entry` is about."""
    # The reader says what is wrong in words; the field it stands in follows from what it quotes.
    starts = {"名称": "name", "类别": "kind", "日期": "since", "结束": "until", "请写明来源": "source"}
    return next((field for start, field in starts.items() if wrong.zh.startswith(start)), "lon")


def decide(principal: Principal, entry: UUID, *, accept: bool, reason: str = "") -> Refusal | None:
    """Accept or decline what was put forward; declining says why."""
    if not accept and not reason.strip():
        return WHY
    return _turn(principal, entry, PROPOSED, IN_USE if accept else DECLINED, ACCEPTED if accept else DECLINED, reason)


def end(principal: Principal, entry: UUID, *, reason: str) -> Refusal | None:
    """End a name today: it leads nowhere from now on, and stays readable."""
    if not reason.strip():
        return WHY
    return _turn(principal, entry, IN_USE, ENDED, ENDED, reason)


class _UndoneError(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal


def take(principal: Principal, adds: Sequence[Mapping[str, str]], ends: Sequence[UUID], *, reason: str) -> Refusal | None:
    """End and add what a file says, all of it or, where something is refused, nothing."""
    if not may_keep_names(principal):
        return NOT_KEEPER
    try:
        with transaction.atomic():
            for entry in ends:
                refused = end(principal, entry, reason=reason)
                if refused is not None:
                    raise _UndoneError(refused)
            for said in adds:
                made = add(principal, said, reason=reason)
                if isinstance(made, Refusal):
                    raise _UndoneError(made)
    except _UndoneError as undone:
        return undone.refusal
    return None


def _turn(principal: Principal, entry: UUID, before: str, after: str, kind: str, reason: str) -> Refusal | None:
    if not may_keep_names(principal):
        return NOT_KEEPER
    with transaction.atomic():
        row = GazetteerName.objects.select_related("place").filter(id=entry).first()
        if row is None:
            return GONE
        within = area(principal)
        if within is None or within not in row.place.path:
            return ELSEWHERE
        changes: dict[str, object] = {"state": after}
        if after == ENDED and (row.until is None or row.until > city.today()):
            changes["until"] = max(city.today(), row.since or city.today())
        if not GazetteerName.objects.filter(id=entry, state=before).update(**changes):
            return GONE
        _step(principal, row, kind, reason)
    return None


def _step(principal: Principal, row: GazetteerName, kind: str, reason: str) -> None:
    GazetteerStep.objects.create(
        entry=row, kind=kind, reason=reason.strip()[:LONGEST_REASON], by_id=UUID(principal.id) if principal.id else None,
        unit_id=principal.unit, at=clock.now(),
    )  # fmt: skip


def area(principal: Principal) -> str | None:
    """Return the code of the place a keeper's unit serves, None without one."""
    return Unit.objects.filter(id=principal.unit).values_list("division_id", flat=True).first()


def waiting(principal: Principal) -> int:
    """Return how many names wait for this keeper's decision."""
    within = area(principal) if may_keep_names(principal) else None
    return 0 if within is None else GazetteerName.objects.filter(state=PROPOSED, place__path__contains=[within]).count()
