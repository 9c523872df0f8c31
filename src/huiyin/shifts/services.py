"""Writing the duty log, handing over, taking over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from huiyin import clock
from huiyin.core import reference as references
from huiyin.core.forms import bad_characters
from huiyin.core.rights import may_keep_shift
from huiyin.core.values import Principal, Refusal, Text
from huiyin.ids import uuid7
from huiyin.matters import lists
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.shifts.models import DutyEntry, HandOver, Watched

LONGEST_ENTRY: Final = 500
LONGEST_WORDS: Final = 2000
LONGEST_WATCHED: Final = 200
MOST_WATCHED: Final = 30
# After this they serve nobody who handles a matter, and would only tell who worked when.
KEPT_FOR: Final = timedelta(days=365)
NOT_YOURS = Refusal("not_yours", Text("值班记录由派单、受理和值班的岗位写。", "The duty log is kept by dispatch, intake and duty posts."))
ANOTHER = Refusal(
    "another",
    Text("自己交的班不能自己接，请下一班的同事来接。", "You cannot take over from yourself; a colleague of the next shift does."),
)
GONE = Refusal("gone", Text("这份交班已经有人接了，或者已经撤回。", "This hand-over was taken already, or withdrawn."))
WAITS = Refusal(
    "waits",
    Text("上一份交班还没有人接。请先接班，再交班。", "An earlier hand-over still waits. Take it over first, then hand over."),
)


def write(*, principal: Principal, words: str, reference: str = "") -> UUID | Refusal:
    """Write one line of the duty log.

    Args:
        reference: of the matter it is about; empty when it is about none. Only a matter this post sees can be named.
    """
    if not may_keep_shift(principal):
        return NOT_YOURS
    said = words.strip()
    refused = _unfit(said, LONGEST_ENTRY, "words", empty=False)
    if refused is not None:
        return refused
    place = _place_of(principal, reference) if reference.strip() else ("", None)
    if isinstance(place, Refusal):
        return place
    home, matter = place
    made = uuid7()
    DutyEntry.objects.create(
        id=made, unit=principal.unit or "", account=UUID(principal.id), at=clock.now(), words=said, home=home, matter=matter
    )
    return made


def hand_over(*, principal: Principal, words: str, watched: Sequence[tuple[str, UUID, str]]) -> UUID | Refusal:
    """Hand the shift over: what the next one has to know, and which matters to watch. What was written since goes with it.

    Args:
        watched: home, matter and why; those this post does not see are left out.
    """
    if not may_keep_shift(principal):
        return NOT_YOURS
    said = words.strip()
    refused = _unfit(said, LONGEST_WORDS, "words", empty=True)
    for home, matter, why in watched:
        refused = refused or _unfit(why.strip(), LONGEST_WATCHED, f"why.{home}.{matter}", empty=True)
    if refused is not None:
        return refused
    if len(watched) > MOST_WATCHED:
        return Refusal(
            "too_many",
            Text(f"最多交代{MOST_WATCHED}件。请只留最要紧的。", f"At most {MOST_WATCHED} matters; keep those that matter most."),
            field="watched",
        )
    seen = _seen(principal, [matter for _, matter, _ in watched])
    kept = [(home, matter, why.strip()) for home, matter, why in dict.fromkeys(watched) if (home, matter) in seen]
    with transaction.atomic():
        open_entries = DutyEntry.objects.filter(unit=principal.unit, hand_over=None)
        if not said and not kept and not open_entries.exists():
            return Refusal(
                "nothing",
                Text(
                    "没有要交代的内容。没有事也请写一句，例如“本班正常”。",
                    "There is nothing in it. Write a line, even if only “all quiet”.",
                ),
                field="words",
            )
        try:
            with transaction.atomic():
                made = HandOver.objects.create(
                    id=uuid7(),
                    unit=principal.unit or "",
                    account=UUID(principal.id),
                    at=clock.now(),
                    words=said,
                    figures=_figures(principal),
                )
        except IntegrityError:
            return WAITS
        Watched.objects.bulk_create(
            [Watched(hand_over=made, position=at, home=home, matter=matter, words=why) for at, (home, matter, why) in enumerate(kept)]
        )
        open_entries.update(hand_over=made)
    return made.id


def take(hand: UUID, *, principal: Principal) -> Refusal | None:
    """Take over what waits; only one can, and never who handed over."""
    if not may_keep_shift(principal):
        return NOT_YOURS
    waiting = HandOver.objects.filter(id=hand, unit=principal.unit, taken_at=None, withdrawn_at=None)
    if waiting.filter(account=UUID(principal.id)).exists():
        return ANOTHER
    return None if waiting.update(taken_by=UUID(principal.id), taken_at=clock.now()) else GONE


def withdraw(hand: UUID, *, principal: Principal) -> Refusal | None:
    """Take one's own hand-over back before anybody took over; the entries go back to the shift that lasts."""
    if not may_keep_shift(principal):
        return NOT_YOURS
    with transaction.atomic():
        own = HandOver.objects.filter(id=hand, unit=principal.unit, account=UUID(principal.id), taken_at=None, withdrawn_at=None)
        if not own.update(withdrawn_at=clock.now()):
            return GONE
        DutyEntry.objects.filter(hand_over_id=hand).update(hand_over=None)
    return None


def sweep() -> int:
    """Remove hand-overs and entries that have served; returns how many."""
    before = clock.now() - KEPT_FOR
    handed, _ = HandOver.objects.filter(at__lt=before).exclude(taken_at=None, withdrawn_at=None).delete()
    lone, _ = DutyEntry.objects.filter(at__lt=before, hand_over=None).delete()
    return handed + lone


def _place_of(principal: Principal, typed: str) -> tuple[str, UUID] | Refusal:
    wanted = references.normalise(typed)
    with reading_as(principal):
        found = None if wanted is None else Matter.objects.filter(reference=wanted).values_list("home", "id").first()
    if found is None:
        return Refusal(
            "reference",
            Text(
                f"没有找到编号“{typed.strip()[:20]}”的事项，请核对十二位编号。",
                f"No matter {typed.strip()[:20]!r} was found; check the twelve digits.",
            ),
            field="reference",
        )
    return found


def _seen(principal: Principal, matters: Sequence[UUID]) -> set[tuple[str, UUID]]:
    with reading_as(principal):
        return set(Matter.objects.filter(id__in=matters).values_list("home", "id"))


def _figures(principal: Principal) -> list[dict[str, object]]:
    counts = lists.counted(principal, whole_unit=True)
    more = Text("", "") if counts.whole else Text("（不止这些）", " (and more)")
    told = (
        (Text(f"等本单位办的{more.zh}", f"Waiting for this unit{more.en}"), counts.total),
        (Text("其中超期", "Of them late"), counts.late),
        (Text("其中24小时内到期", "Of them due in 24 hours"), counts.soon),
    )
    return [{**label.to_plain(), "count": number} for label, number in told]


def _unfit(text: str, longest: int, field: str, *, empty: bool) -> Refusal | None:
    if not text and not empty:
        return Refusal("empty", Text("请写一句发生了什么。", "Write a line about what happened."), field=field)
    if len(text) > longest:
        return Refusal(
            "long", Text(f"最多{longest}字，现在{len(text)}字。", f"At most {longest} characters; this has {len(text)}."), field=field
        )
    if bad_characters(text):
        return Refusal("characters", Text("含有读不出来的字符。", "It holds characters that cannot be read."), field=field)
    return None
