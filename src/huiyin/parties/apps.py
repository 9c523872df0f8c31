"""Django's entry for this app."""

from __future__ import annotations

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Parties of matters."""

    name = "huiyin.parties"
