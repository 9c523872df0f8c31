"""Whose turn it is to sign stands on the page of every signer."""

from __future__ import annotations

from cases import Case, at_desk


def test_a_mediator_reads_for_whom_the_signature_waits(served: object) -> None:
    case = Case().signing()
    page = at_desk("mediator").get(f"{case.desk}/act/sign/")
    assert "现在还不能" in page.words
    assert "先等：当事人张三、当事人李四" in page.words
    assert "等前面的 印章" in page.words


def test_a_party_reads_who_is_next(served: object) -> None:
    case = Case().signing()
    case.sign("李四")
    page = case.party().get(f"/mine/{case.reference}/act/sign/")
    assert "谁签了，轮到谁" in page.words
    assert "轮到了 当事人 张三" in page.words
    assert "已签 当事人 李四" in page.words
    assert "等前面的 人民调解员" in page.words
