"""Sends the 200 blind messages as the office would, and counts: by the real suggestion, place finding and list."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

DATA = Path(__file__).parent / "data"
DAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Message:
    """One message, and whose it is."""

    n: int
    text: str
    place: str
    lead: str
    level: str
    also: frozenset[str]


@dataclass
class Counts:
    """What came of some messages.

    Attributes:
        keyless: went straight to a unit; ``keyless_wrong`` of them to one that is neither the lead nor one that could take it.
        top1: the first proposal's unit is the lead; ``top3``: one of the first three.
        unsure: no topic was proposed, or not surely enough, or the row or place leaves it to a dispatcher.
        wrong: kind of unit a message wrongly went to without a key -> how many.
    """

    messages: int = 0
    keyless: int = 0
    keyless_lead: int = 0
    keyless_wrong: int = 0
    unsure: int = 0
    no_topic: int = 0
    top1: int = 0
    top1_or_also: int = 0
    top3: int = 0
    top3_or_also: int = 0
    place_found: int = 0
    place_right: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    told: list[str] = field(default_factory=list)


def read(first: int, last: int) -> list[Message]:
    """Return the messages of some numbers."""
    with (DATA / "blind_truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {int(row["n"]): row for row in csv.DictReader(file)}
    with (DATA / "blind_messages.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if first <= int(row["n"]) <= last]
    return [
        Message(
            int(row["n"]),
            row["text"],
            row["place_code"],
            truth[int(row["n"])]["lead"],
            truth[int(row["n"])]["level"],
            frozenset(filter(None, truth[int(row["n"])]["also"].split(";"))),
        )
        for row in rows
    ]


def suggested(text: str) -> tuple[list[str], bool]:
    """Return the topics proposed for a text, best first, and whether the first is sure enough to go without a key."""
    from huiyin.learning.queries import suggest

    found = suggest(text, limit=3)
    return [one.topic for one in found], bool(found) and found[0].sure


def measure(messages: Sequence[Message]) -> Counts:
    """Send messages and count."""
    from huiyin.city import places
    from huiyin.routing.queries import decide_owner

    counts = Counts()
    for message in messages:
        counts.messages += 1
        topics, sure_topic = suggested(message.text)
        best = next(iter(places.find_places(message.text, limit=1)), None)
        sure_place = best is not None and best.alone and not best.unsure and best.level != "city"
        code = best.code if sure_place and best is not None else None
        counts.place_found += sure_place
        counts.place_right += code is not None and (code == message.place or code in places.path_of(message.place))
        # Where the message does not say it surely, a person does: the list is asked for the true place.
        where = code or message.place
        kinds = [
            owner.unit.split(".")[0] if owner.unit else ""
            for owner in (decide_owner(topic=topic, division=where, on=DAY) for topic in topics)
        ]
        fine = {message.lead, *message.also}
        counts.no_topic += not topics
        counts.top1 += kinds[:1] == [message.lead]
        counts.top1_or_also += bool(kinds) and kinds[0] in fine
        counts.top3 += message.lead in kinds
        counts.top3_or_also += bool(fine & set(kinds))
        direct = bool(topics) and sure_topic and code is not None and decide_owner(topic=topics[0], division=code, on=DAY).direct
        if not direct:
            counts.unsure += 1
        else:
            counts.keyless += 1
            counts.keyless_lead += kinds[0] == message.lead
            if kinds[0] not in fine:
                counts.keyless_wrong += 1
                counts.wrong[kinds[0]] += 1
        if kinds[:1] != [message.lead]:
            first = f"{topics[0]} -> {kinds[0]}" if topics else "nothing"
            ok = "also" if kinds and kinds[0] in fine else "WRONG"
            counts.told.append(
                f"{message.n} [{ok}{' KEYLESS' if direct else ''}] {message.lead}@{message.level}, got {first} | {message.text}"
            )
    return counts
