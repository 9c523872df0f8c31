"""Hot issues: what many people write about, in words several of them used. Nothing here leads to a matter or to anybody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from huiyin.city import places
from huiyin.core.rights import may_oversee
from huiyin.core.values import Principal, Refusal, Text
from huiyin.learning import hot
from huiyin.learning.models import HotIssue, HotLook
from huiyin.learning.wording import FEWEST
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.board.charts import scale
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.show import show

# The drawing of arrivals, in its own units.
WIDE, HIGH = 300, 60
# A change smaller than this share is no change to speak of.
STEADY: Final = 0.2


@dataclass(frozen=True, slots=True)
class Bar:
    """The matters of one day."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """Arrivals by day as a drawing, and what it shows in words."""

    bars: tuple[Bar, ...]
    said: Text
    wide: int = WIDE
    high: int = HIGH


@dataclass(frozen=True, slots=True)
class Shown:
    """One issue as the page shows it; `tone` says whether it grows."""

    issue: HotIssue
    places: tuple[str, ...]
    drawn: Drawn
    trend: Text | None
    tone: str


@require_GET
@staff_only
def listed(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the hot issues as they were last counted."""
    _only_for(principal)
    look = hot.latest()
    context = {
        "look": look,
        "since": None if look is None else look.until - timedelta(days=look.days - 1),
        "issues": [] if look is None else [_shown(one, look) for one in sorted(look.issues.all(), key=lambda one: one.id)],
        "fewest": FEWEST,
        "days": hot.DAYS,
        "told": kept.told(request),
        "here": "board",
    }
    return show(request, "web/board/hot.html", context, frame="staff")


@require_POST
@staff_only
def count(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Ask for them to be counted anew."""
    _only_for(principal)
    asked = hot.ask(principal, language_of(request))
    if isinstance(asked, Refusal):
        kept.tell(request, asked.text, "warn")
        return HttpResponseRedirect(reverse("hot-issues"))
    return HttpResponseRedirect(reverse("job", args=[asked]))


def _only_for(principal: Principal) -> None:
    if not may_oversee(principal):
        raise Http404


def _shown(issue: HotIssue, look: HotLook) -> Shown:
    trend, tone = _trend(issue, look)
    return Shown(issue, tuple(map(_place, issue.places)), _drawn(issue.by_day, look.until), trend, tone)


def _place(code: str) -> str:
    """Return a place's name within the city."""
    return "".join(step.short for step in places.ancestors(code)[1:])


def _trend(issue: HotIssue, look: HotLook) -> tuple[Text | None, str]:
    """Return how an issue stands to the days before, and the tone it is said in."""
    before, now, days = issue.before, issue.matters, look.days
    if before is None:
        return None, ""
    if before == 0:
        return Text(f"新的：前{days}天说的人不到{FEWEST}个", f"new: in the {days} days before fewer than {FEWEST} people"), "warn"
    share = (now - before) / before
    earlier = Text(f"前{days}天{before}件", f"{before} in the {days} days before")
    if abs(share) < STEADY:
        return Text(f"和以前差不多（{earlier.zh}）", f"about as before ({earlier.en})"), "quiet"
    up = share > 0
    word = Text("多了" if up else "少了", "up" if up else "down")
    percent = f"{abs(share) * 100:.0f}%"
    return Text(f"{word.zh}{percent}（{earlier.zh}）", f"{word.en} {percent} ({earlier.en})"), "warn" if up else "good"


def _drawn(by_day: Sequence[int], until: date) -> Drawn:
    top, step = scale(max(by_day)), WIDE / len(by_day)
    bars = tuple(
        Bar(round(n * step, 2), round(HIGH * (1 - count / top), 2), round(step * 0.8, 2), round(HIGH * count / top, 2))
        for n, count in enumerate(by_day)
        if count
    )
    most = max(by_day)
    day = until - timedelta(days=len(by_day) - 1 - list(by_day).index(most))
    said = Text(f"最多的一天是{day.month}月{day.day}日，{most}件", f"most on {day:%-d %B}: {most}")
    return Drawn(bars, said)
