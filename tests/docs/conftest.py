"""Home folders in which the commands of the documents run, and a demonstration for those that need one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from readers_machine import Demonstration, new_home


@pytest.fixture(scope="session")
def demonstration() -> Iterator[Demonstration]:
    """The demonstration of this run, not started yet."""
    demo = Demonstration(new_home())
    try:
        yield demo
    finally:
        demo.stop()
        shutil.rmtree(demo.home, ignore_errors=True)


@pytest.fixture
def home() -> Iterator[Path]:
    """An empty home folder."""
    folder = new_home()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
