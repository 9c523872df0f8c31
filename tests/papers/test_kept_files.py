"""What people hand in: kept whole for those of the matter, refused in plain words when it is not what it says."""

from __future__ import annotations

import errno
import io
import os
import sys
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from pypdf import PdfWriter

from huiyin.core.values import ANONYMOUS, Principal, Refusal
from huiyin.papers import queries, services

sys.path.insert(0, str(Path(__file__).parents[1] / "matters"))


def picture(kind: str = "JPEG") -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (12, 8), "white").save(stream, kind)
    return stream.getvalue()


def document() -> bytes:
    stream = io.BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.write(stream)
    return stream.getvalue()


@pytest.fixture
def matter(record: Any) -> Any:
    import small

    receipt = small.opened()
    for left in services.folder_of(receipt.home).iterdir():
        left.unlink()
    return receipt


def hand_in(matter: Any, name: str, content: bytes, principal: Principal | None = None) -> UUID | Refusal | None:
    import small

    chunks = [content[start : start + 1000] for start in range(0, len(content), 1000)]
    return services.attach(home=matter.home, matter=matter.matter, name=name, chunks=chunks, principal=principal or small.CLERK)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [("坑.jpg", picture(), "jpeg"), ("a.JPEG", picture(), "jpeg"), ("b.png", picture("PNG"), "png"), ("合同.pdf", document(), "pdf")],
)
def test_a_file_is_kept_as_it_was_handed_in(matter: Any, name: str, content: bytes, kind: str) -> None:
    import small

    made = hand_in(matter, name, content)
    assert isinstance(made, UUID)
    (row,) = queries.stored(small.CLERK, home=matter.home, matter=matter.matter)
    assert (row.id, row.name, row.kind, row.size, row.scan) == (made, name, kind, len(content), "not_scanned")
    path = services.path_of(matter.home, made)
    assert path.read_bytes() == content
    assert path.name == made.hex


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("photo.jpg", document(), "内容却是PDF"),
        ("photo.png", picture(), "内容却是JPEG"),
        ("photo.jpg", b"<html><script>alert(1)</script>", "内容却是别的东西"),
        ("photo.jpg", b"", "内容却是别的东西"),
        ("photo.jpg", picture()[:40], "打不开"),
        ("letter.pdf", b"%PDF-1.7 nothing else", "打不开"),
        ("run.exe", b"MZ", "不收这种文件"),
        ("drawing.svg", b"<svg onload='alert(1)'/>", "不收这种文件"),
        ("noending", picture(), "不收这种文件"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_in_plain_words(matter: Any, name: str, content: bytes, words: str) -> None:
    import small

    refusal = hand_in(matter, name, content)
    assert isinstance(refusal, Refusal)
    assert words in refusal.text.zh
    assert refusal.text.en
    assert queries.stored(small.CLERK, home=matter.home, matter=matter.matter) == []
    assert list(services.folder_of(matter.home).iterdir()) == []


def test_a_file_too_large_is_refused_before_it_is_kept(matter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MAX_BYTES", 5000)
    refusal = hand_in(matter, "a.jpg", picture() + b"\0" * 6000)
    assert isinstance(refusal, Refusal)
    assert list(services.folder_of(matter.home).iterdir()) == []


def test_a_file_the_server_has_no_room_for_is_refused_in_words_and_leaves_nothing(matter: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        assert hand_in(matter, "a.jpg", picture()) == services.NOT_STORED
    assert list(services.folder_of(matter.home).iterdir()) == []
    assert isinstance(hand_in(matter, "a.jpg", picture()), UUID)


def test_a_picture_that_unfolds_to_a_bomb_is_refused(matter: Any) -> None:
    stream = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(stream, "PNG")
    refusal = hand_in(matter, "a.png", stream.getvalue())
    assert isinstance(refusal, Refusal)


def test_nobody_hands_a_file_to_a_matter_that_is_not_theirs(matter: Any) -> None:
    import small

    for stranger in (small.STRANGER, ANONYMOUS, Principal("party", "00000000-0000-4000-8000-000000000009", purpose="own")):
        assert hand_in(matter, "a.jpg", picture(), stranger) is None
    assert list(services.folder_of(matter.home).iterdir()) == []


def test_nobody_sees_a_file_of_a_matter_that_is_not_theirs(matter: Any) -> None:
    import small

    made = hand_in(matter, "a.jpg", picture())
    assert isinstance(made, UUID)
    for stranger in (small.STRANGER, ANONYMOUS):
        assert queries.stored(stranger, home=matter.home, matter=matter.matter) == []
        assert queries.file(stranger, home=matter.home, matter=matter.matter, file=made) is None
    assert len(queries.stored(small.party_of(matter), home=matter.home, matter=matter.matter)) == 1


def test_a_file_no_act_names_is_nobodys_to_fetch(matter: Any) -> None:
    import small

    made = hand_in(matter, "a.jpg", picture())
    assert isinstance(made, UUID)
    assert queries.file(small.CLERK, home=matter.home, matter=matter.matter, file=made) is None


def test_a_name_from_elsewhere_is_never_a_path(matter: Any) -> None:
    made = hand_in(matter, "../../../etc/passwd.jpg", picture())
    assert isinstance(made, UUID)
    assert [path.name for path in services.folder_of(matter.home).iterdir()] == [made.hex]


def test_what_a_crash_left_half_taken_in_goes_and_files_stay(matter: Any) -> None:
    from datetime import timedelta

    from huiyin import clock

    made = hand_in(matter, "坑.jpg", picture())
    assert isinstance(made, UUID)
    left = services.folder_of(matter.home) / "in-left"
    left.write_bytes(picture())
    assert services.sweep() == 0
    with clock.set_to(clock.now() + timedelta(hours=2)):
        assert services.sweep() == 1
    assert not left.exists()
    assert services.path_of(matter.home, made).exists()


def test_what_waits_at_a_signature_service_is_gone_within_a_day_of_its_sending(matter: Any) -> None:
    from datetime import timedelta

    from huiyin import clock
    from huiyin.papers.outside import sessions

    made, sent = sessions.opened(
        home=matter.home, matter=str(matter.matter), party="p-1", action="sign", hash_="ab", names=("张三",), pdf=document()
    )
    assert sessions.found(made.key) == (made, sent)
    services.sweep()
    assert sessions.found(made.key) is not None
    with clock.set_to(clock.now() + timedelta(days=2)):
        services.sweep()
    assert sessions.found(made.key) is None
    assert sessions.found("210102-../../etc") is None
