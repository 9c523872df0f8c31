"""What became of a neighbour's messages as rows of a file, under its own numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from huiyin.city import queries as city
from huiyin.core import reference
from huiyin.core.values import Language, Text
from huiyin.exchange import news
from huiyin.exchange.models import Neighbour
from huiyin.exchange.sheets import Cell, Column

TITLE = Text("办理情况", "News")
COLUMNS = (
    Column(Text("标记", "Mark"), Text("接着取时从最大的标记往后", "go on behind the highest"), 8),
    Column(Text("贵方编号", "Your number"), Text("送来时的编号", "as it came"), 22),
    Column(Text("我方编号", "Our reference"), Text("查询用", "for asking about it"), 18),
    Column(Text("什么时候", "When"), Text("本市时间", "local time"), 17),
    Column(Text("什么情况", "What"), Text("已派办、已答复、已退回等", "accepted, replied, returned and so on"), 16),
    Column(Text("哪一步", "Step"), Text("本系统里的叫法", "as it is called here"), 18),
    Column(Text("现在到哪", "Stands"), Text("这一步之后", "after it"), 20),
    Column(Text("说了什么", "What was said"), Text("可以告诉反映人的话", "what the person may be told"), 60),
    Column(Text("最晚", "By"), Text("现在承诺的日期", "the date promised now"), 12),
)


def rows(
    neighbour: Neighbour, after: int, upto: int, language: Language, progress: Callable[[int, int], object]
) -> Iterator[Sequence[Cell]]:
    """Yield the news between two marks, a row each."""
    zone = city.library().zone
    done = after
    while done < upto:
        found = news.read(neighbour, done, upto)
        if not found:
            break
        for one in found:
            due = None if one.due is None else one.due.astimezone(zone).date()
            yield (
                one.number,
                one.theirs,
                reference.shown(one.reference),
                one.at.astimezone(zone),
                news.WHAT[one.what].in_(language),
                one.label.in_(language),
                one.stands.in_(language),
                news.words(one.said, language),
                due,
            )
        done = found[-1].number
        progress(done - after, upto - after)
