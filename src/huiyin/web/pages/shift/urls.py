"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import path

from huiyin.web.pages.shift import desk

urlpatterns = [
    path("desk/shift/", desk.page, name="shift"),
    path("desk/shift/write/", desk.write, name="shift-write"),
    path("desk/shift/hand-over/", desk.hand_over, name="shift-hand-over"),
    path("desk/shift/<uuid:hand>/take/", desk.take, name="shift-take"),
    path("desk/shift/<uuid:hand>/withdraw/", desk.withdraw, name="shift-withdraw"),
]
