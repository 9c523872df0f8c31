"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.suggestions import models

urlpatterns: list[URLPattern] = [
    path("suggestions/", models.listed, name="suggestions"),
    path("suggestions/do/", models.act, name="suggestions-do"),
    path("suggestions/<uuid:model>/", models.one, name="suggestion-model"),
]
