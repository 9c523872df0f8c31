"""Files are read without surprises, and every problem names file, line and mend."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sound_pack import NOTE, PROCEDURE, broken, broken_text, line_with, problems_of, text_of

from huiyin.core.pack_reading import read_library
from huiyin.core.reader import read_paper, read_procedure
from huiyin.core.source import PackError, Problem, read_text, read_yaml


def refused(text: str | bytes) -> list[Problem]:
    with pytest.raises(PackError) as caught:
        read_text(text if isinstance(text, bytes) else text.encode(), "a.yaml")
    assert all(problem.mend.zh and problem.mend.en and problem.text.zh and problem.text.en for problem in caught.value.problems)
    return caught.value.problems


def test_only_the_core_words_of_yaml_are_not_text() -> None:
    read = read_text(
        b"on: yes\nno: off\na: true\nb: null\nc: 12\nd: 1.5\ne: 2026-01-31\nf: 0210\ng: '12'\nh: 1_000\ni: 0x10\n17: x\n", "a.yaml"
    )
    assert read.data == {
        "on": "yes",
        "no": "off",
        "a": True,
        "b": None,
        "c": 12,
        "d": 1.5,
        "e": "2026-01-31",
        "f": "0210",
        "g": "12",
        "h": "1_000",
        "i": "0x10",
        "17": "x",
    }


def test_every_place_knows_its_line() -> None:
    read = read_text(b"a:\n  b: [1,\n      2]\nc: {d: {e: x}}\n", "a.yaml")
    assert [read.line_of("a", "b"), read.line_of("a", "b", 1), read.line_of("c", "d", "e"), read.line_of("a", "nothing")] == [2, 3, 4, 1]


def test_a_duplicate_key_names_both_lines() -> None:
    [problem] = refused("a: 1\nb: 2\na: 3\n")
    assert problem.line == 3
    assert "1" in problem.text.en
    assert "3" in problem.text.en


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: &x 1\nb: 2\n", 1),
        ("a: 1\nb: *x\n", 2),
        ("a: !!str 1\n", 1),
        ("a: !thing {b: 1}\n", 1),
        ("a: 1\n---\nb: 2\n", 2),
        ("a:\n\tb: 1\n", 2),
        ("a: x\tY\n", 1),
        ("? [a]\n: 1\n", 1),
        ("a: {b: 1\n", 2),
        ("a: b: c\n", 1),
        ("a: \x00\n", 1),
    ],
)
def test_what_yaml_allows_and_we_do_not_is_refused_at_its_line(text: str, line: int) -> None:
    assert line in {problem.line for problem in refused(text)}


def test_a_file_in_another_encoding_is_refused_at_its_line() -> None:
    [problem] = refused("a: 1\nb: 纠纷\n".encode("gbk"))
    assert problem.line == 2
    assert "UTF-8" in problem.mend.zh


def test_a_mark_at_the_start_of_the_file_is_no_problem() -> None:
    assert read_text("﻿a: 1\n".encode(), "a.yaml").data == {"a": 1}


def test_a_deeply_nested_file_is_refused_not_crashed_on() -> None:
    assert refused("[" * 300 + "]" * 300)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=120))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(PackError):
        read_text(text.encode(), "a.yaml")


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    with suppress(PackError):
        read_text(raw, "a.yaml")


def test_a_missing_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PackError) as caught:
        read_yaml(tmp_path / "none.yaml", name="none.yaml")
    assert caught.value.problems[0].file == "none.yaml"


# what goes wrong, the edit, words of the line complained of, words the mend or text must hold
WRONG = {
    "a misspelt key": ("    actions:\n      take:", "    action:\n      take:", "    action:", "actions"),
    "a misspelt key of an action": ("form: taking, warns: costly", "form: taking, warn: costly", "      take:", "warns"),
    "a missing key": ("start: received\n", "", "language: 1", "start"),
    "a text without English": ("title: {zh: 借东西不还, en: Something borrowed}", "title: {zh: 借东西不还}", "title:", "en"),
    "a text that is one language": ("title: {zh: 借东西不还, en: Something borrowed}", "title: 借东西不还", "title:", "zh"),
    "an empty text": ("{zh: 都还了。, en: All is back.}", '{zh: 都还了。, en: ""}', "All is back|zh: 都还了", "text"),
    "a term nobody can count": ("term: 20 working days", "term: 20 workdays", "  talking: {kind", "3 working days"),
    "a date that does not exist": ("from: 2024-06-01", "from: 2024-06-31", "in_force:", "2026-01-31"),
    "a name that is not one": ("  asking:  [thing", "  Asking!:  [thing", "Asking!", "letters"),
    "a citation without an article": ("basis: [示例邻里法(2024)#3]", "basis: [示例邻里法(2024)]", "basis: [示例邻里法(2024)]", "#17"),
    "a number where a word belongs": ("by: clerk\n    clocks", "by: 7\n    clocks", "    by: 7", "some_name"),
    "a word that is no flag": ("bound: true", "bound: certainly", "  neighbour:", "true"),
    "another kind of clock": ("kind: ordered", "kind: orderd", "  return:  {", "ordered"),
    "a duty with a length of its own": ("{law: sample_answer,", "{kind: duty, term: 10 days,", "  reply:   {", "target"),
    "a clock of the law with a date": ("{law: sample_answer,", "{law: sample_answer, until: today,", "  reply:   {", "trigger"),
    "another kind of field": ("type: money", "type: monney", "  worth:", "money"),
    "another outcome": ("end: resolved", "end: solved", "    end: solved", "resolved"),
    "another verb for a clock": ("clocks: {reply: met}", "clocks: {reply: meet}", "      take:", "met"),
    "a choice without values": (', values: {yes: {zh: 愿意, en: "Yes"}, no: {zh: 不愿意, en: "No"}}', "", "  answer:", "values"),
    "an end with actions": ("    end: resolved\n", "    end: resolved\n    by: clerk\n", "    end: resolved\n    by", "by"),
    "both a term and a date": ("term: 20 working days,", "term: 20 working days, until: today,", "  talking: {kind", "until"),
    "a language of the future": ("language: 1", "language: 2", "language: 2", "language: 1"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_value_is_refused_at_its_line_with_its_mend(what: str) -> None:
    old, new, words, hint = WRONG[what]
    text = text_of(PROCEDURE)
    assert text.count(old) >= 1
    text = text.replace(old, new, 1)
    problems = problems_of({PROCEDURE: text})
    assert problems
    assert {problem.rule for problem in problems} == {"format"}
    assert any(hint in problem.mend.en + problem.text.en for problem in problems), [problem.in_("en") for problem in problems]
    if "|" not in words and "\n" not in words:
        assert line_with(text, words) in {problem.line for problem in problems}


def test_all_problems_are_told_at_once() -> None:
    text = text_of(PROCEDURE)
    for old, new in (
        ("type: money", "type: monney"),
        ("kind: ordered", "kind: orderd"),
        ("    end: declined", "    end: refused"),
        ("bound: true", "bund: true"),
    ):
        text = text.replace(old, new, 1)
    problems = problems_of({PROCEDURE: text})
    assert [problem.line for problem in problems] == sorted(problem.line for problem in problems)
    assert len(problems) == 4


def test_a_misspelt_key_names_the_nearest_known_word() -> None:
    [problem] = broken(PROCEDURE, "not_from: [returning]", "not_form: [returning]")
    assert "not_from" in problem.mend.zh
    assert "not_from" in problem.mend.en


def test_a_duplicate_state_names_both_lines() -> None:
    text = broken_text(PROCEDURE, "  settled:\n", "  talks:\n    end: resolved\n    says: {zh: 一, en: a}\n  settled:\n")
    [problem] = problems_of({PROCEDURE: text})
    first = text.splitlines().index("  talks:") + 1
    assert problem.line > first
    assert str(first) in problem.text.en


def test_a_file_is_called_what_it_defines() -> None:
    assert any("borrowed_tool" in problem.mend.en for problem in broken(PROCEDURE, "procedure: borrowed_tool", "procedure: lent_tool"))


def test_a_paper_with_two_kinds_in_one_part_is_refused() -> None:
    [problem] = [one for one in broken(NOTE, "  - signatures: true", "  - {signatures: true, remedies: true}") if one.rule == "format"]
    assert "signatures" in problem.mend.en


def test_a_law_listed_twice_is_refused() -> None:
    text = text_of("laws.yaml").replace("示例邻里法(2019)", "示例邻里法(2024)")
    assert any("示例邻里法(2024)" in problem.text.en for problem in problems_of({"laws.yaml": text}))


def test_a_topic_without_the_one_above_it_is_refused() -> None:
    [problem] = broken("topics.yaml", "  dispute.tool:", "  dispute.garden.tool:")
    assert "dispute.garden" in problem.mend.en


def test_a_pack_without_a_needed_file_names_it(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text(
        'pack: x\nkind: country\nversion: "1"\ntitle: {zh: 一, en: a}\nneeds: [elsewhere]\n', encoding="utf-8"
    )
    library, problems = read_library([tmp_path])
    assert library is None
    assert any("elsewhere" in problem.text.en for problem in problems)
    (tmp_path / "pack.yaml").write_text('pack: x\nkind: country\nversion: "1"\ntitle: {zh: 一, en: a}\n', encoding="utf-8")
    files = {problem.file for problem in read_library([tmp_path])[1]}
    assert {"laws.yaml", "units.yaml", "calendars/*.yaml", "procedures/*.yaml"} <= files


def test_a_bad_counting_row_is_refused_at_its_line() -> None:
    text = broken_text("counting.yaml", "CAL_ROLL", "CAL_ROLLED")
    [problem] = problems_of({"counting.yaml": text})
    assert problem.line == line_with(text, "- name: sample_count")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=6),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "states",
                        "fields",
                        "clocks",
                        "by",
                        "says",
                        "zh",
                        "en",
                        "actions",
                        "kind",
                        "type",
                        "forms",
                        "title",
                        "always",
                        "units",
                        "x",
                    ]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    )
)
def test_any_data_is_a_procedure_or_a_list_of_problems(data: object) -> None:
    from huiyin.core.source import Source

    for reader in (read_procedure, read_paper):
        with pytest.raises(PackError):
            reader(Source("a.yaml", data))
