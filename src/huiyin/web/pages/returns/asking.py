"""From the address of a return's page to the question: which period, whose matters, as known when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.http import HttpRequest
from django.utils.http import urlencode

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.returns import PeriodKind, Return
from huiyin.core.values import Principal, Refusal, Text
from huiyin.returns import periods, queries
from huiyin.returns.periods import Period
from huiyin.returns.shapes import Asked, Scope
from huiyin.ui import shown
from huiyin.ui.forms import Option, Question

RECENT: Mapping[PeriodKind, int] = {"week": 14, "month": 14, "quarter": 9, "year": 6, "any": 0}
_BAD_PERIOD = Refusal(
    "period",
    Text(
        "看不懂这个时间段。请从列表里选，或者填起止日期（不超过一年）。",
        "This period cannot be read. Choose one, or give first and last day within a year.",
    ),
    field="period",
)
_BAD_MOMENT = Refusal(
    "as_of", Text("看不懂这个时间。请照“2026-11-20T16:00”填。", "This time cannot be read. Write it like 2026-11-20T16:00."), field="as_of"
)
_BAD_PLACE = Refusal(
    "place", Text("没有这个地方，或者不在您的范围里。请从列表里选。", "There is no such place in your area. Choose one."), field="place"
)


@dataclass(frozen=True, slots=True)
class Asking:
    """A question and the form that asks it again.

    Attributes:
        keep: the parts of the address that stay when another part changes.
        kinds: (label, address, chosen) of each kind of period.
        refusal: what could not be read; the question then is the usual one.
    """

    asked: Asked
    questions: tuple[Question, ...]
    keep: Mapping[str, str]
    kinds: tuple[tuple[Text, str, bool], ...]
    before: str
    after: str | None
    shown_as_of: str
    fixed_as_of: bool
    refusal: Refusal | None = field(default=None)

    def address(self, **more: str) -> str:
        """Return the query of this same question with something changed."""
        return urlencode({name: value for name, value in {**self.keep, **more}.items() if value})


def read(request: HttpRequest, principal: Principal, one: Return, whose: tuple[Scope, ...]) -> Asking:
    """Return what the address asks; what cannot be read is told and the usual question is asked instead."""
    given = request.GET
    now = clock.now()
    wrong: list[Refusal] = []
    period = _period(given, one)
    if period is None:
        wrong.append(replace(_BAD_PERIOD, field="from") if _days_typed(given, one) else _BAD_PERIOD)
        period = periods.of_day(one.periods[0], city.today())
    scope = next((scope for scope in whose if scope.kind == given.get("scope")), whose[0])
    choices = _places(scope)
    place = given.get("place", "")
    if place and place not in {code for code, _ in choices}:
        wrong.append(_BAD_PLACE)
        place = ""
    as_of, fixed = now, False
    typed = given.get("as_of", "").strip()
    if typed:
        moment = _moment(typed)
        if moment is None:
            wrong.append(_BAD_MOMENT)
        else:
            as_of, fixed = min(moment, now), moment < now
    if place:
        scope = replace(scope, division=place, label=_narrowed(scope, place))
    asked = Asked(one, principal, scope, period, as_of)
    keep = {"period": period.slug, "scope": scope.kind if len(whose) > 1 else "", "place": place, "as_of": typed}
    after = period.after()
    refusal = wrong[0] if len(wrong) == 1 else None
    if len(wrong) > 1:
        refusal = Refusal("bad_form", Text(f"有{len(wrong)}处看不懂。", f"{len(wrong)} things cannot be read."), details=tuple(wrong))
    return Asking(
        asked=asked,
        questions=_questions(given, one, period, whose, scope, choices, place, wrong),
        keep=keep,
        kinds=_kinds(one, period, keep),
        before=urlencode({**keep, "period": period.before().slug}),
        after=urlencode({**keep, "period": after.slug}) if after.start <= city.today() else None,
        shown_as_of=shown.stamp(as_of, city.library().zone),
        fixed_as_of=fixed,
        refusal=refusal,
    )


def _period(given: Mapping[str, str], one: Return) -> Period | None:
    first, last = given.get("from", "").strip(), given.get("to", "").strip()
    if first or last:
        return periods.parse(f"{first}..{last}") if "any" in one.periods else None
    slug = given.get("period", "").strip()
    if not slug:
        return periods.of_day(one.periods[0], city.today())
    found = periods.parse(slug)
    return found if found is not None and found.kind in one.periods else None


def _days_typed(given: Mapping[str, str], one: Return) -> bool:
    return "any" in one.periods and bool(given.get("from") or given.get("to"))


def _moment(typed: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError:
        return None
    # Beyond these years a moment cannot be told in every zone.
    if not periods.FIRST_YEAR <= moment.year <= periods.LAST_YEAR:
        return None
    return moment.replace(tzinfo=city.library().zone) if moment.tzinfo is None else moment


def _places(scope: Scope) -> list[tuple[str, Text]]:
    """Return the places right below that of the first unit."""
    unit = city.unit(scope.units[0])
    return [] if unit is None else [(place.code, place.title) for place in places.parts(str(unit.division_id))]


def _narrowed(scope: Scope, place: str) -> Text:
    name = queries.place_name(place)
    return scope.label if name is None else Text(f"{scope.label.zh}（{name.zh}）", f"{scope.label.en} ({name.en})")


def _kinds(one: Return, period: Period, keep: Mapping[str, str]) -> tuple[tuple[Text, str, bool], ...]:
    day = min(period.last, max(period.start, city.today()))
    return tuple(
        (periods.LABELS[kind], urlencode({**keep, "period": periods.of_day(kind, day).slug}), kind == period.kind) for kind in one.periods
    )


def _questions(
    given: Mapping[str, str],
    one: Return,
    period: Period,
    whose: tuple[Scope, ...],
    scope: Scope,
    choices: list[tuple[str, Text]],
    place: str,
    wrong: list[Refusal],
) -> tuple[Question, ...]:
    errors = {one.field: one.text for one in wrong}
    found: list[Question] = []
    if period.kind == "any" or _days_typed(given, one):
        bad = errors.get("from") or errors.get("period")
        first, last = given.get("from") or str(period.start), given.get("to") or str(period.last)
        found.append(Question("from", Text("从哪天", "First day"), "date", value=first, error=bad))
        found.append(Question("to", Text("到哪天", "Last day"), "date", value=last))
    else:
        listed = periods.recent(period.kind, city.today(), RECENT[period.kind])
        if period.slug not in {item.slug for item in listed}:
            listed.append(period)
        options = tuple(Option(item.slug, item.label, item.slug == period.slug) for item in listed)
        found.append(
            Question(
                "period", Text("哪个时间段", "Period"), "select", options=options, blank=Text("现在", "Now"), error=errors.get("period")
            )
        )
    if len(whose) > 1:
        options = tuple(Option(item.kind, item.label, item.kind == scope.kind) for item in whose)
        found.append(Question("scope", Text("谁的事项", "Whose matters"), "select", options=options, blank=Text("本单位", "own unit")))
    if choices:
        options = tuple(Option(code, name, code == place) for code, name in choices)
        found.append(
            Question("place", Text("哪里的", "Where"), "select", options=options, blank=Text("全部", "All"), error=errors.get("place"))
        )
    hint = Text(
        "留空就是现在。填以前的时间，可以重新得到当时的数。", "Empty is now. With an earlier time the numbers of that time come out again."
    )
    found.append(
        Question(
            "as_of",
            Text("按哪个时间的记录", "As the record stood at"),
            "moment",
            value=given.get("as_of", ""),
            required=False,
            hint=hint,
            error=errors.get("as_of"),
        )
    )
    return tuple(found)
