"""The app's name and label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Long work and its results."""

    name = "huiyin.jobs"
    label = "jobs"
    verbose_name = "jobs"
    default_auto_field = "django.db.models.BigAutoField"
