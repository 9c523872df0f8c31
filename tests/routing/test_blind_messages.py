"""Messages nobody had seen before reach the right unit at least as often as they did when this was written."""

from __future__ import annotations

from typing import Any

import blind


def test_messages_the_list_was_mended_by_stay_right(city: Any) -> None:
    counts = blind.measure(blind.read(1, 100))
    assert counts.top1_or_also >= 80
    assert counts.keyless_wrong <= 2


def test_messages_nobody_looked_at_are_rather_left_to_a_person_than_sent_wrong(city: Any) -> None:
    counts = blind.measure(blind.read(101, 200))
    assert counts.top1_or_also >= 40
    assert counts.keyless_wrong <= 4
    assert counts.place_right == counts.place_found
