"""Hot issues of the city's own matters: what several people write about, as counts and words several of them used.

Read as the system reads, nothing of it kept but counts, words and places; see `said_by_several` for what a word must be. Who is
one person is told as `reporters` says: matters of one person are never joined.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Division
from huiyin.core.rights import OVERSEES
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.jobs import services as jobs
from huiyin.jobs.kinds import RefusedError, Result, Run, job
from huiyin.jobs.models import Job
from huiyin.learning.decided import CHUNK, LEAST_CHARACTERS, spoken
from huiyin.learning.features import readable
from huiyin.learning.heat import Issue, hot_issues
from huiyin.learning.messages import Message
from huiyin.learning.models import HotIssue, HotLook
from huiyin.learning.reporters import asked_by_anybody, marks, people_of
from huiyin.learning.training import groups
from huiyin.learning.wording import FEWEST, said_by_several
from huiyin.matters import lists
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter

KIND: Final = "hot_issues"
DAYS: Final = 30
WIDEST_DAYS: Final = 90
# Matters read, of both spans together, the newest: the likeness of each to each is worked out whole, about 400 MB at the peak.
MOST: Final = 3000
READ_OF_TEXT: Final = 600
TITLE: Final = 40
SHOWN: Final = 12
# What ends a clause where two texts meet or a name stood: blanks are taken out before words are cut.
BREAK: Final = "。"
# What the whole city talks of is no rare word, and still what it is about.
COMMON: Final = 0.4
# A picture younger than this is not counted anew because somebody presses again.
FRESH: Final = timedelta(minutes=10)
_PLACES: Final = 3
# A place counts from a district down: the whole city is no place of an issue.
_DISTRICT: Final = 2

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Hot:
    """One hot issue, fit to be shown; as `HotIssue`."""

    words: tuple[str, ...]
    places: tuple[str, ...]
    matters: int
    people: int
    before: int | None
    first: date
    last: date
    by_day: tuple[int, ...]

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready data."""
        return {
            "words": list(self.words), "places": list(self.places), "matters": self.matters, "people": self.people,
            "before": self.before, "first": self.first.isoformat(), "last": self.last.isoformat(), "by_day": list(self.by_day),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Look:
    """One counting; as `HotLook`."""

    days: int
    until: date
    read: int
    whole: bool
    issues: tuple[Hot, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """What one matter says: when (the city's own time), in what words, where; and marks of who said it."""

    at: datetime
    words: tuple[str, ...]
    division: str
    marks: tuple[str, ...]

    @property
    def text(self) -> str:
        return BREAK.join(self.words)


def read(*, days: int = DAYS, progress: Progress | None = None) -> Look:
    """Return what several people wrote about in the last days; keeps nothing.

    Args:
        days: how many, from 1 to `WIDEST_DAYS`, today included.
    """
    zone = city.library().zone
    until = clock.now().astimezone(zone).date()
    start = datetime.combine(until - timedelta(days=days - 1), datetime.min.time(), zone)
    told, whole = _told(start - timedelta(days=days), zone, progress)
    who = groups([one.marks for one in told]).tolist()
    fresh = [one.at >= start.replace(tzinfo=None) for one in told]
    paths = dict(Division.objects.filter(code__in={one.division for one in told}).values_list("code", "path"))
    issues = []
    for issue in hot_issues([_message(one) for one in told], smallest=FEWEST, common=COMMON, who=who, progress=progress):
        now = [row for row in issue.members if fresh[row]]
        before = [row for row in issue.members if not fresh[row]]
        if len({who[row] for row in now}) < FEWEST:
            continue
        made = _hot(issue, told, who, now, paths, start.date(), days)
        if made is not None:
            earlier = len(before) if len({who[row] for row in before}) >= FEWEST else 0
            issues.append((made, earlier if whole else None, issue.together))
    issues.sort(key=lambda one: (-one[0].people, -one[2], one[0].words))
    return Look(days, until, len(told), whole, tuple(replace(made, before=before) for made, before, _ in issues[:SHOWN]))


def count(*, days: int = DAYS, progress: Progress | None = None) -> HotLook | Refusal:
    """Count the hot issues anew and keep them in the place of those before."""
    if not 1 <= days <= WIDEST_DAYS:
        return Refusal("days", Text(f"天数在1到{WIDEST_DAYS}之间。", f"Days are 1 to {WIDEST_DAYS}."), field="days")
    look = read(days=days, progress=progress)
    with transaction.atomic():
        kept = HotLook.objects.create(made_at=clock.now(), days=look.days, until=look.until, read=look.read, whole=look.whole)
        HotIssue.objects.bulk_create(
            HotIssue(
                look=kept, words=list(one.words), places=list(one.places), matters=one.matters, people=one.people, before=one.before,
                first=one.first, last=one.last, by_day=list(one.by_day),
            )
            for one in look.issues
        )  # fmt: skip
        HotLook.objects.filter(id__lt=kept.id).delete()
    return kept


@job(KIND, label=Text("数一数热点", "Count hot issues"), posts=OVERSEES, operator=True)
def hot_issues_job(run: Run) -> Result:
    """Count the hot issues of the last days."""
    made = count(progress=lambda done, total, _what: run.progress(done, total))
    if isinstance(made, Refusal):
        raise RefusedError(made)
    found = made.issues.count()
    return Result(
        Text(
            f"读了{made.read:,}件，有{found}个热点。在“督办台”的“热点”里看。",
            f"Of {made.read:,} matters read, {found} issues are hot. See Hot issues on the supervision board.",
        ),
        told=((Text("读过的事", "matters read"), made.read), (Text("热点", "hot issues"), found)),
    )


def ask(principal: Principal, language: Any = "zh") -> UUID | Refusal:
    """Have a worker count anew, unless that was done just now."""
    last = latest()
    if last is not None and clock.now() - last.made_at < FRESH:
        return Refusal("fresh", Text("刚数过，过十分钟再数。", "They were counted just now; wait ten minutes."))
    return jobs.ask(KIND, {}, principal=principal, language=language)


def daily() -> None:
    """Have the hot issues counted once a day of the city; called by the worker time and again."""
    if not city.versions():
        return
    zone = city.library().zone
    today = datetime.combine(clock.now().astimezone(zone).date(), datetime.min.time(), zone)
    if not Job.objects.filter(kind=KIND, account=None, asked_at__gte=today).exists():
        jobs.ask(KIND, {}, principal=SYSTEM)


def latest() -> HotLook | None:
    """Return the last counting, None before the first."""
    return HotLook.objects.order_by("-id").prefetch_related("issues").first()


def _told(since: datetime, zone: Any, progress: Progress | None) -> tuple[list[_Told], bool]:
    """Return what matters opened since then say, the newest first, and whether that is all of them."""
    key, found = secrets.token_bytes(16), list[_Told]()
    with reading_as(SYSTEM):
        chosen = [one for one in city.library().procedures.values() if asked_by_anybody(one)]
        names = [one.name for one in chosen]
        rows = Matter.objects.filter(procedure__in=names, opened_at__gte=since, parent=None).exclude(topic__in=lists.sealed_topics())
        rows = rows.exclude(outcome="withdrawn").order_by("-opened_at", "id")
        said = {one.name: spoken(one) for one in chosen}
        fields = sorted({name for names in said.values() for name in names})
        values = rows.values_list("id", "procedure", "opened_at", "division", *(f"body__facts__{name}" for name in fields))
        newest = values[: MOST + 1]
        waiting: list[Any] = []
        for number, row in enumerate(newest.iterator(chunk_size=CHUNK)):
            if number == MOST:
                found += _chunk(waiting, said, fields, zone, key)
                return found, False
            waiting.append(row)
            if len(waiting) == CHUNK:
                found += _chunk(waiting, said, fields, zone, key)
                waiting = []
                if progress is not None:
                    progress(len(found), MOST, "matters")
        found += _chunk(waiting, said, fields, zone, key)
    return found, True


def _chunk(rows: Sequence[Any], said: Mapping[str, tuple[str, ...]], fields: Sequence[str], zone: Any, key: bytes) -> Iterator[_Told]:
    people = people_of(row[0] for row in rows)
    for matter, procedure, opened_at, division, *written in rows:
        by_field = dict(zip(fields, written, strict=True))
        known = people.get(matter, [])
        words = tuple(_without(str(by_field[name])[:READ_OF_TEXT], known) for name in said[procedure] if isinstance(by_field[name], str))
        if len(readable("".join(words)).replace("\n", "")) >= LEAST_CHARACTERS:
            yield _Told(opened_at.astimezone(zone).replace(tzinfo=None), words, division, marks(known, key))


def _without(text: str, people: Sequence[tuple[str, str]]) -> str:
    for name, _ in people:
        text = text.replace(name, BREAK) if name else text
    return text


def _message(one: _Told) -> Message:
    return Message("", one.at, one.text[:TITLE], BREAK + one.text[TITLE:])


def _hot(
    issue: Issue, told: Sequence[_Told], who: Sequence[int], rows: Sequence[int], paths: Mapping[str, Sequence[str]], start: date, days: int
) -> Hot | None:
    spoken_of = said_by_several([(readable(told[row].text), who[row]) for row in rows], (*issue.places, *issue.words))
    if not spoken_of:
        return None
    by_day = [0] * days
    for row in rows:
        by_day[(told[row].at.date() - start).days] += 1
    on = [told[row].at.date() for row in rows]
    places = _places([(paths.get(told[row].division, ()), who[row]) for row in rows])
    people = len({who[row] for row in rows})
    return Hot(spoken_of, places, len(rows), people, None, min(on), max(on), tuple(by_day))


def _places(said: Sequence[tuple[Sequence[str], int]]) -> tuple[str, ...]:
    """Return the places several people wrote from or of, as near as several did, the most first."""
    people: dict[str, set[int]] = {}
    depth: dict[str, int] = {}
    above: dict[str, Sequence[str]] = {}
    for path, who in said:
        for number, code in enumerate(path[_DISTRICT - 1 :], _DISTRICT):
            people.setdefault(code, set()).add(who)
            depth[code], above[code] = number, path[: number - 1]
    chosen: list[str] = []
    for code in sorted(people, key=lambda one: (-depth[one], -len(people[one]), one)):
        if len(people[code]) >= FEWEST and not any(code in above[other] for other in chosen):
            chosen.append(code)
    return tuple(sorted(chosen, key=lambda one: (-len(people[one]), one))[:_PLACES])
