"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.documents import copies, outside, verification, whole

_DESK = "desk/<slug:home>/<uuid:matter>/"
_MINE = "mine/<slug:reference>/"
_WITHIN = "mine/<slug:reference>/of/<slug:home>/<uuid:matter>/"
_COPY = "papers/<slug:name>/<int:number>/<str:kind>"

urlpatterns: list[URLPattern] = [
    path("signature-service/answer/", outside.answered, name="signature-service-answer"),
    path("verify/", verification.ask, name="verify"),
    path("verify/<str:code>/", verification.verify, name="verify-code"),
    path(_DESK + _COPY, copies.of_desk, name="desk-paper-copy"),
    path(_MINE + _COPY, copies.of_mine, name="mine-paper-copy"),
    path(_WITHIN + _COPY, copies.of_mine, name="mine-within-paper-copy"),
    path(_DESK + "file.pdf", whole.of_desk, name="desk-whole-file"),
    path(_DESK + "file.zip", whole.bundle_of_desk, name="desk-bundle"),
    path(_MINE + "file.zip", whole.bundle_of_mine, name="mine-bundle"),
    path(_WITHIN + "file.zip", whole.bundle_of_mine, name="mine-within-bundle"),
    path(_MINE + "file.pdf", whole.of_mine, name="mine-whole-file"),
    path(_WITHIN + "file.pdf", whole.of_mine, name="mine-within-whole-file"),
]
