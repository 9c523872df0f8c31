import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "city"))

from whole_city import city, city_loaded, packs_read, served

__all__ = ["city", "city_loaded", "packs_read", "served"]
