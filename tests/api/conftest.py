"""The API's tests talk to the demonstration city over HTTP, through Django's test client, as the application's role."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in (Path(__file__).parent, Path(__file__).parents[1] / "city"):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from whole_city import city_loaded, packs_read, served  # noqa: E402

__all__ = ["city_loaded", "packs_read", "served"]
