"""A calculator of dates, open to all and without an account: by law and article, or by a plain length.

Every answer is an address that can be kept, sent and printed; nothing that was typed is ever lost, for it stands in the address.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse

from huiyin.city import queries as city
from huiyin.core.durations import UNIT_TEXTS
from huiyin.core.packs import Library
from huiyin.core.statutory import TIMELESS, StatutoryClock
from huiyin.core.values import Refusal, Text
from huiyin.ui.forms import NONE_CHOSEN, Option, Question, problems_of
from huiyin.web import dating, reckoner
from huiyin.web.pages.show import show

MOST_FOUND = 40
LONGEST = 60
PLAIN = "plain"


def page(request: HttpRequest) -> HttpResponse:
    """Show the search, the form of one period, and its date once it was asked for."""
    library = city.library()
    raw = {name: request.GET.get(name, "")[:LONGEST] for name in reckoner.NAMES}
    words, law = request.GET.get("q", "")[:LONGEST].strip(), request.GET.get("law", "")[:LONGEST]
    clock = reckoner.clock_named(library, raw["clock"]) if raw["clock"] else None
    plain = request.GET.get("by") == PLAIN and clock is None
    refusal: Refusal | None = None
    answered: dating.Explained | None = None
    timeless = clock is not None and clock.kind in TIMELESS
    if raw["clock"] and clock is None:
        refusal = Refusal("bad_clock", Text("没有这个期限，请重新找。", "There is no such period; look it up again."), field="q")
    elif (clock is not None or plain) and not timeless and "on" in request.GET:
        found = reckoner.answer(raw)
        answered, refusal = (None, found) if isinstance(found, Refusal) else (found, None)
    asks = (clock is not None and not timeless) or plain
    errors = problems_of(refusal).by_field
    questions = _questions(library, raw, clock, errors) if asks else []
    edges = _edges(raw, errors) if asks else []
    search = Question(
        "q",
        Text("法律、条号或者事情", "Law, article or what it is about"),
        "line",
        value=words,
        hint=Text("例如：信访 答复；行政复议法 第62条；人民调解", "For example: petition; review; mediation"),
        error=errors.get("q"),
    )
    searched = bool(words or law)
    found_clocks = reckoner.find(library, words, law) if searched else ()
    context = {
        "clock": None if clock is None else dating.law_shown(library, clock),
        "timeless": timeless,
        "other_versions": [] if clock is None else _versions(library, clock),
        "plain": plain,
        "one": answered,
        "status": None,
        "questions": questions,
        "edges": edges,
        "edges_open": any(part.error or (part.value and part.kind != "select") for row in edges for part in row),
        "words": words,
        "law": law,
        "search": search,
        "searched": searched,
        "found": [(one, dating.law_shown(library, one)) for one in found_clocks[:MOST_FOUND]],
        "more": len(found_clocks) > MOST_FOUND,
        "laws": [] if searched or clock is not None or plain else _laws(library),
        "here": "dates",
    }
    asked = [search, *questions, *(part for row in edges for part in row)]
    return show(request, "web/dates/calculator.html", context, refusal=refusal, questions=asked)


def _versions(library: Library, clock: StatutoryClock) -> list[StatutoryClock]:
    """Return the same period in the other versions of its law."""
    return [one for one in library.statutory.through_time(clock.name) if one.name != clock.name]


def _laws(library: Library) -> list[tuple[Text, list[tuple[Text, str, int]]]]:
    """Return the laws that have periods here in their groups, each with title, identifier and how many; one no longer in force says so."""
    today = dating.today()
    groups: list[tuple[Text, list[tuple[Text, str, int]]]] = [
        (Text("现在施行的", "In force"), []),
        (Text("以前施行的，给以前起算的期限用", "Formerly in force, for periods that began then"), []),
        (Text("外地的规定，只作对照", "Rules of other places, to compare"), []),
    ]
    for law in library.statutory.laws:
        number = len(library.statutory.of(law))
        if not number:
            continue
        title = law.title
        if law.last is not None:
            title = Text(f"{title.zh}（{law.last}以前）", f"{title.en} (until {law.last})")
        groups[2 if law.elsewhere else 0 if law.covers(today) or law.first > today else 1][1].append((title, law.id, number))
    return [group for group in groups if group[1]]


def _questions(library: Library, raw: Mapping[str, str], clock: StatutoryClock | None, errors: Mapping[str, Text]) -> list[Question]:
    found: list[Question] = []
    hours = clock is None or any("hour" in term.unit for term in clock.terms)
    if clock is not None and len(clock.terms) > 1:
        found.append(
            Question(
                "term",
                Text("多长", "How long"),
                "radios",
                options=tuple(Option(str(term), term.text(), str(term) == (raw["term"] or str(clock.terms[0]))) for term in clock.terms),
                error=errors.get("term"),
            )
        )
    if clock is None:
        found += [
            Question("amount", Text("多少", "How many"), "number", value=raw["amount"], error=errors.get("amount")),
            _choice("unit", Text("单位", "Unit"), {one: UNIT_TEXTS[one] for one in reckoner.UNITS}, raw["unit"] or "days", errors),
            _choice("way", Text("怎么数", "Which way"), reckoner.WAYS, raw["way"] or "forward", errors),
            _choice(
                "count",
                Text("按哪部法的数法", "By which law's rules"),
                {name: _rule(library, name) for name in library.counting.names()},
                raw["count"],
                errors,
                blank=Text("不按哪部法，就按填的数", "No law: the bare length"),
                required=False,
            ),
        ]
    found.append(
        Question(
            "on",
            Text("从哪天起算", "The day it runs from"),
            "date",
            hint=Text(
                "事情发生、收到、送达的那一天；当天不计，系统从第二天数起。",
                "The day of the event or of service; that day itself is not counted.",
            ),
            value=raw["on"],
            error=errors.get("on"),
        )
    )
    if hours:
        found.append(
            Question(
                "at",
                Text("几点几分", "Time of day"),
                "line",
                mode="time",
                hint=Text("按小时算的期限才要填。", "Only for a period in hours."),
                value=raw["at"],
                error=errors.get("at"),
                required=clock is not None and all("hour" in term.unit for term in clock.terms),
            )
        )
    return found


def _edges(raw: Mapping[str, str], errors: Mapping[str, Text]) -> list[tuple[Question, ...]]:
    """Return the questions few need: pauses, one more row than are filled, and an extension."""
    used = max((n for n in range(1, reckoner.MOST_PAUSES + 1) if raw[f"from{n}"] or raw[f"to{n}"]), default=0)
    rows = [
        tuple(
            Question(f"{edge}{n}", label, "date", value=raw[f"{edge}{n}"], error=errors.get(f"{edge}{n}"), required=False)
            for edge, label in (
                ("from", Text(f"第{n}次停钟：第一天", f"Pause {n}: first day")),
                ("to", Text(f"第{n}次停钟：最后一天", f"Pause {n}: last day")),
            )
        )
        for n in range(1, min(used + 1, reckoner.MOST_PAUSES) + 1)
    ]
    rows.append(
        (
            Question("more", Text("延长多少", "Extended by"), "number", value=raw["more"], error=errors.get("more"), required=False),
            _choice(
                "more_unit",
                Text("延长的单位", "Unit of the extension"),
                {one: UNIT_TEXTS[one] for one in reckoner.UNITS},
                raw["more_unit"] or "days",
                errors,
                required=False,
            ),
        )
    )
    return rows


def _choice(
    name: str,
    label: Text,
    options: Mapping[str, Text],
    chosen: str,
    errors: Mapping[str, Text],
    *,
    blank: Text = NONE_CHOSEN,
    required: bool = True,
) -> Question:
    return Question(
        name,
        label,
        "select",
        options=tuple(Option(key, text, key == chosen) for key, text in options.items()),
        error=errors.get(name),
        required=required,
        blank=blank,
    )


def _rule(library: Library, name: str) -> Text:
    """Return what a rule for counting is called: its law's title, and whose period it is where one law has two rules."""
    row = next(row for row in reversed(library.counting.rows) if row.name == name)
    if row.law is None or not name.endswith("_citizen"):
        return row.title
    return Text(f"{row.title.zh}（当事人的期限）", f"{row.title.en} (a party's own period)")
