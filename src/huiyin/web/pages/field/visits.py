"""Recording a visit: planned or just made, one act or two, the same whether it comes from a page or from a phone that was offline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from uuid import UUID

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core import rights
from huiyin.core.procedure import Procedure
from huiyin.core.step import step
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import doors, services
from huiyin.matters.receipts import Receipt
from huiyin.matters.refusals import MAY_NOT_OPEN, MISMATCH, MISSING
from huiyin.papers import queries as files
from huiyin.papers import services as papers
from huiyin.ui import forms
from huiyin.web.pages.field.glances import VISIT

NIGHT_FROM, NIGHT_TO = 20, 6
FIRST_YEAR, LAST_YEAR = 2000, 2099
MOST_PHOTOS = 4
WHEN = Refusal(
    "bad_value",
    Text("“什么时候”要写日期和时间，例如 2026-11-20 16:30。", "“When” takes date and time, such as 2026-11-20 16:30."),
    "starts_at",
)


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that comes with a record."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a record: the receipt or why not, and what of its photographs was not taken."""

    answer: Receipt | Refusal
    warnings: tuple[Text, ...] = ()


def procedure() -> Procedure | None:
    """Return the procedure of visits, when the packs in use have one."""
    return city.library().procedures.get(VISIT)


def may_record(principal: Principal) -> bool:
    """Tell whether this post may write down a visit."""
    found = procedure()
    return found is not None and rights.may_open(found, principal, found.opened_by[0], {found.host: principal.unit or ""})


def at_night(moment: datetime, zone: tzinfo) -> bool:
    """Tell whether people are at home for the night then: a visit needs a reason."""
    hour = moment.astimezone(zone).hour
    return hour >= NIGHT_FROM or hour < NIGHT_TO


def possible(moment: datetime) -> bool:
    """Tell whether a moment names its zone and lies where calendars reach in every zone."""
    return moment.tzinfo is not None and FIRST_YEAR <= moment.year <= LAST_YEAR


def plan(principal: Principal, raw: Mapping[str, str], key: str) -> Receipt | Refusal:
    """Put a visit on somebody's list for a time to come."""
    made = _opening(principal, raw, key, happened=False)
    return made if isinstance(made, Refusal) else services.open(**made)


def record(principal: Principal, raw: Mapping[str, str], key: str, photos: Sequence[Photo] = ()) -> Outcome:
    """Record a visit that was made. The same key gives the same receipt; when anything is refused nothing is written.

    Args:
        raw: what was typed, by input name.
        key: made on the device with the record, and never made anew.
    """
    found, library = procedure(), city.library()
    made = _opening(principal, raw, key, happened=True)
    if found is None or isinstance(made, Refusal):
        return Outcome(made if isinstance(made, Refusal) else MAY_NOT_OPEN)
    at = made["at"]
    told = {**raw, "f.at_night": "true" if at_night(at, library.zone) else ""}
    data = forms.typed(found, found.forms["record"].entries, told, library.zone)
    pending = services.prepare_opening(**{**services.OPENING_DEFAULTS, **made})
    if isinstance(pending, Refusal):
        return Outcome(pending)
    if isinstance(pending, services.Pending):
        # Thought through to the end before the first row is written: a refused record leaves no half of itself behind.
        thought = step(
            found, library, pending.after, "record", data, principal=principal, at=at, now=clock.now(), salts=services.salt, evidence=()
        )
        opened = thought if isinstance(thought, Refusal) else services.answered(pending, doors.open_matter(pending.home, pending.payload))
    else:
        opened = pending
    if isinstance(opened, Refusal):
        return Outcome(opened)
    done = services.act(home=opened.home, matter=opened.matter, action="record", data=data, principal=principal, at=at, key=f"{key}.record")
    if isinstance(done, Refusal):
        return Outcome(done)
    return Outcome(done, photographs(principal, done, key, photos))


def photographs_hint() -> Text | None:
    """Return what may be photographed, in the procedure's own words."""
    found = procedure()
    return None if found is None else found.fields["files"].hint


def attached(principal: Principal, home: str, matter: UUID, photos: Sequence[Photo]) -> list[str] | Refusal:
    """Store photographs with a matter and return their ids; one that is there already is not stored again."""
    known = {row.sha256: str(row.id) for row in reversed(files.stored(principal, home=home, matter=matter))}
    ids: list[str] = []
    for photo in photos[:MOST_PHOTOS]:
        there = known.get(papers.kept_as(photo.content) or "")
        made = there or papers.attach(home=home, matter=matter, name=photo.name, chunks=[photo.content], principal=principal)
        if isinstance(made, Refusal):
            return made
        if made is None:
            return MISSING
        ids.append(str(made))
    return ids


def photographs(principal: Principal, receipt: Receipt, key: str, photos: Sequence[Photo]) -> tuple[Text, ...]:
    """Add the photographs to a visit already recorded; what is not taken is a warning, not a reason to lose the record."""
    if not photos:
        return ()
    ids = attached(principal, receipt.home, receipt.matter, photos)
    if isinstance(ids, Refusal):
        return (ids.text,)
    added = services.act(
        home=receipt.home, matter=receipt.matter, action="add_photos", data={"files": ids}, principal=principal, key=f"{key}.photos"
    )
    # The same key with other ids: two tries ran at once and the other one added them.
    return (added.text,) if isinstance(added, Refusal) and added.code != MISMATCH.code else ()


def _opening(principal: Principal, raw: Mapping[str, str], key: str, *, happened: bool) -> dict[str, Any] | Refusal:
    """Return what the door ``open`` takes for a visit."""
    found, library = procedure(), city.library()
    unit = city.unit(principal.unit or "")
    if found is None or unit is None or not may_record(principal):
        return MAY_NOT_OPEN
    data = forms.typed(found, found.forms["plan"].entries, raw, library.zone)
    division = raw.get("f.place.division", "") or unit.division_id
    if isinstance(data.get("place"), dict):
        data["place"]["division"] = division
    try:
        moment = datetime.fromisoformat(str(data.get("starts_at", ""))).replace(second=0, microsecond=0)
    except ValueError:
        return WHEN
    if not possible(moment):
        return WHEN
    data["starts_at"] = moment.isoformat()
    return {
        "procedure": found.name,
        "data": data,
        "principal": principal,
        "at": moment if happened else None,
        "key": key,
        "topic": _topic(raw),
        "division": division,
        "opened_by": found.opened_by[0],
        "opener": None,
        "unit": unit.id,
    }


def _topic(raw: Mapping[str, str]) -> str:
    """Return the topic a matter made of this visit will have."""
    library = city.library()
    kind = raw.get("f.matter_kind", "") if raw.get("f.result") == "matter" else ""
    chosen = library.topics.get(raw.get("topic", ""))
    if kind and chosen is not None and chosen.line_of_work == kind:
        return chosen.key
    return kind if kind in library.topics else (found.line_of_work if (found := procedure()) is not None else "")
