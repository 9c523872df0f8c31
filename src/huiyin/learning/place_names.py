"""What a place corrected inside a matter teaches the gazetteer: the name its reporter used, once several people used it there."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.city.gazetteer_models import GazetteerName
from huiyin.city.models import Division
from huiyin.city.name_learning import put_forward, unknown_names
from huiyin.core.procedure import Procedure
from huiyin.core.values import SYSTEM, Principal, Text
from huiyin.learning.decided import SAID, spoken
from huiyin.learning.reporters import asked_by_anybody, marks, people_of
from huiyin.learning.training import groups
from huiyin.learning.wording import FEWEST
from huiyin.matters import lists
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.matters.views import MatterView

SINCE: Final = timedelta(days=365)
MOST_READ: Final = 200
_STREET: Final = 3
FROM: Final = Text("派单员改正地点时选定的地方", "the place a dispatcher chose when correcting it")
WHY: Final = Text("至少三个人这样写，系统没有认出来", "at least three people wrote it so, and it was not recognised")


def corrected(principal: Principal, view: MatterView, data: Mapping[str, Any]) -> GazetteerName | None:
    """Put forward the name a reporter used for a place, when somebody at a desk has just said which place that is.

    Only the name of an estate or a landmark is put forward, never a number of a house or a door, and only when at least `FEWEST`
    different people used it there. A keeper of names decides. A matter kept from lists teaches nothing.

    Args:
        view: the matter as it stood before the act.
        data: what the act recorded.
    """
    if principal.kind != "staff" or view.topic in lists.sealed_topics() or not asked_by_anybody(view.procedure):
        return None
    for name in _place_fields(view.procedure):
        before, after = view.facts.get(name), data.get(name)
        if not isinstance(after, Mapping) or not isinstance(before, Mapping) or not after.get("division"):
            continue
        words, code = str(before.get("detail") or ""), str(after["division"])
        if code in (before.get("division"), view.division):
            continue
        for said, kind in unknown_names(principal, words, code):
            if people_saying(said, code, view.matter) >= FEWEST:
                return put_forward(principal, said, kind, code, source=FROM, why=WHY)
    return None


def people_saying(name: str, code: str, matter: UUID) -> int:
    """Return how many different people, at least, used a name in what they lately wrote of a place; ``matter`` counts wherever it lies."""
    chosen = [one for one in city.library().procedures.values() if asked_by_anybody(one)]
    fields = {field for one in chosen for field in spoken(one)} | {f"{field}__detail" for one in chosen for field in _place_fields(one)}
    said = Q()
    for field in fields:
        said |= Q(**{f"body__facts__{field}__icontains": name})
    near = [*Division.objects.filter(path__contains=[code]).values_list("code", flat=True), *places.path_of(code)[_STREET - 1 :]]
    with reading_as(SYSTEM):
        rows = Matter.objects.filter(said, procedure__in=[one.name for one in chosen], opened_at__gte=clock.now() - SINCE)
        rows = rows.filter(Q(division__in=near) | Q(id=matter)).exclude(topic__in=lists.sealed_topics()).order_by("-opened_at")
        found = list(rows.values_list("id", flat=True)[:MOST_READ])
        people, key = people_of(found), secrets.token_bytes(16)
    return len(set(groups([marks(people.get(one, ()), key) for one in found]).tolist()))


def _place_fields(procedure: Procedure) -> tuple[str, ...]:
    """Return the fields of the opening form in which a reporter says where it is."""
    fields = [procedure.fields[entry.field] for entry in procedure.forms[procedure.opening_form].entries]
    return tuple(field.name for field in fields if field.type == "place" and field.cls <= SAID and field.of is None)
