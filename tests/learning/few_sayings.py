"""The packs' sentences, and few of them."""

from dataclasses import replace
from pathlib import Path

from huiyin.core.reader import read_sayings
from huiyin.core.source import read_yaml

WHOLE = read_sayings(read_yaml(Path(__file__).resolve().parents[2] / "packs" / "cn" / "sayings.yaml"))
FEW = ("request.heating", "request.parking", "request.industrial_noise", "request.rubbish", "request.lighting", "safety.missing")
SAID = replace(WHOLE, topics={topic: WHOLE.topics[topic][:12] for topic in FEW})
