"""Projects of many households: tried in the demonstration city, as the application's role."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [
    str(TESTS / name)
    for name in ("city", "pages", "returns", "together", "jobs", "exchange", "rights")
    if str(TESTS / name) not in sys.path
]

from whole_city import city_loaded, packs_read, served  # noqa: E402

__all__ = ["city_loaded", "packs_read", "served"]
