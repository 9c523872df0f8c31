"""How alike two texts are by the pieces they are made of (`core.search.pieces`: pairs of Chinese characters, other words whole). Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet


def likeness(one: AbstractSet[str], other: AbstractSet[str]) -> float:
    """Return how alike two sets of pieces are, from 0 (nothing in common) to 1 (the same).

    Half of it is the share of all their pieces they have in common (Jaccard), half how much of the shorter stands in the longer
    (containment): a short call about a thing is like the long letter about it, yet less than its copy.
    """
    common = len(one & other)
    if not common:
        return 0.0
    return (common / len(one | other) + common / min(len(one), len(other))) / 2
