"""Invented lives need the demonstration city and an empty record."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "city"))

from whole_city import city_loaded, packs_read

__all__ = ["city_loaded", "packs_read"]
