"""Changed rows in a list file: they read back as they were meant, and nothing else of the file moves."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.city.city_list import read_list
from huiyin.core.procedure import Basis
from huiyin.core.responsibility import Row
from huiyin.core.responsibility_file import ListFileError, with_changes
from huiyin.core.source import read_text
from huiyin.core.values import Text

SHIPPED = (Path(__file__).resolve().parents[3] / "packs" / "cn-2101-shenyang" / "responsibility.yaml").read_text("utf-8")


def rows(text: str) -> dict[str, Row]:
    from dataclasses import replace

    return {row.id: replace(row, line=0) for row in read_list(read_text(text.encode(), "list.yaml"))[0]}


def test_a_changed_row_a_new_one_and_nothing_else() -> None:
    from dataclasses import replace

    before = rows(SHIPPED)
    changed = replace(before["hazard.gas"], helpers=("fire",), to_date=date(2026, 12, 31))
    new = replace(before["hazard.gas"], id="hazard.gas.2027", lead="emergency", from_date=date(2027, 1, 1), agreed_by=Text("会", "meeting"))
    text = with_changes(SHIPPED, [changed, new])
    after = rows(text)
    assert after.pop("hazard.gas.2027") == new
    assert after == {**before, "hazard.gas": changed}
    moved = [line for line in text.splitlines() if line not in SHIPPED.splitlines()]
    assert len(moved) == 2
    lines = text.splitlines()
    assert lines.index(moved[1]) == lines.index(moved[0]) + 1, "a new row stands behind those of its topic"


def test_rows_written_over_several_lines_are_replaced_whole() -> None:
    head = "agreed_by: {zh: 会, en: m}\nfrom: 2024-01-01\nconditions: {}\nrows:\n"
    text = f"{head}  - id: a\n    topic: x\n    lead: k\n    direct: true\n  # kept\n  - {{id: b, topic: y, lead: k, direct: true}}\n"
    after = with_changes(text, [Row("a", "x", "other", date(2024, 1, 1), agreed_by=Text("会", "m"))])
    assert "# kept" in after
    assert rows(after)["a"].lead == "other"
    assert set(rows(after)) == {"a", "b"}


def test_a_file_without_rows_is_refused() -> None:
    with pytest.raises(ListFileError):
        with_changes("a: 1\n", [])


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn")), min_size=1, max_size=12).filter(
    lambda one: one.strip() == one and "\ufeff" not in one
)


@settings(max_examples=25)
@given(keywords=st.lists(words, max_size=4), agreed=words, value=st.sampled_from(["yes", "no", "on", "1", "2e3", "null", "a: b", "#x"]))
def test_whatever_is_typed_comes_back_as_it_was(keywords: list[str], agreed: str, value: str) -> None:
    row = Row(
        "typed", "hazard", "fire", date(2024, 1, 1), place="210102000000", when={"premises": (value,)}, keywords=tuple(keywords),
        agreed_by=Text(agreed, agreed), basis=Basis("消防法(2021)", "28"), terms={"answer": "3 working days"},
    )  # fmt: skip
    assert rows(with_changes(SHIPPED, [row]))["typed"] == row
