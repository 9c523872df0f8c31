"""The weekly reports of the demonstration's workroom: figures from its record, sent to the centre, which has received all but the last."""

from __future__ import annotations

from huiyin.city import queries as city
from huiyin.city.models import Account
from huiyin.core.values import Principal, Refusal
from huiyin.demo.people import home_community
from huiyin.matters import services
from huiyin.returns import periods, weekly

WEEKS = 4
# Which weeks' words; the oldest first.
WORDS = (
    {"work": "楼道清理走了三栋楼，电动车飞线劝改了五处。", "next_week": "看供暖情况，回访上周的漏水。"},
    {"work": "供暖刚开始，走访了顶层和端头的楼栋。", "patterns": "暖气不热多在顶层，已请供热单位统一排气。", "next_week": "继续看供暖。"},
    {"work": "雪后看了坡道、井盖和冰柱。", "help_wanted": "北墙外人行道结冰，请中心协调清理。", "next_week": "看消防通道。"},
)
FEWER = "连续降雪，一名网格员休假。"


def give_reports() -> int:
    """Write and send the reports of the last full weeks; safe to repeat. Returns how many were sent."""
    writer, receiver = _principal("workroom", "workroom", "community"), _principal("dispatcher", "governance_centre", "street")
    sent = 0
    weeks = list(reversed(periods.recent("week", city.today(), WEEKS)[1:]))
    for place, (week, words) in enumerate(zip(weeks, WORDS, strict=True)):
        key = f"life:weekly:{week.slug}"
        # A run that was killed goes on with the report it had begun.
        begun = weekly.present_of(weekly.reports(writer, week), writer.unit or "") or weekly.begin(writer, week, key)
        if isinstance(begun, Refusal):
            raise LookupError(f"the weekly report of {week.slug} is refused: {begun.text.en}")
        acts = [
            (writer, "write_words", {**words, "fewer_reason": FEWER}),
            (writer, "send", {}),
            *([(receiver, "receive", {})] if place < len(weeks) - 1 else []),
        ]
        for number, (principal, action, data) in enumerate(acts):
            answer = services.act(
                home=begun.home, matter=begun.matter, action=action, data=data, principal=principal, key=f"{key}:{number}"
            )
            if isinstance(answer, Refusal):
                raise LookupError(f"{action} of the weekly report of {week.slug} is refused: {answer.text.en}")
        sent += 1
    return sent


def _principal(username: str, kind: str, level: str) -> Principal:
    unit = city.unit_for(kind, home_community(), level=level)
    if unit is None:
        raise LookupError(f"the city has no {kind} at level {level}")
    post = "clerk" if kind == "workroom" else "dispatcher"
    return Principal("staff", str(Account.objects.get(username=username).pk), unit.id, post)
