"""Hot issues: many messages about one thing, whoever wrote them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import invented
import pytest

from huiyin.learning.heat import hot_issues
from huiyin.learning.messages import Message

ABOUT = ("旁的石材厂粉尘大", "附近石材厂半夜切割石料", "边上石材厂噪音扰民", "门口石材厂灰尘呛人", "外石材厂污染严重")


def _day(year: int, day: int = 1) -> datetime:
    """Return a day as a file says it: without a zone."""
    return datetime(year, 2, day)  # noqa: DTZ001


def _stone(place: str, count: int, start: datetime, first: int = 5000, beside: str = "青松路河堤") -> list[Message]:
    """Messages of one matter; people of one place name the same roads."""
    return [
        Message(
            str(first + number),
            start + timedelta(days=number),
            f"{place}{ABOUT[number % 5]}",
            f"{number}号楼住户，{place}靠近{beside}，{ABOUT[number % 5]}，{beside}一带都是灰，请处理。",
        )
        for number in range(count)
    ]


def test_the_matter_of_many_is_first_with_its_own_words() -> None:
    rows = [*invented.messages(150), *_stone("云杉新城", 12, _day(2026))]
    hottest = hot_issues(rows)[0]
    assert {rows[at].number for at in hottest.members} == {str(5000 + number) for number in range(12)}
    assert "石材厂" in hottest.title
    assert any("石材" in word for word in hottest.words)
    assert "云杉新城" in hottest.places
    assert (hottest.first, hottest.last) == (_day(2026), _day(2026, 12))


def test_the_same_trouble_in_two_places_stays_two() -> None:
    rows = [
        *invented.messages(300),
        *_stone("云杉新城", 10, _day(2026)),
        *_stone("杏林家园", 10, _day(2026), first=6000, beside="文昌街菜场"),
    ]
    found = [{int(rows[at].number) // 1000 for at in issue.members} for issue in hot_issues(rows)[:2]]
    assert sorted(found, key=sorted) == [{5}, {6}]


def test_one_text_sent_many_times_is_one_message() -> None:
    once = _stone("云杉新城", 1, _day(2026))[0]
    again = [replace(once, number=str(7000 + number)) for number in range(30)]
    issues = hot_issues([*invented.messages(100), *again, *_stone("杏林家园", 6, _day(2026))])
    assert "杏林家园" in issues[0].places
    assert all(issue.count < 10 for issue in issues if "云杉" in issue.title)


def test_what_lies_years_apart_is_not_one_issue() -> None:
    rows = [*_stone("云杉新城", 8, _day(2022)), *_stone("云杉新城", 8, _day(2026), first=6000), *invented.messages(80)]
    for issue in hot_issues(rows):
        assert {5, 6} - {int(rows[at].number) // 1000 for at in issue.members}


def test_the_issue_survives_losing_a_fifth_of_the_messages() -> None:
    rows = [*invented.messages(150), *_stone("云杉新城", 15, _day(2026))]
    for lost in range(5):
        assert "石材厂" in hot_issues([one for number, one in enumerate(rows) if number % 5 != lost])[0].title


def test_a_big_heap_gives_the_same_issue_as_a_small_one(monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.learning import heat

    rows = [*invented.messages(150), *_stone("云杉新城", 15, _day(2026))]
    whole = hot_issues(rows)[0]
    monkeypatch.setattr(heat, "TOGETHER", 60)
    assert hot_issues(rows)[0].members == whole.members


def test_few_messages_have_no_hot_issue() -> None:
    assert hot_issues([]) == []
    assert hot_issues(invented.messages(1)) == []
    assert hot_issues(_stone("云杉新城", 2, _day(2026))) == []
