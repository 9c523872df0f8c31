"""Finding matters by words: only what the reader sees, nothing of people, nothing that was erased or sealed."""

from __future__ import annotations

from uuid import uuid4

import pytest
import small

from huiyin.core.values import SYSTEM, Principal
from huiyin.matters import erasure, finding, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import AccessLog
from huiyin.matters.receipts import Receipt

pytestmark = pytest.mark.usefixtures("record")
COLLEAGUE = Principal("staff", str(uuid4()), small.OFFICE, "archivist")
AUDITOR = Principal("staff", str(uuid4()), small.OFFICE, "audit_admin", purpose="audit")


def found(principal: Principal, words: str) -> list[str]:
    hits = finding.find(principal, words)
    return [] if hits is None else [hit.reference for hit in hits.found]


def indexed(receipt: Receipt) -> int:
    """Return how many pieces a matter is found by, as the owner sees the index."""
    from django.db import connections

    with connections["owner"].cursor() as rows:
        rows.execute("SELECT coalesce(sum(length(words)), 0) FROM matters_search WHERE matter = %s", [receipt.matter])
        return int(rows.fetchone()[0])


def rows(receipt: Receipt) -> int:
    """Return how many rows of the index a matter has."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM matters_search WHERE matter = %s", [receipt.matter])
        return int(cursor.fetchone()[0])


def test_words_in_any_place_find_the_matter_and_are_shown_where_they_stand() -> None:
    receipt = small.opened(claim="三楼卫生间渗水，泡坏了二楼的天花板")
    assert found(small.CLERK, "天花板") == [receipt.reference]
    assert found(small.CLERK, "渗水 二楼") == [receipt.reference]
    assert found(small.CLERK, "渗水 四楼") == []
    hits = finding.find(small.CLERK, "天花板")
    assert hits is not None
    (label, pieces), *_ = hits.found[0].passages
    assert label.zh == "请求"
    assert [piece.text for piece in pieces if piece.matched] == ["天花板"]


def test_pairs_that_stand_apart_are_no_match() -> None:
    small.opened(claim="天花很好，花板也好")  # holds 天花 and 花板, not 天花板
    assert found(small.CLERK, "天花板") == []


def test_full_width_and_capitals_are_the_same_words() -> None:
    receipt = small.opened(claim="ＫＴＶ太吵")
    assert found(small.CLERK, "ktv") == [receipt.reference]


@pytest.mark.parametrize("who", [small.STRANGER, small.ANYONE, AUDITOR, Principal("party", str(uuid4()), purpose="own")])
def test_whoever_may_not_read_a_matter_does_not_find_it(who: Principal) -> None:
    small.opened(claim="三楼卫生间渗水")
    assert found(who, "卫生间") == []


def test_what_is_masked_for_a_colleague_is_not_found_and_not_counted() -> None:
    small.opened(claim="三楼卫生间渗水")
    assert finding.find(COLLEAGUE, "卫生间") == finding.find(COLLEAGUE, "从没说过的字")


def test_with_the_evaluator_off_row_security_still_hides_it(monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.core import rights

    small.opened(claim="三楼卫生间渗水")
    monkeypatch.setattr(rights, "relation", lambda *_: "handler")
    monkeypatch.setattr(rights, "may", lambda *_: True)
    monkeypatch.setattr(rights, "sight", lambda *_: "see")
    assert found(small.STRANGER, "卫生间") == []


def test_names_telephones_and_sealed_words_find_nothing() -> None:
    receipt = small.opened(claim="张三0家渗水，电话 138 0000 0009 或者13800000009，编号20261122001")
    small.did(receipt, "report_danger", {"words": "听说他要放火"})
    for principal in (small.CLERK, small.HEAD, SYSTEM):
        for words in ("张三0", "13800000009", "138 0000 0009", "0000", "放火", "20261122001"):
            assert found(principal, words) == [], (principal.post, words)
    assert found(small.CLERK, "家渗水") == [receipt.reference]


def test_a_topic_kept_from_search_is_found_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    from huiyin.matters import directory

    library = small.library()
    sealed = replace(library, topics={**library.topics, "dispute.leak": replace(library.topics["dispute.leak"], sealed=True)})
    monkeypatch.setattr(directory, "_library", (float("inf"), sealed))
    receipt = small.opened(claim="三楼卫生间渗水")
    assert indexed(receipt) == 0
    assert found(small.CLERK, "卫生间") == []


def test_what_is_erased_is_no_longer_found() -> None:
    receipt = small.opened(claim="三楼卫生间渗水")
    assert indexed(receipt) > 3
    answer = erasure.erase(home=receipt.home, matter=receipt.matter, principal=SYSTEM, basis="依申请", fields=["claim"], key=str(uuid4()))
    assert isinstance(answer, Receipt), answer
    assert indexed(receipt) == 0
    assert found(small.CLERK, "卫生间") == []


def test_after_a_name_is_erased_no_words_find_the_matter_and_no_row_of_the_index_is_left() -> None:
    receipt = small.opened(claim="张三0家渗水")
    party = small.party_of(receipt)
    answer = erasure.erase(
        home=receipt.home, matter=receipt.matter, principal=SYSTEM, basis="依申请", party=party.id, fields=["party.name"], key=str(uuid4())
    )
    assert isinstance(answer, Receipt), answer
    # What is said later must not bring back what stands in the older texts.
    small.did(receipt, "decline", {"reason": "管道井要另外报修"})
    assert rows(receipt) == 0
    for principal in (small.CLERK, SYSTEM):
        assert [found(principal, words) for words in ("张三", "张三0", "渗水", "管道井")] == [[], [], [], []]


def test_a_text_erased_leaves_no_row_of_the_index() -> None:
    receipt = small.opened(claim="三楼卫生间渗水")
    assert rows(receipt) == 1
    erasure.erase(home=receipt.home, matter=receipt.matter, principal=SYSTEM, basis="依申请", fields=["claim"], key=str(uuid4()))
    assert rows(receipt) == 0


def test_a_matter_of_somebody_who_gave_no_name_is_found() -> None:
    receipt = services.open(
        procedure="small",
        data={"claim": "三楼卫生间渗水"},
        principal=small.ANYONE,
        topic="dispute.leak",
        division=small.STREET,
        opened_by="party",
        parties=[{"role": "asker", "name": "", "facts": {}}],
        key=str(uuid4()),
    )
    assert isinstance(receipt, Receipt), receipt
    small.did(receipt, "decline", {"reason": "管道井要另外报修"})
    assert found(small.CLERK, "管道井") == [receipt.reference]


def test_a_single_character_or_a_long_number_is_nothing_to_search_by() -> None:
    for words in ("水", "13800000000", "  ", "，。"):
        assert finding.find(small.CLERK, words) is None


def test_more_than_fits_is_said_and_the_newest_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "BATCH", 2)
    made = [small.opened(claim="三楼卫生间渗水").reference for _ in range(5)]
    hits = finding.find(small.CLERK, "渗水", most=3)
    assert hits is not None
    assert [hit.reference for hit in hits.found] == made[:1:-1]
    assert hits.more
    every = finding.find(small.CLERK, "渗水", most=5)
    assert every is not None
    assert not every.more


def test_a_hit_with_personal_words_is_a_look_and_is_written_down_once_a_day() -> None:
    receipt = small.opened(claim="三楼卫生间渗水")
    for _ in range(3):
        found(small.CLERK, "渗水")
    with reading_as(SYSTEM):
        looks = list(AccessLog.objects.filter(matter=receipt.matter))
    assert [(look.post, look.fields) for look in looks] == [("clerk", ["claim"])]


def test_the_application_cannot_read_the_index() -> None:
    small.opened()
    with reading_as(small.CLERK) as connection, connection.cursor() as rows:
        rows.execute("SELECT count(*) FROM matters_search")
        assert rows.fetchone() == (0,)
