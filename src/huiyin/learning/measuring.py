"""How good suggestions are: measured on texts a model was not trained on, with a threshold it did not choose on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from huiyin.host.errors import HostError
from huiyin.learning import training
from huiyin.learning.messages import Labelled
from huiyin.learning.training import Progress, Trained

WANTED_PRECISION: Final = 0.95
BINS: Final = 15
NEVER: Final = 1.01


@dataclass(frozen=True, slots=True)
class Answers:
    """What was suggested for texts whose topic is known: confidence, whether it was right, and the threshold in force for each."""

    topics: tuple[str, ...]
    truth: tuple[str, ...]
    chosen: tuple[str, ...]
    confidence: NDArray[np.float64]
    threshold: NDArray[np.float64]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each was right."""
        return np.array([told == true for told, true in zip(self.chosen, self.truth, strict=True)], np.bool_)


def threshold_for(confidence: NDArray[np.float64], right: NDArray[np.bool_], precision: float = WANTED_PRECISION) -> float:
    """Return the lowest confidence from which on answers are right often enough; `NEVER` when none is."""
    sure, said, hits = steps(confidence, right)
    enough = np.flatnonzero(hits / said >= precision)
    return float(sure[enough[-1]]) if len(enough) else NEVER


def steps(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Return each threshold there can be, the highest first, how many answers it lets through and how many of these are right."""
    order = np.argsort(-confidence, kind="stable")
    sure = confidence[order]
    # A threshold cannot part answers of one confidence.
    ends = np.flatnonzero(np.append(sure[1:] != sure[:-1], True)[: len(sure)]).astype(np.int64)
    return sure[ends], ends + 1, np.cumsum(right[order], dtype=np.int64)[ends]


def two_files(train: Sequence[Labelled], test: Sequence[Labelled], progress: Progress | None = None) -> dict[str, Any]:
    """Train on some messages and measure on others; what stands in both is not trained on.

    Raises:
        HostError: too little is left to train on.
    """
    both = [*train, *test]
    read = training.table([one.text for one in both], progress)
    of = training.groups([one.same for one in both])
    tested = set(of[len(train) :].tolist())
    rows = np.array([row for row in range(len(train)) if of[row] not in tested], np.int64)
    labels = [one.topic for one in both]
    made = _trained(read, labels, of, rows, progress)
    answers = _answers(made, both, np.arange(len(train), len(both)), progress)
    return {
        "train": len(rows),
        "test": len(test),
        "left_out_of_training": len(train) - len(rows),
        **told(answers),
    }


def cross_validated(rows: Sequence[Labelled], count: int, progress: Progress | None = None) -> dict[str, Any]:
    """Measure by folds: each part is answered by a model trained on the others; the same message is never in two parts.

    Raises:
        HostError: too little to train on.
    """
    read = training.table([one.text for one in rows], progress)
    of = training.groups([one.same for one in rows])
    labels = [one.topic for one in rows]
    parts = []
    if len(set(of.tolist())) < count or len(set(labels)) < 2:
        raise _too_few()
    for number, (rest, held) in enumerate(training.folds(labels, of, count), 1):
        parts.append(_answers(_trained(read, labels, of, rest, None), rows, held, None))
        if progress:
            progress(number, count, "folds")
    return {"rows": len(rows), "same_message_again": len(rows) - len(set(of.tolist())), "folds": len(parts), **told(_joined(parts))}


def told(answers: Answers) -> dict[str, Any]:
    """Return the figures of some answers, JSON-ready."""
    right, sure = answers.right, answers.confidence
    answered = sure >= answers.threshold
    by_topic = {topic: _topic(answers, topic) for topic in sorted(set(answers.truth))}
    return {
        "accuracy": _round(right.mean()),
        "macro_f1": _round(np.mean([one["f1"] for one in by_topic.values()])),
        "ece": _round(calibration_error(sure, right)),
        "coverage_at_95": _round(answered.mean()),
        "precision_at_95": _round(right[answered].mean()) if answered.any() else None,
        "threshold": _round(np.unique(answers.threshold).mean()),
        "topics": by_topic,
        "confusion": confusion(answers),
    }


def calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Return the expected calibration error: over equal bins, how far confidence and share right lie apart."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return float(sum((bins == one).mean() * abs(confidence[bins == one].mean() - right[bins == one].mean()) for one in np.unique(bins)))


def confusion(answers: Answers) -> dict[str, dict[str, int]]:
    """Return how often each topic was taken for which."""
    found: dict[str, dict[str, int]] = {}
    for true, said in zip(answers.truth, answers.chosen, strict=True):
        row = found.setdefault(true, {})
        row[said] = row.get(said, 0) + 1
    return {topic: dict(sorted(row.items())) for topic, row in sorted(found.items())}


def judged_answers(trained: Trained, truth: Sequence[str], threshold: float) -> Answers:
    """Return what cross-fitting on the training rows showed, as answers."""
    judged = trained.judged
    topics = trained.model.topics
    return Answers(topics, tuple(truth), tuple(topics[one] for one in judged.chosen), judged.confidence, np.full(len(truth), threshold))


def _topic(answers: Answers, topic: str) -> dict[str, Any]:
    is_it = sum(true == topic for true in answers.truth)
    said = sum(one == topic for one in answers.chosen)
    hit = sum(one == true == topic for one, true in zip(answers.chosen, answers.truth, strict=True))
    return {
        "count": is_it,
        "precision": _round(hit / said) if said else 0.0,
        "recall": _round(hit / is_it),
        "f1": 2 * hit / (is_it + said),
    }


def _trained(read: training.Table, labels: Sequence[str], of: training.Rows, rows: training.Rows, progress: Progress | None) -> Trained:
    try:
        return training.train(read, labels, of, rows, progress=progress)
    except (training.TooFewError, ValueError) as error:
        raise _too_few() from error


def _answers(made: Trained, rows: Sequence[Labelled], tested: training.Rows, progress: Progress | None) -> Answers:
    """Ask the stored form of the model, as the product does."""
    model = made.model
    confidence = []
    for number, row in enumerate(tested, 1):
        confidence.append(model.confidences(rows[row].text))
        if progress and number % 100 == 0:
            progress(number, len(tested), "test")
    sure = np.array(confidence)
    threshold = threshold_for(made.judged.confidence, made.judged.right)
    chosen = tuple(model.topics[one] for one in sure.argmax(axis=1))
    return Answers(model.topics, tuple(rows[row].topic for row in tested), chosen, sure.max(axis=1), np.full(len(tested), threshold))


def _joined(parts: Sequence[Answers]) -> Answers:
    return Answers(
        parts[0].topics,
        tuple(topic for part in parts for topic in part.truth),
        tuple(topic for part in parts for topic in part.chosen),
        np.concatenate([part.confidence for part in parts]),
        np.concatenate([part.threshold for part in parts]),
    )


def _too_few() -> HostError:
    return HostError(
        "too_few",
        "可以用来训练的来件太少,或者只有一种事项类型。两个文件是同一批来件时,请用 --folds。",
        "There is too little to train on, or only one topic. Where both files hold the same messages, use --folds.",
    )


def _round(value: float) -> float:
    return round(float(value), 4)
