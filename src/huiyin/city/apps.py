"""The app's name and label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class CityConfig(AppConfig):
    """Places, units, people in posts, packs."""

    name = "huiyin.city"
    label = "city"
    verbose_name = "city"
