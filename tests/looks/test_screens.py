"""Every screen, in every state it is registered with: axe, the scripted checks K1 to K22, both languages, both sizes."""

from __future__ import annotations

import pytest

from .looking_round import faults_of
from .screens import collected
from .stage import Screen, Stage

STATES = [pytest.param(screen, state, id=f"{screen.name}-{state}") for screen in collected() for state in screen.ways]


@pytest.mark.parametrize(("screen", "state"), STATES)
def test_everybody_can_use_it(stage: Stage, screen: Screen, state: str) -> None:
    wrong = faults_of(stage, screen, state)
    assert not wrong, "\n" + "\n".join(wrong)
