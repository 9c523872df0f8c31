"""The rule is found however people cite the law; what cannot be decided is said, not guessed."""

from __future__ import annotations

from datetime import date

import pytest
from lawdates import library

from huiyin.core.choosing import UNITS_SAID, Asked, Choice, choose
from huiyin.core.citations import Place, canonical, number_of, read_places
from huiyin.core.values import Refusal


def ask(law: str, article: str, on: str, amount: int, unit: str, *, paused: bool = False, hints: str = "") -> Choice | Refusal:
    asked = Asked(law, article, date.fromisoformat(on), amount, UNITS_SAID[unit], paused, hints)
    return choose(library().statutory, library().counting, asked)


@pytest.mark.parametrize(
    ("law", "article", "on", "amount", "unit", "clock", "code"),
    [
        ("行政复议法(2023)", "30、88", "2025-09-26", 5, "working_day", "review_accept", "WD"),
        ("复议法", "30", "2025-09-26", 5, "calendar_day", "review_accept", "WD"),
        ("中华人民共和国行政复议法（2023修订）", "第六十二条第二款", "2026-01-16", 30, "日", "review_decide_short", "CAL_ROLL"),
        ("《行政复议法》", "62二款", "2026-01-16", 30, "calendar_day", "review_decide_short", "CAL_ROLL"),
        ("行政复议法", "62、88、民诉法85", "2025-08-04", 60, "calendar_day", "review_decide", "CAL_ROLL"),
        ("行政复议法", "第41条第5项", "2025-03-03", 60, "calendar_day", "review_lapse", "CAL_FULL"),
        ("人民调解法(2010);民诉法(2023)", "33;205、85", "2026-01-22", 30, "calendar_day", "confirmation_by_mediation_law", "CAL_ROLL"),
        ("民诉法", "二百零五条", "2024-03-08", 30, "calendar_day", "confirmation_apply", "CAL_ROLL"),
        ("民事诉讼法", "201", "2023-03-08", 30, "calendar_day", "confirmation_apply_before_2024", "CAL_ROLL"),
        ("最高人民法院关于人民法院特邀调解的规定", "27二款(简易7日)", "2024-06-03", 7, "calendar_day", "invited_summary", "CAL_ROLL"),
        ("法释〔2016〕14号(特邀调解)", "27二款(普通)", "2024-06-03", 15, "calendar_day", "invited_ordinary", "CAL_ROLL"),
        ("市监总局令121号(2026-04-15)", "23一款五项、45", "2026-08-03", 60, "calendar_day", "consumer_mediation", "CAL_HOLIDAY"),
        ("国家市场监督管理总局令第121号", "15", "2026-08-03", 7, "working_day", "consumer_accept", "WD"),
        ("市监投诉举报办法", "21一款五项", "2025-03-03", 45, "working_day", "consumer_before_2026", "WD"),
        ("市监暂行办法(2022,已废止)", "21一款五项", "2025-03-03", 45, "working_day", "consumer_before_2026", "WD"),
        ("信访工作条例(2022)", "34(延长30日)", "2025-03-03", 90, "calendar_day", "petition_settle", "CAL_STRICT"),
        ("信访工作条例(2022)", "35", "2025-09-05", 30, "calendar_day", "petition_ask_reexamination", "CAL_ROLL"),
        ("信访工作条例(2022)", "35(复查意见)", "2025-09-05", 30, "calendar_day", "petition_reexamine", "CAL_STRICT"),
        ("反家庭暴力法(2015)", "28", "2025-10-02", 72, "hour", "protection_order", "HOUR"),
        ("反家庭暴力法(2015);民诉解释125", "28;125", "2025-10-02", 72, "hour", "protection_order", "HOUR_NEXT"),
        ("刑事诉讼法(2018)", "39二款、105", "2026-02-16", 48, "hour", "lawyer_meeting", "HOUR_NEXT"),
        ("社区矫正法(2019);刑诉法105", "21一款", "2026-02-10", 10, "calendar_day", "correction_report", "CAL_ROLL"),
        ("社区矫正法(2019)", "47二款", "2026-01-18", 30, "calendar_day", "correction_custody", "CAL_STRICT"),
        ("社区矫正法(2019)", "47二款", "2026-01-18", 48, "hour", "correction_arrest", "HOUR"),
        ("民法典", "188、203", "2023-02-17", 3, "year", "limitation_general", "YEAR_ROLL"),
        ("民事诉讼法", "250", "2024-03-08", 24, "month", "enforcement_apply", "MONTH_ROLL"),
        ("行政许可法", "50", "2026-03-08", 30, "calendar_day", "permit_renew", "CAL_BACK"),
        ("行政处罚法(2021)", "64二项", "2026-03-08", 7, "working_day", "penalty_hearing_notice", "WD_BACK"),
        ("规章制定程序条例", "15", "2026-03-08", 30, "calendar_day", "rule_comments", "CAL_MIN_ROLL"),
        ("规章制定程序条例", "32", "2026-03-08", 30, "calendar_day", "rule_in_force", "CAL_FULL"),
        ("网络安全法", "23", "2026-03-08", 6, "month", "logs_kept", "MONTH_STRICT"),
        ("网络安全法", "21", "2025-03-08", 6, "month", "logs_kept_before_2026", "MONTH_STRICT"),
        ("国办发〔2018〕118号", "加强事后公开", "2026-03-08", 7, "working_day", "publish_penalty", "WD"),
    ],
)
def test_the_rule_is_found_from_law_article_and_day(law: str, article: str, on: str, amount: int, unit: str, clock: str, code: str) -> None:
    found = ask(law, article, on, amount, unit)
    assert isinstance(found, Choice), found
    assert (found.clock.name, found.code) == (clock, code)


