"""The list in force: found by unit, topic, place and day; what units say of it; a matter tried on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.packs_values import under
from huiyin.core.responsibility import ANY, EVERYTHING, Row
from huiyin.core.rights import may_check_dispatch, may_keep_packs, may_read_list, may_speak_for_unit
from huiyin.core.values import Principal, Refusal, Text
from huiyin.learning.queries import suggest
from huiyin.routing import keeping
from huiyin.routing.explain import RowSaid, Words, explanation
from huiyin.routing.keeping import Kept
from huiyin.routing.models import OBJECTED, ResponsibilityRule, RowVoice
from huiyin.routing.queries import decide_owner, known_facts
from huiyin.ui.forms import Option, Question, problems_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

MOST = 30
AGREED_STATE = Text("商定时已认可", "agreed when made")
STATES = {
    "objected": (Text("有异议", "objected to"), "late"),
    "confirmed": (Text("已确认", "confirmed"), "good"),
    "agreed": (AGREED_STATE, "plain"),
    "open": (Text("未确认", "not confirmed"), "wait"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A row as the list shows it.

    Attributes:
        state: what the units it names say of it: a key of `STATES`.
        voices: what they said, objections first.
    """

    kept: Kept
    said: RowSaid
    state: str
    voices: tuple[RowVoice, ...] = ()

    @property
    def label(self) -> Text:
        """The state in words."""
        return STATES[self.state][0]

    @property
    def tone(self) -> str:
        """The state's tone."""
        return STATES[self.state][1]


def shown(rows: Sequence[Kept]) -> list[Shown]:
    """Return rows in words, with what units say of them."""
    words, voices = Words([one.row for one in rows]), keeping.voices_of(rows)
    return [Shown(one, words.row(one.row), _state(one, mine), tuple(mine)) for one in rows for mine in (voices.get(one.row.id, []),)]


def _state(one: Kept, voices: Sequence[RowVoice]) -> str:
    if any(voice.said == OBJECTED for voice in voices):
        return "objected"
    return "confirmed" if voices else "agreed" if one.row.agreed_by.zh else "open"


