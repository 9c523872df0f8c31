"""The two stories in a real browser, scripts off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import stories

Play = Callable[[Callable[[Any], None]], None]


def test_a_dispute_from_the_first_word_to_the_performed_agreement(play: Play) -> None:
    play(stories.dispute)


def test_a_hazard_from_the_pit_to_the_repair(play: Play) -> None:
    play(stories.hazard)
