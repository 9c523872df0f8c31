"""Sums paid in parts: nothing is lost to rounding, days keep to the month, interest is counted by days."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core.instalments import MOST, later, simple_interest, spread
from huiyin.core.terms_change import compare

FIRST = date(2027, 1, 31)


@given(st.integers(1, 10**12), st.integers(1, MOST), st.sampled_from(["month", "quarter", "year"]), st.decimals(0, 24, places=2))
def test_the_parts_make_the_sum_to_the_cent(cents: int, times: int, every: str, yearly: Decimal) -> None:
    if cents < times:
        return
    made = spread(cents, times, FIRST, every, yearly)  # type: ignore[arg-type]
    assert sum(one.principal for one in made) == cents
    assert max(one.principal for one in made) - min(one.principal for one in made) < times
    assert [one.due for one in made] == sorted({one.due for one in made})
    assert all(one.interest >= 0 for one in made)


def test_a_short_month_ends_on_its_last_day_and_the_next_goes_on_as_before() -> None:
    assert [later(FIRST, n, "month") for n in range(4)] == [FIRST, date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]
    assert later(date(2028, 2, 29), 1, "year") == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("cents", "yearly", "days_from", "days_to", "interest"),
    [
        (10_000_00, "3.65", date(2026, 1, 1), date(2026, 1, 11), 10_00),  # 0.01 % a day, ten days
        (100_00, "12", date(2026, 1, 1), date(2027, 1, 1), 12_00),
        (1, "3.45", date(2026, 1, 1), date(2026, 2, 1), 0),
        (5_00, "3.65", date(2026, 1, 1), date(2026, 1, 11), 1),  # half a cent is rounded up
        (10_000_00, "12", date(2026, 5, 1), date(2026, 5, 1), 0),
    ],
)
def test_interest_worked_by_hand(cents: int, yearly: str, days_from: date, days_to: date, interest: int) -> None:
    assert simple_interest(cents, Decimal(yearly), days_from, days_to) == interest


def test_interest_is_on_what_is_still_owed() -> None:
    made = spread(120_000_00, 3, date(2026, 2, 1), "month", Decimal("3.65"), since=date(2026, 1, 1))
    assert [(one.principal, one.interest) for one in made] == [(4_000_000, 37_200), (4_000_000, 22_400), (4_000_000, 12_400)]


@pytest.mark.parametrize(
    "wrong",
    [
        {"cents": 2, "times": 3},
        {"cents": 100, "times": 0},
        {"cents": 100_000, "times": MOST + 1},
        {"cents": 100, "times": 2, "yearly": Decimal(3), "since": date(2028, 1, 1)},
        {"cents": 100, "times": 2, "yearly": Decimal(-3)},
    ],
)
def test_what_cannot_be_spread_is_told(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"\d"):
        spread(**{"first": FIRST, **wrong})  # type: ignore[arg-type]


PARTS = ("who", "what", "amount", "due")


def _offer(*lines: tuple[object, ...]) -> list[dict[str, object]]:
    return [{name: value for name, value in zip(PARTS, line, strict=False) if value is not None} for line in lines]


def test_a_counter_offer_says_what_it_changes() -> None:
    first = _offer(("li", "修防水", None, "2026-09-30"), ("li", "赔钱", 200_000), ("zhang", "开门"))
    second = _offer(("li", "赔钱", 300_000), ("li", "修防水", None, "2026-09-30"), ("zhang", "提前一天开门"), ("zhang", "搬走花盆"))
    lines = compare(first, second, PARTS)
    assert [line.kind for line in lines] == ["changed", "same", "changed", "new"]
    assert lines[0].before == {"amount": 200_000}
    assert lines[2].before == {"what": "开门"}
    assert [line.kind for line in compare(second, first, PARTS)] == ["same", "changed", "changed", "gone"]


def test_the_first_offer_is_new_throughout() -> None:
    assert [line.kind for line in compare([], _offer(("li", "赔钱", 1)), PARTS)] == ["new"]
