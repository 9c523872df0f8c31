"""The Django app of what is learned from decided matters."""

from __future__ import annotations

from django.apps import AppConfig


class LearningConfig(AppConfig):
    """Models of topics: made, compared, put to use and taken back."""

    name = "huiyin.learning"
    label = "learning"
    default_auto_field = "django.db.models.BigAutoField"
