"""The page of a shift: what waits to be taken over, what was written, what is handed over; each press leads back to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET, require_POST

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.rights import may_keep_shift, may_read_shift
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import lists
from huiyin.matters.views import Row
from huiyin.shifts import queries, services
from huiyin.shifts.queries import About, EntryView, HandOverView
from huiyin.ui.forms import Question, problems_of
from huiyin.web import people
from huiyin.web.pages import kept, worklist
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.show import show

ENTRY, HAND = "shift:entry", "shift:hand"
# Matters proposed for the next shift to watch, of each reason.
PROPOSED = 8
SEALED = Text("内容已封存", "Content sealed")
HAPPENED = Question(
    "words",
    Text("记一笔", "Write a line"),
    "line",
    hint=Text("写事情和地点，不写居民的姓名、电话。", "Write what and where, no resident's name or number."),
    required=True,
)
WHICH = Question("reference", Text("哪件事（编号）", "Which matter (its number)"), "line", required=False, mode="numeric")
TO_KNOW = Question(
    "handed",
    Text("下一班要知道什么", "What the next shift has to know"),
    "long",
    hint=Text(
        "例如：哪里还在抢修、约了谁几点回话。没有事也写一句。",
        "Repairs under way, who was promised a call and when. If all is quiet, say so.",
    ),
    required=False,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A matter as the page names it: what it is about and where it leads."""

    about: About
    topic: Text
    address: str


@dataclass(frozen=True, slots=True)
class EntryLine:
    """One line of the log."""

    entry: EntryView
    named: Named | None


