"""The app's name and label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class RoutingConfig(AppConfig):
    """The responsibility list and the decisions it gives."""

    name = "huiyin.routing"
    label = "routing"
    verbose_name = "routing"

    def ready(self) -> None:
        """Take what acts ask of the list out of the queue of matter work."""
        from huiyin.matters import outbox
        from huiyin.matters import outgoing as kinds
        from huiyin.routing import outgoing

        outbox.handles(kinds.ROUTE, outgoing.route)
        outbox.handles(kinds.TEACH, outgoing.teach)
