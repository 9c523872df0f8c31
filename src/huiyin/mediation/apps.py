"""The Django app of rooms."""

from __future__ import annotations

from django.apps import AppConfig


class MediationConfig(AppConfig):
    """Rooms of a mediation."""

    name = "huiyin.mediation"
    label = "mediation"
    default_auto_field = "django.db.models.BigAutoField"
