"""Topic suggestions from the words of a message: a cold start that proposes to a person and never decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

# Beyond this many characters a message says nothing more about its topic, and searching it only costs time.
READ_AT_MOST = 4000
# One unshared word of two characters reaches it; a word three topics share does not.
THRESHOLD = 1.0


@dataclass(frozen=True, slots=True)
class TopicWords:
    """A topic and the words that point to it."""

    topic: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A topic that may fit, how strongly, and the words in the message that speak for it."""

    topic: str
    score: float
    words: tuple[str, ...]


class Suggester:
    """Ranks topics for messages; built once for a topic tree.

    A word weighs by its length and by how few topics share it. A word inside a longer matched word of the same topic
    does not count twice, and a narrow topic is preferred to the wider one it belongs to.
    """

    def __init__(self, topics: Iterable[TopicWords]) -> None:
        """Count how many topics share each word."""
        self._topics = tuple(topics)
        shared = Counter(word for topic in self._topics for word in set(topic.words))
        self._weight = {word: (len(word) - 1) / count for word, count in shared.items()}

    def suggest(self, text: str, *, limit: int = 5) -> tuple[Suggestion, ...]:
        """Return topics whose words occur in ``text``, best first; empty means unknown."""
        read = text[:READ_AT_MOST]
        present = {word for word in self._weight if word in read}
        if not present:
            return ()
        ranked = []
        for topic in self._topics:
            found = [word for word in topic.words if word in present]
            kept = tuple(word for word in found if not any(word != other and word in other for other in found))
            score = sum(self._weight[word] for word in kept)
            if score >= THRESHOLD:
                ranked.append(Suggestion(topic.topic, round(score, 3), kept))
        ranked.sort(key=lambda entry: (-entry.score, -entry.topic.count("."), entry.topic))
        return tuple(ranked[:limit])
