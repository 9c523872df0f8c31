"""Whether a message may speak of danger to a life: a proposal to look at it first, with the words that say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.suggestion import READ_AT_MOST
from huiyin.learning import queries
from huiyin.learning.linear import softmax
from huiyin.learning.training import Trained

# One danger that nobody looked at first costs as much as this many looks at a message without any.
COST_OF_MISSING: Final = 20.0
# With confidences that are true, a look from here on costs less than leaving it.
THRESHOLD: Final = 1 / (1 + COST_OF_MISSING)


@dataclass(frozen=True, slots=True)
class Urgency:
    """A message that may speak of danger.

    Attributes:
        words: pieces of the message that say so.
        confidence: of the model in use that the matter is of a kind that is urgent; None where words alone speak.
    """

    words: tuple[str, ...]
    confidence: float | None


@dataclass(frozen=True, slots=True)
class Dangers:
    """The words of danger a city knows, of its packs and of the topics that are urgent; made once for many texts."""

    words: frozenset[str]
    harmless: tuple[str, ...]

    @classmethod
    def of(cls, library: Library) -> Dangers:
        """Return those of a library."""
        urgent = (word for topic in library.urgent_topics() for word in library.topics[topic].keywords)
        return cls(frozenset((*library.sayings.danger, *urgent)), library.sayings.harmless)

    def found(self, text: str) -> tuple[str, ...]:
        """Return the words of a text that speak of danger, in the order they stand."""
        read = text[:READ_AT_MOST]
        for phrase in self.harmless:
            read = read.replace(phrase, "\n")
        found = sorted((word for word in self.words if word in read), key=read.index)
        return tuple(word for word in found if not any(word != other and word in other for other in found))


def urgency(text: str) -> Urgency | None:
    """Return why a message should be looked at first; None where nothing says so, which is no word that there is no danger."""
    library = city.library()
    words = Dangers.of(library).found(text)
    guesser = queries.current()
    learned = None if guesser is None else guesser.of_these(text, library.urgent_topics(), THRESHOLD)
    if learned is not None:
        return Urgency(words or learned.words, learned.confidence)
    return Urgency(words, None) if words else None


def measured(trained: Trained, truth: Sequence[str]) -> dict[str, Any]:
    """Return how urgent messages would have been found, by answers of models that had not seen them.

    Returns:
        JSON-ready: how many were ``urgent``, how many of these were ``found``, and how many of all were ``shown`` as such.
    """
    urgent = set(city.library().urgent_topics())
    columns = [column for column, topic in enumerate(trained.model.topics) if topic in urgent]
    there = np.array([topic in urgent for topic in truth], np.bool_)
    shown = softmax(trained.judged.margins, trained.model.sharpness)[:, columns].sum(axis=1) >= THRESHOLD
    return {"urgent": int(there.sum()), "found": int((shown & there).sum()), "shown": int(shown.sum()), "threshold": round(THRESHOLD, 4)}
