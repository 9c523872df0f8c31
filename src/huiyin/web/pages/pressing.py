"""Whether a matter that waits for its owner should be looked at first, by its words: a proposal beside the topic it was given."""

from __future__ import annotations

from huiyin.city import queries as city
from huiyin.core import search
from huiyin.learning.urgency import Urgency, urgency
from huiyin.matters.views import MatterView
from huiyin.web.pages import similar


def danger(view: MatterView) -> Urgency | None:
    """Return why a matter should be looked at first; None where its topic says so already, or it waits for no owner."""
    if view.topic in city.library().urgent_topics() or not similar.waits(view):
        return None
    return urgency("\n".join(text for _, text in search.opening_texts(view.procedure, view.facts)))
