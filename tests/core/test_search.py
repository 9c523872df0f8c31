"""What a matter is found by: the pieces of its words."""

from __future__ import annotations

from huiyin.core import search


def test_chinese_is_cut_into_pairs_and_other_words_stay_whole() -> None:
    assert search.pieces("路灯坏了 lamp 3号") == {"路灯", "灯坏", "坏了", "lamp", "3", "号"}
    assert search.pieces("KTV噪音，Ｗi-Ｆi") == {"ktv", "噪音", "wi", "fi"}


def test_numbers_that_may_be_somebodys_are_left_out() -> None:
    for number in ("13800000009", "138 0000 0009", "138-0000-0009", "210102199001011234", "（024）8888 1234"):
        assert search.pieces(f"打{number}找我") == {"打", "找我"}
    assert "303" in search.pieces("3号楼303室")


def test_what_was_typed_becomes_terms_and_pieces() -> None:
    assert search.wanted("路灯坏 灯") == (("路灯坏", "灯"), ("灯坏", "路灯"))
    assert search.wanted("灯") == (("灯",), ())
    assert search.wanted("！？") == (("!?",), ())


def test_matches_are_placed_in_the_text_as_written() -> None:
    text = "ＫＴＶ太吵，ktv"
    assert [text[start:end] for start, end in search.where(text, ("ktv",))] == ["ＫＴＶ", "ktv"]
    assert search.where("ﬁne", ("fine",)) == []  # one character that folds into two stays as it is
