"""No page goes without a screen, and no area of screens without its file of tests."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from .screens import areas, of_area

# What no screen shows, by why.
NO_PAGE: Final[dict[str, tuple[str, ...]]] = {
    "a file, a picture or data, for a program or to be kept": (
        "court-packet-data",
        "desk-calendar",
        "desk-file",
        "desk-paper-copy",
        "feed",
        "field-bundle",
        "field-manifest",
        "field-sync",
        "field-token",
        "field-worker",
        "figures-csv",
        "guide-bpmn",
        "guide-source",
        "health",
        "import-blank",
        "inbox-arrivals",
        "job-errors",
        "job-file",
        "job-state",
        "mine-calendar",
        "mine-file",
        "mine-paper-copy",
        "desk-bundle",
        "mine-bundle",
        "mine-within-bundle",
        "mine-whole-file",
        "mine-within-file",
        "desk-room-file",
        "mine-room-file",
        "mine-within-room-file",
        "mine-within-paper-copy",
        "mine-within-whole-file",
        "open311-discovery",
        "open311-request",
        "open311-requests",
        "open311-service",
        "open311-services",
        "open311-token",
        "order-state",
        "pack-file",
        "pack-zip",
        "place-code",
        "project-template",
        "responsibility-workbook",
        "names-workbook",
        "names-csv",
        "session",
        "styles",
    ),
    "it does something and leads to another page": (
        "apply",
        "dispute",
        "import-confirm",
        "inbox-filters",
        "job-cancel",
        "job-signs",
        "mine-leave",
        "name-add",
        "name-decide",
        "neighbour-hand-over",
        "neighbour-keys",
        "neighbour-take-in",
        "notices-read",
        "order-decide",
        "order-drop",
        "order-go-on",
        "order-prepare",
        "pack-decide",
        "project-confirm",
        "responsibility-draft-do",
        "responsibility-say",
        "report",
        "report-leave",
        "shift-hand-over",
        "suggestions-do",
        "hot-issues-count",
        "shift-take",
        "shift-withdraw",
        "shift-write",
        "sign-out",
        "signature-service-answer",
        "take-in",
    ),
    "a file, or where it is long the page that asks before it is made, which has one sentence and one button": ("desk-whole-file",),
    "the page of one's own matter, act or paper, shown of a matter opened within it": (
        "mine-within",
        "mine-within-act",
        "mine-within-dates",
        "mine-within-paper",
        "mine-within-draft",
        "mine-within-room",
        "mine-within-room-private",
    ),
}


@pytest.fixture(autouse=True)
def every_area(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at all areas, also where the run keeps to some."""
    monkeypatch.delenv("LOOKS", raising=False)


def names(patterns: Iterable[URLPattern | URLResolver]) -> set[str]:
    """Return the names of every address but the API's, which has no pages."""
    found: set[str] = set()
    for one in patterns:
        if isinstance(one, URLResolver):
            found |= set() if one.namespace == "api" else names(one.url_patterns)
        else:
            assert one.name, f"the address {one.pattern} has no name"
            found.add(one.name)
    return found


def test_every_page_has_a_screen_or_a_reason_why_not() -> None:
    every = names(get_resolver().url_patterns)
    shown = {screen.shows for area in areas() for screen in of_area(area)} - {""}
    without = [name for group in NO_PAGE.values() for name in group]
    assert sorted(every - shown - set(without)) == [], "a page nobody looks at: give it a screen in tests/looks/screens, or a reason here"
    assert sorted(shown & set(without)) == [], "looked at after all: take it off the list"
    assert sorted((shown | set(without)) - every) == [], "no such address"
    assert len(without) == len(set(without))


def test_every_area_has_a_file_of_tests() -> None:
    tested = {path.stem.removeprefix("test_screens_") for path in Path(__file__).parent.glob("test_screens_*.py")}
    assert tested >= set(areas())
