"""Addresses of this room's pages."""

from __future__ import annotations

from django.urls import URLPattern, path

from huiyin.web.pages.orders import deciding, looking

urlpatterns: list[URLPattern] = [
    path("orders/", looking.orders, name="orders"),
    path("orders/prepare/", deciding.prepare, name="order-prepare"),
    path("orders/<uuid:order>/", looking.order, name="order"),
    path("orders/<uuid:order>/state/", looking.state, name="order-state"),
    path("orders/<uuid:order>/decide/", deciding.decide, name="order-decide"),
    path("orders/<uuid:order>/go-on/", deciding.go_on, name="order-go-on"),
    path("orders/<uuid:order>/drop/", deciding.drop, name="order-drop"),
]
