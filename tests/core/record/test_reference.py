"""The quoted number survives the telephone: every wrong digit and every swap of neighbours is noticed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core import reference

parts = st.tuples(st.integers(2000, 2099), st.integers(0, 9999), st.integers(0, 99_999))


@given(parts)
def test_it_has_twelve_digits_and_checks(given_parts: tuple[int, int, int]) -> None:
    made = reference.make(*given_parts)
    assert len(made) == 12
    assert reference.is_valid(made)
    assert reference.normalise(reference.shown(made)) == made


@given(parts, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(given_parts: tuple[int, int, int], place: int, shift: int) -> None:
    made = reference.make(*given_parts)
    wrong = str((int(made[place]) + shift) % 10)
    assert not reference.is_valid(made[:place] + wrong + made[place + 1 :])


@given(parts, st.integers(0, 10))
def test_a_swap_of_neighbours_is_noticed(given_parts: tuple[int, int, int], place: int) -> None:
    made = reference.make(*given_parts)
    swapped = made[:place] + made[place + 1] + made[place] + made[place + 2 :]
    assert reference.is_valid(swapped) is (swapped == made)


@pytest.mark.parametrize("typed", ["２６１１ 2104-0879", " 261121040879", "2611.2104.0879"])
def test_it_is_read_as_people_type_it(typed: str) -> None:
    assert reference.normalise(typed) == "261121040879"


@pytest.mark.parametrize("typed", ["", "2611", "2611 2104 08791", "2611 2104 087a", "二六一一21040879"])
def test_what_is_not_a_reference_is_not_guessed(typed: str) -> None:
    assert reference.normalise(typed) is None
    assert not reference.is_valid(typed)


def test_numbers_out_of_range_say_so() -> None:
    with pytest.raises(ValueError, match="serial 100000"):
        reference.make(2026, 1, 100_000)
    with pytest.raises(ValueError, match="home number 10000"):
        reference.make(2026, 10_000, 1)
