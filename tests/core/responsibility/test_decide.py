"""Which row decides, why the others lost, and what is proved of a list before it is loaded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.core.responsibility import Decision, Fact, NoRowError, Row, RowList
from huiyin.core.responsibility_check import check
from huiyin.core.responsibility_problems import Ground
from huiyin.core.suggestion import Suggester, TopicWords
from huiyin.core.values import Text

CITY, DISTRICT, STREET = "210100000000", "210102000000", "210102001000"
PATH = [CITY, DISTRICT, STREET]
START, DAY = date(2024, 1, 1), date(2026, 9, 7)
TOPICS = ("dispute", "dispute.noise", "dispute.noise.dog", "hazard")
VALUES = {"area": ("urban", "rural"), "premises": ("estate", "public")}
FACTS = {name: Fact(name, Text(name, name), {value: Text(value, value) for value in of}) for name, of in VALUES.items()}
GROUND = Ground({code: tuple(PATH[: place + 1]) for place, code in enumerate(PATH)})
LEVELS = {"office": ("street",), "bureau": ("district", "city")}


def row(name: str, topic: str = "dispute", **more: Any) -> Row:
    return Row(**{"id": name, "topic": topic, "lead": "office", "from_date": START, **more})


def decide(
    rows: Iterable[Row], *, topic: str, path: Sequence[str], on: date, facts: Mapping[str, object], words: Mapping[str, Fact] | None = None
) -> Decision:
    return RowList(rows, words=words).decide(topic=topic, path=path, on=on, facts=facts)


def chosen(*rows: Row, topic: str = "dispute.noise", on: date = DAY, **facts: str) -> str:
    return decide(rows, topic=topic, path=PATH, on=on, facts=facts).row.id


def kinds(*rows: Row) -> list[str]:
    found = [one for one in check(rows, topics=TOPICS, unit_levels=LEVELS, facts=FACTS, ground=GROUND) if not one.notice]
    assert all(problem.text.zh and problem.text.en and problem.mend.zh and problem.mend.en for problem in found)
    return [problem.kind for problem in found]


ALL = row("all", "*")


def test_the_narrower_place_decides_before_the_narrower_topic() -> None:
    assert chosen(ALL, row("topic", "dispute.noise"), row("place", "dispute", place=STREET)) == "place"
    assert chosen(row("district", place=DISTRICT), row("street", place=STREET)) == "street"


def test_then_the_narrower_topic_then_the_facts_then_the_newer_day() -> None:
    assert chosen(row("wide"), row("narrow", "dispute.noise")) == "narrow"
    assert chosen(row("plain"), row("asked", when={"area": ("urban",)}), area="urban") == "asked"
    assert chosen(row("old"), row("new", from_date=date(2025, 1, 1))) == "new"
    assert chosen(row("old"), row("new", from_date=date(2025, 1, 1)), on=date(2024, 6, 1)) == "old"


def test_a_fact_nobody_knows_fits_no_row_that_asks_for_it() -> None:
    assert chosen(row("plain"), row("asked", when={"area": ("urban",)})) == "plain"


def test_a_row_speaks_of_its_topic_and_narrower_ones_only() -> None:
    assert chosen(ALL, row("noise", "dispute.noise"), topic="dispute.noise.dog") == "noise"
    assert chosen(ALL, row("noise", "dispute.noise"), topic="dispute.noisemaker") == "all"


def test_the_first_and_last_day_count() -> None:
    bounded = row("bounded", "dispute.noise", from_date=date(2026, 1, 1), to_date=date(2026, 1, 31))
    days = {date(2025, 12, 31): "all", date(2026, 1, 1): "bounded", date(2026, 1, 31): "bounded", date(2026, 2, 1): "all"}
    assert {day: chosen(ALL, bounded, on=day) for day in days} == days


def test_every_row_of_the_topic_that_lost_says_why() -> None:
    rows = (
        ALL,
        row("wide"),
        row("winner", "dispute.noise", place=STREET),
        row("elsewhere", "dispute.noise", place="210103000000"),
        row("later", "dispute.noise", from_date=date(2027, 1, 1)),
        row("over", "dispute.noise", to_date=date(2025, 1, 1)),
        row("asked", "dispute.noise", when={"area": ("rural",)}),
        row("unknown", "dispute.noise", when={"premises": ("estate",)}),
        row("other", "hazard"),
    )
    words = {"area": Fact("area", Text("城乡", "area"), {"urban": Text("城区", "town"), "rural": Text("农村", "countryside")})}
    decision = decide(rows, topic="dispute.noise", path=PATH, on=DAY, facts={"area": "urban"}, words=words)
    assert decision.row.id == "winner"
    why = dict(decision.losers)
    assert list(why) == ["all", "wide", "elsewhere", "later", "over", "asked", "unknown"]
    assert "2027-01-01" in why["later"].en
    assert "2025-01-01" in why["over"].zh
    assert "countryside" in why["asked"].en
    assert "城区" in why["asked"].zh
    assert all(text.zh and text.en for text in why.values())


def test_equal_rows_leave_it_to_a_dispatcher_and_name_each_other() -> None:
    first, second = row("first", direct=True), row("second", direct=True)
    decision = decide([second, first], topic="dispute", path=PATH, on=DAY, facts={})
    assert decision.row.id == "first"
    assert not decision.direct
    assert "second" in decision.reason.en


def test_nothing_fitting_is_said_with_the_mend() -> None:
    with pytest.raises(NoRowError, match="catch-all"):
        chosen(row("hazard", "hazard"))


def test_a_sound_list_has_no_problem() -> None:
    assert kinds(ALL, row("noise", "dispute.noise"), row("here", place=STREET), row("rural", when={"area": ("rural",)})) == []


@pytest.mark.parametrize(
    ("rows", "kind"),
    [
        ((row("only", "dispute"),), "gap"),
        ((row("asked", "*", when={"area": ("urban",)}),), "gap"),
        ((row("short", "*", to_date=date(2026, 1, 1)),), "gap"),
        ((row("one", "*", to_date=date(2026, 1, 1)), row("two", "*", from_date=date(2026, 1, 3))), "gap"),
        ((ALL, row("one"), row("two")), "tie"),
        ((ALL, row("one", when={"area": ("rural",)}), row("two", when={"premises": ("estate",)})), "tie"),
        ((ALL, row("twice"), row("twice", "hazard")), "twice"),
        ((ALL, row("unit", lead="nobody")), "unknown_unit"),
        ((ALL, row("helper", helpers=("nobody",))), "unknown_unit"),
        ((ALL, row("level", lead="bureau", level="street")), "unknown_unit"),
        ((ALL, row("topic", "dispute.music")), "unknown_topic"),
        ((ALL, row("fact", when={"weather": ("wet",)})), "unknown_fact"),
        ((ALL, row("value", when={"area": ("moon",)})), "unknown_fact"),
        ((ALL, row("days", to_date=date(2023, 1, 1))), "unreachable"),
        ((ALL, row("place", place="999999999999")), "unreachable"),
        ((ALL, row("term", terms={"answer": "soonish"})), "bad_term"),
    ],
)
def test_a_defect_of_the_list_is_found(rows: tuple[Row, ...], kind: str) -> None:
    assert kind in kinds(*rows)


def test_rows_that_never_meet_are_no_tie() -> None:
    apart = (row("a", when={"area": ("urban",)}), row("b", when={"area": ("rural",)}))
    assert kinds(ALL, *apart) == []
    after = (row("c", to_date=date(2025, 1, 1)), row("d", from_date=date(2025, 1, 2)))
    assert kinds(ALL, *after) == []


def test_one_row_following_another_leaves_no_gap() -> None:
    assert kinds(row("one", "*", to_date=date(2026, 1, 1)), row("two", "*", from_date=date(2026, 1, 2))) == []


def test_plain_data_and_back() -> None:
    plain = {
        "id": "x", "topic": "dispute", "lead": "office", "from": "2024-01-01", "to": "2025-01-01", "when": {"area": "rural"},
        "basis": "人民调解法(2010)#17", "terms": {"answer": "3 working days"}, "helpers": ["bureau"], "direct": True, "level": "street",
        "agreed_by": {"zh": "甲", "en": "A"}, "keywords": ["甲"],
    }  # fmt: skip
    once = Row.from_plain(plain)
    assert Row.from_plain(once.to_plain()) == once
    with pytest.raises(ValueError, match="basis"):
        Row.from_plain({**plain, "basis": "some law"})


days = st.dates(START, date(2027, 12, 31))
made_rows = st.builds(
    lambda name, topic, place, when, first, length: row(
        f"r{name}", topic, place=place, when=when, from_date=first, to_date=None if length is None else first + timedelta(days=length)
    ),
    st.integers(0, 10**9),
    st.sampled_from([*TOPICS, "*"]),
    st.sampled_from([*PATH, "*", "210103000000"]),
    st.dictionaries(st.sampled_from(["area", "premises"]), st.sampled_from([("urban",), ("rural",), ("estate",), ("urban", "rural")])),
    days,
    st.none() | st.integers(0, 900),
)


@given(
    rows=st.lists(made_rows, max_size=12, unique_by=lambda one: one.id),
    topic=st.sampled_from(TOPICS),
    on=days,
    area=st.sampled_from(VALUES["area"]),
)
def test_a_catch_all_always_answers_and_the_order_of_rows_does_not_matter(rows: list[Row], topic: str, on: date, area: str) -> None:
    listed = [ALL, *rows]
    decision = decide(listed, topic=topic, path=PATH, on=on, facts={"area": area})
    assert decision.row.in_force(on)
    assert decision.row.covers_topic(topic)
    assert decision.row.place in (*PATH, "*")
    assert {name for name, _ in decision.losers} == {one.id for one in listed if one.covers_topic(topic)} - {decision.row.id}
    assert decide(listed[::-1], topic=topic, path=PATH, on=on, facts={"area": area}).row == decision.row


@given(
    rows=st.lists(made_rows, max_size=8, unique_by=lambda one: one.id),
    topic=st.sampled_from(TOPICS),
    on=days,
    area=st.sampled_from(VALUES["area"]),
)
def test_a_list_without_a_tie_never_leaves_two_answers(rows: list[Row], topic: str, on: date, area: str) -> None:
    listed = [ALL, *rows]
    tied = any(problem.kind == "tie" for problem in check(listed, topics=TOPICS, unit_levels=LEVELS, facts=FACTS))
    decision = decide(listed, topic=topic, path=PATH, on=on, facts={"area": area, "premises": "estate"})
    assert tied or "equal" not in decision.reason.en


def test_longer_and_rarer_words_weigh_more() -> None:
    suggester = Suggester([TopicWords("a", ("漏水", "楼上漏水")), TopicWords("b", ("漏水",)), TopicWords("c", ("水管爆裂",))])
    found = suggester.suggest("楼上漏水了")
    assert found[0].topic == "a"
    assert found[0].words == ("楼上漏水",)
    assert suggester.suggest("只是漏水") == (), "a word two topics share is too little alone"
    assert suggester.suggest("") == ()


@given(st.text(max_size=300))
def test_every_word_shown_stands_in_the_text(text: str) -> None:
    suggester = Suggester([TopicWords("a", ("漏水", "ab", "x")), TopicWords("b", ("停水", "abc"))])
    for suggestion in suggester.suggest(text):
        assert all(word in text for word in suggestion.words)
        assert suggestion.words
