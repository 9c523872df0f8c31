"""What a message is probably about, as the city's model in use and the words of the list say. A proposal to a person."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from huiyin.city import queries as city
from huiyin.learning.features import counts
from huiyin.learning.features import readable as plain_words
from huiyin.learning.linear import Linear, UnreadableError
from huiyin.learning.models import ModelUse, TopicModel
from huiyin.routing import queries as routing

MODEL, WORDS = "model", "words"
# What would be shown as 0.0 % is no proposal, unless nothing is likelier.
LEAST: Final = 0.0005


@dataclass(frozen=True, slots=True)
class Proposed:
    """A topic that may fit.

    Attributes:
        by: `MODEL`, or `WORDS` of topics and of the responsibility list.
        confidence: of the model, calibrated; None where words alone speak.
        sure: the model's first, above its threshold. Words alone are never sure.
        words: pieces of the message that speak for it.
    """

    topic: str
    by: str
    confidence: float | None
    sure: bool
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Together:
    """How sure it is that a text is about one of several topics, and the pieces of it that speak for the likeliest."""

    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guesser:
    """A model as it answers: only topics the city still has."""

    linear: Linear
    threshold: float

    def first(self, text: str, limit: int) -> list[Proposed]:
        """Return the likeliest topics, best first; none for a text without a word the model knows."""
        known = city.library().topics
        read = counts(text)
        sure = self.linear.confidences(text, read)
        ranked = [(self.linear.topics[column], float(sure[column])) for column in (-sure).argsort()[:limit].tolist()]
        found = []
        for place, (topic, confidence) in enumerate(ranked):
            fits = topic in known and (place == 0 or confidence >= LEAST)
            words = self.linear.words_for(text, topic, read) if fits else ()
            if words:
                found.append(Proposed(topic, MODEL, confidence, place == 0 and confidence >= self.threshold, words))
        return found

    def of_these(self, text: str, topics: Collection[str], least: float) -> Together | None:
        """Return how sure it is that a text is about one of some topics; None below ``least``, or where it knows none of them."""
        columns = [column for column, topic in enumerate(self.linear.topics) if topic in topics]
        if not columns:
            return None
        read = counts(text)
        sure = self.linear.confidences(text, read)[columns]
        if sure.sum() < least:
            return None
        return Together(float(sure.sum()), self.linear.words_for(text, self.linear.topics[columns[int(sure.argmax())]], read))


_held: tuple[int, Guesser | None] | None = None


def suggest(text: str, *, limit: int = 5) -> tuple[Proposed, ...]:
    """Return topics a message may be about, best first; empty means unknown.

    The model goes first, and the words of topics and of the list after it, except where a message hardly says more than such a word.
    """
    guesser = current()
    learned = [] if guesser is None else guesser.first(text, limit)
    by_words = [Proposed(one.topic, WORDS, None, sure=False, words=one.words) for one in routing.suggest_topics(text, limit=limit)]
    named = bool(by_words) and 2 * sum(map(len, by_words[0].words)) >= len(plain_words(text).replace("\n", ""))
    found: dict[str, Proposed] = {}
    for one in [*by_words, *learned] if named else [*learned, *by_words]:
        found.setdefault(one.topic, one)
    return tuple(found.values())[:limit]


def in_use() -> TopicModel | None:
    """Return the model that proposes now, None where only words do."""
    last = ModelUse.objects.order_by("-id").select_related("model").first()
    return None if last is None else last.model


def readable(model: TopicModel) -> Linear | None:
    """Return a model as it answers, None when another release made it or it is damaged."""
    try:
        return Linear.from_bytes(bytes(model.stored))
    except UnreadableError:
        return None


def all_models() -> Sequence[TopicModel]:
    """Return the models there are, the newest first, without their weights."""
    return list(TopicModel.objects.order_by("-made_at").defer("stored").select_related("made_by"))


def uses() -> Sequence[ModelUse]:
    """Return which model was put to use when, by whom and why, the latest first."""
    return list(ModelUse.objects.order_by("-id").select_related("by", "model").defer("model__stored", "model__measured"))


def current() -> Guesser | None:
    """Return the model in use, read once for as long as it is."""
    global _held
    last = ModelUse.objects.order_by("-id").values("id", "model").first()
    number = 0 if last is None else last["id"]
    if _held is None or _held[0] != number:
        model = None if last is None or last["model"] is None else TopicModel.objects.get(id=last["model"])
        linear = None if model is None else readable(model)
        _held = (number, None if model is None or linear is None else Guesser(linear, model.threshold))
    return _held[1]
