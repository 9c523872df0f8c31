"""Many openings of one home written together, for intake of files. Same rules, fewer round trips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from huiyin.core.values import Refusal
from huiyin.matters import doors, services
from huiyin.matters.receipts import Receipt


def open_many(wanted: Sequence[Mapping[str, Any]]) -> list[Receipt | Refusal]:
    """Open many matters, each given by the arguments of ``services.open``; answers in the same order.

    Those of one home are written in one transaction: after a crash either all of them are there or none, and asking again with the
    same keys gives the same receipts.
    """
    answers: list[Receipt | Refusal | None] = [None] * len(wanted)
    waiting: dict[str, list[tuple[int, services.Pending]]] = {}
    for place, arguments in enumerate(wanted):
        made = services.prepare_opening(**{**services.OPENING_DEFAULTS, **arguments})
        if isinstance(made, services.Pending):
            waiting.setdefault(made.home, []).append((place, made))
        else:
            answers[place] = made
    for home, group in waiting.items():
        # In one order everywhere: two batches with the same keys would otherwise wait for each other for ever.
        group.sort(key=lambda entry: entry[1].payload["key"])
        written = doors.many(home, [pending.payload for _, pending in group])
        for (place, pending), answer in zip(group, written, strict=True):
            answers[place] = services.answered(pending, answer)
    return [answer for answer in answers if answer is not None]
