"""Messages nobody had seen before reach the right unit at least as often as they did when this was written."""

from __future__ import annotations

from typing import Any

import blind
import pytest

from huiyin.learning import services


@pytest.fixture
def proposing(served: Any) -> None:
    """The model of the packs proposes, as after `load`."""
    assert services.begin() is not None


def test_blind_messages_are_proposed_right_and_rather_left_to_a_person_than_sent_wrong(proposing: None) -> None:
    mended_by, unseen = blind.measure(blind.read(1, 100)), blind.measure(blind.read(101, 200))
    assert (mended_by.top1_or_also >= 82, mended_by.top3_or_also >= 93, mended_by.keyless_wrong <= 3) == (True, True, True)
    assert (unseen.top1_or_also >= 58, unseen.top3_or_also >= 80, unseen.keyless_wrong <= 3) == (True, True, True)
    assert unseen.place_right == unseen.place_found
