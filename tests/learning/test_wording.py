"""The words of a hot issue: used by several people, short, no person and no door."""

from __future__ import annotations

from huiyin.learning.wording import FEWEST, LONGEST, said_by_several

ABOUT = ("石材厂", "粉尘")


def test_only_what_several_different_people_used_is_told() -> None:
    said = [("石材厂粉尘大", one) for one in (1, 1, 1, 2)]
    assert said_by_several(said, ABOUT) == ()
    assert "石材厂" in "".join(said_by_several([*said, ("石材厂粉尘呛人", 3)], ABOUT))
    assert FEWEST == 3


def test_a_phrase_is_short_and_tells_the_issue_from_others() -> None:
    said = [("门口的石材厂半夜切割石料粉尘飘进窗户请尽快处理", one) for one in range(9)]
    found = said_by_several(said, ABOUT)
    assert found
    assert all(len(one) <= LONGEST and any(word in one or one in word for word in ABOUT) for one in found)
    assert said_by_several(said, ("暖气",)) == ()


def test_nobody_and_no_door_is_named() -> None:
    said = [("王建国石材厂三单元粉尘五号楼石材厂李雪梅", one) for one in range(9)]
    told = "".join(said_by_several(said, (*ABOUT, "王建国", "三单元", "李雪梅")))
    assert "石材厂" in told
    assert not any(word in told for word in ("王建国", "李雪梅", "单元", "号楼"))
