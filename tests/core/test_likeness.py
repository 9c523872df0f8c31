"""How alike two texts are."""

from __future__ import annotations

import pytest

from huiyin.core.likeness import likeness
from huiyin.core.search import pieces

LAMP = "小区东门的路灯不亮，晚上看不见路"


def like(one: str, other: str) -> float:
    return likeness(pieces(one), pieces(other))


def test_the_same_words_are_one_and_no_common_pair_is_nothing() -> None:
    assert like(LAMP, LAMP) == 1.0
    assert like(LAMP, "暖气不热") == 0.0
    assert like("", LAMP) == like("", "") == 0.0


def test_it_does_not_matter_which_of_the_two_is_asked() -> None:
    assert like(LAMP, "东门路灯坏了") == like("东门路灯坏了", LAMP) > 0


def test_a_short_call_is_like_the_long_letter_about_it_and_less_than_its_copy() -> None:
    letter = LAMP + "，老人夜里出门摔了一跤，已经反映过两次，请尽快派人来修。"
    assert like("路灯不亮", "树枝挡住窗户，也看不见路") < like("路灯不亮", letter) < like(letter, letter)


@pytest.mark.parametrize(("common", "one", "other"), [(1, 2, 2), (2, 3, 4), (1, 1, 9)])
def test_half_is_the_share_of_all_pieces_and_half_the_share_of_the_shorter(common: int, one: int, other: int) -> None:
    first = {f"c{n}" for n in range(common)} | {f"a{n}" for n in range(one - common)}
    second = {f"c{n}" for n in range(common)} | {f"b{n}" for n in range(other - common)}
    assert likeness(first, second) == pytest.approx((common / (one + other - common) + common / min(one, other)) / 2)
