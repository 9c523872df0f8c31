"""Templates read naturally where something was not given."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from huiyin.core.expressions import Scope, check, fill, parse
from huiyin.core.expressions_types import TEXT, TypeEnv

ZONE = ZoneInfo("Asia/Shanghai")
TEMPLATE = "电话：{given(phone, '未提供')}{lead('，代理人：', agent)}"


@pytest.mark.parametrize(
    ("phone", "agent", "said"),
    [("138", "王芳", "电话：138，代理人：王芳"), (None, None, "电话：未提供"), ("", "王芳", "电话：未提供，代理人：王芳")],
)
def test_the_value_or_words_instead_and_words_only_with_their_value(phone: str | None, agent: str | None, said: str) -> None:
    assert fill(TEMPLATE, Scope({"phone": lambda: phone, "agent": lambda: agent}, ZONE), "zh") == said


@pytest.mark.parametrize("wrong", ["given(phone, 3)", "lead(3, phone)", "given(phone, 'x') == 'x'"])
def test_they_are_words_to_be_shown_and_nothing_else(wrong: str) -> None:
    assert check(parse(wrong), TypeEnv({"phone": TEXT}))[1]
