"""The daily sample: some of the matters a row alone sent to their unit, drawn by chance anybody can repeat, and what a checker found."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Unit
from huiyin.core.rights import may_check_dispatch
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.routing import services
from huiyin.routing.keeping import LONG_REASON, LONGEST_REASON, NO_REASON
from huiyin.routing.models import RIGHT, WRONG, WRONG_CAUSES, DirectDispatch, DispatchCheck

# How many of a day's matters are looked at.
SIZE = 10
CAUSES = {
    "topic_wrong": Text("事项类别定错了", "the topic was wrong"),
    "place_wrong": Text("地方定错了", "the place was wrong"),
    "list_wrong": Text("清单这一条不对", "the row is wrong"),
    "unit_gone": Text("单位变了或者没有了", "the unit changed or is gone"),
    "facts_missing": Text("缺了要紧的情况", "a fact that matters was missing"),
    "other": Text("其他", "something else"),
}
NOT_YOURS = Refusal("not_yours", Text("抽查由指定派办人和督办人员来做。", "Arbiters and supervision officers check the sample."))


@dataclass(frozen=True, slots=True)
class Drawn:
    """One matter of a day's sample.

    Attributes:
        checked: what a checker found; None while nobody has looked.
    """

    dispatch: DirectDispatch
    reference: str
    unit_name: Text
    checked: DispatchCheck | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A day's sample.

    Attributes:
        of: how many matters went out by a row alone that day.
        seed: what it was drawn with; with it and the day's matters anybody draws the same.
    """

    day: date
    seed: str
    of: int
    drawn: tuple[Drawn, ...]

    @property
    def open(self) -> int:
        """How many nobody has looked at."""
        return sum(one.checked is None for one in self.drawn)


def seed_of(day: date) -> str:
    """Return what a day's sample is drawn with: nobody chooses it, and everybody can draw again."""
    return f"huiyin-direct-{day.isoformat()}"


def drawn_from(seed: str, keys: Sequence[str], size: int = SIZE) -> list[str]:
    """Return the keys a seed draws: those with the lowest SHA-256 of seed and key."""
    return sorted(keys, key=lambda key: hashlib.sha256(f"{seed}/{key}".encode()).digest())[:size]


def sample(principal: Principal, day: date) -> Sample | None:
    """Return a day's sample for whoever checks; None for anybody else. A day that is not over has none: its matters still come in."""
    if not may_check_dispatch(principal) or day >= city.today():
        return None
    of_day = {f"{one.home}/{one.matter}/{one.at.isoformat()}": one for one in DirectDispatch.objects.filter(day=day)}
    seed = seed_of(day)
    chosen = [of_day[key] for key in drawn_from(seed, list(of_day))]
    checks = {one.dispatch_id: one for one in DispatchCheck.objects.filter(dispatch__in=chosen)}
    names = {unit.id: unit.title for unit in Unit.objects.filter(id__in={one.unit for one in chosen})}
    with reading_as(SYSTEM):
        references = dict(Matter.objects.filter(id__in=[one.matter for one in chosen]).values_list("id", "reference"))
    found = (
        Drawn(one, references.get(one.matter, ""), names.get(one.unit, Text(one.unit, one.unit)), checks.get(one.id)) for one in chosen
    )
    return Sample(day, seed, len(of_day), tuple(found))


def checked(*, principal: Principal, dispatch: int, right: bool, cause: str = "", should: str = "", reason: str = "") -> Refusal | None:
    """Keep what a checker found of a matter of a day's sample; found wrong, it teaches the list's keeper."""
    if not may_check_dispatch(principal):
        return NOT_YOURS
    one = DirectDispatch.objects.filter(id=dispatch).first()
    drawn = None if one is None else sample(principal, one.day)
    if one is None or drawn is None or all(entry.dispatch.id != dispatch for entry in drawn.drawn):
        return Refusal("not_drawn", Text("这件事不在抽查里。", "This matter is not in the sample."))
    if not right and cause not in WRONG_CAUSES:
        return Refusal("cause", Text("请选错在哪里。", "Choose what went wrong."), field="cause")
    if not right and len(reason.strip()) < 2:
        return NO_REASON
    if len(reason) > LONGEST_REASON:
        return LONG_REASON
    if should and should not in city.library().unit_kinds:
        return Refusal("should", Text("没有这种单位。", "There is no such kind of unit."), field="should")
    now = clock.now()
    try:
        with transaction.atomic():
            DispatchCheck.objects.create(
                dispatch=one, seed=drawn.seed, found=RIGHT if right else WRONG, cause="" if right else cause,
                should="" if right else should, reason=reason.strip(), by_id=principal.id, at=now,
            )  # fmt: skip
            if not right and should and cause == "list_wrong":
                services.propose_row(
                    topic=one.topic, division=one.division, lead_kind=should, beat="sample", reason=reason.strip(),
                    decided_by=principal.id, matter=(one.home, one.matter), at=now,
                )  # fmt: skip
    except IntegrityError:
        return Refusal("done", Text("这件事已经有人抽查过了。", "Somebody has checked this matter already."))
    return None


def days_with_samples(principal: Principal, back: int = 31) -> list[tuple[date, int, int, int]]:
    """Return, for the last days that had any: the day, how many went out by a row alone, how many were checked, how many were wrong."""
    if not may_check_dispatch(principal):
        return []
    first, today = city.today() - timedelta(days=back), city.today()
    sent = Counter(DirectDispatch.objects.filter(day__gte=first, day__lt=today).values_list("day", flat=True))
    found = DispatchCheck.objects.filter(dispatch__day__gte=first).values_list("dispatch__day", "found")
    looked = Counter(day for day, _ in found)
    wrong = Counter(day for day, word in found if word == WRONG)
    return [(day, sent[day], looked[day], wrong[day]) for day in sorted(sent, reverse=True)]
