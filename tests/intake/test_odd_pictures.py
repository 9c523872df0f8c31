"""Pictures as telephones and broken lines really send them: read, or refused in words; never a fault."""

from __future__ import annotations

import io
import random
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


@pytest.mark.parametrize(("name", "form"), [("a.jpg", "JPEG"), ("a.png", "PNG")])
@pytest.mark.parametrize("part", [0.2, 0.5, 0.9])
def test_a_picture_that_was_cut_off_on_the_way_is_refused_in_words(name: str, form: str, part: float) -> None:
    whole = photograph(form)
    answer = pictures.cleaned(name, whole[: int(len(whole) * part)])
    assert isinstance(answer, Refusal)
    assert "已填的文字还在" in answer.text.zh


def test_a_photograph_with_a_second_picture_behind_it_is_taken_without_the_second() -> None:
    answer = pictures.cleaned("a.jpg", photograph("MPO"))
    assert isinstance(answer, bytes)
    with Image.open(io.BytesIO(answer)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (400, 300))


@pytest.mark.parametrize(("name", "form"), [("a.jpg", "JPEG"), ("a.png", "PNG")])
def test_whatever_bytes_are_wrong_there_is_an_answer(name: str, form: str) -> None:
    chance, whole = random.Random(5), photograph(form)
    for _ in range(60):
        odd = bytearray(whole)
        for _ in range(chance.choice((1, 5, 50))):
            odd[chance.randrange(20, len(odd))] = chance.randrange(256)
        assert isinstance(pictures.cleaned(name, bytes(odd)), bytes | Refusal)
