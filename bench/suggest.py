"""Suggestions for 1,000 messages against a scikit-learn pipeline on the same texts, in one run.

PYTHONPATH=src python bench/suggest.py FILE.csv   (columns as for `./huiyin suggest evaluate`)

Both learn from the same rows of the file and answer the same 1,000 others (fewer texts are gone through again). Ours answers one
text at a time, as a page asks, with confidences; the pipeline once with the whole list and once a text at a time.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

import numpy as np

from huiyin.learning import training
from huiyin.learning.features import grams, readable, words
from huiyin.learning.linear import Linear
from huiyin.learning.messages import labelled

MESSAGES, ROUNDS = 1000, 5


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(path: Path) -> dict[str, object]:
    """Train both, time both in turns, and return medians and ratios."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline, make_union
    from sklearn.svm import LinearSVC

    rows = labelled(path)
    # Files are often sorted by topic: the texts asked about are taken from all over.
    every = max(2, len(rows) // min(MESSAGES, max(1, len(rows) // 5)))
    train = [one for number, one in enumerate(rows) if number % every]
    asked = list(islice(cycle(rows[::every]), MESSAGES))
    test, truth = [one.text for one in asked], [one.topic for one in asked]
    texts, topics = [one.text for one in train], [one.topic for one in train]
    made = training.train(training.table(texts), topics, training.groups([one.same for one in train]), np.arange(len(train)))
    ours = Linear.from_bytes(made.model.to_bytes())

    def pieces(text: str) -> list[str]:
        return grams(readable(text))

    def cut(text: str) -> list[str]:
        return words(readable(text))

    parts = [TfidfVectorizer(analyzer=one, sublinear_tf=True, min_df=2) for one in (pieces, cut)]
    theirs = make_pipeline(make_union(*parts), LinearSVC(class_weight="balanced", random_state=1)).fit(texts, topics)

    said: dict[str, list[str]] = {}

    def answer_ours() -> None:
        said["ours"] = [ours.topics[int(ours.confidences(text).argmax())] for text in test]

    def answer_theirs() -> None:
        said["theirs"] = [str(one) for one in theirs.predict(test)]

    def answer_each() -> None:
        said["each"] = [str(theirs.predict([text])[0]) for text in test]

    took: dict[str, list[float]] = {name: [] for name in ("ours", "pipeline", "pipeline_one_by_one")}
    for _ in range(ROUNDS):
        for name, work in zip(took, (answer_ours, answer_theirs, answer_each), strict=True):
            took[name].append(_timed(work))
    middle = {name: statistics.median(each) for name, each in took.items()}
    return {
        "messages": MESSAGES,
        "seconds": {name: round(one, 3) for name, one in middle.items()},
        "ours_to_pipeline": round(middle["ours"] / middle["pipeline"], 2),
        "ours_to_pipeline_one_by_one": round(middle["ours"] / middle["pipeline_one_by_one"], 2),
        "accuracy": {
            name: round(float(np.mean([a == b for a, b in zip(said[name], truth, strict=True)])), 4) for name in ("ours", "theirs")
        },
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1])), ensure_ascii=False, indent=1))
