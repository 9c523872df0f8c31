"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.neighbours import exchanging, listing, mapping

urlpatterns: list[URLPattern] = [
    path("neighbours/", listing.neighbours, name="neighbours"),
    path("neighbours/new/", listing.new, name="neighbour-new"),
    path("neighbours/of/<slug:neighbour>/", listing.neighbour, name="neighbour"),
    path("neighbours/of/<slug:neighbour>/change/", listing.change, name="neighbour-change"),
    path("neighbours/of/<slug:neighbour>/keys/", listing.keys, name="neighbour-keys"),
    path("neighbours/of/<slug:neighbour>/mapping/", mapping.editor, name="neighbour-mapping"),
    path("neighbours/of/<slug:neighbour>/take-in/", exchanging.take_in, name="neighbour-take-in"),
    path("neighbours/of/<slug:neighbour>/hand-over/", exchanging.hand_over, name="neighbour-hand-over"),
]
