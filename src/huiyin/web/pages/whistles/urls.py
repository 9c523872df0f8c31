"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.whistles import calling, running

urlpatterns: list[URLPattern] = [
    path("desk/whistles/", running.running, name="whistles"),
    path("desk/whistles/new/", calling.call, name="whistle-new"),
]
