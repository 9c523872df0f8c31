"""From what confidence on a model is believed: where the cost of wrong suggestions and of looking oneself is least."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from huiyin.learning.measuring import NEVER, judged_answers, steps, told
from huiyin.learning.training import Trained

# One wrong suggestion that somebody believes costs as much as this many looks at a message without any.
USUAL_COST: Final = 5.0
DEAREST: Final = 1000.0
POINTS: Final = 40


@dataclass(frozen=True, slots=True)
class Point:
    """What one threshold would have done.

    Attributes:
        answered: share of the messages that got an answer.
        precision: share of these that were right; None when none got one.
        cost: looks of a person for each message: one where it kept silent, ``cost`` where it was wrong.
    """

    threshold: float
    answered: float
    precision: float | None
    cost: float

    def to_plain(self) -> dict[str, Any]:
        """Return JSON-ready data, rounded for showing."""
        precision = None if self.precision is None else round(self.precision, 4)
        return {
            "threshold": round(self.threshold, 4),
            "answered": round(self.answered, 4),
            "precision": precision,
            "cost": round(self.cost, 4),
        }


def cheapest(confidence: NDArray[np.float64], right: NDArray[np.bool_], cost: float) -> Point:
    """Return the threshold with the least cost; among equals the one that is silent more often.

    Args:
        cost: of a wrong answer, where keeping silent costs one.
    """
    return min(_points(confidence, right, cost), key=lambda one: (one.cost, one.answered))


def curve(confidence: NDArray[np.float64], right: NDArray[np.bool_], cost: float) -> list[Point]:
    """Return what `POINTS` thresholds from never silent to always would have done, the lowest first."""
    points = _points(confidence, right, cost)
    picked = np.unique(np.linspace(0, len(points) - 1, min(POINTS, len(points))).round().astype(int))
    return [points[one] for one in reversed(picked.tolist())]


def _points(confidence: NDArray[np.float64], right: NDArray[np.bool_], cost: float) -> list[Point]:
    """Return a point for each confidence there is, the highest first, and before them the one that never answers."""
    total = len(confidence)
    found = [Point(NEVER, 0.0, None, 1.0)]
    for sure, said, hit in zip(*(part.tolist() for part in steps(confidence, right)), strict=True):
        found.append(Point(sure, said / total, hit / said, ((total - said) + cost * (said - hit)) / total))
    return found


def measured(trained: Trained, truth: Sequence[str], cost: float) -> tuple[float, dict[str, Any]]:
    """Return the threshold to use, and what is kept of how good a model is: figures, cost curve, and each topic's own.

    Everything comes from answers of models that had not seen the message.
    """
    judged = trained.judged
    best = cheapest(judged.confidence, judged.right, cost)
    figures = told(judged_answers(trained, truth, best.threshold))
    kept = {name: figures[name] for name in ("accuracy", "macro_f1", "ece", "topics", "confusion")}
    points = [one.to_plain() for one in curve(judged.confidence, judged.right, cost)]
    return best.threshold, {**kept, "chosen": best.to_plain(), "curve": points}
