"""What decisions taught: for which topic at which place which kind of unit was named, how often, in which matters, why."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from huiyin.city import queries as city
from huiyin.city.models import Division
from huiyin.core.responsibility import EVERYTHING
from huiyin.core.rights import may_keep_packs
from huiyin.core.values import SYSTEM, Principal, Text
from huiyin.matters import definitions
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.routing import keeping
from huiyin.routing.explain import Words
from huiyin.routing.models import OPEN, RowProposal
from huiyin.routing.queries import decide_owner, facts_of
from huiyin.ui.forms import problems_of
from huiyin.web.pages import kept
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.errors import not_found
from huiyin.web.pages.show import show

Said = tuple[tuple[str, str], ...]
PLACE = "list-learned"
MOST = 200
NAMED = 5
BEATS = {
    "law": Text("按清单直派", "by the list"),
    "agreement": Text("商定", "by agreement"),
    "order": Text("指定", "by order"),
    "return": Text("退回", "sent back"),
    "sample": Text("抽查", "daily sample"),
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """Decisions that taught the same.

    Attributes:
        answers: what people answered of what the list asks for; empty where it asks for nothing there.
        now: whom the list names today with these answers, where it names somebody else.
        key: of one of them, by which a row is begun.
    """

    topic: Text
    place: Text
    lead: Text
    answers: Text
    count: int
    beats: tuple[Text, ...]
    references: tuple[str, ...]
    reasons: tuple[str, ...]
    now: Text | None
    key: UUID
    keys: tuple[UUID, ...]
    address: str

    @property
    def joined(self) -> str:
        """The keys, for a form."""
        return " ".join(str(key) for key in self.keys)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def learned(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Show what decisions taught; decline with a reason."""
    if not may_keep_packs(principal):
        return not_found(request)
    if request.method == "POST":
        raw = kept.posted(request)
        refused = keeping.answer(principal=principal, proposals=_keys(raw.get("keys", "")), taken=False, words=raw.get("reason", ""))
        if refused is None:
            kept.drop(request, PLACE)
            kept.tell(request, Text("没有采纳，理由已经记下。", "Declined; the reason was written down."))
        else:
            kept.keep(request, PLACE, raw, refused)
        return HttpResponseRedirect(reverse("responsibility-learned"))
    raw_kept, refusal = kept.kept(request, PLACE)
    context = {
        "lessons": lessons(),
        "declined": (raw_kept or {}).get("keys", ""),
        "reason": (raw_kept or {}).get("reason", ""),
        "error": problems_of(refusal).by_field.get("reason"),
        "answered": _answered(),
        "told": kept.told(request),
        "here": "responsibility",
    }
    return show(request, "web/responsibility/learned.html", context, frame="staff", refusal=refusal)


def _keys(text: str) -> list[UUID]:
    try:
        return [UUID(one) for one in text.split()]
    except ValueError:
        return []


def lessons() -> list[Lesson]:
    """Return what open proposals teach, the most frequent first; those of one district and the same answers belong together."""
    groups: dict[tuple[str, str, str, Said], list[RowProposal]] = {}
    waiting = list(RowProposal.objects.filter(state=OPEN).order_by("-at")[:MOST])
    references, said = _about({one.matter for one in waiting})
    paths = dict(Division.objects.filter(code__in={one.division for one in waiting}).values_list("code", "path"))
    for one in waiting:
        district = next(iter(paths.get(one.division, [])[1:2]), "")
        groups.setdefault((one.topic, district, one.lead_kind, said.get(one.matter, ())), []).append(one)
    shorts = dict(Division.objects.filter(code__in={key[1] for key in groups}).values_list("code", "short"))
    words = Words([])
    found: list[Lesson] = []
    for (topic, district, lead, answers), mine in groups.items():
        owner = decide_owner(topic=topic, division=mine[0].division or None, on=city.today(), facts=dict(answers))
        named = None if owner.decision is None or owner.decision.lead_kind == lead else words.kind(owner.decision.lead_kind)
        place = Text("全市", "the whole city") if not district else Text(shorts.get(district, district), shorts.get(district, district))
        found.append(
            Lesson(
                EVERYTHING if topic == "*" else words.topic(topic),
                place,
                words.kind(lead),
                words.answers(owner.answers),
                len(mine),
                tuple(dict.fromkeys(BEATS[one.beat] for one in mine)),
                tuple(filter(None, (references.get(one.matter, "") for one in mine[:NAMED]))),
                tuple(dict.fromkeys(one.reason for one in mine if one.reason))[:NAMED],
                named,
                mine[0].id,
                tuple(one.id for one in mine),
                f"{reverse('responsibility-edit')}?{urlencode([('from', str(one.id)) for one in mine])}",
            )
        )
    return sorted(found, key=lambda one: -one.count)


def _about(matters: set[UUID]) -> tuple[dict[UUID, str], dict[UUID, Said]]:
    """Return the numbers of matters, and what people answered in them of what the list asks for."""
    references: dict[UUID, str] = {}
    said: dict[UUID, Said] = {}
    with reading_as(SYSTEM):
        read = Matter.objects.filter(id__in=matters).values_list(
            "id", "reference", "topic", "procedure", "procedure_version", "body__facts"
        )
        for name, reference, topic, procedure, version, facts in read:
            definition, _ = definitions.pinned(procedure, version)
            references[name], said[name] = reference, tuple(facts_of(definition, topic, facts or {}).items())
    return references, said


def _answered() -> list[tuple[RowProposal, Text, Text]]:
    words = Words([])
    last = RowProposal.objects.exclude(state=OPEN).order_by("-answered_at")[:10]
    return [(one, words.topic(one.topic), words.kind(one.lead_kind)) for one in last]
