import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "city"))

from few_sayings import SAID
from whole_city import city, city_loaded, packs_read, served

from huiyin.core.packs_values import Sayings
from huiyin.learning import services


@pytest.fixture(autouse=True)
def said(monkeypatch: pytest.MonkeyPatch) -> Sayings:
    """Leave a model few of the packs' sentences to learn: it is learned many times here."""
    monkeypatch.setattr(services, "sayings", lambda: SAID)
    return SAID


__all__ = ["city", "city_loaded", "packs_read", "served"]
