"""Suggestions of topics: what proposes now, a text tried, one model."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from . import Screen, Stage
from .returns import at

if TYPE_CHECKING:
    from playwright.sync_api import Page

KEEPER = "rules"
MODEL = UUID("0b6c9f0e-51f5-4d0a-9a5e-6f2d3c1e7a10")
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "learning"))


def learned(stage: Stage) -> None:
    """A model of invented messages, as if the city had decided so many of them."""
    import json
    from datetime import UTC, datetime, timedelta

    import numpy as np
    import psycopg
    from invented import texts

    from huiyin.host.home import Home
    from huiyin.learning import choosing, training

    topics = {"噪音": "request.industrial_noise", "供暖": "request.heating", "停车": "request.parking"}
    made = [(text, topics[topic]) for text, topic in texts(200)]
    truth = [topic for _, topic in made]
    read, of = training.table([text for text, _ in made]), training.groups([(text,) for text, _ in made])
    trained = training.train(read, truth, of, np.arange(len(made)), seen_in=training.SEEN_IN_CITY, apart=True)
    threshold, measured = choosing.measured(trained, truth, choosing.USUAL_COST)
    measured["urgency"] = {"urgent": 12, "found": 11, "shown": 19, "threshold": 0.0476}
    now = datetime.now(UTC)
    row = (
        MODEL,
        now,
        (now - timedelta(days=730)).date(),
        len(made),
        "",
        choosing.USUAL_COST,
        threshold,
        json.dumps(measured),
        trained.model.to_bytes(),
    )
    with psycopg.connect(Home(stage.home).owner_url, autocommit=True) as owner:
        columns = "id, made_at, since, learned_from, sayings, cost, threshold, measured, stored"
        owner.execute(
            f"INSERT INTO learning_topicmodel ({columns}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING", row
        )


def one(stage: Stage, page: Page) -> None:
    """One model, not in use."""
    learned(stage)
    stage.go(page, f"/suggestions/{MODEL}/")


def without_reason(stage: Stage, page: Page) -> None:
    """A model to be put to use without a word why."""
    one(stage, page)
    page.click("button[value=use]")


def several(stage: Stage, page: Page) -> None:
    """A model in the list, and a text tried."""
    learned(stage)
    stage.go(page, "/suggestions/?text=消防通道停满了车，地锁挡住公共车位")


SCREENS: tuple[Screen, ...] = (
    Screen("list", KEEPER, {"normal": several, "empty": at("/suggestions/?text=Q7")}, shows="suggestions"),
    Screen("one", KEEPER, {"normal": one, "error": without_reason}, shows="suggestion-model"),
)
