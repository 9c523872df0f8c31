"""Django's entry for this app."""

from __future__ import annotations

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """Matters and everything that hangs on them."""

    name = "huiyin.matters"
