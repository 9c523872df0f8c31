"""A party written another way in another paper is told with both places; ordinary words are not taken for a name."""

from __future__ import annotations

import pytest

from huiyin.core.naming import Written, differing
from huiyin.core.values import Text

MINUTES, AGREEMENT = Text("调解记录", "Minutes"), Text("人民调解协议书", "Agreement")


def found(names: list[str], minutes: str, agreement: str, others: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    papers = [Written(MINUTES, minutes), Written(AGREEMENT, agreement)]
    return [(one.right, one.odd) for one in differing(names, others, papers)]


@pytest.mark.parametrize(
    ("name", "odd"),
    [("张建国", "张健国"), ("张伟", "张玮"), ("欧阳小明", "欧阳晓明"), ("示例装修有限公司", "示例装饰有限公司")],
)
def test_one_character_off_is_told_with_both_places(name: str, odd: str) -> None:
    papers = [Written(MINUTES, f"{name}到场。"), Written(AGREEMENT, f"由{odd}赔偿三千元。")]
    (one,) = differing([name], (), papers)
    assert (one.right, one.odd, one.here, one.there) == (name, odd, MINUTES, AGREEMENT)


@pytest.mark.parametrize(
    "text",
    ["一张床应当搬走。", "张贴通知。", "张三应赔偿。", "李四和张三同意。", "她说张开伞。", "姓张的应到场。", "由张某赔偿。"],
)
def test_ordinary_words_are_not_taken_for_a_name(text: str) -> None:
    assert found(["张三", "李四"], "张三、李四到场。", text) == []


def test_another_party_and_the_mediator_are_who_they_are() -> None:
    assert found(["张建国", "张建军"], "张建国和张建军到场。", "调解员张建民主持；张建国应修。", ("张建民",)) == []


def test_identity_numbers_one_digit_apart_are_told_without_repeating_them() -> None:
    papers = [Written(MINUTES, "证件：110101199003070011"), Written(AGREEMENT, "证件：110101199003070071，住址")]
    (one,) = differing(["张三"], (), papers)
    assert (one.right, one.odd, one.here, one.there) == ("", "", MINUTES, AGREEMENT)
    far = [Written(MINUTES, "证件：110101199003070011"), Written(AGREEMENT, "证件：210102198512120033")]
    assert differing(["张三"], (), far) == ()
