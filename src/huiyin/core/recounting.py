"""A new holiday notice, or a new counting rule, on one matter: every running clock is counted again beside its old computation.

Which matters it is carried out on, and by whose decision, is an order's business (`matters.orders`); the act itself knows one matter
and the tables now in use. A paused clock is counted when it is resumed, an ended one never again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from huiyin.core import clocks
from huiyin.core.calendar import END_OF_DAY, Calendar
from huiyin.core.clock_life import ClockLife
from huiyin.core.date_words import day_text, instant_text
from huiyin.core.effects import Tell
from huiyin.core.run import Run, StoppedError
from huiyin.core.values import Refusal, Text

ACT: Final = "recount"
# What the act is given: the number of the notice, as it stands in each clock's history.
NOTICE: Final = "order_notice"
NOTHING: Final = Refusal(
    "nothing_changed",
    Text("按现在的规则和日历算，没有日期要变。", "With the rules and the calendar now in use no date comes out differently."),
)


def recount(run: Run, data: Mapping[str, Any]) -> None:
    """Count the running clocks of one matter again, and tell those concerned which dates moved."""
    notice = str(data.get(NOTICE) or "")
    moved: list[Text] = []
    changed = False
    for name, life in list(run.snapshot.clocks.items()):
        if life.status != "running":
            continue
        try:
            run.change_clock(name, clocks.recount, reason=notice)
        except StoppedError as stopped:
            if stopped.refusal.code == NOTHING.code:
                continue
            raise
        changed, counted = True, run.snapshot.clocks[name]
        if counted.limit != life.limit:
            moved.append(_moved(run.procedure.clocks[name].label, life, counted, run.library.calendar))
    if not changed:
        raise StoppedError(NOTHING)
    if moved:
        _tell(run, notice, moved)
    run.follow()


def _tell(run: Run, notice: str, moved: Sequence[Text]) -> None:
    """Tell the parties, and the posts that have the matter; while it waits for somebody outside, the unit that took it in."""
    why = Text(f"依据{notice}，", f" This follows {notice}.") if notice else Text("", "")
    text = Text(why.zh + "".join(one.zh for one in moved), " ".join(one.en for one in moved) + why.en)
    posts = [name for name in run.procedure.states[run.snapshot.state].by if name in run.procedure.posts]
    run.tells.extend(Tell(to, text) for to in (*(party.id for party in run.snapshot.present), *(posts or [run.procedure.host])))


def _moved(label: Text, before: ClockLife, after: ClockLife, calendar: Calendar) -> Text:
    old, new = instant_or_day(before.limit, calendar), instant_or_day(after.limit, calendar)
    return Text(f"“{label.zh}”的日期由{old.zh}改为{new.zh}。", f"The date for “{label.en}” moves from {old.en} to {new.en}.")


def instant_or_day(moment: datetime | None, calendar: Calendar) -> Text:
    """Return an end in words: a day where it is the end of one, else the minute."""
    if moment is None:
        return Text("没有日期", "no date")
    local = calendar.local(moment)
    return day_text(local.date()) if local.time() == END_OF_DAY else instant_text(local)
