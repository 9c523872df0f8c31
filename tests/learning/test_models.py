"""A trained model: what it is made of, that its stored form answers as the trained one, and how honestly sure it is."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import invented
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.host.errors import HostError
from huiyin.learning import features, measuring, training
from huiyin.learning.linear import Linear, UnreadableError
from huiyin.learning.messages import Labelled


def _train(count: int = 240, seed: int = 1, seen_in: int = 2) -> tuple[training.Table, list[Labelled], training.Trained]:
    rows = invented.labelled(count, seed)
    read = training.table([one.text for one in rows])
    of = training.groups([one.same for one in rows])
    return read, rows, training.train(read, [one.topic for one in rows], of, np.arange(len(rows)), seen_in=seen_in)


def test_the_stored_form_answers_exactly_as_the_trained_one() -> None:
    read, rows, trained = _train()
    everything = np.arange(len(rows))
    weighted = training.weigh(read, everything, 2)
    of = training.values(read, everything, weighted)
    topics, weights, bias = training.weights(of, [one.topic for one in rows])
    assert trained.model.topics == topics
    back = Linear.from_bytes(trained.model.to_bytes())
    whole = of @ weights + bias
    for number in range(0, len(rows), 7):
        assert np.allclose(back.margins(rows[number].text), whole[number], atol=1e-5), rows[number].text
        assert np.array_equal(back.margins(rows[number].text), trained.model.margins(rows[number].text))


def test_the_same_rows_give_the_same_model() -> None:
    assert _train()[2].model.to_bytes() == _train()[2].model.to_bytes()


def test_cut_text_reads_as_whole_text() -> None:
    whole = "夜里施工太吵，请尽快处理。"
    assert features.counts("夜里 施工\u3000太吵 ， 请 尽快\xa0处理 。") == features.counts(whole)


@given(st.text(max_size=200))
@settings(max_examples=60, deadline=None)
def test_only_han_characters_become_features(text: str) -> None:
    for block in features.counts("夜里" + text + "13800138000"):
        assert all("\u3400" <= char <= "\u9fff" for feature in block for char in feature)


def test_no_number_and_nothing_rare_enters_a_model() -> None:
    rows = invented.texts(240)
    told = [
        f"{text}我叫欧阳某某，电话13800138000，身份证210102199001011234" if number < 3 else text for number, (text, _) in enumerate(rows)
    ]
    read = training.table(told)
    of = training.groups([(text,) for text in told])
    model = training.train(read, [topic for _, topic in rows], of, np.arange(len(told)), seen_in=5).model
    known = {feature for block in model.blocks for feature in block.index}
    assert not any(char.isdigit() for feature in known for char in feature)
    assert not any("欧" in feature or "某某" in feature for feature in known), "said in three texts, five are needed"
    assert "吵" in known


def test_words_that_mattered_stand_in_the_text_and_speak_for_the_topic() -> None:
    *_, trained = _train()
    found = trained.model.words_for("您好，半夜装修电钻声不停，请尽快处理。", "噪音")
    assert found
    assert all(word in "半夜装修电钻声不停" for word in found), found
    assert trained.model.words_for("abc 123", "噪音") == ()


def test_confidences_are_honest_on_unseen_texts() -> None:
    told = measuring.two_files(invented.labelled(400, 1), invented.labelled(400, 2))
    assert told["accuracy"] > 0.85
    assert told["ece"] < 0.08
    assert told["precision_at_95"] > 0.9
    assert 0.3 < told["coverage_at_95"] <= 1


def test_a_message_in_both_files_is_not_trained_on() -> None:
    rows = invented.labelled(200, 1)
    told = measuring.two_files(rows, rows[:50])
    assert told["left_out_of_training"] >= 50
    assert told["train"] + told["left_out_of_training"] == 200
    with pytest.raises(HostError, match="folds"):
        measuring.two_files(rows, rows)


def test_folds_keep_the_same_message_together() -> None:
    of = training.groups([("a", "b"), ("c",), ("b",), ("d", "c"), ("e",), ("f",)])
    assert of[0] == of[2]
    assert of[1] == of[3]
    assert len(set(of.tolist())) == 4
    for rest, held in training.folds(["x", "y"] * 3, of, 3):
        assert not set(of[rest].tolist()) & set(of[held].tolist())


def test_labels_without_a_pattern_are_answered_almost_never() -> None:
    rows = invented.labelled(200, 1)
    shuffled = [Labelled(one.text, sorted(invented.SAID)[number * 7 % 3], one.same) for number, one in enumerate(rows)]
    told = measuring.cross_validated(shuffled, 4)
    assert told["coverage_at_95"] < 0.1


def test_the_threshold_is_the_lowest_that_is_right_often_enough() -> None:
    sure = np.array([0.9, 0.8, 0.8, 0.7, 0.6])
    assert measuring.threshold_for(sure, np.array([True, True, True, True, False]), 0.95) == 0.7
    assert measuring.threshold_for(sure, np.array([True, True, False, True, True]), 0.95) == 0.9, "answers of one confidence are not parted"
    assert measuring.threshold_for(sure, np.array([False] * 5), 0.95) == measuring.NEVER


@pytest.mark.parametrize("stored", [b"", b"nothing", Linear((), (), np.zeros(0, np.float32), 1.0).to_bytes()])
def test_what_is_no_model_is_not_read(stored: bytes) -> None:
    with pytest.raises(UnreadableError):
        Linear.from_bytes(stored)


def test_answering_loads_no_training_library() -> None:
    src = Path(training.__file__).resolve().parents[2]
    code = "import sys, huiyin.learning.linear; sys.exit(any(name in sys.modules for name in ('sklearn', 'scipy')))"
    assert subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": str(src)}, check=False).returncode == 0
