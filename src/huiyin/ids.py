"""Identifiers made by the application: UUID version 7 (RFC 9562), so that new rows lie together in every index."""

from __future__ import annotations

import os
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def uuid7() -> uuid.UUID:
    """Return a new identifier; within one process each is greater than the one before.

    The time in it is the machine's and means nothing to the record: instants stand in columns of their own. The twelve
    bits after the milliseconds carry its fraction (RFC 9562, section 6.2, method 3).
    """
    global _last
    ticks = time.time_ns() * 4096 // 1_000_000
    with _lock:
        _last = ticks = max(ticks, _last + 1)
    milliseconds, fraction = divmod(ticks, 4096)
    tail = int.from_bytes(os.urandom(8), "big") & 0x3FFF_FFFF_FFFF_FFFF
    return uuid.UUID(int=(milliseconds << 80) | (0x7000 | fraction) << 64 | 0x8000_0000_0000_0000 | tail)
