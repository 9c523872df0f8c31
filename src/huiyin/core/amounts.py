"""Amounts of money in the upper-case numerals of cheques and agreements: 人民币贰万叁仟元整."""

from __future__ import annotations

from typing import Final

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
PLACES: Final = ("", "拾", "佰", "仟")
# Each step is four figures more; 万 above 亿 is 万亿.
GROUPS: Final = ("", "万", "亿", "万亿")
MOST_CENTS: Final = 10 ** (4 * len(GROUPS) + 2) - 1
CURRENCY: Final = "人民币"


def in_capitals(cents: int) -> str:
    """Return an amount of CNY in words, as the payment rules of the People's Bank want it written.

    A gap of zeros is one 零, none is said at the end of a group that ends in zeros. 整 closes an amount of whole yuan or whole jiao;
    with fen nothing follows.

    Args:
        cents: whole cents (分), not negative.

    Raises:
        ValueError: a negative amount, or one of more than sixteen figures of yuan.
    """
    if not 0 <= cents <= MOST_CENTS:
        raise ValueError(f"no amount that can be written in words: {cents}")
    yuan, rest = divmod(cents, 100)
    jiao, fen = divmod(rest, 10)
    words = CURRENCY
    if yuan or not rest:
        words += f"{_whole(yuan)}元"
    if jiao:
        words += f"{DIGITS[jiao]}角"
    elif fen and yuan:
        # ¥1.05 is 壹元零伍分; ¥0.05 is 伍分.
        words += DIGITS[0]
    return words + (f"{DIGITS[fen]}分" if fen else "整")


def _whole(number: int) -> str:
    """Return a whole number without its unit."""
    if number == 0:
        return DIGITS[0]
    words, gap = "", False
    for step in range(len(GROUPS) - 1, -1, -1):
        group = number // 10 ** (4 * step) % 10_000
        if group == 0:
            gap = gap or bool(words)
            continue
        if words and (gap or group < 1000):
            words += DIGITS[0]
        words += _group(group) + _unit(step, number)
        gap = False
    return words


def _unit(step: int, number: int) -> str:
    """Return the unit of a group: 万亿 only where no figures of 亿 follow, else 万, as 亿 is said once behind both."""
    return "万" if step == 3 and number // 10**8 % 10_000 else GROUPS[step]


def _group(group: int) -> str:
    """Return a number from 1 to 9999, zeros inside said once."""
    words, gap = "", False
    for place in range(3, -1, -1):
        digit = group // 10**place % 10
        if digit == 0:
            gap = bool(words)
            continue
        words += (DIGITS[0] if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return words
