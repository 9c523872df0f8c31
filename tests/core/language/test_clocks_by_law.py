"""A clock of a procedure is the law's: its length stands once in the table of clocks, and its version follows the trigger date."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sound_pack import SOUND, sound

from huiyin.core.law_clocks import bind
from huiyin.core.procedure import ClockDef
from huiyin.core.source import read_yaml
from huiyin.core.statutory import StatutoryTable
from huiyin.core.values import Text


def bound(clock: ClockDef) -> ClockDef:
    library = sound()
    procedure = replace(library.procedures["borrowed_tool"], clocks={clock.name: clock})
    made, problems = bind(procedure, library.statutory, library.counting)
    assert problems == []
    return made.clocks[clock.name]


def clock(law: str) -> ClockDef:
    return ClockDef("answer", "duty", Text("答", "A"), law=law)


def test_it_has_kind_length_article_and_rule_of_the_newest_version() -> None:
    reply = sound().procedures["borrowed_tool"].clocks["reply"]
    assert (reply.kind, str(reply.term), reply.count) == ("duty", "10 days", "sample_count")
    assert [str(one) for one in reply.basis] == ["示例邻里法(2024)#7", "示例邻里法(2019)#3"]
    assert sound().procedures["borrowed_tool"].clocks["review"].kind == "right"


def test_the_version_in_force_on_the_trigger_date_applies() -> None:
    answer = bound(clock("sample_answer"))
    lengths = {day: None if (version := answer.on(date.fromisoformat(day))) is None else str(version.term) for day in
               ("2018-12-31", "2019-01-01", "2023-12-31", "2024-01-01", "2031-05-05")}  # fmt: skip
    assert lengths == {
        "2018-12-31": None,
        "2019-01-01": "20 days",
        "2023-12-31": "20 days",
        "2024-01-01": "10 days",
        "2031-05-05": "10 days",
    }


def test_naming_the_older_version_means_the_same_clock() -> None:
    assert bound(clock("sample_answer_2019")).by_law == bound(clock("sample_answer")).by_law


def test_an_article_from_memory_is_not_cited() -> None:
    assert bound(clock("sample_heard")).basis == ()


def test_a_citation_takes_title_and_summary_from_the_clock_where_the_list_of_laws_has_none() -> None:
    library = sound()
    basis = replace(library.procedures["borrowed_tool"].clocks["reply"].basis[0], article="12")
    assert library.cited(basis).zh == "《示例邻里法》第12条"
    assert library.summary(basis) == Text("听取。", "To hear.")


@pytest.mark.parametrize(
    ("row", "changed", "words"),
    [
        ("sample_answer", {"follows": "sample_nothing"}, "no clock 'sample_nothing' to follow"),
        ("sample_answer", {"follows": "sample_review"}, "must have ended before 2024-01-01"),
        ("sample_review", {"follows": "sample_answer_2019"}, "followed by sample_answer already"),
    ],
)
def test_a_clock_follows_one_that_has_ended_and_that_no_other_follows(row: str, changed: dict[str, str], words: str) -> None:
    plain = read_yaml(SOUND / "clocks" / "neighbours.yaml").data
    groups = [
        {**group, "clocks": [{**one, **changed} if one["name"] == row else one for one in group["clocks"]]} for group in plain["laws"]
    ]
    with pytest.raises(ValueError, match=words):
        StatutoryTable.from_plain([{**plain, "laws": groups}], sound().laws, sound().counting)
