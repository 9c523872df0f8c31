"""Words that go out without names: what is known of a matter's people, what looks like a number, and what may stay."""

from __future__ import annotations

import re

import pytest

from huiyin.core import nameless
from huiyin.core.nameless import NAME, Word
from huiyin.core.values import Text


def words(*names: str) -> tuple[Word, ...]:
    """Return words for names as a matter's parties would give them."""
    return tuple(Word(re.compile(form), NAME, "甲") for name in names for form in nameless._names(name))


@pytest.mark.parametrize(
    ("said", "sent"),
    [
        ("王建国家漏水", "甲家漏水"),
        ("建国说不修", "甲说不修"),
        ("王师傅和老王是一个人", "甲和甲是一个人"),
        ("沈阳安居物业说不修", "甲说不修"),
        ("国家有规定", "国家有规定"),
    ],
)
def test_names_go_as_people_say_them(said: str, sent: str) -> None:
    assert nameless.without(said, words("王建国", "沈阳安居物业有限公司")) == sent


@pytest.mark.parametrize(
    "said",
    [
        "打13812345678找他",
        "打138 1234 5678找他",
        "电话一三八一二三四五六七八",
        "证件21010219800101123X",
        "车牌辽A12345",
        "住3号楼2单元501",
        "住三号楼",
        "案号（2026）辽0105民初123号",
        "邮箱a.b@example.com",
        "电话024-86123456",
    ],
)
def test_numbers_and_doors_are_found_without_being_known(said: str) -> None:
    assert nameless.found(said, ())
    assert not nameless.found(nameless.without(said, ()), ())


@pytest.mark.parametrize(
    "said",
    ["欠了1200000元", "2026年11月23日漏的", "按民法典第一千二百五十四条", "面积89.5平方米", "2025-11-01到2026-03-31", "共1,200,000.00元"],
)
def test_sums_dates_and_articles_may_stay(said: str) -> None:
    assert nameless.without(said, ()) == said


def test_a_refusal_names_the_kind_and_never_the_word() -> None:
    refused = nameless.refusal(Text("问题", "Question"), "王建国的电话13812345678", words("王建国"))
    assert refused is not None
    assert "姓名" in refused.zh
    assert "电话" in refused.zh
    assert "王建国" not in refused.zh + refused.en
