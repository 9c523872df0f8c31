"""What a text is told apart by: single characters and pairs, words, and how it opens. Han characters only.

Digits, letters and marks break a text and never become a feature, so that no telephone or identity number can enter a
model. Blanks are taken out first: a text that was cut into words reads the same as one that was not.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import Any, Final

# Beyond this many characters a message says nothing more about its topic, and reading it only costs time.
READ_AT_MOST: Final = 4000
# People say what it is about first: pairs of the first twenty and sixty characters are counted again, each on its own.
OPENINGS: Final = (20, 60)
GRAMS, WORDS = "grams", "words"
BLOCKS: Final = (GRAMS, WORDS, *(f"opening{length}" for length in OPENINGS))
_BLANK = re.compile(r"\s+")
# What stands in square brackets was put there by whoever took a name or a number out.
_BREAK = re.compile(r"(?:\[[^\[\]]{0,12}\]|[^\u3400-\u4dbf\u4e00-\u9fff])+")

Counts = dict[str, int]


def without_blanks(text: str) -> str:
    """Return a text without any white space."""
    return _BLANK.sub("", text)


def readable(text: str) -> str:
    """Return the Han characters of a text, with one line break for whatever stood between them."""
    return _BREAK.sub("\n", without_blanks(text[:READ_AT_MOST]))


def counts(text: str) -> tuple[Counts, ...]:
    """Return how often each feature occurs in a text, a dictionary for each of `BLOCKS`."""
    read = readable(text)
    return (Counter(grams(read)), Counter(words(read)), *(Counter(grams(read[:length])) for length in OPENINGS))


def grams(read: str) -> list[str]:
    """Return single characters and pairs of a readable text, none across a break."""
    single = [char for char in read if char != "\n"]
    return single + [first + second for first, second in pairwise(read) if first != "\n" and second != "\n"]


def words(read: str) -> list[str]:
    """Return the words of a readable text; single characters are counted as such already."""
    return [word for word in _cutter().cut(read) if len(word) > 1]


def tagged(read: str) -> list[tuple[str, str]]:
    """Return every word of a readable text with its part of speech, as rjieba names it."""
    return list(_cutter().tag(read))


@cache
def _cutter() -> Any:
    # Its dictionary is read when the first word is asked for; a process that never asks does not pay.
    import rjieba

    return rjieba
