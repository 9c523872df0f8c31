"""The one place where the application reads time; tests replace it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime


def _system_now() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_now


def now() -> datetime:
    """Return the present instant, timezone-aware, in UTC."""
    return _source()


@contextmanager
def set_to(source: datetime | Callable[[], datetime]) -> Iterator[None]:
    """Let ``now`` answer from ``source`` inside the block (tests, rehearsals, seeded history)."""
    global _source
    before = _source
    _source = (lambda: source) if isinstance(source, datetime) else source
    try:
        yield
    finally:
        _source = before
