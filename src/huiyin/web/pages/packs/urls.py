"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.packs import downloads, listing, one

urlpatterns: list[URLPattern] = [
    path("packs/", listing.packs, name="packs"),
    path("packs/new/", listing.new, name="pack-new"),
    path("packs/<slug:pack>/", listing.versions, name="pack"),
    path("packs/version/<slug:content>/", downloads.whole, name="pack-zip"),
    path("packs/version/<slug:content>/file/", downloads.file, name="pack-file"),
    path("packs/proposal/<uuid:proposal>/", one.proposal, name="pack-proposal"),
    path("packs/proposal/<uuid:proposal>/decide/", one.decide, name="pack-decide"),
]
