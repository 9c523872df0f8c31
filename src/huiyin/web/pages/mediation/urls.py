"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.mediation import calendars, cards, drafts, files, rooms

WITHIN = "mine/<slug:reference>/of/<slug:home>/<uuid:matter>/"

urlpatterns: list[URLPattern] = [
    path("mediations/", files.mediations, name="mediations"),
    path("cards/", cards.listing, name="cards"),
    path("cards/ask/", cards.ask, name="card-ask"),
    path("desk/<slug:home>/<uuid:matter>/file/", files.file, name="mediation-file"),
    path("desk/<slug:home>/<uuid:matter>/court-packet/", files.court_packet, name="court-packet"),
    path("desk/<slug:home>/<uuid:matter>/court-packet.zip", files.court_data, name="court-packet-data"),
    path("desk/<slug:home>/<uuid:matter>/meeting.ics", calendars.of_desk, name="desk-calendar"),
    path("mine/<slug:reference>/meeting.ics", calendars.of_party, name="mine-calendar"),
    path("desk/<slug:home>/<uuid:matter>/room/", rooms.of_desk, name="desk-room"),
    path("desk/<slug:home>/<uuid:matter>/room/file/<uuid:file>/", rooms.file_of_desk, name="desk-room-file"),
    path("mine/<slug:reference>/room/file/<uuid:file>/", rooms.file_of_party, name="mine-room-file"),
    path(f"{WITHIN}room/file/<uuid:file>/", rooms.file_of_party, name="mine-within-room-file"),
    path("desk/<slug:home>/<uuid:matter>/room/<slug:party>/", rooms.of_desk, name="desk-room-private"),
    path("desk/<slug:home>/<uuid:matter>/draft/", drafts.of_desk, name="desk-draft"),
    path("mine/<slug:reference>/draft/", drafts.of_party, name="mine-draft"),
    path(f"{WITHIN}draft/", drafts.of_party, name="mine-within-draft"),
    path("mine/<slug:reference>/room/", rooms.of_party, name="mine-room"),
    path("mine/<slug:reference>/room/private/", rooms.of_party, {"alone": True}, name="mine-room-private"),
    path(f"{WITHIN}room/", rooms.of_party, name="mine-within-room"),
    path(f"{WITHIN}room/private/", rooms.of_party, {"alone": True}, name="mine-within-room-private"),
]
