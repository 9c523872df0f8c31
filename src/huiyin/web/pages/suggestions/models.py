"""The models there are: tried on a text, measured, learned anew, put to use, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from huiyin.city import queries as city
from huiyin.core.rights import may_keep_packs, may_read_list
from huiyin.core.values import Principal, Refusal, Text
from huiyin.jobs import services as jobs
from huiyin.learning import choosing, queries, services
from huiyin.learning.models import ModelUse, TopicModel
from huiyin.learning.urgency import urgency
from huiyin.ui.forms import problems_of
from huiyin.ui.language import language_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

PLACE: Final = "suggestions"
LONGEST_TEXT: Final = 2000
MISTAKES: Final = 10
# Of each procedure, while the page is waited for; the command compares on all.
MOST_COMPARED: Final = 300
# The drawing of the cost curve, in its own units: a frame with room for words below and left.
WIDE, HIGH, LEFT, BELOW = 640, 280, 64, 48


@dataclass(frozen=True, slots=True)
class Row:
    """A model in the list."""

    id: UUID
    name: Text
    by: str
    topics: int
    accuracy: str
    answered: str
    precision: str
    in_use: bool


@dataclass(frozen=True, slots=True)
class Guess:
    """What a text may be about: the topic, how sure, and by which words."""

    topic: Text
    by: Text
    confidence: str
    sure: bool
    words: tuple[str, ...]


@require_safe
@staff_only
def listed(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the models, which proposes now, and what it says of a text."""
    if not may_read_list(principal):
        return not_found(request)
    raw, refusal = kept.kept(request, PLACE)
    current = queries.in_use()
    text = request.GET.get("text", "").strip()[:LONGEST_TEXT]
    used = queries.uses()
    context = {
        "rows": [_row(model, current) for model in queries.all_models()],
        "current": None if current is None else services.name(current),
        "used": [(one, _called(one), "" if one.by is None else city.account_name(str(one.by_id))) for one in used[:10]],
        "keeps": may_keep_packs(principal),
        "may_go_back": bool(used),
        "text": text,
        "guesses": _guesses(text) if text else [],
        "danger": urgency(text) if text else None,
        "raw": raw or {},
        "usual": {"days": services.DAYS, "cost": f"{choosing.USUAL_COST:g}"},
        "errors": problems_of(refusal).by_field,
        "told": kept.told(request),
        "here": "responsibility",
    }
    return show(request, "web/suggestions/list.html", context, frame="staff", refusal=refusal)


@require_safe
@staff_only
def one(request: HttpRequest, principal: Principal, model: UUID) -> HttpResponse:
    """Show one model: what it was learned from, the cost curve, each topic, what it mistakes for what, and how it does since."""
    found = TopicModel.objects.filter(id=model).select_related("made_by").first()
    if found is None or not may_read_list(principal):
        return not_found(request)
    raw, refusal = kept.kept(request, f"{PLACE}:{model}")
    current = queries.in_use()
    others = [found] if current is None or current.id == found.id else [found, current]
    compared = services.compare(others, most=MOST_COMPARED) if request.GET.get("compare") else None
    context = {
        "model": found,
        "name": services.name(found),
        "row": _row(found, current),
        "readable": queries.readable(found) is not None,
        "points": [_point(point) for point in found.measured["curve"]],
        "drawn": _drawn(found.measured),
        "topics": _topics(found.measured),
        "mistakes": _mistakes(found.measured),
        "ece": f"{found.measured['ece']:.3f}",
        "cost": f"{found.cost:g}",
        "urgency": found.measured["urgency"],
        "compared": None if not isinstance(compared, dict) else _compared(compared, found, current),
        "matters": compared["matters"] if isinstance(compared, dict) else None,
        "why_not": compared.text if isinstance(compared, Refusal) else None,
        "keeps": may_keep_packs(principal),
        "raw": raw or {},
        "errors": problems_of(refusal).by_field,
        "told": kept.told(request),
        "here": "responsibility",
    }
    return show(request, "web/suggestions/one.html", context, frame="staff", refusal=refusal)


