"""Rights are tried over HTTP in the demonstration city."""

from __future__ import annotations

import sys
from pathlib import Path

_TESTS = Path(__file__).parents[1]
for folder in (_TESTS / "rights", _TESTS / "api", _TESTS / "city"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from whole_city import city_loaded, packs_read, served  # noqa: E402

__all__ = ["city_loaded", "packs_read", "served"]
