"""The Django app of exchange with neighbouring systems."""

from __future__ import annotations

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """Neighbouring systems, what they bring and what goes back to them."""

    name = "huiyin.exchange"
    label = "exchange"
    default_auto_field = "django.db.models.BigAutoField"
