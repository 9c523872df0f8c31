"""The public record: the sealed heads as they were published, and how anyone can check a receipt against them."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse

from huiyin.city import places
from huiyin.matters import queries
from huiyin.web.pages.show import show

SHOWN = 30


def record(request: HttpRequest) -> HttpResponse:
    """Show the latest sealed heads."""
    homes = places.homes()
    rows = [
        {**root, "sealed_at": datetime.fromisoformat(root["sealed_at"]), "name": homes.get(root["home"], root["home"])}
        for root in queries.roots(limit=SHOWN)
    ]
    return show(request, "web/record.html", {"rows": rows, "here": "record"})