@pytest.mark.parametrize(
    ("law", "article", "on", "amount", "unit", "why", "says"),
    [
        ("某某管理办法", "3", "2026-03-02", 30, "日", "unknown_law", "某某管理办法"),
        ("行复法", "62", "2026-03-02", 30, "日", "unknown_law", "行政复议法"),
        ("", "62", "2026-03-02", 30, "日", "no_law", "law"),
        ("行政复议法", "", "2026-03-02", 30, "日", "no_article", "article"),
        ("行政复议法(2023)", "99", "2026-03-02", 30, "日", "unknown_article", "第99条"),
        ("行政复议法(2017)", "31", "2026-03-02", 60, "日", "unknown_version", "2023"),
        ("行政复议法", "62", "2023-12-31", 60, "日", "not_in_force", "2024-01-01"),
        ("市监总局令121号", "23", "2026-04-14", 60, "日", "not_in_force", "2026-04-15"),
        ("市监暂行办法(2022)", "21", "2026-04-15", 45, "工作日", "not_in_force", "2026-04-14"),
        ("治安管理处罚法(2025)", "118", "2025-12-31", 30, "日", "not_in_force", "2026-01-01"),
        ("人民调解法", "17", "2026-03-02", 30, "日", "no_clock", "sets no days"),
        ("安全生产法", "41三款", "2026-03-02", 30, "日", "no_clock", "ordered"),
        ("行政复议法", "30", "2026-03-02", 24, "hour", "other_unit", "5 days"),
        ("行政处罚法(2021)", "64", "2026-03-02", 9, "working_day", "several_periods", "penalty_hearing_notice"),
    ],
)
def test_what_cannot_be_decided_is_told_with_the_reason(
    law: str, article: str, on: str, amount: int, unit: str, why: str, says: str
) -> None:
    found = ask(law, article, on, amount, unit)
    assert isinstance(found, Refusal), found
    assert found.code == why
    assert says in found.text.en
    assert found.text.zh.endswith("。") or found.text.zh.endswith("？")


def test_a_pause_belongs_to_the_period_the_law_lets_stand_still() -> None:
    plain, paused = (ask("信访工作条例(2022)", "36", "2026-06-01", 30, "日", paused=stop) for stop in (False, True))
    assert isinstance(plain, Choice)
    assert isinstance(paused, Choice)
    assert (plain.clock.name, paused.clock.name) == ("petition_ask_final", "petition_final")
    assert any("复核" in note.zh for note in plain.notes), "that the authority has a period too is told"


def test_what_is_uncertain_is_told_beside_the_answer() -> None:
    aid = ask("法律援助法", "43一款", "2026-03-02", 7, "日")
    assert isinstance(aid, Choice)
    assert any("没有核到" in note.zh for note in aid.notes)
    goal = ask("人民调解工作若干规定", "33", "2026-03-02", 1, "month")
    assert isinstance(goal, Choice)
    assert any("不是法定期限" in note.zh for note in goal.notes)
    elsewhere = ask("深圳经济特区矛盾纠纷多元化解条例", "25", "2026-03-02", 30, "日")
    assert isinstance(elsewhere, Choice)
    assert any("不在本市施行" in note.zh for note in elsewhere.notes)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("30、88", ["30", "88"]),
        ("第一千零七十七条第二款", ["1077.2"]),
        ("23一款五项、45", ["23.1.5", "45"]),
        ("第64条第1项", ["64..1"]),
        ("二百零五条", ["205"]),
        ("13二款(道路火灾7日)", ["13.2"]),
        ("加强事后公开", ["加强事后公开"]),
        ("第十条及第十二条", ["10", "12"]),
    ],
)
def test_articles_are_read_in_figures_and_characters(text: str, places: list[str]) -> None:
    assert [str(one.place) for one in read_places(text)[0]] == places


@pytest.mark.parametrize(
    ("text", "number"), [("十", 10), ("二十", 20), ("一百零五", 105), ("一百一十八", 118), ("一千零七十七", 1077), ("62", 62)]
)
def test_numbers_in_characters(text: str, number: int) -> None:
    assert number_of(text) == number


def test_a_place_reads_back_and_is_told_in_both_languages() -> None:
    for text in ("62", "62.2", "23.1.5", "64..1", "救助程序"):
        assert str(Place.parse(text)) == text
    assert Place.parse("23.1.5").text().zh == "第23条第1款第5项"
    assert Place.parse("64..1").text().en == "art. 64 item 1"


def test_every_name_of_a_law_leads_to_it_alone() -> None:
    versions: dict[str, set[str]] = {}
    for law in library().statutory.laws:
        for name in law.names:
            assert canonical(name) == name
            versions.setdefault(name, set()).add(law.title.zh.removesuffix("(修订)"))
    shared = {name: titles for name, titles in versions.items() if len(titles) > 1}
    assert {title for titles in shared.values() for title in titles} <= {"市场监督管理投诉举报处理办法", "市场监督管理投诉举报处理暂行办法"}
