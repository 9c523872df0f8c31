"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.returns import files, tables, weekly

urlpatterns: list[URLPattern] = [
    path("returns/", tables.returns, name="returns"),
    path("returns/<slug:name>/", tables.one, name="return"),
    path("returns/<slug:name>/list/", tables.behind, name="return-list"),
    path("returns/<slug:name>/file/<slug:form>/", files.file, name="return-file"),
    path("weekly/", weekly.week, name="weekly"),
    path("weekly/<slug:home>/<uuid:matter>/", weekly.one, name="weekly-one"),
]