@require_safe
@staff_only
def rows(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the rows in force on a day, by unit, topic, place and words."""
    if not may_read_list(principal):
        return not_found(request)
    on = _day(request.GET.get("on", "")) or city.today()
    found = [one for one in keeping.rows_kept() if one.row.in_force(on)]
    total = len(found)
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "unit", "topic", "place")}
    found = _found(found, **asked)
    listed = shown(found)
    if asked["q"]:
        listed = [one for one in listed if _speaks_of(one, asked["q"])]
    most = len(listed) if request.GET.get("all") else MOST
    context = {
        "rows": listed[:most],
        "more": max(0, len(listed) - most),
        "everything": f"{request.path}?{urlencode({**asked, 'on': on.isoformat(), 'all': '1'})}",
        "found": len(listed),
        "total": total,
        "on": on,
        "today": on == city.today(),
        "questions": _filters(asked, on),
        "narrowed": any(asked.values()),
        "keeps": may_keep_packs(principal),
        "checks": may_check_dispatch(principal),
        "speaks": may_speak_for_unit(principal),
        "told": kept.told(request),
        "here": "responsibility",
    }
    return show(request, "web/responsibility/rows.html", context, frame="staff")


def _found(found: list[Kept], *, q: str, unit: str, topic: str, place: str) -> list[Kept]:
    if unit:
        found = [one for one in found if unit in (one.row.lead, *one.row.helpers)]
    if topic:
        found = [one for one in found if under(one.row.topic, topic) or one.row.covers_topic(topic)]
    if place:
        code = next((one.code for one in places.find_places(place, limit=1)), "")
        near = {ANY, *places.path_of(code)} if code else set()
        found = [one for one in found if one.row.place in near]
    return found


def _speaks_of(one: Shown, words: str) -> bool:
    texts = (one.said.topic, one.said.lead, one.said.when, one.said.place, one.said.basis, *one.said.helpers)
    written = " ".join((one.kept.row.id, *one.kept.row.keywords, *(text.zh for text in texts), *(text.en for text in texts)))
    return words.lower() in written.lower()


def _filters(asked: dict[str, str], on: date) -> list[Question]:
    return [
        Question("q", Text("文字", "Words"), "line", value=asked["q"], required=False),
        Question("unit", Text("单位", "Unit"), "select", options=kinds(asked["unit"]), required=False, blank=Text("全部", "All")),
        Question("topic", Text("事项类别", "Topic"), "select", options=topics(asked["topic"]), required=False, blank=Text("全部", "All")),
        Question("place", Text("地方", "Place"), "line", value=asked["place"], required=False),
        Question("on", Text("哪一天", "As of"), "date", value=on.isoformat(), required=False),
    ]


def kinds(chosen: str) -> tuple[Option, ...]:
    """Return every kind of unit to choose from."""
    return tuple(Option(name, kind.label, name == chosen) for name, kind in city.library().unit_kinds.items())


def topics(chosen: str, *, everything: bool = False) -> tuple[Option, ...]:
    """Return every topic to choose from, narrower ones with the wider before them."""
    known = city.library().topics
    first = (Option(ANY, EVERYTHING, chosen == ANY),) if everything else ()
    return first + tuple(
        Option(
            key,
            topic.label
            if "." not in key
            else Text(f"{known[key.split('.')[0]].label.zh}：{topic.label.zh}", f"{known[key.split('.')[0]].label.en}: {topic.label.en}"),
            key == chosen,
        )
        for key, topic in known.items()
    )


@require_safe
@staff_only
def row(request: HttpRequest, principal: Principal, row: str) -> HttpResponse:
    """Show one row: its words, what units say of it, what it was before."""
    one = next((one for one in keeping.rows_kept() if one.row.id == row), None)
    if one is None or not may_read_list(principal):
        return not_found(request)
    raw, refusal = kept.kept(request, _place(row))
    speaks = may_speak_for_unit(principal) and any(mine.row.id == row for mine in keeping.rows_of(principal.unit or ""))
    questions = _voice_questions(raw or {}, refusal) if speaks else []
    earlier = ResponsibilityRule.objects.filter(pack=one.pack, row=row).exclude(ended=None).order_by("-ended")
    context = {
        "one": shown([one])[0],
        "terms": [(name, term) for name, term in one.row.terms.items()],
        "voices": [(voice, city.account_name(str(voice.by_id))) for voice in keeping.voices_of([one]).get(row, [])],
        "earlier": [(rule, Words([was]).row(was)) for rule in earlier for was in (Row.from_plain(rule.plain),)],
        "questions": questions,
        "keeps": may_keep_packs(principal),
        "told": kept.told(request),
        "here": "responsibility",
    }
    return show(request, "web/responsibility/row.html", context, frame="staff", refusal=refusal, questions=questions)


@require_POST
@staff_only
def say(request: HttpRequest, principal: Principal, row: str) -> HttpResponse:
    """Keep that the asker's unit stands by a row, or objects."""
    raw = kept.posted(request)
    refused: Refusal | None = Refusal("said", Text("请选认可还是有异议。", "Choose whether you stand by it."), field="said")
    if raw.get("said") in ("yes", "no"):
        refused = keeping.say(principal=principal, row=row, agrees=raw["said"] == "yes", reason=raw.get("reason", ""))
    if refused is not None:
        kept.keep(request, _place(row), raw, refused)
        return HttpResponseRedirect(reverse("responsibility-row", args=[row]))
    kept.drop(request, _place(row))
    kept.tell(request, Text("已经记下。", "It was written down."))
    return HttpResponseRedirect(reverse("responsibility-mine"))


def _place(row: str) -> str:
    return f"row-voice:{row}"


def _voice_questions(raw: dict[str, str], refusal: Refusal | None) -> list[Question]:
    errors = problems_of(refusal).by_field
    options = (
        Option("yes", Text("认可：这类事归我们牵头", "Yes, we lead here"), raw.get("said") == "yes"),
        Option("no", Text("有异议：不归我们，或者写得不对", "We object: not ours, or written wrong"), raw.get("said") == "no"),
    )
    hint = Text(
        "有异议的要写明为什么、应当归谁。清单改好以前，这类事到你们这里都由派单员先看。",
        "Needed for an objection: why, and whose it is. Until the list is mended a dispatcher looks at each such matter first.",
    )
    return [
        Question("said", Text("你们单位怎么说", "What your unit says"), "radios", error=errors.get("said"), options=options),
        Question("reason", Text("理由", "Why"), "long", hint=hint, error=errors.get("reason"), value=raw.get("reason", ""), required=False),
    ]


@require_safe
@staff_only
def mine(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the rows that name the asker's unit, those it has said nothing of first."""
    if not may_speak_for_unit(principal):
        return not_found(request)
    found = shown(keeping.rows_of(principal.unit or ""))
    last = {one.kept.row.id: next((voice for voice in one.voices if voice.unit_id == principal.unit), None) for one in found}
    listed = sorted(((one, last[one.kept.row.id]) for one in found), key=lambda entry: entry[1] is not None)
    context = {"rows": listed, "open": sum(voice is None for _, voice in listed), "told": kept.told(request), "here": "responsibility"}
    return show(request, "web/responsibility/mine.html", context, frame="staff")


@require_safe
@staff_only
def trying(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Try a matter on the list: which unit, the row that decided, those that lost and why."""
    if not may_read_list(principal):
        return not_found(request)
    asked = {name: request.GET.get(name, "").strip() for name in ("words", "topic", "place", "on")}
    facts = {name: request.GET.get(f"fact.{name}", "") for name in known_facts() if request.GET.get(f"fact.{name}")}
    on = _day(asked["on"]) or city.today()
    suggested = suggest(asked["words"], limit=3) if asked["words"] else ()
    topic = asked["topic"] or (suggested[0].topic if suggested else "")
    found = places.find_places(asked["place"] or asked["words"], limit=3) if asked["place"] or asked["words"] else []
    place = next((one for one in found if one.alone and not one.unsure), None) if not asked["place"] else next(iter(found), None)
    tried = bool(asked["words"] or asked["topic"])
    told = None
    if tried:
        owner = decide_owner(topic=topic or ANY, division=None if place is None else place.code, on=on, facts=facts)
        told = explanation(owner)
    labels = city.library().topics
    context = {
        "asked": asked,
        "questions": _try_questions(asked, facts, on),
        "tried": tried,
        "explained": told,
        "topic": labels[topic].label if topic in labels else EVERYTHING,
        "guessed": not asked["topic"] and bool(suggested),
        "words": suggested[0].words if suggested and not asked["topic"] else (),
        "other_topics": [labels[one.topic].label for one in suggested[1:] if one.topic in labels] if not asked["topic"] else [],
        "place": place,
        "places": [one for one in found if one is not place],
        "here": "responsibility",
    }
    return show(request, "web/responsibility/try.html", context, frame="staff")


def _try_questions(asked: dict[str, str], facts: dict[str, str], on: date) -> list[Question]:
    from_place = {"area"}
    conditions = [
        Question(
            f"fact.{name}",
            fact.label,
            "select",
            required=False,
            blank=Text("不知道", "Not known"),
            options=tuple(Option(value, label, facts.get(name) == value) for value, label in fact.values.items()),
        )
        for name, fact in known_facts().items()
        if name not in from_place
    ]
    return [
        Question(
            "words",
            Text("群众怎么说", "What was said"),
            "long",
            value=asked["words"],
            required=False,
            hint=Text("照原话写，不要写姓名电话。", "In their own words, without names or numbers."),
        ),
        Question(
            "topic",
            Text("事项类别", "Topic"),
            "select",
            options=topics(asked["topic"]),
            required=False,
            blank=Text("从上面的话里看", "From the words above"),
        ),
        Question(
            "place",
            Text("地方", "Place"),
            "line",
            value=asked["place"],
            required=False,
            hint=Text(
                "社区、街道或者地址；不写就从上面的话里找。", "A community, street or address; left empty it is looked for in the words."
            ),
        ),
        *conditions,
        Question("on", Text("哪一天", "As of"), "date", value=on.isoformat(), required=False),
    ]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
