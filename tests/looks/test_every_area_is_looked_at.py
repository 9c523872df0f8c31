"""No area of screens goes without its file of tests."""

from __future__ import annotations

from pathlib import Path

from .screens import areas


def test_every_area_has_a_file_of_tests() -> None:
    tested = {path.stem.removeprefix("test_screens_") for path in Path(__file__).parent.glob("test_screens_*.py")}
    assert tested >= set(areas())
