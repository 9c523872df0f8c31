"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.mediation import calendars, files

urlpatterns: list[URLPattern] = [
    path("mediations/", files.mediations, name="mediations"),
    path("desk/<slug:home>/<uuid:matter>/file/", files.file, name="mediation-file"),
    path("desk/<slug:home>/<uuid:matter>/court-packet/", files.court_packet, name="court-packet"),
    path("desk/<slug:home>/<uuid:matter>/court-packet.zip", files.court_data, name="court-packet-data"),
    path("desk/<slug:home>/<uuid:matter>/meeting.ics", calendars.of_desk, name="desk-calendar"),
    path("mine/<slug:reference>/meeting.ics", calendars.of_party, name="mine-calendar"),
]
