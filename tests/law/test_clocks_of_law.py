"""Every clock of the working papers is in the pack, in our own words, with how far it was verified."""

from __future__ import annotations

import re
from datetime import date

import pytest
from lawdates import CLOCKS, DATES, EXAMPLES, counted, holds, library, read_csv, rules

from huiyin.core.choosing import UNITS_SAID, Asked, Choice, choose
from huiyin.core.statutory import TIMELESS
from huiyin.core.values import Refusal

PAPERS = read_csv(CLOCKS) if CLOCKS.is_file() else ()
ABSENT = pytest.mark.skipif(not PAPERS, reason=f"no working papers at {CLOCKS}; set HUIYIN_TEST_DATA to the data folder")
# Articles that give the party and the authority the same number of days: the bare article means the party's.
OF_THE_AUTHORITY = {"信访-复查意见", "信访-复核意见"}
CODE_OF = {
    "CAL-R": {"CAL_ROLL"}, "CAL-RP": {"CAL_ROLL"}, "CAL-NEXTDAY1": {"CAL_ROLL"}, "CAL-S": {"CAL_STRICT", "CAL_FULL"},
    "CAL-H": {"CAL_HOLIDAY"},
    "CAL-MIN": {"CAL_MIN_ROLL", "CAL_FULL"}, "CAL-BACK": {"CAL_BACK"}, "WD": {"WD", "WD_MIN"}, "WD-BACK": {"WD_BACK"}, "WD-MIN": {"WD_MIN"},
    "MON-R": {"MONTH_ROLL"}, "MON-S": {"MONTH_STRICT"}, "MON-MIN": {"MONTH_STRICT"}, "HR": {"HOUR"}, "HR-BACK": {"HOUR_BACK"},
}  # fmt: skip


def manner(row: dict[str, str]) -> str:
    found = re.search(r"count=([^;]+)", row["note"])
    assert found is not None, row
    return found[1].strip().rstrip("?")


def in_force(row: dict[str, str]) -> date:
    return date(2026, 3, 2) if "暂行办法" in row["law"] and "投诉" in row["law"] else date(2026, 11, 10)


def asked(row: dict[str, str], **more: str) -> Asked:
    return Asked(row["law"], row["article"], in_force(row), int(row["duration"]), UNITS_SAID[row["unit"]], **more)  # type: ignore[arg-type]


@ABSENT
def test_no_clock_of_the_papers_is_missing() -> None:
    assert len(PAPERS) == 260
    assert {row["procedure"] for row in PAPERS} - {clock.title.zh for clock in library().statutory.clocks} == set()


@ABSENT
@pytest.mark.parametrize("row", PAPERS or ({"procedure": "absent"},), ids=lambda row: row["procedure"])
def test_law_article_length_and_source_are_those_of_the_papers(row: dict[str, str]) -> None:
    clock = next(one for one in library().statutory.clocks if one.title.zh == row["procedure"])
    assert clock.verified == re.match(r"src=(\w)", row["note"])[1]  # type: ignore[index]
    found = choose(library().statutory, library().counting, asked(row, hints=row["procedure"]))
    if manner(row) == "none":
        assert clock.kind in TIMELESS
        assert isinstance(found, Refusal)
        assert found.code == "no_clock"
        return
    assert isinstance(found, Choice), found
    assert found.clock is clock
    assert found.code in CODE_OF[manner(row)]
    bare = choose(library().statutory, library().counting, asked(row))
    assert isinstance(bare, Choice)
    if row["procedure"] not in OF_THE_AUTHORITY:
        assert bare.code == found.code, "law, article and day suffice"


@ABSENT
def test_no_sentence_of_a_statute_is_copied() -> None:
    for row in PAPERS:
        quote = re.sub(r"\W", "", row["quote_zh"])
        clock = next(one for one in library().statutory.clocks if one.title.zh == row["procedure"])
        own = re.sub(r"\W", "", clock.does.zh + (clock.longer.zh if clock.longer else "") + (clock.then.zh if clock.then else ""))
        shared = next((quote[n : n + 14] for n in range(len(quote) - 13) if quote[n : n + 14] in own), None)
        assert shared is None, (row["procedure"], shared)


def test_every_clock_says_what_in_both_languages() -> None:
    for clock in library().statutory.clocks:
        for text in (clock.title, clock.does, *(one for one in (clock.longer, clock.then, clock.note) if one is not None)):
            assert re.search(r"[\u4e00-\u9fff]", text.zh) or text.zh[0].isdigit(), clock.name
            assert not re.search(r"[\u4e00-\u9fff]", text.en), (clock.name, text.en)
        assert clock.does.zh.endswith("。"), clock.name
        assert clock.does.en.endswith("."), clock.name
        if clock.term is not None:
            assert clock.trigger in library().statutory.triggers, clock.name
        assert clock.who in library().statutory.doers, clock.name


def test_no_statute_is_named_where_the_law_sets_no_days() -> None:
    """Law paper 1.8: no national clock for these, so none may appear here with a length."""
    timeless = {"name_change", "release", "hazard_supervised", "safety_report", "data_request", "mediation_begins", "liaoning_hotline"}
    for clock in library().statutory.clocks:
        if clock.name in timeless:
            assert clock.kind in TIMELESS, clock.name
            assert clock.term is None
        if clock.kind == "ordered":
            assert clock.trigger == "order"
    for name in ("mediation_goal", "old_hotline_forward", "old_hotline_advice", "old_hotline_complaint", "confirmation_target"):
        assert next(one for one in library().statutory.clocks if one.name == name).kind == "target", name


def test_what_is_not_verified_is_marked() -> None:
    for name in ("file_reading_2015", "correction_assess", "norm_review"):
        clock = next(one for one in library().statutory.clocks if one.name == name)
        assert clock.verified == "M"
        assert clock.note is not None
        assert "凭记忆" in clock.note.zh
    for name in ("aid_decide", "aid_assign", "police_second_mediation", "licence_renew", "enforcement_money", "listed_accident"):
        assert next(one for one in library().statutory.clocks if one.name == name).note is not None, name


def test_every_kept_date_follows_from_the_packs_alone() -> None:
    faults = [row for row in read_csv(DATES) if not holds(row, rules())]
    assert faults == []


def test_every_clock_with_a_length_has_a_kept_date_for_each_of_them() -> None:
    kept: dict[str, set[int]] = {}
    for row, done in zip(read_csv(DATES), counted(read_csv(DATES), rules()), strict=True):
        kept.setdefault(done.clock, set()).add(int(row["duration"]) * (12 if row["unit"] == "year" else 1))
    for clock in library().statutory.clocks:
        lengths = {term.amount * (12 if term.unit == "years" else 1) for term in clock.terms}
        assert kept.get(clock.name, set()) == lengths, clock.name


@pytest.mark.skipif(not EXAMPLES.is_file(), reason=f"no worked examples at {EXAMPLES}; set HUIYIN_TEST_DATA to the data folder")
@pytest.mark.parametrize("choosing", [False, True])
def test_the_worked_examples_of_the_data_folder_agree_both_ways(choosing: bool) -> None:
    done = counted(read_csv(EXAMPLES), rules(), choosing=choosing)
    assert [one for one in done if not one.agrees] == []
    assert len(done) >= 54
