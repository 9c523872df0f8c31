"""Lists and cases made by chance, from a seed: topics three deep, places three deep, facts known and unknown, days that begin and end."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from huiyin.core.procedure import Basis
from huiyin.core.responsibility import ANY, Fact, Row
from huiyin.core.values import Text

CITY = "210100000000"
DISTRICTS = tuple(f"2101{number:02d}000000" for number in range(2, 12))
STREETS = tuple(f"{district[:6]}{number:03d}000" for district in DISTRICTS for number in range(1, 6))
PATHS = (
    (CITY,),
    *((CITY, district) for district in DISTRICTS),
    *((CITY, f"{street[:6]}000000", street) for street in STREETS),
)
NAMES = {code: Text(f"第{code[2:9]}处", f"place {code[2:9]}") for code in (CITY, *DISTRICTS, *STREETS[::2])}
LINES = ("dispute", "safety", "hazard", "request")
TOPICS = tuple(
    topic
    for line in LINES
    for topic in (line, *(f"{line}.t{n}" for n in range(12)), *(f"{line}.t{n}.u{m}" for n in range(6) for m in range(3)))
)
FACTS = {
    "area": Fact("area", Text("城乡", "area"), {"urban": Text("城区", "town"), "rural": Text("农村", "countryside")}),
    "premises": Fact(
        "premises",
        Text("场所", "premises"),
        {"estate": Text("小区内", "an estate"), "public": Text("公共区域", "a public place"), "workplace": Text("单位内", "a workplace")},
    ),
    "violence": Fact("violence", Text("伤害", "violence"), {"yes": Text("有人受伤", "hurt"), "no": Text("没有人受伤", "nobody hurt")}),
}
LABELS = {topic: Text(f"事项{topic}", f"topic {topic}") for topic in TOPICS[::2]}
FIRST = date(2024, 1, 1)


def rows(chance: Random, count: int) -> tuple[Row, ...]:
    """Return a list with a catch-all, in which more than half of the rows ask for something."""
    made = [Row("anything", ANY, "centre", FIRST)]
    for number in range(count - 1):
        begins = FIRST + timedelta(days=chance.choice((0, 0, 0, 200, 700, 1100)))
        asked = {name: _values(chance, fact) for name, fact in FACTS.items() if chance.random() < 0.35}
        made.append(
            Row(
                id=f"r{number:04d}",
                topic=ANY if chance.random() < 0.01 else chance.choice(TOPICS),
                lead=f"kind{chance.randrange(30)}",
                from_date=begins,
                place=chance.choice((ANY, ANY, ANY, CITY, *DISTRICTS, *chance.sample(STREETS, 6))),
                when=asked,
                helpers=("helper",) if chance.random() < 0.5 else (),
                direct=chance.random() < 0.8,
                basis=Basis("某法(2020)", str(number)) if chance.random() < 0.4 else None,
                agreed_by=Text("联席会议", "joint meeting") if chance.random() < 0.5 else Text("", ""),
                to_date=begins + timedelta(days=chance.randrange(900)) if chance.random() < 0.2 else None,
            )
        )
    chance.shuffle(made)
    return tuple(made)


def case(chance: Random) -> tuple[str, tuple[str, ...], date, dict[str, object]]:
    """Return a topic, a path, a day and what is known; sometimes of nothing the list has heard of."""
    known: dict[str, object] = {name: chance.choice(list(fact.values)) for name, fact in FACTS.items() if chance.random() < 0.6}
    if chance.random() < 0.05:
        known["premises"] = "on the moon"
    topic = chance.choice((*TOPICS, ANY, "unheard.of", "dispute.t1.u1.deeper"))
    return topic, chance.choice(PATHS), FIRST + timedelta(days=chance.randrange(1400)), known


def _values(chance: Random, fact: Fact) -> tuple[str, ...]:
    return tuple(chance.sample(list(fact.values), chance.randint(1, len(fact.values) - 1)))
