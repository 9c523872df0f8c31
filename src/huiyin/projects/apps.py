"""The app's name and label for Django."""

from __future__ import annotations

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """Projects of many households."""

    name = "huiyin.projects"
    label = "projects"

    def ready(self) -> None:
        """Take notices to households out of the queue of matter work."""
        from huiyin.matters import outbox, outgoing
        from huiyin.projects import notices

        outbox.handles(outgoing.ANNOUNCE, notices.handed_on)
