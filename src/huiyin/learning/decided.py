"""What the city's own people decided: the words of matters whose topic somebody acted on, to learn from and to measure on.

Read as the system reads, never kept: a model holds pieces of words that several people used, and how they weigh.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from huiyin.city import queries as city
from huiyin.core.handing import listed_unit
from huiyin.core.procedure import Procedure
from huiyin.core.values import SYSTEM
from huiyin.learning.features import readable
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.routing.models import WRONG, DispatchCheck

# The class of what reporters say in words of their own; of a higher one it is sealed or secret, of a lower one the office's.
SAID: Final = "P2"
CHUNK: Final = 500
# Shorter than this a message says too little to learn from.
LEAST_CHARACTERS: Final = 4


@dataclass(frozen=True, slots=True)
class Decided:
    """The words of one matter and the topic it was decided under.

    Attributes:
        same: keys; messages that share one are never on both sides of a measurement: the same words, or the same person's.
    """

    text: str
    topic: str
    same: tuple[str, ...]


def decided(since: datetime, *, most: int | None = None) -> Iterator[Decided]:
    """Yield the matters opened since that a unit took on, or was given and did not send back, the newest first of each procedure.

    Args:
        most: matters of each procedure to read; None for all.

    A sealed topic is never learned, nor one that only says "something else"; nor a matter whose topic was found wrong.
    """
    library = city.library()
    wider = {key.rpartition(".")[0] for key in library.topics} | {key for key in library.topics if "." not in key}
    topics = [key for key, topic in library.topics.items() if not topic.sealed and key not in wider]
    with reading_as(SYSTEM):
        wrong = set(DispatchCheck.objects.filter(found=WRONG, cause="topic_wrong").values_list("dispatch__matter", flat=True))
        for procedure in library.procedures.values():
            unit, words = listed_unit(procedure), spoken(procedure)
            if unit is None or not words:
                continue
            read = Matter.objects.filter(procedure=procedure.name, topic__in=topics, opened_at__gte=since, parent=None)
            read = read.exclude(outcome="withdrawn").filter(**{f"body__facts__{unit}__isnull": False}).order_by("-opened_at", "id")[:most]
            for matter, topic, body in read.values_list("id", "topic", "body").iterator(chunk_size=CHUNK):
                found = None if matter in wrong else _read(body, topic, unit, words)
                if found is not None:
                    yield found


def spoken(procedure: Procedure) -> tuple[str, ...]:
    """Return the fields of the opening form that hold what somebody said in words of their own."""
    fields = [procedure.fields[entry.field] for entry in procedure.forms[procedure.opening_form].entries]
    return tuple(field.name for field in fields if field.type == "text" and field.cls == SAID and field.of is None)


def _read(body: dict[str, Any], topic: str, unit: str, words: tuple[str, ...]) -> Decided | None:
    facts = body["facts"]
    if not isinstance(facts.get(unit), str) or facts[unit] in (facts.get("declined") or ()):
        return None
    text = "\n".join(value for name in words if isinstance(value := facts.get(name), str))
    han = readable(text).replace("\n", "")
    if len(han) < LEAST_CHARACTERS:
        return None
    return Decided(text, topic, (f"words {han}", *(f"person {party['id']}" for party in body["parties"])))
