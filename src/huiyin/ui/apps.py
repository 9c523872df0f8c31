"""The app's name and label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Components of pages."""

    name = "huiyin.ui"
    label = "ui"
    verbose_name = "ui"
