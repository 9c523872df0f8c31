"""A signature by hand, by fingerprint or name seal is as good as one on the screen, and bound to the scan that shows it."""

from __future__ import annotations

from typing import Any

import pytest

from huiyin.core.paper_codes import code_of, hash_start
from huiyin.core.signing import Manner, manner_of
from huiyin.core.values import Refusal

FILE, SHA = "01a200dd-009e-7d59-8b55-ee160cd434be", "ab" * 32
SCAN = [{"file": FILE, "sha256": SHA}]


@pytest.mark.parametrize(
    ("data", "manner"),
    [
        ({}, Manner("screen")),
        ({"method": "wet"}, Manner("wet")),
        ({"method": "wet", "scan": SCAN}, Manner("wet", (FILE,), (SHA,))),
        ({"method": "stamp", "scan": SCAN}, Manner("stamp", (FILE,), (SHA,))),
        ({"method": "fingerprint", "witness": " 王五 "}, Manner("fingerprint", witness="王五")),
    ],
)
def test_how_something_was_signed_is_read(data: dict[str, Any], manner: Manner) -> None:
    assert manner_of(data) == manner


@pytest.mark.parametrize(
    ("data", "code", "field"),
    [
        ({"method": "telephone"}, "bad_value", "method"),
        ({"method": ["wet"]}, "bad_value", "method"),
        ({"method": "fingerprint"}, "needs_witness", "witness"),
        ({"method": "fingerprint", "witness": "  "}, "needs_witness", "witness"),
        ({"method": "wet", "witness": "王" * 51}, "bad_value", "witness"),
        ({"method": "wet", "witness": 5}, "bad_value", "witness"),
        ({"method": "screen", "scan": SCAN}, "bad_value", "method"),
        ({"method": "wet", "scan": [{"file": FILE, "sha256": ""}]}, "no_scan", "scan"),
        ({"method": "wet", "scan": [{"file": "../x", "sha256": SHA}]}, "no_scan", "scan"),
        ({"method": "wet", "scan": FILE}, "no_scan", "scan"),
        ({"method": "wet", "scan": SCAN * 21}, "no_scan", "scan"),
    ],
)
def test_what_says_no_proper_way_is_refused_at_its_question(data: dict[str, Any], code: str, field: str) -> None:
    refusal = manner_of(data)
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.field) == (code, field)


def test_a_seal_is_set_and_not_given_by_a_finger() -> None:
    assert manner_of({"method": "wet"}, seal=True) == Manner("wet")
    refusal = manner_of({"method": "fingerprint", "witness": "王五"}, seal=True)
    assert isinstance(refusal, Refusal)
    assert "盖章" in refusal.text.zh


@pytest.mark.parametrize("start", ["0" * 20, "f" * 20, "0123456789abcdef0123", "71293bf02c45d7ca3201"])
def test_the_code_of_a_sheet_leads_back_to_its_hash(start: str) -> None:
    code = code_of(start + "9" * 44)
    assert len(code) == 19
    assert hash_start(code) == start
    assert hash_start(code.lower().replace("-", " ")) == start
    assert hash_start(code.replace("0", "O").replace("1", "l")) == start


@pytest.mark.parametrize("typed", ["", "7K3Q", "7K3Q-8M2N-4P6R-9TXU", "7K3Q-8M2N-4P6R-9TXW-0", "%" * 16])
def test_what_is_no_code_is_told_apart(typed: str) -> None:
    assert hash_start(typed) is None
