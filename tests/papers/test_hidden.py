"""A photograph comes without the place and time hidden in it, its picture untouched and the right way up."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from huiyin.papers.hidden import taken_out

SECRET = b"13800000000 at home"


def photograph(kind: str, *, orientation: int, progressive: bool = False) -> bytes:
    picture = Image.effect_noise((64, 48), 60).convert("RGB")
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    stream = io.BytesIO()
    if kind == "JPEG":
        picture.save(stream, kind, exif=exif, progressive=progressive, comment=SECRET, icc_profile=b"profile" * 20)
    else:
        told = PngImagePlugin.PngInfo()
        told.add_text("Comment", SECRET.decode())
        picture.save(stream, kind, exif=exif, pnginfo=told)
    return stream.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", [1, 6])
@pytest.mark.parametrize("progressive", [False, True])
def test_nothing_hidden_stays_and_the_picture_is_the_same(kind: str, orientation: int, progressive: bool) -> None:
    before = photograph(kind, orientation=orientation, progressive=progressive)
    assert SECRET in before
    after = taken_out(kind.lower(), before)
    assert after is not None
    assert SECRET not in after
    old, new = Image.open(io.BytesIO(before)), Image.open(io.BytesIO(after))
    assert new.tobytes() == old.tobytes()
    assert dict(new.getexif()) == ({} if orientation == 1 else {0x0112: orientation})
    assert new.info.get("icc_profile") == old.info.get("icc_profile")


def test_what_follows_the_end_of_a_jpeg_is_dropped() -> None:
    after = taken_out("jpeg", photograph("JPEG", orientation=1) + b"ftypmp4" + SECRET)
    assert after is not None
    assert after.endswith(b"\xff\xd9")
    assert SECRET not in after


def test_the_small_picture_of_what_it_was_before_is_dropped() -> None:
    whole = photograph("JPEG", orientation=1)
    small = b"JFXX\x00\x10" + SECRET
    after = taken_out("jpeg", whole[:2] + b"\xff\xe0" + (len(small) + 2).to_bytes(2, "big") + small + whole[2:])
    assert after == taken_out("jpeg", whole)


def test_a_picture_that_breaks_off_is_told() -> None:
    with pytest.raises(ValueError, match="breaks off"):
        taken_out("jpeg", photograph("JPEG", orientation=1)[:-40])


def test_other_files_are_left_alone() -> None:
    assert taken_out("pdf", b"%PDF-1.7") is None
