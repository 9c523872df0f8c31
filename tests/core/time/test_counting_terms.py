"""Terms, counting rows and due dates: checked against a second routine and by law."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from second_routine import last_day
from timetools import CHINA, PACK, at, china, day, load, table

from huiyin.core.counting import CODES, reckon
from huiyin.core.pauses import Pause
from huiyin.core.terms import CountingTable, Due, Term, count, set_date
from huiyin.core.values import Text

DATES = st.dates(date(2024, 1, 15), date(2026, 3, 31))
MOMENTS = st.times(time(0, 0), time(23, 59, 59))
DAY_CODES = sorted(set(CODES) - {"HOUR", "HOUR_NEXT", "HOUR_BACK", "WORKING_HOUR"})
WHOLE_TERMS = st.sampled_from(["days", "working days", "months", "years", "hours", "working hours"])


def due(term: str, name: str | None, trigger: str, **more: Any) -> Due:
    start = at(trigger)
    row = None if name is None else table().pick(name, day(start))
    return count(Term.parse(term), start, row, china(), **more)


def span(first: date, last: date) -> set[date]:
    return {first + timedelta(n) for n in range((last - first).days + 1)}


# The second routine


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(DAY_CODES), st.integers(1, 90), DATES, MOMENTS)
@example("CAL_ROLL", 30, date(2026, 1, 22), time(10, 0))
@example("WD_BACK", 5, date(2024, 2, 19), time(0, 0))
def test_two_routines_agree(code: str, amount: int, start: date, moment: time) -> None:
    if code.startswith("MONTH"):
        amount = min(amount, 8)
    elif code.startswith("YEAR"):
        start, amount = date(2024, start.month, min(start.day, 29)), amount % 2 + 1
    if "BACK" in code:
        start += timedelta(140)  # keeps the way back inside the years with a table
    got = reckon([(amount, code)], datetime.combine(start, moment, CHINA), china())
    assert day(got.due) == last_day(code, amount, start)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(["CAL_STRICT", "CAL_ROLL", "WD", "MONTH_STRICT", "MONTH_ROLL"]),
    st.integers(1, 40),
    DATES,
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), max_size=3),
)
def test_two_routines_agree_with_pauses(code: str, amount: int, start: date, stops: list[tuple[int, int]]) -> None:
    amount = min(amount, 3) if code.startswith("MONTH") else amount
    pauses, lost = [], set()
    for after, length in stops:
        paused = start + timedelta(after)
        resumed = paused + timedelta(length)
        pauses.append(Pause(datetime.combine(paused, time(9), CHINA), datetime.combine(resumed, time(17), CHINA)))
        lost |= span(paused + timedelta(1), resumed)
    got = reckon([(amount, code)], datetime.combine(start, time(10), CHINA), china(), pauses)
    assert day(got.due) == last_day(code, amount, start, lost)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 400), DATES, MOMENTS, st.lists(st.tuples(st.integers(0, 300), st.integers(0, 90)), max_size=3))
def test_hours_stop_and_go_on_at_the_instant(amount: int, start: date, moment: time, stops: list[tuple[int, int]]) -> None:
    trigger = datetime.combine(start, moment, CHINA)
    pauses = [Pause(trigger + timedelta(hours=a), trigger + timedelta(hours=a + n)) for a, n in stops]
    stopped = {hour for a, n in stops for hour in range(a, a + n)}
    running = [hour for hour in range(2000) if hour not in stopped]
    got = reckon([(amount, "HOUR")], trigger, china(), pauses)
    assert got.due == trigger + timedelta(hours=running[amount - 1] + 1)


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 60), DATES, st.integers(0, 23), st.integers(0, 59), st.integers(0, 50), st.integers(0, 90))
def test_working_hours_minute_by_minute(amount: int, start: date, hour: int, minute: int, after: int, long: int) -> None:
    trigger = datetime.combine(start, time(hour, minute), CHINA)
    pause = Pause(trigger + timedelta(hours=after), trigger + timedelta(hours=after + long))
    left, now = amount * 60, trigger
    while left:
        open_ = time(8, 30) <= now.time() < time(12) or time(13) <= now.time() < time(17)
        if open_ and china().is_working(now.date()) and not pause.since <= now < pause.until:
            left -= 1
        now += timedelta(minutes=1)
    assert reckon([(amount, "WORKING_HOUR")], trigger, china(), [pause]).due == now


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["CAL_ROLL", "CAL_STRICT", "WD", "MONTH_ROLL", "HOUR"]), st.integers(1, 30), DATES, st.integers(1, 30))
def test_a_longer_term_never_ends_earlier(code: str, amount: int, start: date, more: int) -> None:
    trigger = datetime.combine(start, time(10), CHINA)
    assert reckon([(amount + more, code)], trigger, china()).due >= reckon([(amount, code)], trigger, china()).due


# Terms


@given(st.integers(1, 999), WHOLE_TERMS, st.booleans(), st.booleans())
def test_a_term_reads_back_what_it_writes(amount: int, unit: Any, full: bool, before: bool) -> None:
    if before and unit not in ("days", "working days", "hours"):
        return
    term = Term(amount, unit, "backward" if before else "forward", full and not before)
    assert Term.parse(str(term)) == term


@pytest.mark.parametrize(
    "text", ["", "days", "3", "three days", "0 days", "-3 days", "3 working months", "2 months before", "3 日", "40000 days"]
)
def test_what_is_no_term_is_refused_with_advice(text: str) -> None:
    with pytest.raises(ValueError, match="term"):
        Term.parse(text)


# Rules of law


@pytest.mark.parametrize(
    ("term", "name", "trigger", "strict", "latest"),
    [
        ("30 days", "civil_procedure", "2026-09-11 16:20", "2026-10-12", None),
        ("5 days", "administrative_review", "2025-09-26 10:00", "2025-10-10", None),
        ("60 days", "administrative_review", "2025-08-04 09:00", "2025-10-09", None),
        ("7 days", "administrative_penalty", "2026-04-30 10:00", "2026-05-13", None),
        ("90 days", "administrative_penalty", "2025-03-11 10:00", "2025-06-09", None),
        ("7 days before", "administrative_penalty", "2026-05-11 10:00", "2026-04-28", None),
        ("10 days", "administrative_coercion", "2024-12-18 10:00", "2025-01-02", None),
        ("30 days", "administrative_coercion", "2026-01-21 10:00", "2026-02-20", None),
        ("5 days", "administrative_licensing", "2025-10-04 10:00", "2025-10-14", None),
        ("20 days", "administrative_licensing", "2025-10-04 10:00", "2025-11-04", None),
        ("10 days", "traffic_accident", "2025-04-24 10:00", "2025-05-12", None),
        ("30 days", "traffic_accident", "2026-05-29 10:00", "2026-06-28", None),
        ("60 days", "petition", "2026-08-03 10:00", "2026-10-02", None),
        ("30 days", "petition_citizen", "2025-09-05 09:00", "2025-10-05", "2025-10-09"),
        ("60 days", "market_complaint", "2026-08-03 10:00", "2026-10-08", None),
        ("60 days", "market_complaint", "2026-05-12 10:00", "2026-07-11", "2026-07-13"),
        ("45 working days", "market_complaint", "2025-03-03 10:00", "2025-05-08", None),
        ("3 years", "civil_code", "2023-02-17 12:00", "2026-02-24", None),
        ("2 full months", "administrative_litigation", "2025-12-31 12:00", "2026-02-28", None),
        ("30 full days", "major_decision", "2026-08-28 10:00", "2026-09-28", None),
        ("5 days", "labour_arbitration", "2025-01-24 10:00", "2025-02-07", None),
        ("30 days", "restraint", "2026-01-18 10:00", "2026-02-17", None),
        ("30 days", None, "2026-09-11 16:20", "2026-10-11", None),
        ("3 working days", "hotline_target", "2026-09-30 16:20", "2026-10-10", None),
    ],
)
def test_each_law_counts_its_own_way(term: str, name: str | None, trigger: str, strict: str, latest: str | None) -> None:
    got = due(term, name, trigger)
    assert (str(day(got.strict)), str(day(got.latest))) == (strict, latest or strict)
    assert got.latest >= got.strict
    assert not got.provisional


def test_hours_of_a_court_carry_both_readings() -> None:
    got = due("72 hours", "civil_procedure", "2025-10-02 16:20")
    assert got.strict == at("2025-10-05 16:20")
    assert got.latest == at("2025-10-05 17:00")


def test_the_old_market_rule_ends_the_day_before_the_new_one_begins() -> None:
    assert table().pick("market_complaint", date(2026, 4, 14)).law == "市场监督管理投诉举报处理暂行办法(2022)"
    assert table().pick("market_complaint", date(2026, 4, 15)).law == "市场监督管理投诉举报处理办法(2026)"


def test_a_name_or_date_without_a_row_says_what_there_is() -> None:
    with pytest.raises(LookupError, match="known: administrative_coercion"):
        table().pick("civil_proceedings", date(2026, 1, 1))
    with pytest.raises(LookupError, match=r"administrative_review.*2023-12-31.*2024-01-01 to now"):
        table().pick("administrative_review", date(2023, 12, 31))


def test_an_authority_is_told_the_last_working_day_before_a_last_day_that_stays() -> None:
    got = due("60 days", "petition", "2026-08-03 10:00")
    assert day(got.strict) == date(2026, 10, 2)
    assert got.act_by is not None
    assert day(got.act_by) == date(2026, 9, 30)
    assert due("60 days", "petition", "2026-08-04 10:00", extensions=(Term.parse("6 days"),)).act_by is None, "8 October works"
    assert due("60 days", None, "2026-08-03 10:00").act_by is None, "a working goal is no duty"


def test_a_promise_is_never_brought_forward() -> None:
    got = due("30 days", "hotline_target", "2026-09-11 16:20")
    assert day(got.strict) == date(2026, 10, 11), "a Sunday that stays"
    assert got.act_by is None


def test_hours_begun_inside_a_pause_lose_only_what_is_left_of_it() -> None:
    pause = Pause(at("2026-09-07 08:00"), at("2026-09-07 14:00"))
    got = due("4 hours", None, "2026-09-07 13:00", pauses=[pause])
    assert got.strict == at("2026-09-07 18:00")


def test_a_backward_term_shows_a_safe_day() -> None:
    got = due("5 working days before", "rural_land_arbitration", "2026-05-11 09:00")
    assert day(got.strict) == date(2026, 4, 30)
    assert got.act_by is not None
    assert day(got.act_by) == date(2026, 4, 29)


@pytest.mark.parametrize(
    ("term", "name", "trigger", "expected"),
    [
        ("30 days", "civil_procedure", "2026-12-10 10:00", True),
        ("30 days", "civil_procedure", "2026-11-10 10:00", False),
        ("10 working days", None, "2026-12-25 10:00", True),
        ("3 working days", None, "2026-12-28 10:00", False),
        ("15 days", "petition", "2026-12-25 10:00", True),
        ("30 days", "civil_procedure", "2031-03-03 10:00", True),
        ("30 days", "petition_citizen", "2026-12-25 10:00", True),
        ("24 hours", "work_safety", "2027-03-03 10:00", False),
        ("30 days", None, "2026-12-25 10:00", False),
    ],
)
def test_a_date_that_leans_on_a_year_without_notice_is_provisional(term: str, name: str | None, trigger: str, expected: bool) -> None:
    got = due(term, name, trigger)
    assert got.provisional is expected
    assert any("暂定" in step.zh and "provisional" in step.en for step in got.steps) is expected


def test_the_same_date_loses_its_provisional_mark_when_the_notice_is_loaded() -> None:
    years = china().to_plain()["years"]
    years[-1] = {"year": 2027, "official": True, "notice": "test notice", "days": []}
    loaded = type(china()).from_plain(years, "Asia/Shanghai")
    row = table().pick("civil_procedure", date(2026, 12, 10))
    got = count(Term.parse("30 days"), at("2026-12-10 10:00"), row, loaded)
    assert not got.provisional
    assert got.calendar != china().version


@pytest.mark.parametrize(
    ("term", "by", "name", "trigger", "expected"),
    [
        ("60 days", "30 days", "petition", "2025-03-03 09:00", "2025-06-01"),
        ("60 days", "30 days", "administrative_review", "2025-08-04 09:00", "2025-11-03"),  # 2 November is a Sunday
        ("6 months", "6 months", "civil_procedure", "2024-08-31 09:00", "2025-09-01"),  # not 28 August
        ("5 days", "10 days", "administrative_review", "2026-09-07 09:00", "2026-09-28"),  # 15 working days, not 15 days
        ("30 days", "10 working days", None, "2026-09-07 09:00", "2026-10-20"),
        ("60 days", "24 hours", "market_complaint", "2026-03-17 09:00", "2026-05-17"),
    ],
)
def test_an_extension_goes_on_from_the_last_counted_day(term: str, by: str, name: str | None, trigger: str, expected: str) -> None:
    assert str(day(due(term, name, trigger, extensions=(Term.parse(by),)).strict)) == expected


def test_an_extension_that_ends_inside_the_moved_days_does_not_shorten() -> None:
    got = due("30 days", "civil_procedure", "2026-09-07 16:20", extensions=(Term.parse("2 hours"),))
    assert got.strict == due("30 days", "civil_procedure", "2026-09-07 16:20").strict
    assert any("不使期限提前" in step.zh for step in got.steps)


def test_the_steps_tell_law_start_count_and_move_in_both_languages() -> None:
    zh = "".join(step.zh for step in due("30 days", "civil_procedure", "2026-09-11 16:20").steps)
    for piece in (
        "民事诉讼法(2023)第85条",
        "起点是2026年9月11日（星期五），当日不计",
        "第30日是2026年10月11日（星期日）",
        "顺延到2026年10月12日",
    ):
        assert piece in zh
    en = " ".join(step.en for step in due("30 days", "civil_procedure", "2026-09-11 16:20").steps)
    for piece in (
        "Civil Procedure Law, art. 85",
        "Friday, 11 September 2026",
        "Day 30 is Sunday, 11 October 2026",
        "ends on Monday, 12 October 2026",
    ):
        assert piece in en


def test_a_target_says_it_is_not_set_by_law() -> None:
    for name in (None, "hotline_target"):
        got = due("30 days", name, "2026-09-11 16:20")
        assert "不是法定期限" in got.steps[0].zh
        assert "第" not in got.steps[0].zh
        assert "#" not in got.rule


def test_the_rule_names_code_law_article_and_row() -> None:
    row = table().pick("civil_procedure", date(2026, 9, 11))
    assert due("30 days", "civil_procedure", "2026-09-11 16:20").rule == f"CAL_ROLL 民事诉讼法(2023)#85 civil_procedure@{row.version}"
    paused = due("30 days", "petition", "2026-06-01 09:00", pauses=[Pause.of_days(date(2026, 6, 10), date(2026, 6, 19), china())])
    assert paused.rule.startswith("CAL_PAUSE 信访工作条例(2022)")
    assert day(paused.strict) == date(2026, 7, 11)
    assert any("停钟（10日）" in step.zh for step in paused.steps)


def test_a_due_date_reads_back_from_plain_data() -> None:
    for got in (due("60 days", "petition", "2026-08-03 10:00"), set_date(at("2026-09-30 17:00"), china())):
        assert Due.from_plain(got.to_plain()) == got


def test_a_set_date_stands_and_may_be_extended() -> None:
    assert set_date(at("2026-09-30 17:00"), china()).strict == at("2026-09-30 17:00")
    longer = set_date(at("2026-09-30 17:00"), china(), (Term.parse("5 days"),))
    assert day(longer.strict) == date(2026, 10, 5)


def test_a_backward_term_is_neither_paused_nor_extended() -> None:
    with pytest.raises(ValueError, match="backwards"):
        due("7 days before", None, "2026-09-11 16:20", extensions=(Term.parse("3 days"),))


def test_a_trigger_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        count(Term.parse("3 days"), datetime(2026, 9, 11, 10), None, china())  # noqa: DTZ001


# The table


def row_plain(**changes: Any) -> dict[str, Any]:
    return {
        "name": "sample", "law": "甲法", "article": "1", "title": {"zh": "甲法", "en": "Law A"},
        "in_force": {"from": "2024-01-01"}, "note": {"zh": "说明", "en": "note"}, **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": ""}, "without a name"),
        ({"rule": "x"}, "unknown key rule"),
        ({"in_force": {}}, "in_force"),
        ({"in_force": {"from": "2024-01-01", "to": "2023-01-01"}}, "before its start"),
        ({"counts": {"weeks": "WD"}}, "'weeks' is no unit"),
        ({"counts": {"days": "CAL_ROL"}}, "no counting code"),
        ({"counts": {"days": "HOUR"}}, "no counting code"),
        ({"counts": {"days": {"strict": "CAL_STRICT"}}}, "no counting code"),
        ({"promise": True}, "cites no law"),
        ({"note": {"zh": "只有中文"}}, "both languages"),
        ({"working_day_amounts": ["three"]}, "numbers"),
    ],
)
def test_a_wrong_row_is_refused_with_its_name(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        CountingTable.from_plain([row_plain(**changes)])


def test_two_rows_of_one_name_may_not_overlap() -> None:
    rows = [row_plain(in_force={"from": "2024-01-01", "to": "2025-01-01"}), row_plain(in_force={"from": "2025-01-01"})]
    with pytest.raises(ValueError, match="must end before"):
        CountingTable.from_plain(rows)


def test_the_shipped_table_reads_back_and_cites_only_known_laws() -> None:
    again = CountingTable.from_plain(table().to_plain())
    assert again == table()
    assert [row.version for row in again.rows] == [row.version for row in table().rows]
    laws = {law["id"]: law for law in load(PACK / "laws.yaml")["laws"]}
    for row in table().rows:
        assert row.promise or not row.law or row.law in laws, row.name
        assert isinstance(row.basis(), Text)


def test_every_cited_law_has_texts_in_both_languages_and_a_start() -> None:
    laws = load(PACK / "laws.yaml")["laws"]
    assert len({law["id"] for law in laws}) == len(laws)
    for law in laws:
        assert law["in_force"]["from"]
        for number, summary in law["articles"].items():
            assert isinstance(number, str)
            assert set(summary) == {"zh", "en"}, (law["id"], number)
            assert summary["zh"].endswith("。"), (law["id"], number)