@dataclass(frozen=True, slots=True)
class HandOverLine:
    """A hand-over as the page shows it."""

    hand: HandOverView
    watched: tuple[tuple[Named | None, str], ...]
    entries: tuple[EntryLine, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A matter proposed for the next shift to watch.

    Attributes:
        ticked: chosen by whoever hands over, or late or dangerous so that it is chosen until they take it out.
    """

    row: Row
    topic: Text
    left: Text | None
    tone: str
    value: str
    ticked: bool
    why: str


@require_GET
@staff_only
def page(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the shift of this unit."""
    if not may_read_shift(principal):
        raise Http404
    library = city.library()
    waiting = queries.waiting(principal)
    before = _instant(request.GET.get("before", ""))
    earlier = queries.earlier(principal, before=before)
    entry_raw, entry_refusal = kept.kept(request, ENTRY)
    hand_raw, hand_refusal = kept.kept(request, HAND)
    refusal = entry_refusal or hand_refusal
    questions = [_asked(one, entry_raw, entry_refusal) for one in (HAPPENED, WHICH)]
    to_know = _asked(TO_KNOW, hand_raw, hand_refusal)
    keeps = may_keep_shift(principal)
    address = reverse("shift")
    context = {
        "keeps": keeps,
        "now": clock.now(),
        "waiting": None if waiting is None else _line(waiting, library),
        "entries": [_entry(one, library) for one in queries.written(principal)],
        "questions": questions,
        "to_know": to_know,
        "proposed": _proposed(principal, library, hand_raw) if keeps and waiting is None else [],
        "earlier": [_line(one, library) for one in earlier],
        "first_page": address if before is not None else None,
        "next_page": f"{address}?{urlencode({'before': earlier[-1].at.isoformat()})}#earlier" if len(earlier) == queries.PAGE else None,
        "told": kept.told(request),
        "here": "shift",
    }
    return show(request, "web/shift/shift.html", context, frame="staff", refusal=refusal, questions=[*questions, to_know])


@require_POST
@staff_only
def write(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Write a line of the log."""
    _keeper(principal)
    raw = kept.posted(request)
    answer = services.write(principal=principal, words=raw.get("words", ""), reference=raw.get("reference", ""))
    if isinstance(answer, Refusal):
        kept.keep(request, ENTRY, raw, answer)
    else:
        kept.drop(request, ENTRY)
        kept.tell(request, Text("记下了。", "Written down."))
    return HttpResponseRedirect(reverse("shift"))


@require_POST
@staff_only
def hand_over(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Hand the shift over."""
    _keeper(principal)
    raw = {**kept.posted(request), "watch": "\n".join(request.POST.getlist("watch"))}
    watched = [(home, matter, raw.get(f"why.{home}.{matter}", "")) for home, matter in _ticked(raw)]
    answer = services.hand_over(principal=principal, words=raw.get("handed", ""), watched=watched)
    if isinstance(answer, Refusal):
        kept.keep(request, HAND, raw, _beside_its_question(answer))
    else:
        kept.drop(request, HAND)
        kept.tell(request, Text("已交班，等下一班来接。", "Handed over; the next shift takes it."))
    return HttpResponseRedirect(reverse("shift"))


@require_POST
@staff_only
def take(request: HttpRequest, principal: Principal, hand: UUID) -> HttpResponse:
    """Take over what waits."""
    _keeper(principal)
    return _after(request, services.take(hand, principal=principal), Text("已接班。", "Taken over."))


@require_POST
@staff_only
def withdraw(request: HttpRequest, principal: Principal, hand: UUID) -> HttpResponse:
    """Take one's own hand-over back."""
    _keeper(principal)
    return _after(
        request, services.withdraw(hand, principal=principal), Text("已撤回，可以改了再交。", "Taken back; change it and hand over again.")
    )


def badge(request: HttpRequest) -> str:
    """Return the mark beside the page's name while a hand-over waits for this post."""
    principal = people.staff_of(request)
    return "1" if principal is not None and queries.waits(principal) else ""


def _after(request: HttpRequest, refused: Refusal | None, done: Text) -> HttpResponse:
    if refused is None:
        kept.tell(request, done)
    else:
        kept.tell(request, refused.text, "warn")
    return HttpResponseRedirect(reverse("shift"))


def _keeper(principal: Principal) -> None:
    if not may_keep_shift(principal):
        raise Http404


def _beside_its_question(refusal: Refusal) -> Refusal:
    return Refusal(refusal.code, refusal.text, "handed" if refusal.field in ("words", None) else refusal.field)


def _asked(asked: Question, raw: dict[str, str] | None, refusal: Refusal | None) -> Question:
    return replace(asked, value=(raw or {}).get(asked.name, ""), error=problems_of(refusal).by_field.get(asked.name))


def _ticked(raw: dict[str, str]) -> list[tuple[str, UUID]]:
    found = []
    for value in raw.get("watch", "").splitlines():
        home, _, matter = value.partition("/")
        try:
            found.append((home, UUID(matter)))
        except ValueError:
            continue
    return found


def _proposed(principal: Principal, library: Library, raw: dict[str, str] | None) -> list[Proposed]:
    """Return what the next shift should look at first: what is late, what falls due within a day, what is dangerous."""
    found: dict[str, Row] = {}
    urgent = library.urgent_topics()
    asked = ({"overdue": True}, {"topics": urgent}, {"soon": True}) if urgent else ({"overdue": True}, {"soon": True})
    for wanted in asked:
        for row in lists.of_unit(principal, limit=PROPOSED, **wanted).rows:
            found.setdefault(f"{row.home}/{row.matter}", row)
    chosen = None if raw is None else set(raw.get("watch", "").splitlines())
    now = clock.now()
    lines = []
    for value, row in found.items():
        left, tone = worklist.left_of(row.due_at, now, library)
        pressing = tone == "late" or row.topic in urgent
        lines.append(
            Proposed(
                row,
                library.about(row.topic, row.title),
                left,
                tone,
                value,
                pressing if chosen is None else value in chosen,
                (raw or {}).get(f"why.{row.home}.{row.matter}", ""),
            )
        )
    return lines


def _named(about: About | None, library: Library) -> Named | None:
    if about is None:
        return None
    topic = library.topics.get(about.topic)
    words = SEALED if topic is not None and topic.sealed else Text(about.topic, about.topic) if topic is None else topic.label
    return Named(about, words, reverse("desk-matter", args=[about.home, about.matter]))


def _entry(entry: EntryView, library: Library) -> EntryLine:
    return EntryLine(entry, _named(entry.about, library))


def _line(hand: HandOverView, library: Library) -> HandOverLine:
    watched = tuple((_named(one.about, library), one.words) for one in hand.watched)
    return HandOverLine(hand, watched, _entries(hand.entries, library))


def _entries(entries: Sequence[EntryView], library: Library) -> tuple[EntryLine, ...]:
    return tuple(_entry(one, library) for one in entries)


def _instant(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
