"""Pictures as telephones and broken lines really send them: read, or refused in words; never a fault."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from huiyin.core.values import Refusal
from huiyin.intake import pictures


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pictures, "folder", lambda: tmp_path)


def photograph(form: str = "JPEG") -> bytes:
    made, behind = io.BytesIO(), Image.new("RGB", (40, 30), "blue")
    more = {"save_all": True, "append_images": [behind]} if form == "MPO" else {}
    Image.linear_gradient("L").resize((400, 300)).convert("RGB").save(made, form, **more)
    return made.getvalue()


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_picture_that_was_cut_off_on_the_way_is_refused_in_words(form: str, part: float) -> None:
    whole = photograph(form)
    answer = pictures.cleaned(whole[: int(len(whole) * part)])
    assert isinstance(answer, Refusal)
    assert "已填的文字还在" in answer.text.zh


def test_a_photograph_with_a_second_picture_behind_it_is_taken_without_the_second() -> None:
    answer = pictures.cleaned(photograph("MPO"))
    assert isinstance(answer, bytes)
    with Image.open(io.BytesIO(answer)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (400, 300))


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_whatever_bytes_are_wrong_there_is_an_answer(form: str) -> None:
    chance, whole = random.Random(5), photograph(form)
    for _ in range(60):
        odd = bytearray(whole)
        for _ in range(chance.choice((1, 5, 50))):
            odd[chance.randrange(20, len(odd))] = chance.randrange(256)
        assert isinstance(pictures.cleaned(bytes(odd)), bytes | Refusal)


def png(picture: Image.Image, **more: object) -> bytes:
    made = io.BytesIO()
    picture.save(made, "PNG", **more)
    return made.getvalue()


def bare(width: int, height: int, bits: int = 8, colour: int = 2, pixels: bytes = b"") -> bytes:
    """A PNG written by hand: what its head says need not be there."""

    def chunk(name: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + name + held + struct.pack(">I", zlib.crc32(name + held))

    head = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


GREY = Image.linear_gradient("L").resize((64, 64))
ODD = {
    "a palette": png(GREY.convert("P")),
    "a see-through colour": png(GREY.convert("P"), transparency=3),
    "a bit a pixel": png(GREY.convert("1")),
    "16 bits of grey": png(Image.new("I;16", (64, 64), 40_000)),
    "16 bits a colour": bare(64, 64, 16, 2, (b"\0" + b"\x80\x10" * 3 * 64) * 64),
    "see-through grey": png(GREY.convert("LA")),
    "a colour profile nobody can read": png(GREY.convert("RGB"), icc_profile=b"nonsense" * 10),
}


@pytest.mark.parametrize("sent", ODD.values(), ids=ODD.keys())
def test_an_odd_picture_keeps_its_look_and_nothing_beside_it(sent: bytes) -> None:
    answer = pictures.cleaned(sent + b"Zhang San")
    assert isinstance(answer, bytes)
    assert b"Zhang San" not in answer
    with Image.open(io.BytesIO(sent)) as before, Image.open(io.BytesIO(answer)) as after:
        assert after.format == "PNG"
        assert "icc_profile" not in after.info
        assert after.convert("RGBA").tobytes() == before.convert("RGBA").tobytes()


def test_of_a_moving_picture_its_first_is_taken() -> None:
    answer = pictures.cleaned(png(GREY.convert("RGB"), save_all=True, append_images=[Image.new("RGB", (64, 64), "red")]))
    assert isinstance(answer, bytes)
    with Image.open(io.BytesIO(answer)) as shown:
        assert getattr(shown, "n_frames", 1) == 1
        assert shown.convert("RGB").tobytes() == GREY.convert("RGB").tobytes()


@pytest.mark.parametrize("size", [(12_000, 9_000), (60_000, 60_000)])
def test_too_many_pixels_are_told_as_such_and_never_unpacked(size: tuple[int, int]) -> None:
    answer = pictures.cleaned(bare(*size))
    assert isinstance(answer, Refusal)
    assert "超过6000万像素" in answer.text.zh
    assert "截一张图" in answer.text.zh


def test_a_text_that_unpacks_without_end_is_a_damaged_picture() -> None:
    whole, packed = png(GREY), b"a\0\0" + zlib.compress(b"x" * 50_000_000)
    chunk = struct.pack(">I", len(packed)) + b"zTXt" + packed + struct.pack(">I", zlib.crc32(b"zTXt" + packed))
    answer = pictures.cleaned(whole[:33] + chunk + whole[33:])
    assert isinstance(answer, Refusal)
    assert "可能已损坏" in answer.text.zh


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "HEIC格式"),
        (b"GIF89a" + b"\0" * 40, "不是JPEG照片、PNG图片或者PDF文件"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "不是JPEG照片"),
        (b"", "不是JPEG照片"),
    ],
)
def test_what_a_file_is_its_content_says(sent: bytes, told: str) -> None:
    answer = pictures.cleaned(sent)
    assert isinstance(answer, Refusal)
    assert told in answer.text.zh
