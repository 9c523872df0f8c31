"""Carrying out an order that many matters' clocks be counted again: one event in each matter it moves, that names it.

It reads and writes in batches and may be killed anywhere; done again, or by two at once, it does what is left and nothing twice: the
key of each act is made from order and matter.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from huiyin import clock
from huiyin.core import recounting
from huiyin.core.clock_life import ClockLife
from huiyin.core.values import SYSTEM, Refusal, Text
from huiyin.matters import directory, doors, services, write
from huiyin.matters.access import reading_as
from huiyin.matters.models import Order, OrderLine
from huiyin.matters.orders import in_use, row_of
from huiyin.matters.refusals import CONFLICT

Plain = dict[str, Any]
Tell = Callable[[int, int | None], object]
BATCH: Final = 100
ELSEWHERE: Final = Text("在此期间这个期限已经结束、停钟或者另行改过。", "Meanwhile this clock ended, was paused, or was dated anew.")
BROKEN: Final = Text(
    "程序内部出错，这件事没有动。请告诉系统管理员。", "An internal fault; this matter was left as it was. Tell the administrator."
)

log = logging.getLogger("huiyin.orders")


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an order is: its clocks by what came of them, and its matters.

    Attributes:
        whys: reasons why clocks were left, each with how many.
    """

    matters: int
    matters_reached: int
    matters_moved: int
    outcomes: Mapping[str, int]
    whys: Sequence[tuple[Text, int]]

    @classmethod
    def of(cls, order: UUID) -> Reach:
        """Count the lines of an order."""
        with reading_as(SYSTEM) as connection, connection.cursor() as rows:
            rows.execute(
                """SELECT count(DISTINCT (home, matter)), count(DISTINCT (home, matter)) FILTER (WHERE outcome <> ''),
                          count(DISTINCT (home, matter)) FILTER (WHERE outcome = 'moved')
                     FROM matters_order_line WHERE "order" = %s""",
                [order],
            )
            matters, reached, moved = rows.fetchone()
            rows.execute('SELECT outcome, why::text, count(*) FROM matters_order_line WHERE "order" = %s GROUP BY 1, 2', [order])
            found = rows.fetchall()
        outcomes: dict[str, int] = {}
        whys: list[tuple[Text, int]] = []
        for outcome, why, number in found:
            outcomes[outcome] = outcomes.get(outcome, 0) + number
            if why is not None:
                whys.append((Text(**orjson.loads(why)), number))
        return cls(matters, reached, moved, outcomes, tuple(sorted(whys, key=lambda one: -one[1])))

    def plain(self) -> Plain:
        """Return the report an order keeps."""
        return {
            "matters": self.matters_moved,
            **{word: self.outcomes.get(word, 0) for word in ("moved", "unchanged", "refused")},
            "whys": [{**text.to_plain(), "count": number} for text, number in self.whys],
        }


def carry_out(order: UUID, tell: Tell) -> Plain:
    """Do what is left of a decided order; safe to do again, to be killed in, and to be done by two at once.

    Returns:
        the report.

    Raises:
        LookupError: there is no such order, or nobody decided it.
        ChangedError: calendar or rules changed since; what it reached stays moved, the rest waits for a new order.
    """
    row = row_of(order)
    if row is None or row.at is None:
        raise LookupError(f"order {order} is not decided")
    if row.report is not None:
        return dict(row.report)
    total = Reach.of(order)
    done = total.matters_reached
    tell(done, total.matters)
    for home, matters in _left(order):
        if in_use(directory.library()) != row.counted_with:
            raise ChangedError
        _move(row, home, matters)
        done += len(matters)
        tell(min(done, total.matters), total.matters)
    report = Reach.of(order).plain()
    doors.order_finish(order, report, clock.now())
    return report


class ChangedError(RuntimeError):
    """The tables an order was counted with are no longer in use."""


def _left(order: UUID) -> Iterator[tuple[str, list[UUID]]]:
    """Yield (home, matters) that still wait, some at a time; each only once, whatever came of it."""
    place: tuple[str, UUID] = ("", UUID(int=0))
    while True:
        with reading_as(SYSTEM) as connection, connection.cursor() as rows:
            rows.execute(
                """SELECT DISTINCT home, matter FROM matters_order_line
                    WHERE "order" = %s AND outcome = '' AND (home, matter) > (%s, %s) ORDER BY home, matter LIMIT %s""",
                [order, *place, BATCH],
            )
            found = rows.fetchall()
        if not found:
            return
        home = found[0][0]
        mine = [matter for of_home, matter in found if of_home == home]
        yield home, mine
        place = (home, mine[-1])


