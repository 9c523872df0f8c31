"""The Django app of the duty desk."""

from __future__ import annotations

from django.apps import AppConfig


class ShiftsConfig(AppConfig):
    """Duty entries of a unit, and hand-overs from one shift to the next."""

    name = "huiyin.shifts"
    label = "shifts"
    default_auto_field = "django.db.models.BigAutoField"
