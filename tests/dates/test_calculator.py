"""The public calculator: by law or by a plain length, every answer an address, nothing typed lost, no length made up."""

from __future__ import annotations

from typing import Any

import pytest
from looking import Visitor
from talking import Caller

from huiyin.city import queries as city

pytestmark = pytest.mark.usefixtures("served")
REVIEW = {"clock": "review_decide", "on": "2026-09-11"}


def test_a_period_is_found_by_words_and_counted_with_its_reasons() -> None:
    visitor = Visitor()
    found = visitor.get("/dates/", q="行政复议法 62条")
    assert any(href == "?clock=review_decide" for _, href in found.links)
    page = visitor.get("/dates/", **REVIEW)
    # 60 days from 11 September: 10 November 2026, a Tuesday.
    for piece in (
        "2026年11月10日",
        "第62条",
        "第60日是2026年11月10日",
        "不是法律意见",
        "已与条文逐字核对",
        city.library().calendar.version,
    ):
        assert piece in page.words, piece
    assert page.value("on") == "2026-09-11"
    assert not page.forbidden
    assert not page.unnamed()


def test_the_list_of_laws_leads_to_every_period() -> None:
    visitor = Visitor()
    start = visitor.get("/dates/")
    laws = [href for _, href in start.links if href.startswith("?law=")]
    assert len(laws) == len({clock.law.id for clock in city.library().statutory.clocks})
    assert any(href.startswith("?clock=") for _, href in visitor.get(f"/dates/{laws[0]}").links)


def test_bad_input_is_named_and_nothing_typed_is_lost() -> None:
    page = Visitor().get("/dates/", clock="review_decide", on="2026-02-31", from1="2026-09-20", to1="2026-09-01", more="x")
    for piece in ("不是能用的日期", "停钟的最后一天早于第一天", "请填1到3660之间的整数"):
        assert piece in page.words, piece
    assert (page.value("on"), page.value("from1"), page.value("to1"), page.value("more")) == ("2026-02-31", "2026-09-20", "2026-09-01", "x")


def test_a_law_that_sets_no_days_gets_none() -> None:
    page = Visitor().get("/dates/", clock="mediation_begins", on="2026-09-11")
    assert "法律没有定天数" in page.words
    assert "2026年" not in page.words.split("施行时间")[0]
    answer = Caller().get("/dates?clock=mediation_begins&on=2026-09-11")
    assert answer.status_code == 422
    assert answer.json()["code"] == "no_length"


def test_a_version_not_in_force_that_day_is_refused() -> None:
    page = Visitor().get("/dates/", clock="review_decide", on="2019-05-05")
    assert "不施行" in page.words
    assert page.value("on") == "2019-05-05"


def test_articles_from_memory_are_neither_shown_nor_found() -> None:
    row = next(
        one for one in city.library().statutory.clocks if one.verified == "M" and one.term is not None and one.place.article.isdecimal()
    )
    page = Visitor().get("/dates/", clock=row.name, on="2026-09-11")
    assert "凭记忆，未核对" in page.words
    assert row.place.text().zh not in page.words
    found = Visitor().get("/dates/", q=f"{row.law.title.zh} {row.place.text().zh}")
    assert f"?clock={row.name}" not in [href for _, href in found.links]


def test_a_plain_length_with_pause_and_extension() -> None:
    page = Visitor().get(
        "/dates/", by="plain", amount="20", unit="days", way="forward", count="civil_procedure", on="2026-06-01",
        from1="2026-06-10", to1="2026-06-12", more="10", more_unit="days",
    )  # fmt: skip
    # 30 days from 1 June with three of them out: 4 July 2026, a Saturday, moves to Monday the 6th.
    assert "2026年7月6日" in page.words
    assert "停钟，不计" in page.words


@pytest.mark.parametrize("odd", ["%00", "'", "<script>", "9" * 400, "２０２６－０９－１１"])
def test_odd_words_in_every_place_break_nothing(odd: str) -> None:
    for name in ("clock", "term", "amount", "unit", "way", "count", "on", "at", "more", "more_unit", "from1", "to1", "q", "law"):
        for whole in ({"by": "plain"}, {"clock": "review_decide"}):
            page = Visitor().get("/dates/", **{"on": "2026-09-11", **whole, name: odd})
            assert page.status == 200, (name, odd)
            assert not page.forbidden


def api(**query: Any) -> Any:
    from urllib.parse import urlencode

    return Caller().get(f"/dates?{urlencode(query, doseq=True)}")


def test_the_api_counts_and_explains_alike() -> None:
    answer = api(**REVIEW)
    assert answer.status_code == 200, answer.content.decode()
    found = answer.json()
    assert found["due"] == "2026-11-10"
    assert found["law"]["place"] == "62.1"
    assert found["status"] == ""
    assert found["history"] == []
    paused = api(clock="petition_settle", on="2026-09-01", pause=["2026-09-10..2026-09-19"]).json()
    assert paused["pauses"] == [{"first": "2026-09-10", "last": "2026-09-19"}]
    assert paused["due"] == "2026-11-10"


def test_the_api_says_what_is_wrong_with_each_answer() -> None:
    answer = api(clock="no_such", on="2026-09-11")
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_clock")
    answer = api(amount=3, unit="fortnights", on="2026-09-11", way="backward")
    assert answer.status_code == 422
    assert api(amount=3, unit="hours", on="2026-09-11").json()["code"] == "bad_at"
    assert api(amount=3, unit="hours", on="2026-09-11", at="08:30").json()["due_strict"].startswith("2026-09-11T03:30:00")


def test_the_api_lists_periods_with_how_far_each_was_checked() -> None:
    answer = Caller().get("/dates/periods?q=%E4%BF%A1%E8%AE%BF&limit=3")
    assert answer.status_code == 200
    found = answer.json()
    assert len(found["items"]) == 3 < found["total"]
    assert {one["verified"] for one in found["items"]} <= {"C", "P", "M"}
    assert all(one["place"] is None for one in Caller().get("/dates/periods?limit=100").json()["items"] if one["verified"] == "M")
