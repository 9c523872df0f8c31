"""Invented neighbours for a demonstration, so that its pages have something to show."""

from __future__ import annotations

from huiyin.core.values import SYSTEM, Refusal, Text
from huiyin.exchange import neighbours
from huiyin.exchange.models import Neighbour

REASON = "演示数据"


def connect(unit: str) -> None:
    """Put three neighbours on record that ``unit`` exchanges with; those there are already stay as they are.

    Raises:
        LookupError: the packs lack what they need.
    """
    both = ("plain_request", "hazard_repair")
    wanted = (
        neighbours.Agreed("hotline", Text("市12345热线", "City hotline 12345"), "hotline", neighbours.API, "both", unit, both),
        neighbours.Agreed(
            "petitions",
            Text("区信访局来信", "Letters of the district petition office"),
            "petition",
            neighbours.FILE,
            "both",
            unit,
            both,
            mapping={
                "columns": {"message_no": "信访件号", "time": "登记日期", "detail": "信访事项", "topic": "内容分类"},
                "values": {"topic": {"03-07": "request.lighting", "04-01": "request.heating"}},
            },
        ),
        neighbours.Agreed("cityapp", Text("随手报", "Snap and report"), "app", neighbours.OPEN311, "both", unit, both, keyless=True),
    )
    for one in wanted:
        if Neighbour.objects.filter(name=one.name).exists():
            continue
        made = neighbours.save(principal=SYSTEM, agreed=one, reason=REASON)
        if isinstance(made, Refusal):
            raise LookupError(f"{one.name}: {made.text.en}")
