"""The app's name and label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """The responsibility list and the decisions it gives."""

    name = "huiyin.routing"
    label = "routing"
    verbose_name = "routing"
