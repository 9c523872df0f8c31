"""Where a message probably belongs: proposals from its words, for the dispatcher who decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.values import Text
from huiyin.host.errors import HostError
from huiyin.learning.queries import WORDS, suggest
from huiyin.routing.outgoing import evidence
from huiyin.routing.queries import Owner, decide_owner, known_facts

ANY_TOPIC = "*"
READ_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the words of a message point to.

    Attributes:
        topic: topic the matter is opened under.
        division: code of the place; the city itself when no place, or more than one, is meant.
        queue: id of the unit whose dispatchers take it in; None when there is none for the place.
        found_place: full name of the place; empty when none was found.
        reason: how topic, place and proposed unit were come by, for the dispatcher.
        explained: the same as data: who proposed the topic and by which words, and the decision as `routing.outgoing.evidence` has it.
    """

    topic: str
    division: str
    queue: str | None
    found_place: str
    reason: Text
    explained: Mapping[str, Any]


class Proposer:
    """Proposes for many messages in a row; asks the database once for each topic and place."""

    def __init__(self, library: Library, queue_kinds: tuple[str, ...]) -> None:
        """Read the names of places and the words of topics once.

        Args:
            queue_kinds: kinds of unit that may take messages in.

        Raises:
            HostError: no city is loaded.
        """
        root = places.root()
        if root is None:
            raise HostError("no_city", "还没有装入城市包，请先执行 load。", "No city is loaded; run load first.")
        self._library = library
        self._root = root.code
        self._queue_kinds = queue_kinds
        self._queues: dict[str, str | None] = {}
        self._facts = known_facts()
        self._owners: dict[tuple[Any, ...], tuple[Owner, Mapping[str, Any]]] = {}

    def propose(self, text: str, *, topic: str = "", division: str = "", answers: Mapping[str, str] | None = None) -> Proposal:
        """Return what a message's words point to; what its sender chose and answered stands before them."""
        # What the model is not sure of is no proposal here: nobody stands beside it to choose.
        suggested = () if topic else tuple(one for one in suggest(text, limit=1) if one.sure or one.by == WORDS)
        place = self._place(text)
        if division and (place is None or division not in places.path_of(place[0])):
            place = (division, places.full_name(division))
        code = None if place is None else place[0]
        owner, why = self._owner(topic or (suggested[0].topic if suggested else ANY_TOPIC), code, answers or {})
        chosen = topic
        topic = topic or (suggested[0].topic if suggested else self._plainest())
        return Proposal(
            topic=topic,
            division=code or self._root,
            queue=self._queue(code or self._root),
            found_place="" if place is None else place[1],
            reason=self._reason(topic, suggested[0].words if suggested else (), place, owner, chosen=bool(chosen)),
            explained={
                "topic": topic,
                "topic_by": "sender" if chosen else "words" if suggested else "nobody",
                **({"words": list(suggested[0].words), "suggested_by": suggested[0].by} if suggested else {}),
                **({"confidence": round(suggested[0].confidence, 4)} if suggested and suggested[0].confidence is not None else {}),
                "place": code or "",
                "place_by": "sender" if division else "words" if place is not None else "nobody",
                "row": "" if owner.decision is None else owner.decision.row.id,
                **why,
            },
        )

    def _place(self, text: str) -> tuple[str, str] | None:
        """Return code and full name of the one place a text surely names, or None."""
        best = next(iter(places.find_places("".join(text.split())[:READ_AT_MOST], limit=1)), None)
        if best is None or best.unsure or not best.alone or best.level == "city":
            return None
        return best.code, best.full_name

    def _queue(self, division: str) -> str | None:
        if division not in self._queues:
            serving = (city.unit_for(kind, division) for kind in self._queue_kinds)
            self._queues[division] = next((unit.id for unit in serving if unit is not None), None)
        return self._queues[division]

    def _owner(self, topic: str, division: str | None, answers: Mapping[str, str]) -> tuple[Owner, Mapping[str, Any]]:
        """Return who must answer, and the decision as an act keeps it; for the messages of one topic and place made once."""
        on = self._library.calendar.local_date(clock.now())
        known = self._library.topics.get(topic)
        sealed = known is not None and known.sealed
        # “Cannot tell” is no answer, and of a sealed topic nothing stands in a reason.
        facts = {name: said for name, said in answers.items() if not sealed and name in self._facts and said in self._facts[name].values}
        key = (topic, division, on, tuple(sorted(facts.items())))
        if key not in self._owners:
            owner = decide_owner(topic=topic, division=division, on=on, facts=facts)
            self._owners[key] = (owner, evidence(owner))
        return self._owners[key]

    def _plainest(self) -> str:
        """Return the topic for messages whose words say nothing: the whole line of requests."""
        return "request" if "request" in self._library.topics else next(iter(self._library.topics))

    def _reason(self, topic: str, words: tuple[str, ...], place: tuple[str, str] | None, owner: Owner, *, chosen: bool) -> Text:
        label = self._library.topics[topic].label
        about = (
            Text(f"来件写明事项类型“{label.zh}”。", f"The sender chose the topic {label.en}.")
            if chosen
            else Text(f"按“{'、'.join(words[:3])}”推荐事项类型“{label.zh}”，待派单员确认。",
                 f"Proposed topic {label.en}, by the words {', '.join(words[:3])}; a dispatcher confirms.")
            if words
            else Text("看不出事项类型，由派单员定。", "The words point to no topic; a dispatcher decides.")
        )  # fmt: skip
        where = (
            Text("没有写明地点，进市里的派单席。", "No place was named; it waits at the city's dispatch desk.")
            if place is None
            else Text(f"地点：{place[1]}。", f"Place: {place[1]}.")
        )
        lead = owner.unit_name
        who = Text("", "") if lead is None else Text(f"建议承办：{lead.zh}。", f"Proposed unit: {lead.en}.")
        parts: Mapping[str, list[str]] = {
            "zh": [about.zh, where.zh, who.zh, owner.reason.zh],
            "en": [about.en, where.en, who.en, owner.reason.en],
        }
        return Text("".join(parts["zh"]), " ".join(part for part in parts["en"] if part))
