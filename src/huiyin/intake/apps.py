"""The Django app of drafts."""

from __future__ import annotations

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Drafts of reports and requests, and the pictures that come with them."""

    name = "huiyin.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"
