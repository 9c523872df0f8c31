"""What everybody signed is sealed once and stays as it is; anybody may hand the file in and is told whether it was changed."""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Mapping
from uuid import UUID

import pytest
from cases import Case, at_desk
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from looking import Page, Visitor
from pypdf import PdfReader

from huiyin.core.values import SYSTEM
from huiyin.matters.erasure import erase

AGREEMENT = "papers/mediation_agreement/1/"


def checked(data: bytes) -> Page:
    """What anybody is told who hands a file in."""
    visitor = Visitor()
    answer = visitor.client.post("/verify/", {"file": SimpleUploadedFile("x.pdf", data, "application/pdf")})
    return Page(answer.content.decode(), answer.status_code)


@pytest.fixture
def performing(served: object) -> Case:
    return Case().performing()


def copies(case: Case, kind: str = "paper.pdf") -> tuple[bytes, bytes]:
    clerk = at_desk("mediator")
    one, other = (clerk.client.get(f"{case.desk}/{AGREEMENT}{kind}").content for _ in range(2))
    return one, other


def test_a_paper_not_signed_by_all_carries_no_seal(served: object) -> None:
    case = Case().signing()
    one, _ = copies(case)
    assert "没有这里的封记" in checked(one).headings[0]


@pytest.mark.parametrize("kind", ["paper.pdf", "large.pdf", "english.pdf"])
def test_a_paper_signed_by_all_is_sealed_once(performing: Case, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = copies(performing, kind)
    # Another typesetter from now on: what was sealed stays as it is.
    monkeypatch.setattr("huiyin.papers.typesetting.pdf", lambda *_, **__: pytest.fail("set anew"))
    assert copies(performing, kind) == (first, first)
    page = checked(first)
    assert page.status == 200
    assert "没有改过" in page.headings[0]
    assert "人民调解协议书" in page.words
    for private in ("张三", "李四", "23,000"):
        assert private not in page.words


def test_every_side_has_the_same_bytes(performing: Case) -> None:
    at_the_desk, _ = copies(performing)
    party = performing.party()
    mine = re.sub(r"[^0-9]", "", performing.reference)
    assert party.client.get(f"/mine/{mine}/{AGREEMENT}paper.pdf").content == at_the_desk


def test_a_file_with_one_changed_byte_is_refused(performing: Case) -> None:
    sealed, _ = copies(performing)
    changed = bytearray(sealed)
    changed[len(sealed) // 3] ^= 1
    page = checked(bytes(changed))
    assert "被改过" in page.headings[0]
    assert "不要按它办" in page.words


def test_a_whole_file_is_sealed_too(performing: Case) -> None:
    whole = at_desk("mediator").client.get(performing.desk + "/file.pdf").content
    assert len(PdfReader(io.BytesIO(whole)).pages) > 2
    page = checked(whole)
    assert "没有改过" in page.headings[0]
    assert "一整卷" in page.words


def test_what_is_kept_cannot_be_read_without_the_paper_and_goes_with_it(performing: Case) -> None:
    sealed, _ = copies(performing)
    kept = list((settings.HOME.files / performing.home / "sealed" / UUID(str(performing.matter)).hex).iterdir())
    assert kept
    assert all(stat.S_IMODE(place.stat().st_mode) == 0o600 and b"%PDF" not in place.read_bytes() for place in kept)
    erase(home=performing.home, matter=performing.matter, principal=SYSTEM, basis="x", fields=["agreed_facts"], key="erase:1")
    after, _ = copies(performing)
    assert after != sealed
    assert "没有这里的封记" in checked(after).headings[0]


@pytest.mark.parametrize(("data", "says"), [({}, "请先选一个PDF文件"), ({"file": SimpleUploadedFile("x.pdf", b"")}, "请先选一个PDF文件")])
def test_nothing_handed_in_is_said(served: object, data: Mapping[str, object], says: str) -> None:
    answer = Visitor().client.post("/verify/", data)
    assert answer.status_code == 400
    assert says in answer.content.decode()


def test_what_is_no_pdf_is_said(served: object) -> None:
    assert "打不开" in checked(b"hello").headings[0]
