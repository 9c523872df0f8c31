"""Keeping the list: what units say of their rows, drafts of changes, what decisions taught, and putting a draft forward."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from huiyin import clock
from huiyin.city import pack_contents, pack_proposals, places
from huiyin.city import queries as city
from huiyin.city.models import Division, PackVersion, Unit
from huiyin.core.responsibility import Row
from huiyin.core.responsibility_check import check
from huiyin.core.responsibility_facts import asked_by_topic
from huiyin.core.responsibility_file import ListFileError, with_changes
from huiyin.core.responsibility_problems import Ground, ListProblem, Standing
from huiyin.core.rights import may_keep_packs, may_speak_for_unit
from huiyin.core.values import Principal, Refusal, Text
from huiyin.routing import queries
from huiyin.routing.models import CONFIRMED, DECLINED, OBJECTED, OPEN, TAKEN, ListDraft, ResponsibilityRule, RowProposal, RowVoice

ONE_DAY = timedelta(days=1)
LONGEST_REASON = 1000
NOT_YOURS = Refusal("not_yours", Text("责任清单由规则管理员维护。", "The list is kept by the pack keepers."))
NO_REASON = Refusal("reason", Text("请写明理由。", "Say why."), field="reason")
LONG_REASON = Refusal("reason", Text(f"理由最多{LONGEST_REASON}字。", f"At most {LONGEST_REASON} characters."), field="reason")
NO_ROW = Refusal("row", Text("清单里没有这一条。", "The list has no such row."))
NOTHING = Refusal("empty", Text("草稿里还没有改动。", "The draft changes nothing yet."))


@dataclass(frozen=True, slots=True)
class Kept:
    """A row in force, with its pack and the version of its content."""

    pack: str
    version: str
    row: Row


@dataclass(frozen=True, slots=True)
class Change:
    """One row a draft changes.

    Attributes:
        before: the row it takes the place of; None for a new one.
        moved: the row changed in the list since the draft took it up.
    """

    row: Row
    before: Row | None
    moved: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """What a keeper is working on.

    Attributes:
        rows: the whole list as it would be.
        trial: what the last try on past matters found; empty before one.
        stale: the draft was changed since that try.
    """

    pack: str
    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    trial: Mapping[str, Any]
    stale: bool


def rows_kept() -> list[Kept]:
    """Return the list in force, in the order it was written."""
    kept = ResponsibilityRule.objects.filter(ended=None).order_by("pack", "position").values_list("pack", "version", "plain")
    return [Kept(pack, version, Row.from_plain(plain)) for pack, version, plain in kept]


def pack_of_list() -> str:
    """Return the pack the list stands in; empty where none is loaded."""
    return next((file.pack for file in city.pack_files("responsibility")), "")


def say(*, principal: Principal, row: str, agrees: bool, reason: str = "") -> Refusal | None:
    """Keep whether a unit stands by a row that names it, said by its head or somebody who handles there."""
    if not may_speak_for_unit(principal) or principal.unit is None:
        return Refusal("not_yours", Text("由牵头单位的负责人或者承办人来说。", "The head or a handler of the leading unit says so."))
    found = next((one for one in rows_of(principal.unit) if one.row.id == row), None)
    if found is None:
        return NO_ROW
    if not agrees and len(reason.strip()) < 2:
        return NO_REASON
    if len(reason) > LONGEST_REASON:
        return LONG_REASON
    RowVoice.objects.create(
        pack=found.pack, row=row, version=found.version, unit_id=principal.unit, said=CONFIRMED if agrees else OBJECTED,
        reason=reason.strip(), by_id=UUID(principal.id), post=principal.post or "", at=clock.now(),
    )  # fmt: skip
    return None


def rows_of(unit_id: str) -> list[Kept]:
    """Return the rows in force that name a unit as the lead: itself, or its kind at its level for a place that is its own."""
    unit = city.unit(unit_id)
    if unit is None:
        return []
    path = set(places.path_of(unit.division_id))
    below = set(Division.objects.filter(path__contains=[unit.division_id]).values_list("code", flat=True))
    return [one for one in rows_kept() if _names(one.row, unit, path, below)]


def _names(row: Row, unit: Unit, path: set[str], below: set[str]) -> bool:
    if row.unit is not None:
        return row.unit == unit.id
    near = row.place == "*" or row.place in path or row.place in below
    return row.lead == unit.kind and near and row.level in (None, unit.level)


def draft(principal: Principal) -> Draft | None:
    """Return the draft of somebody who keeps the list; None for anybody else. Without changes it is the list in force."""
    pack = pack_of_list()
    if not may_keep_packs(principal) or not pack:
        return None
    stored = ListDraft.objects.filter(keeper_id=UUID(principal.id), pack=pack).first()
    kept = {one.row.id: one for one in rows_kept() if one.pack == pack}
    changes: list[Change] = []
    for name, entry in ({} if stored is None else stored.changes).items():
        there = kept.get(name)
        moved = entry["was"] != ("" if there is None else there.version)
        changes.append(Change(Row.from_plain(entry["plain"]), None if there is None else there.row, moved))
    changed = {one.row.id: one.row for one in changes}
    rows = [changed.pop(name, one.row) for name, one in kept.items()] + list(changed.values())
    trial = {} if stored is None else stored.trial
    stale = stored is not None and bool(trial) and trial.get("changed_at") != stored.changed_at.isoformat()
    return Draft(pack, tuple(changes), tuple(rows), trial, stale)


def save_rows(*, principal: Principal, rows: Sequence[Row]) -> Refusal | None:
    """Put rows into the draft of somebody who keeps the list; one that is again as it stands in the list leaves the draft."""
    pack = pack_of_list()
    if not may_keep_packs(principal) or not pack:
        return NOT_YOURS
    kept = {one.row.id: one for one in rows_kept() if one.pack == pack}
    with transaction.atomic():
        stored, _ = ListDraft.objects.select_for_update().get_or_create(
            keeper_id=UUID(principal.id), pack=pack, defaults={"changed_at": clock.now()}
        )
        for given in rows:
            there = kept.get(given.id)
            row = given if there is None else agreed_anew(there.row, given)
            if there is not None and replace(there.row, line=0) == replace(row, line=0):
                stored.changes.pop(row.id, None)
            else:
                stored.changes[row.id] = {"plain": row.to_plain(), "was": "" if there is None else there.version}
        stored.changed_at = clock.now()
        stored.save(update_fields=["changes", "changed_at"])
    return None


def agreed_anew(before: Row, row: Row) -> Row:
    """Return a changed row without the agreement of the one before, where another leads and nobody says that it was agreed on anew."""
    same = (before.lead, before.unit) == (row.lead, row.unit) or before.agreed_by != row.agreed_by
    return row if same else replace(row, agreed_by=Text("", ""))


def successor(row: Row, *, on: date, taken: Iterable[str]) -> tuple[Row, str]:
    """Return a row that ends the day before ``on``, and an id for the one that follows it."""
    known, name, number = set(taken), f"{row.id}.{on.year}", 2
    while name in known:
        name, number = f"{row.id}.{on.year}.{number}", number + 1
    return replace(row, to_date=on - ONE_DAY), name


def drop(*, principal: Principal, row: str = "") -> Refusal | None:
    """Take one row, or all, out of the draft."""
    if not may_keep_packs(principal):
        return NOT_YOURS
    stored = ListDraft.objects.filter(keeper_id=UUID(principal.id), pack=pack_of_list()).first()
    if stored is None:
        return None
    if not row:
        stored.delete()
        return None
    stored.changes.pop(row, None)
    stored.changed_at = clock.now()
    stored.save(update_fields=["changes", "changed_at"])
    return None


def problems(rows: Sequence[Row], *, since: date) -> list[ListProblem]:
    """Return what is wrong with a list, or should be looked at, from a day on, in this city as it is."""
    library = city.library()
    divisions = list(Division.objects.filter(ended=None))
    ground = Ground(
        {one.code: tuple(one.path) for one in divisions},
        {one.code: Text(one.short, one.name_en or one.short) for one in divisions},
        {one.code: {"area": "rural" if places.is_rural(one) else "urban"} for one in divisions},
    )
    units = [Standing(one.id, one.kind, one.division_id, one.from_date, one.to_date) for one in Unit.objects.all()]
    levels = {name: kind.levels for name, kind in library.unit_kinds.items()}
    facts = queries.known_facts()
    return check(
        rows,
        topics=library.topics,
        unit_levels=levels,
        facts=facts,
        ground=ground,
        units=units,
        since=since,
        asked=asked_by_topic(library, facts),
    )


def put_forward(*, principal: Principal, reason: str) -> UUID | Refusal:
    """Make a proposal for the list's pack out of a draft; a second person reviews it and names its day.

    The draft stays until the proposal is in force: sent back, it is mended and put forward again.
    """
    mine = draft(principal)
    if mine is None:
        return NOT_YOURS
    if not mine.changes:
        return NOTHING
    if any(one.moved for one in mine.changes):
        names = "、".join(one.row.id for one in mine.changes if one.moved)
        return Refusal(
            "moved",
            Text(
                f"这些条目在清单里已经变了，请重新改过：{names}。", f"These rows changed in the list meanwhile; change them anew: {names}."
            ),
        )
    wrong = [one for one in problems(mine.rows, since=city.today()) if not one.notice]
    if wrong:
        return Refusal("unsound", Text(f"还有{len(wrong)}处问题没有改好。", f"{len(wrong)} problems are not mended yet."))
    used = PackVersion.objects.filter(pack=mine.pack, in_use=True).first()
    if used is None or not used.content:
        return pack_proposals.ALTERED
    files = pack_contents.files_of(used.content)
    name = next(file.path for file in city.pack_files("responsibility"))
    try:
        text = with_changes(files[name].decode("utf-8"), [one.row for one in mine.changes])
    except (ListFileError, KeyError, UnicodeDecodeError):
        return pack_proposals.ALTERED
    return pack_proposals.propose(
        principal=principal, pack=mine.pack, files={**files, name: text.encode()}, reason=reason, base=used.content
    )


def answer(*, principal: Principal, proposals: Sequence[UUID], taken: bool, words: str) -> Refusal | None:
    """Close what decisions taught: taken into the draft, with the row's id, or declined with a reason."""
    if not may_keep_packs(principal):
        return NOT_YOURS
    if len(words.strip()) < 2:
        return NO_REASON
    if len(words) > LONGEST_REASON:
        return LONG_REASON
    RowProposal.objects.filter(id__in=list(proposals), state=OPEN).update(
        state=TAKEN if taken else DECLINED, answer=words.strip(), answered_by_id=UUID(principal.id), answered_at=clock.now()
    )
    return None


def voices_of(rows: Sequence[Kept]) -> dict[str, list[RowVoice]]:
    """Return what units last said of rows as they are now: by row, the objections first."""
    versions = {one.row.id: one.version for one in rows}
    last: dict[tuple[str, str], RowVoice] = {}
    for voice in RowVoice.objects.filter(row__in=list(versions)).select_related("unit").order_by("id"):
        if versions[voice.row] == voice.version:
            last[voice.row, voice.unit_id] = voice
    found: dict[str, list[RowVoice]] = {}
    for voice in sorted(last.values(), key=lambda one: (one.said == CONFIRMED, one.id)):
        found.setdefault(voice.row, []).append(voice)
    return found
