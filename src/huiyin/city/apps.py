"""The app's name and label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class CityConfig(AppConfig):
    """Places, units, people in posts, packs."""

    name = "huiyin.city"
    label = "city"
    verbose_name = "city"

    def import_models(self) -> None:
        """Register the tables of changed packs and of the gazetteer too: they stand in files of their own."""
        super().import_models()
        from huiyin.city import gazetteer_models, pack_models  # noqa: F401
