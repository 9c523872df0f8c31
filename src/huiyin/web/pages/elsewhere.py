"""Matters and acts that have a page of their own, instead of the desk's page and the form every act has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.urls import reverse

from huiyin.city import queries as city
from huiyin.core.values import Text

# (procedure, action) -> name of the address that takes home and matter. The desk links there and offers no form.
ACTS: Mapping[tuple[str, str], str] = {("weekly_report", "take_figures"): "weekly-one"}
# procedure -> (name of the address, what the link on the desk's page says).
MATTERS: Mapping[str, tuple[str, Text]] = {"weekly_report": ("weekly-one", Text("打开周报", "Open the weekly report"))}

PROJECT: Final = ("project", Text("打开项目页：各户到哪一步", "Open the project: how far the households are"))


def act_address(procedure: str, action: str, home: str, matter: UUID) -> str | None:
    """Return the page on which an act is done, when it is not the form at the desk."""
    name = ACTS.get((procedure, action))
    return None if name is None else reverse(name, args=[home, matter])


def link(procedure: str, home: str, matter: UUID) -> tuple[Text, str] | None:
    """Return (words, address) of the page of its own a matter has besides the desk's."""
    found = PROJECT if procedure in city.library().projects else MATTERS.get(procedure)
    return None if found is None else (found[1], reverse(found[0], args=[home, matter]))
