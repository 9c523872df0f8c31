"""A photograph comes without the place and time hidden in it, its picture untouched and the right way up."""

from __future__ import annotations

import io
from pathlib import Path

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
def test_nothing_hidden_stays_and_the_picture_is_the_same(tmp_path: Path, kind: str, orientation: int, progressive: bool) -> None:
    before = photograph(kind, orientation=orientation, progressive=progressive)
    assert SECRET in before
    path = tmp_path / "photo"
    path.write_bytes(before)
    after = taken_out(kind.lower(), path)
    assert after is not None
    assert SECRET not in after
    old, new = Image.open(io.BytesIO(before)), Image.open(io.BytesIO(after))
    assert new.tobytes() == old.tobytes()
    assert dict(new.getexif()) == ({} if orientation == 1 else {0x0112: orientation})
    assert new.info.get("icc_profile") == old.info.get("icc_profile")


def test_what_follows_the_end_of_a_jpeg_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "motion.jpg"
    path.write_bytes(photograph("JPEG", orientation=1) + b"ftypmp4" + SECRET)
    after = taken_out("jpeg", path)
    assert after is not None
    assert after.endswith(b"\xff\xd9")
    assert SECRET not in after


def test_a_picture_that_breaks_off_is_told(tmp_path: Path) -> None:
    whole = photograph("JPEG", orientation=1)
    path = tmp_path / "broken.jpg"
    path.write_bytes(whole[:-40])
    with pytest.raises(ValueError, match="breaks off"):
        taken_out("jpeg", path)


def test_other_files_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    path.write_bytes(b"%PDF-1.7")
    assert taken_out("pdf", path) is None