def _move(order: Order, home: str, matters: Sequence[UUID]) -> None:
    """Carry an order out on some matters of one home: one transaction for their events, one for what came of them."""
    outcomes: list[Plain] = []
    waiting = list(matters)
    for attempt in range(services.RETRIES + 1):
        seen = doors.order_snapshots(home, order.id, waiting, SYSTEM)
        pending: list[tuple[UUID, Plain, Plain]] = []
        for matter in waiting:
            thought = _thought(order, home, matter, seen.get(matter))
            if isinstance(thought, tuple):
                pending.append((matter, *thought))
            else:
                outcomes.append(thought)
        answers = doors.many(home, [payload for _, payload, _ in pending]) if pending else []
        waiting = []
        for (matter, _, came), answer in zip(pending, answers, strict=True):
            if answer["status"] == "conflict":
                waiting.append(matter)
            else:
                outcomes.append(came if answer["status"] in ("written", "known") else _refused(matter, services.MISSING.text))
        if not waiting:
            break
        if attempt == services.RETRIES:
            outcomes.extend(_refused(matter, CONFLICT.text) for matter in waiting)
    _keep(order.id, home, outcomes)


def _thought(order: Order, home: str, matter: UUID, seen: Plain | None) -> tuple[Plain, Plain] | Plain:
    """Return what is to be written and what then came of it, or what came of it without writing."""
    if seen is None:
        return _refused(matter, services.MISSING.text)
    if seen["known"] is not None:
        return _moved(matter, {name: ClockLife.from_plain(life) for name, life in seen["body"]["clocks"].items()}, seen["known"])
    data = {recounting.NOTICE: order.basis}
    key = f"order:{order.id}:{matter}"
    try:
        weighed = services.weigh(seen["body"], recounting.ACT, data, SYSTEM, None, ())
        if isinstance(weighed, Refusal):
            if weighed.code == recounting.NOTHING.code:
                return {"matter": str(matter), "outcome": "unchanged", "why": ELSEWHERE.to_plain(), "clocks": {}}
            return _refused(matter, weighed.text)
        given = {"door": "order", "home": home, "matter": str(matter), "data": data, "key": key}
        recorded = write.Act(
            weighed.procedure,
            weighed.library,
            weighed.effects,
            SYSTEM,
            weighed.at,
            weighed.now,
            key,
            services.body_hash(given, SYSTEM, None, (), {"order": str(order.id)}),
            bytes.fromhex(seen["head"]),
            order=order.id,
            marks=weighed.marks,
        )
        payload = services.to_write(recorded, seen["version"], SYSTEM)
    except Exception:
        # One matter out of shape must not keep a hundred thousand others on a wrong date.
        log.exception("order %s could not count %s/%s again", order.id, home, matter)
        return _refused(matter, BROKEN)
    after = weighed.effects.after
    return payload, _moved(matter, after.clocks, after.version)


def _moved(matter: UUID, lives: Mapping[str, ClockLife], seq: int) -> Plain:
    """Return what came of a matter's clocks by the event ``seq``."""
    dues = {
        name: event.due.latest if life.kind == "right" else event.due.strict
        for name, life in lives.items()
        for event in life.events
        if event.kind == "recounted" and event.seq == seq and event.due is not None
    }
    return {"matter": str(matter), "outcome": "moved", "clocks": {name: due.isoformat() for name, due in dues.items()}}


def _refused(matter: UUID, why: Text) -> Plain:
    return {"matter": str(matter), "outcome": "refused", "why": why.to_plain(), "clocks": {}}


def _keep(order: UUID, home: str, outcomes: Sequence[Plain]) -> None:
    by_matter = {one["matter"]: one for one in outcomes}
    with reading_as(SYSTEM):
        lines = list(OrderLine.objects.filter(order=order, home=home, matter__in=list(by_matter)).values_list("matter", "clock"))
    kept: list[Plain] = []
    for matter, name in lines:
        came = by_matter[str(matter)]
        due = came["clocks"].get(name)
        # A clock of a moved matter that the act left alone had been dealt with since.
        left = came["outcome"] == "moved" and due is None
        outcome = "unchanged" if left else came["outcome"]
        why = ELSEWHERE.to_plain() if left else came.get("why")
        kept.append({"matter": str(matter), "clock": name, "outcome": outcome, "done_due": due, "why": why})
    doors.order_outcomes(order, home, kept)
