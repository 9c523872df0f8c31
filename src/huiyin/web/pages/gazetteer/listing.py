"""The list of names, what an address is read as and why, and the form for a new name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from huiyin.city import gazetteer
from huiyin.city.gazetteer_models import ENDED, IN_USE, PROPOSED
from huiyin.city.places import find_places
from huiyin.core.address_names import LEVELS
from huiyin.core.gazetteer import KINDS
from huiyin.core.rights import may_keep_names
from huiyin.core.values import Principal, Refusal, Text
from huiyin.ui import forms
from huiyin.ui.forms import Option, Question, Sources, problems_of
from huiyin.web.pages import kept, places
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

NEW = "name-add"
PLACE = "f.place"
PAGE = 50
TRIED_AT_MOST = 200
STATES: Mapping[str, tuple[Text, str]] = {
    PROPOSED: (Text("等您决定", "waits for a decision"), "wait"),
    IN_USE: (Text("在用", "in use"), "good"),
    ENDED: (Text("已停用", "ended"), "quiet"),
    gazetteer.PACK: (Text("规则包", "pack"), "quiet"),
}
STEPS: Mapping[str, Text] = {
    "proposed": Text("提出", "proposed"),
    "added": Text("添加", "added"),
    "accepted": Text("采用", "accepted"),
    "declined": Text("不采用", "declined"),
    "ended": Text("停用", "ended"),
}
LEVEL_NAMES: Mapping[str, Text] = dict(
    zip(
        LEVELS,
        (
            Text("省", "province"),
            Text("市", "city"),
            Text("区县", "district"),
            Text("街道、乡镇", "street or town"),
            Text("社区、村", "community or village"),
        ),
        strict=True,
    )
)


@require_GET
@staff_only
def names(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show the names a keeper looks after; ``try`` reads an address and says why."""
    if not may_keep_names(principal):
        return not_found(request)
    words, state = _asked(request, "words", 30), _asked(request, "state", 10)
    state = state if state in (PROPOSED, IN_USE, ENDED) else ""
    number = forms.number_of(_asked(request, "page", 6)) or 1
    found, total = gazetteer.names(principal, words=words, state=state, limit=number * PAGE)
    raw, refusal = kept.kept(request, NEW)
    questions = asked(raw or {}, refusal)
    tried = _asked(request, "try", TRIED_AT_MOST)
    context: dict[str, Any] = {
        "names": [
            (one, *STATES[one.state], KINDS[one.entry.kind], [(STEPS[step.kind], step) for step in one.steps])
            for one in found[(number - 1) * PAGE :]
        ],
        "words": words,
        "state": state,
        "states": [(key, STATES[key][0]) for key in (PROPOSED, IN_USE, ENDED)],
        "total": total,
        "first_number": (number - 1) * PAGE + 1,
        "last_number": min(number * PAGE, total),
        "first_page": _address(words, state, 1) if number > 1 else None,
        "next_page": _address(words, state, number + 1) if number * PAGE < total else None,
        "tried": tried,
        "readings": [(one, LEVEL_NAMES[one.level], round(one.confidence * 100)) for one in find_places(tried)] if tried else [],
        "questions": questions,
        "open_form": raw is not None or refusal is not None,
        "told": kept.told(request),
        "here": "names",
    }
    return show(request, "web/gazetteer/names.html", context, frame="staff", refusal=refusal, questions=questions)


def _asked(request: HttpRequest, name: str, longest: int) -> str:
    return request.GET.get(name, "").replace("\x00", "").strip()[:longest]


def _address(words: str, state: str, page: int) -> str:
    said = {"words": words, "state": state, "page": str(page) if page > 1 else ""}
    return f"?{urlencode({key: value for key, value in said.items() if value})}#list"


def asked(raw: Mapping[str, str], refusal: Refusal | None) -> list[Question]:
    """Return the questions of a new name, holding what was typed."""
    wrong = problems_of(refusal).by_field

    def line(name: str, label: Text, hint: Text | None = None, *, required: bool = True, kind: str = "line") -> Question:
        return Question(name, label, kind, hint=hint, error=wrong.get(name), value=raw.get(name, ""), required=required)

    chosen = raw.get("kind", "")
    return [
        line("name", Text("名称", "Name"), Text("只写名称，例如：望月花园。", "The name alone.")),
        Question(
            "kind",
            Text("是什么", "What it is"),
            "select",
            error=wrong.get("kind"),
            options=tuple(Option(kind, label, kind == chosen) for kind, label in KINDS.items()),
        ),
        forms.place(
            Text("在哪里", "Where it lies"),
            PLACE,
            raw,
            Sources(places=places.found),
            hint=Text("写社区、街道或者地址，查一下，再选。", "Write a community, a street or an address, look it up, then choose."),
            error=wrong.get("place"),
        ),
        line("since", Text("从哪天起", "Since"), required=False, kind="date"),
        line(
            "until",
            Text("到哪天止", "Until"),
            Text("旧名写改名那天。", "For a former name the day it changed."),
            required=False,
            kind="date",
        ),
        line("source", Text("来源", "Known from"), Text("例如：民政局地名公告、走访。", "Such as a notice, or a visit.")),
    ]
