"""Finding matters: a reference leads straight there, words are looked for in what this reader may see."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from huiyin.city import queries as city
from huiyin.core import reference as references
from huiyin.core.packs import Library
from huiyin.core.values import Principal, Text
from huiyin.matters import finding
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.web.pages import worklist
from huiyin.web.pages.desk import staff_only
from huiyin.web.pages.show import show

LONGEST = 60


@staff_only
def search(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Go to the matter of a reference, or show the matters in which the words stand; one answer for none and for not theirs."""
    typed = request.GET.get("q", "").replace("\x00", "")[:LONGEST].strip()
    digits = references.normalise(typed)
    if digits is not None and references.is_valid(digits):
        address = address_of(principal, digits)
        if address is not None:
            return HttpResponseRedirect(address)
        context: dict[str, Any] = {"typed": typed, "reference": True, "hits": (), "searchable": True}
        return show(request, "web/search.html", context, frame="staff", status=404)
    hits = finding.find(principal, typed) if typed else None
    library = city.library()
    named = worklist.places({hit.division for hit in hits.found if hit.division}) if hits else {}
    context = {
        "typed": typed,
        # Twelve digits were meant as a reference and are mistyped: more help than "nothing found".
        "mistyped": digits is not None and len(digits) >= 10,
        "searchable": not typed or hits is not None,
        "hits": [
            (hit, reverse("desk-matter", args=[hit.home, hit.matter]), _topic(library, hit), named.get(hit.division))
            for hit in (hits.found if hits else ())
        ],
        "more": hits is not None and hits.more,
    }
    return show(request, "web/search.html", context, frame="staff")


def address_of(principal: Principal, reference: str) -> str | None:
    """Return where a matter stands at the desk; None when there is none this reader may see."""
    with reading_as(principal):
        found = Matter.objects.filter(reference=reference).values_list("home", "id").first()
    return None if found is None else reverse("desk-matter", args=found)


def _topic(library: Library, hit: finding.Hit) -> Text:
    return library.about(hit.topic, hit.title)
