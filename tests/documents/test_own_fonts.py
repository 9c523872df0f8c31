"""Names with rare characters, an operator's own fonts, and the red head of the units that have one."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pylopdf_fonts_zh_cn as supplied
import pypdfium2  # type: ignore[import-untyped]
import pytest
from every_paper import document
from pypdf import PdfReader

from huiyin.core.values import Text
from huiyin.papers.typesetting import Document, missing, pdf, press
from huiyin.papers.typesetting import faces as type_faces
from huiyin.papers.typesetting.geometry import page_of

# Of the list of standard characters (通用规范汉字表), its third level, and characters of names beyond it that police registers use.
IN_NAMES = "㛃䶮喆堃垚犇淼赟昇䜣琞镕頔䴖鿍𬭩𫍽𣲗𬍛㑇䂮𫟹𪟝·"
BEYOND = "𠮷"
THEIRS, OURS = "Own Songti SC", "Noto Serif SC"
THEIR_FILE, OUR_FILE = "OwnSongtiSC", "NotoSerifSC"


def letter(words: str) -> Document:
    return Document(Text("关于试验的函", "A letter"), ({"kind": "text", "zh": words, "en": words},))


def squeezed(data: bytes) -> str:
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).split())


def fonts_in(data: bytes) -> set[str]:
    return {
        str(font.get_object()["/BaseFont"]).partition("+")[2].partition("-")[0]
        for page in PdfReader(io.BytesIO(data)).pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }


def own_font() -> bytes:
    """Return the supplied serif under another family's name, with a glyph where ours has none: one group of its cmap is moved."""
    data = supplied.serif_path().read_bytes()
    for ours, theirs in ((OURS, THEIRS), (OUR_FILE, THEIR_FILE)):
        data = data.replace(ours.encode("utf-16-be"), theirs.encode("utf-16-be"))
    tables = struct.unpack(">H", data[4:6])[0]
    cmap = next(
        struct.unpack(">I", data[20 + 16 * n : 24 + 16 * n])[0] for n in range(tables) if data[12 + 16 * n : 16 + 16 * n] == b"cmap"
    )
    count = struct.unpack(">H", data[cmap + 2 : cmap + 4])[0]
    made = bytearray(data)
    for n in range(count):
        at = cmap + struct.unpack(">I", data[cmap + 8 + 8 * n : cmap + 12 + 8 * n])[0]
        if struct.unpack(">H", data[at : at + 2])[0] != 12:
            continue
        groups = struct.unpack(">I", data[at + 12 : at + 16])[0]
        spans = [struct.unpack(">II", data[at + 16 + 12 * g : at + 24 + 12 * g]) for g in range(groups)]
        place = max(g for g, (first, last) in enumerate(spans) if first == last < ord(BEYOND))
        made[at + 16 + 12 * place : at + 24 + 12 * place] = struct.pack(">II", ord(BEYOND), ord(BEYOND))
    return bytes(made)


@pytest.fixture
def own_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    (tmp_path / "own.otf").write_bytes(own_font())
    (tmp_path / "torn.ttf").write_bytes(b"no font at all")
    (tmp_path / "readme.txt").write_text("beside the fonts")
    monkeypatch.setenv(type_faces.FOLDER, str(tmp_path))
    yield monkeypatch
    forget()


def forget() -> None:
    type_faces.faces.cache_clear()
    press._fonts.cache_clear()
    press._compiler.cache_clear()


@pytest.mark.parametrize("character", IN_NAMES)
def test_a_character_that_stands_in_names_is_printed(character: str) -> None:
    assert missing(letter(f"当事人李{character}明")) == ()


def test_a_name_of_such_characters_can_be_read_out_of_the_sheet() -> None:
    made = pdf(letter(f"当事人{IN_NAMES}"))
    assert made.warnings == ()
    assert IN_NAMES in squeezed(made.data)


def test_a_character_beyond_the_fonts_is_told_with_where_it_stands() -> None:
    (one,) = missing(letter(f"经调解，{BEYOND}某应当在十月底以前还清借款；{BEYOND}某的儿子作证。"))
    assert (one.character, one.code) == (BEYOND, "U+20BB7")
    assert one.around == ("经调解，〔U+20BB7〕某应当在十月底以", "底以前还清借款；〔U+20BB7〕某的儿子作证。")
    (turning,) = missing(letter("付款\u202e元001"))
    assert (turning.character, turning.code) == ("", "U+202E")


def test_the_operator_s_fonts_draw_what_ours_lack(own_fonts: pytest.MonkeyPatch) -> None:
    forget()
    words = letter(f"当事人李{BEYOND}明")
    assert missing(words) == ()
    made = pdf(words)
    assert made.warnings == ()
    assert f"李{BEYOND}明" in squeezed(made.data)
    assert fonts_in(made.data) == {OUR_FILE, THEIR_FILE}


def test_text_and_title_are_set_in_the_families_the_operator_names(own_fonts: pytest.MonkeyPatch) -> None:
    forget()
    assert fonts_in(pdf(letter("正文")).data) == {OUR_FILE}
    for variable in (type_faces.BODY, type_faces.TITLE, type_faces.HEADING):
        own_fonts.setenv(variable, THEIRS)
    forget()
    assert type_faces.faces().body == (THEIRS, "Noto Serif SC", "Noto Sans SC")
    assert type_faces.faces().heading[0] == THEIRS
    made = pdf(letter("正文"))
    assert fonts_in(made.data) == {THEIR_FILE}
    assert "正文" in squeezed(made.data)


def test_a_family_that_is_not_there_leaves_ours(own_fonts: pytest.MonkeyPatch) -> None:
    own_fonts.setenv(type_faces.BODY, "No Such Family")
    forget()
    assert "正文" in squeezed(pdf(letter("正文")).data)


def test_a_folder_that_is_not_there_stops_no_paper(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(type_faces.FOLDER, str(tmp_path / "gone"))
    forget()
    try:
        assert "正文" in squeezed(pdf(letter("正文")).data)
    finally:
        forget()


@pytest.mark.parametrize("name", ["和平区城市管理局", "沈阳市和平区南京街道社会治安综合治理中心"])
def test_a_red_head_stands_in_one_line_and_within_the_type_area(name: str) -> None:
    made = pdf(replace(document("reply_letter"), head=name))
    page = pypdfium2.PdfDocument(made.data)[0]
    picture = page.render(scale=3).to_pil().convert("RGB")
    scale, area = 3 * 72 / 25.4, page_of("letter")
    red = [
        (x, y)
        for y in range(picture.height // 2)
        for x in range(picture.width)
        if (pixel := picture.getpixel((x, y)))[0] > 150 and pixel[1] < 80 and pixel[2] < 80
    ]
    rows = sorted({y for _, y in red})
    # The head is one run of rows, the line another; the head begins 35 mm under the top of the type area.
    gaps = [b - a for a, b in pairwise(rows) if b - a > 3]
    assert len(gaps) == 1
    assert rows[0] / scale == pytest.approx(area.top + 35, abs=3)
    assert min(x for x, _ in red) / scale >= area.left - 0.5
    assert max(x for x, _ in red) / scale <= 210 - area.right + 0.5
    found = squeezed(made.data)
    assert found.index(name) < found.index("编号") < found.index("诉求答复书")
