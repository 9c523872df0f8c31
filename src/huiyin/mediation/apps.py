"""The Django app of rooms."""

from __future__ import annotations

from django.apps import AppConfig


class MediationConfig(AppConfig):
    """Rooms of a mediation."""

    name = "huiyin.mediation"
    label = "mediation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let go of a party's words when they are erased from its matter."""
        from huiyin.matters import outbox
        from huiyin.matters import outgoing as kinds
        from huiyin.mediation import services

        outbox.handles(kinds.ERASED, services.erase)
