"""Projects of many households, in every state: axe, the checks K1 to K22, both languages, both sizes."""

from __future__ import annotations

from .looking_round import every_state_of, faults_of
from .stage import Screen, Stage


@every_state_of("projects")
def test_everybody_can_use_it(stage: Stage, screen: Screen, state: str) -> None:
    wrong = faults_of(stage, screen, state)
    assert not wrong, "\n" + "\n".join(wrong)
