"""An operator's own PostgreSQL may name the application's role otherwise: every migration grants to that one."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.migrations import RunSQL

APPS = ("city", "parties", "matters", "papers", "jobs", "routing", "intake", "exchange")


def statements(app: str) -> str:
    """Return the SQL a room's migration runs, read under the settings of this moment."""
    module = importlib.reload(importlib.import_module(f"huiyin.{app}.migrations.0001_initial"))
    return "\n".join(str(one.sql) for one in module.Migration.operations if isinstance(one, RunSQL))


@pytest.fixture
def another_role(settings: Any) -> Iterator[None]:
    before = dict(settings.DATABASES["default"])
    settings.DATABASES["default"]["USER"] = 'city "app"'
    yield
    settings.DATABASES["default"].clear()
    settings.DATABASES["default"].update(before)
    for app in APPS:
        statements(app)


@pytest.mark.usefixtures("another_role")
def test_no_migration_names_another_role_than_the_settings_do() -> None:
    for app in APPS:
        assert "huiyin_app" not in statements(app), app
    for app in ("city", "matters", "papers", "jobs", "routing", "exchange"):
        assert '"city ""app"""' in statements(app), app