@require_POST
@staff_only
def act(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Learn a model, put one to use, go back, or leave it to the words."""
    if not may_keep_packs(principal):
        return not_found(request)
    raw = kept.posted(request)
    do, model = raw.get("do", ""), _id(raw.get("model", ""))
    if do == "train":
        params = _params(raw)
        asked = (
            params if isinstance(params, Refusal) else jobs.ask("train_topics", params, principal=principal, language=language_of(request))
        )
        if isinstance(asked, Refusal):
            kept.keep(request, PLACE, raw, asked)
            return HttpResponseRedirect(reverse("suggestions"))
        kept.drop(request, PLACE)
        return HttpResponseRedirect(reverse("job", args=[asked]))
    reason = raw.get("reason", "")
    done = (
        services.back(principal=principal, reason=reason) if do == "back" else services.use(principal=principal, model=model, reason=reason)
    )
    at_one = do == "use" and model is not None
    place = f"{PLACE}:{model}" if at_one else PLACE
    if isinstance(done, Refusal):
        kept.keep(request, place, raw, done)
        return HttpResponseRedirect(reverse("suggestion-model", args=[model]) if at_one else reverse("suggestions"))
    kept.drop(request, place)
    called = _called(done)
    kept.tell(request, Text(f"从现在起：{called.zh}。", f"From now on: {called.en}."), "good")
    return HttpResponseRedirect(reverse("suggestions"))


def _params(raw: dict[str, str]) -> dict[str, Any] | Refusal:
    try:
        days = int(raw.get("days", "") or services.DAYS)
    except ValueError:
        return Refusal("days", Text("天数写整数。", "Days are a whole number."), field="days")
    try:
        return {"days": days, "cost": float(raw.get("cost", "") or choosing.USUAL_COST)}
    except ValueError:
        return Refusal("cost", Text("代价写数字。", "The cost is a number."), field="cost")


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _row(model: TopicModel, current: TopicModel | None) -> Row:
    chosen = model.measured["chosen"]
    by = "" if model.made_by_id is None else city.account_name(str(model.made_by_id))
    in_use = current is not None and current.id == model.id
    counted = len(model.measured["topics"])
    return Row(
        model.id, services.name(model), by, counted, _share(model.measured["accuracy"]), _share(chosen["answered"]),
        _share(chosen["precision"]), in_use,
    )  # fmt: skip


def _called(use: ModelUse) -> Text:
    if use.model is None:
        return Text("只照清单里的词建议", "only the words of the list propose")
    called = services.name(use.model)
    return Text(f"用{called.zh}的模型建议", f"the model of {called.en} proposes")


def _share(value: float | None) -> str:
    return "—" if value is None else f"{value * 100:.1f}%"


def _label(topic: str) -> Text:
    known = city.library().topics.get(topic)
    return Text(topic, topic) if known is None else known.label


def _guesses(text: str) -> list[Guess]:
    by = {queries.MODEL: Text("模型", "model"), queries.WORDS: Text("清单里的词", "words of the list")}
    return [
        Guess(_label(found.topic), by[found.by], "" if found.confidence is None else _share(found.confidence), found.sure, found.words)
        for found in queries.suggest(text)
    ]


def _point(point: dict[str, Any]) -> dict[str, str]:
    return {
        "threshold": "—" if point["threshold"] > 1 else f"{point['threshold']:.2f}",
        "answered": _share(point["answered"]),
        "precision": _share(point["precision"]),
        "cost": f"{point['cost']:.3f}",
    }


def _drawn(measured: dict[str, Any]) -> dict[str, Any]:
    """Return the curve in the drawing's own units: share answered to the right, cost upwards, and the threshold chosen."""
    points, chosen = measured["curve"], measured["chosen"]
    top = max(1.0, *(point["cost"] for point in points))

    def spot(point: dict[str, Any]) -> tuple[int, int]:
        return (round(LEFT + point["answered"] * (WIDE - LEFT - 16)), round(HIGH - BELOW - point["cost"] / top * (HIGH - BELOW - 16)))

    line = " ".join(f"{x},{y}" for x, y in map(spot, points))
    return {"line": line, "chosen": spot(chosen), "top": f"{top:.1f}", "wide": WIDE, "high": HIGH, "left": LEFT, "floor": HIGH - BELOW}


def _topics(measured: dict[str, Any]) -> list[tuple[Text, dict[str, Any]]]:
    rows = sorted(measured["topics"].items(), key=lambda entry: -entry[1]["count"])
    return [
        (_label(topic), {"count": told["count"], "precision": _share(told["precision"]), "recall": _share(told["recall"])})
        for topic, told in rows
    ]


def _mistakes(measured: dict[str, Any]) -> list[tuple[Text, Text, int]]:
    found = [(true, said, count) for true, row in measured["confusion"].items() for said, count in row.items() if said != true]
    return [(_label(true), _label(said), count) for true, said, count in sorted(found, key=lambda entry: -entry[2])[:MISTAKES]]


def _compared(told: dict[str, Any], found: TopicModel, current: TopicModel | None) -> list[tuple[Text, dict[str, str] | None]]:
    names = {"words": Text("只照清单里的词", "the words of the list"), str(found.id): services.name(found)}
    if current is not None and current.id != found.id:
        named = services.name(current)
        names[str(current.id)] = Text(f"{named.zh}，正在用", f"{named.en}, in use")
    return [
        (names[key], None if figures is None else {name: _share(figures[name]) for name in ("answered", "precision", "accuracy")})
        for key, figures in told["models"].items()
    ]
