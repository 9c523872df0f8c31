"""The role the application works under, as migrations grant to it and take from it."""

from __future__ import annotations

from django.conf import settings

NAMED = "huiyin_app"


def for_this_role(statements: str) -> str:
    """Return SQL written for ``huiyin_app`` as it is for the role the settings name."""
    role = str(settings.DATABASES["default"].get("USER") or NAMED).replace('"', '""')
    return statements.replace(NAMED, f'"{role}"')
