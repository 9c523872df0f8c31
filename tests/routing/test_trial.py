"""A draft tried on the record: how many matters would have gone elsewhere, from where to where, and only by number."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

TOWN = "210102001003"


def silent(_done: int, _of: int) -> None:
    """Take no notice of progress."""


def test_matters_that_would_go_elsewhere_are_counted_by_unit_and_named_by_number(city: Any, monkeypatch: Any) -> None:
    from huiyin.core.responsibility import RowList
    from huiyin.routing import queries, trial

    asked = {
        ("hazard.gas", TOWN, ()): ["261100010001", "261100010002"],
        ("hazard.gas", "210103005000", ()): ["261100010003"],
        ("request.heating", TOWN, ()): ["261100010004"],
        ("*", "", ()): ["261100010005"],
    }
    monkeypatch.setattr(trial, "_matters", lambda _since, _facts: asked)
    rows = [
        replace(row, lead="emergency", level="district")
        if row.id == "hazard.gas"
        else replace(row, direct=False)
        if row.id == "request.heating"
        else row
        for row in queries.rules()
    ]
    found = trial.tried(RowList(rows), days=31, progress=silent)
    assert (found["matters"], found["moved"], found["now_by_key"], found["now_direct"]) == (5, 3, 1, 0)
    assert [(one["count"], one["examples"]) for one in found["moves"]] == [(2, ["261100010001", "261100010002"]), (1, ["261100010003"])]
    assert found["moves"][0]["to"]["zh"].endswith("应急管理局")


def test_the_record_is_read_for_topic_place_and_the_answers_routing_had(served: Any) -> None:
    from huiyin import clock
    from huiyin.core.values import Principal
    from huiyin.matters import services
    from huiyin.routing import queries, trial

    def asked(topic: str, premises: str | None) -> str:
        made = services.open(
            procedure="plain_request",
            data={"detail": "灯不亮", **({} if premises is None else {"premises": premises})},
            principal=Principal("anonymous", purpose="ask"),
            topic=topic,
            division=TOWN,
            opened_by="party",
            parties=[{"role": "reporter", "name": "", "facts": {}}],
            key=str(uuid4()),
        )
        assert isinstance(made, services.Receipt), made
        return made.reference

    lamp, unclear, sealed = asked("request.lighting", "estate"), asked("request.lighting", "unclear"), asked("safety.violence", "estate")
    found = trial._matters(clock.now() - timedelta(days=31), queries.known_facts())
    assert found == {
        ("request.lighting", TOWN, (("premises", "estate"),)): [lamp],
        ("request.lighting", TOWN, ()): [unclear],
        ("safety.violence", TOWN, ()): [sealed],
    }
