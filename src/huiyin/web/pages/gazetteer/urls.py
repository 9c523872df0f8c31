"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.gazetteer import changing, listing, sheet

urlpatterns: list[URLPattern] = [
    path("names/", listing.names, name="names"),
    path("names/add/", changing.add, name="name-add"),
    path("names/sheet/", sheet.sheet, name="names-sheet"),
    path("names/names.xlsx", sheet.workbook, name="names-workbook"),
    path("names/names.csv", sheet.as_csv, name="names-csv"),
    path("names/<uuid:entry>/decide/", changing.decide, name="name-decide"),
]
