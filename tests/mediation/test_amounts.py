"""Money in words, as agreements and cheques write it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core.amounts import DIGITS, MOST_CENTS, in_capitals

KNOWN = [
    (0, "零元整"),
    (5, "伍分"),
    (10, "壹角整"),
    (105, "壹元零伍分"),
    (1000, "壹拾元整"),
    (300050, "叁仟元伍角整"),
    (300005, "叁仟元零伍分"),
    (2300000, "贰万叁仟元整"),
    (1000500, "壹万零伍元整"),
    (10050000, "壹拾万零伍佰元整"),
    (1000000000, "壹仟万元整"),
    (10100000000, "壹亿零壹佰万元整"),
    (1010000000000, "壹佰零壹亿元整"),
    (100000000000100, "壹万亿零壹元整"),
    (1000100000000000, "壹拾万零壹拾亿元整"),
    (1234567890123, "壹佰贰拾叁亿肆仟伍佰陆拾柒万捌仟玖佰零壹元贰角叁分"),
]
UNITS = {"拾": 10, "佰": 100, "仟": 1000}
GROUPS = {"万": 10_000, "亿": 100_000_000}


@pytest.mark.parametrize(("cents", "words"), KNOWN)
def test_known_amounts(cents: int, words: str) -> None:
    assert in_capitals(cents) == f"人民币{words}"


def _read(words: str) -> int:
    """Read an amount in words back by the rules of the language, independently of how it is written."""
    rest = words.removeprefix("人民币").removesuffix("整")
    yuan, found, after = rest.partition("元")
    if not found:
        yuan, after = "", rest
    cents = sum(
        DIGITS.index(digit) * value
        for digit, unit in re.findall(r"(.)([角分])", after.replace("零", ""))
        for value in [{"角": 10, "分": 1}[unit]]
    )
    total = high = group = digit = 0
    for sign in yuan:
        if sign in DIGITS:
            digit = DIGITS.index(sign)
        elif sign in UNITS:
            group, digit = group + digit * UNITS[sign], 0
        elif sign == "亿":
            high, group, digit = (high + group + digit) * GROUPS["亿"], 0, 0
            total, high = total + high, 0
        else:
            high, group, digit = high + (group + digit) * GROUPS["万"], 0, 0
    return (total + high + group + digit) * 100 + cents


@given(st.integers(0, MOST_CENTS) | st.integers(0, 10**9).map(lambda yuan: yuan * 100) | st.sampled_from([10**n for n in range(18)]))
def test_words_say_the_same_amount_again(cents: int) -> None:
    words = in_capitals(cents)
    assert _read(words) == cents
    assert "零零" not in words
    assert "零元" not in words or cents < 100
    assert words.endswith("分") == bool(cents % 10)
    assert words.endswith("整") != bool(cents % 10)


@pytest.mark.parametrize("cents", [-1, MOST_CENTS + 1])
def test_no_words_for_what_is_no_amount(cents: int) -> None:
    with pytest.raises(ValueError, match="no amount"):
        in_capitals(cents)
