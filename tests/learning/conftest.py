import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "city"))

from whole_city import city, city_loaded, packs_read, served

from huiyin.core.packs_values import Sayings
from huiyin.core.reader import read_sayings
from huiyin.core.source import read_yaml
from huiyin.learning import services

WHOLE = read_sayings(read_yaml(Path(__file__).resolve().parents[2] / "packs" / "cn" / "sayings.yaml"))
FEW = ("request.heating", "request.parking", "request.industrial_noise", "request.rubbish", "request.lighting", "safety.missing")


@pytest.fixture(autouse=True)
def said(monkeypatch: pytest.MonkeyPatch) -> Sayings:
    """Leave a model few of the packs' sentences to learn: it is learned many times here."""
    few = replace(WHOLE, topics={topic: WHOLE.topics[topic][:12] for topic in FEW})
    monkeypatch.setattr(services, "sayings", lambda: few)
    return few


__all__ = ["city", "city_loaded", "packs_read", "served"]
