"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.dates import calculator, clocks, feeds

urlpatterns: list[URLPattern] = [
    path("dates/", calculator.page, name="dates"),
    path("desk/<slug:home>/<uuid:matter>/dates/", clocks.of_desk, name="desk-dates"),
    path("mine/<slug:reference>/dates/", clocks.of_party, name="mine-dates"),
    path("mine/<slug:reference>/of/<slug:home>/<uuid:matter>/dates/", clocks.of_party, name="mine-within-dates"),
    path("desk/calendar/", feeds.of_desk, name="desk-feed"),
    path("mine/<slug:reference>/calendar/", feeds.of_party, name="mine-feed"),
    path("calendar/<slug:token>.ics", feeds.feed, name="feed"),
]
