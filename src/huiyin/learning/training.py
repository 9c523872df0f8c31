"""Making a model: a linear support vector machine over characters, words and openings, and honest confidences.

scikit-learn is loaded here and only here and in `heat`, by functions: a web process that never trains never pays for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from huiyin.learning.features import BLOCKS, WORDS, counts
from huiyin.learning.linear import Block, Linear, softmax

# A feature of fewer texts is left out. Files are measured with two; of a city's matters a feature of fewer people than the second.
SEEN_IN_FILES: Final = 2
SEEN_IN_CITY: Final = 5
# Of sentences anybody may read a word of one is kept, of the other features, of which there are far more, those of two.
SEEN_IN_OPEN: Final = {WORDS: 1}
PENALTY: Final = 0.7
# With few texts a fold's model is much weaker than the whole one; more folds keep the confidences honest.
FOLDS_MANY, FOLDS_FEW, FEW = 5, 10, 2000

Progress = Callable[[int, int, str], None]
Rows = NDArray[np.int64]
Open = NDArray[np.bool_]


class TooFewError(Exception):
    """There are not enough texts, or of one topic only, to learn from."""


@dataclass(frozen=True, slots=True)
class Table:
    """Counted features of many texts.

    Attributes:
        names: of each block, the feature of each column.
        counts: of each block, a sparse matrix with a row a text.
    """

    names: tuple[tuple[str, ...], ...]
    counts: tuple[Any, ...]

    def __len__(self) -> int:
        return int(self.counts[0].shape[0])


@dataclass(frozen=True, slots=True)
class Weighted:
    """Features as the training of some rows weighs them: kept columns and their rarity, for each block."""

    kept: tuple[Rows, ...]
    rarity: tuple[NDArray[np.float32], ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a model says of texts it was not trained on: of rows held back, or of each training row by the fold that left it out.

    Attributes:
        rows: which rows of the table these are.
    """

    rows: Rows
    margins: NDArray[np.float64]
    right: NDArray[np.bool_]
    confidence: NDArray[np.float64]
    chosen: Rows


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and what texts it was not trained on showed of it."""

    model: Linear
    judged: Judged


def table(texts: Sequence[str], progress: Progress | None = None) -> Table:
    """Count the features of texts, once."""
    from scipy.sparse import csr_matrix

    names: tuple[dict[str, int], ...] = tuple({} for _ in BLOCKS)
    columns: tuple[list[int], ...] = tuple([] for _ in BLOCKS)
    values: tuple[list[int], ...] = tuple([] for _ in BLOCKS)
    ends: tuple[list[int], ...] = tuple([0] for _ in BLOCKS)
    for number, text in enumerate(texts, 1):
        for known, column, value, end, counted in zip(names, columns, values, ends, counts(text), strict=True):
            for feature, count in counted.items():
                column.append(known.setdefault(feature, len(known)))
                value.append(count)
            end.append(len(column))
        if progress and number % 100 == 0:
            progress(number, len(texts), "read")
    made = tuple(
        csr_matrix((np.array(value, np.float32), np.array(column, np.int32), np.array(end, np.int32)), (len(texts), len(known)))
        for known, column, value, end in zip(names, columns, values, ends, strict=True)
    )
    return Table(tuple(tuple(known) for known in names), made)


def groups(keys: Sequence[Sequence[str]]) -> Rows:
    """Return a number for each text; texts that share a key, directly or through others, have the same."""
    parent: dict[str, str] = {}

    def root(key: str) -> str:
        while parent.setdefault(key, key) != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for shared in keys:
        for key in shared[1:]:
            parent[root(key)] = root(shared[0])
    numbers: dict[str, int] = {}
    return np.array([numbers.setdefault(root(shared[0]), len(numbers)) for shared in keys], np.int64)


def folds(labels: Sequence[str], of: Rows, count: int, seed: int = 1) -> list[tuple[Rows, Rows]]:
    """Split rows: each group whole in one fold, topics spread evenly."""
    import warnings

    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(min(count, len(set(of.tolist()))), shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        # A topic with fewer texts than folds is missing in some; that is as it is.
        warnings.simplefilter("ignore", UserWarning)
        return [(np.asarray(rest), np.asarray(held)) for rest, held in splitter.split(np.zeros(len(labels)), labels, of)]


def weigh(read: Table, rows: Rows, seen_in: int, of: Rows | None = None, opened: Open | None = None) -> Weighted:
    """Return what to keep and how rare it is, judged on some rows only.

    Args:
        seen_in: a feature of fewer texts is left out.
        of: group of every row of the table; given, a feature of fewer groups than ``seen_in`` is left out.
        opened: which rows of the table anybody may read: what they have is kept without being said by several people.
    """
    kept, rarity = [], []
    private = rows if opened is None else rows[~opened[rows]]
    for block, counted in zip(BLOCKS, read.counts, strict=True):
        seen, own = _texts_with(counted[rows]), counted[private]
        fits = (_texts_with(own) if of is None else _groups_with(own, of[private])) >= seen_in
        if opened is not None:
            fits |= _texts_with(counted[rows[opened[rows]]]) >= SEEN_IN_OPEN.get(block, SEEN_IN_FILES)
        keep = np.flatnonzero(fits)
        kept.append(keep)
        rarity.append((np.log((1 + len(rows)) / (1 + seen[keep])) + 1).astype(np.float32))
    return Weighted(tuple(kept), tuple(rarity))


def _texts_with(counted: Any) -> Rows:
    """Return in how many texts each column is seen."""
    return np.asarray(np.bincount(counted.indices, minlength=counted.shape[1]))


def _groups_with(counted: Any, of: Rows) -> Rows:
    """Return in how many groups each column is seen."""
    from scipy.sparse import csr_matrix

    if not len(of):
        return np.zeros(counted.shape[1], np.int64)
    _, group = np.unique(of, return_inverse=True)
    gather = csr_matrix((np.ones(len(group), np.float32), (group, np.arange(len(group)))))
    return _texts_with(gather @ counted)


def values(read: Table, rows: Rows, weighted: Weighted) -> Any:
    """Return the values of features for some rows, as `linear` counts them."""
    from scipy.sparse import hstack
    from sklearn.preprocessing import normalize

    parts = []
    for counted, keep, rarity in zip(read.counts, weighted.kept, weighted.rarity, strict=True):
        part = counted[rows][:, keep].astype(np.float64)
        part.data = (1 + np.log(part.data)) * rarity[part.indices]
        parts.append(normalize(part, copy=False))
    return hstack(parts, format="csr")


def weights(of: Any, labels: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.float64], NDArray[np.float64]]:
    """Fit; return the topics, weights (a row a feature) and bias."""
    from sklearn.svm import LinearSVC

    fitted = LinearSVC(C=PENALTY, class_weight="balanced", random_state=1).fit(of, labels)
    coefficients, bias = fitted.coef_.T, fitted.intercept_
    if coefficients.shape[1] == 1:
        coefficients, bias = np.hstack([-coefficients, coefficients]), np.concatenate([-bias, bias])
    return tuple(str(one) for one in fitted.classes_), coefficients, bias


def train(
    read: Table,
    labels: Sequence[str],
    of: Rows,
    rows: Rows,
    *,
    seen_in: int = SEEN_IN_FILES,
    apart: bool = False,
    opened: Open | None = None,
    held: Rows | None = None,
    progress: Progress | None = None,
) -> Trained:
    """Train on some rows of a table; the same rows always give the same model.

    How sure it is follows from the rows held back; without any, from folds: from the rows that are not open to anybody, as far as there
    are any, for these are what people really wrote.

    Args:
        labels: topic of every row of the table.
        of: group of every row.
        rows: which to train on.
        seen_in: a feature of fewer texts is left out.
        apart: count groups, not texts, for that: nothing only one person says stays, however often they say it.
        opened: which rows of the table anybody may read; see `weigh`.
        held: rows of topics that are trained on, kept back to judge by.

    Raises:
        TooFewError: fewer than two topics.
    """
    told = [labels[row] for row in rows]
    topics = sorted(set(told))
    if len(topics) < 2 or len(set(of[rows].tolist())) < 2:
        raise TooFewError

    def weighed(some: Rows) -> Weighted:
        return weigh(read, some, seen_in, of if apart else None, opened)

    weighted = weighed(rows)
    _, coefficients, bias = weights(values(read, rows, weighted), told)
    if held is not None:
        judged, margins = held, np.asarray(values(read, held, weighted) @ coefficients + bias)
    else:
        judged, margins = rows, _cross(read, told, of, rows, topics, weighed, progress)
        if opened is not None and not opened[rows].all():
            judged, margins = rows[~opened[rows]], margins[~opened[rows]]
    truth = np.array([topics.index(labels[row]) for row in judged])
    sharpness = _sharpness(margins, truth)
    confidence = softmax(margins, sharpness)
    chosen = confidence.argmax(axis=1)
    blocks, at = [], 0
    for names, keep, rarity in zip(read.names, weighted.kept, weighted.rarity, strict=True):
        index = {names[column]: row for row, column in enumerate(keep)}
        blocks.append(Block(index, rarity, coefficients[at : at + len(keep)].astype(np.float32)))
        at += len(keep)
    model = Linear(tuple(topics), tuple(blocks), bias.astype(np.float32), sharpness)
    return Trained(model, Judged(judged, margins, chosen == truth, confidence.max(axis=1), chosen))


def _cross(
    read: Table,
    told: Sequence[str],
    of: Rows,
    rows: Rows,
    topics: Sequence[str],
    weighed: Callable[[Rows], Weighted],
    progress: Progress | None,
) -> NDArray[np.float64]:
    crossed = np.full((len(rows), len(topics)), -2.0)
    parts = folds(told, of[rows], FOLDS_FEW if len(rows) < FEW else FOLDS_MANY, seed=7)
    for number, (rest, held) in enumerate(parts, 1):
        known = Counter(told[row] for row in rest)
        if len(known) > 1:
            weighted = weighed(rows[rest])
            there, coefficients, bias = weights(values(read, rows[rest], weighted), [told[row] for row in rest])
            columns = np.array([topics.index(topic) for topic in there], np.int64)
            crossed[np.ix_(held, columns)] = values(read, rows[held], weighted) @ coefficients + bias
        if progress:
            progress(number, len(parts), "calibrate")
    return crossed


def _sharpness(margins: NDArray[np.float64], truth: Rows) -> float:
    """Return the factor that makes the confidences of cross-fitted margins likeliest (temperature scaling)."""
    from scipy.optimize import minimize_scalar

    def loss(log: float) -> float:
        sure = softmax(margins, float(np.exp(log)))[np.arange(len(truth)), truth]
        return float(-np.log(np.maximum(sure, 1e-12)).mean())

    return float(np.exp(minimize_scalar(loss, bounds=(-2, 3), method="bounded").x))
