"""Every paper of the packs, printed: what the statute wants is on it, nothing runs over the edge, nothing is an empty box."""

from __future__ import annotations

import io

import pypdfium2  # type: ignore[import-untyped]
import pytest
from every_paper import document, library, names, printed
from pypdf import PdfReader

from huiyin.core.expressions import evaluate, parse
from huiyin.core.expressions_show import NOT_GIVEN, show
from huiyin.core.scope import scope_of
from huiyin.papers.typesetting import docx, pdf
from huiyin.papers.typesetting.geometry import page_of

# Pixels a millimetre in the pictures that are looked at.
SCALE = 3.0
WHITE = 250


def squeezed(text: str) -> str:
    return "".join(text.split()).replace("\u200b", "")


def text_of(data: bytes) -> str:
    return squeezed("".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


@pytest.mark.parametrize("name", names())
def test_a_scenario_prints_it(name: str) -> None:
    assert name in printed()


@pytest.mark.parametrize("name", names())
@pytest.mark.parametrize("large", [False, True])
def test_it_stays_within_the_type_area_and_every_sheet_has_text(name: str, large: bool) -> None:
    made = pdf(document(name), large=large)
    assert made.warnings == ()
    page = page_of(document(name).layout, large=large)
    opened = pypdfium2.PdfDocument(made.data)
    assert len(opened) == made.pages
    for number in range(made.pages):
        width, height = opened[number].get_size()
        assert (round(width), round(height)) == (595, 842)
        picture = opened[number].render(scale=SCALE * 25.4 / 72).to_pil().convert("L")
        across, down = picture.size
        # The margins at both sides are white; above and below stand only the corner and the page number.
        for left, right in ((0, page.left - 1), (210 - page.right + 1, 210)):
            strip = picture.crop((round(left * SCALE), round(page.top * SCALE), round(right * SCALE), round((297 - page.bottom) * SCALE)))
            assert strip.getextrema()[0] > WHITE, (name, number, left)
        text = squeezed(opened[number].get_textpage().get_text_bounded())
        assert f"—{number + 1}—" in text
        body = picture.crop((0, round(page.top * SCALE), across, round((297 - page.bottom) * SCALE)))
        assert body.getextrema()[0] < WHITE, (name, number)
        assert down > across


@pytest.mark.parametrize("name", names())
def test_its_whole_text_can_be_taken_out_in_order(name: str) -> None:
    rendered = printed()[name][0]
    text = text_of(pdf(document(name)).data)
    at = 0
    for line in rendered.text_zh.splitlines():
        # What follows a colon on a line of a signature block is drawn apart from it, and way numbers are drawn by the list.
        piece = squeezed(line.partition("\t")[0]).split("：")[0][:12].removeprefix("1.")
        if not piece or piece[0].isdigit():
            continue
        found = text.find(piece, 0 if piece in squeezed(rendered.title.zh) else at)
        assert found >= 0, (name, piece)
        at = max(at, found)


@pytest.mark.parametrize("name", names())
def test_what_the_statute_wants_is_on_it(name: str) -> None:
    rendered, issue, snapshot = printed()[name]
    definition, procedure = library().papers[name], library().procedures[snapshot.procedure]
    scope = scope_of(procedure, snapshot, library(), now=issue.printed_at, paper=definition)
    text = squeezed(rendered.text_zh)
    for element in definition.elements:
        if element.binds == "remedies":
            assert any(block["kind"] == "remedies" and block["rows"] for block in rendered.blocks), element.name.zh
            continue
        value = evaluate(parse(element.binds), scope)
        if isinstance(value, bool):
            assert value, element.name.zh
            continue
        if isinstance(value, tuple):
            entries = [one for one in value if hasattr(one, "label")]
            shown = [show(one, "zh", scope.zone) for one in entries if one.members.get("number") is None]
        else:
            shown = [show(value, "zh", scope.zone)]
        for one in shown:
            assert one == NOT_GIVEN.zh or squeezed(one) in text, (name, element.name.zh, one)


@pytest.mark.parametrize("name", names())
def test_the_translation_says_that_it_is_one(name: str) -> None:
    text = text_of(pdf(document(name), language="en").data)
    assert squeezed("For reference only. The Chinese text is the one that counts.") in text
    assert squeezed(printed()[name][0].title.en).replace("’", "'") in text.replace("’", "'")


@pytest.mark.parametrize("name", names())
def test_it_can_be_edited_as_a_word_file(name: str) -> None:
    import docx as word_files

    opened = word_files.Document(io.BytesIO(docx(document(name))))
    text = squeezed("".join(paragraph.text for paragraph in opened.paragraphs))
    rendered = printed()[name][0]
    assert squeezed(rendered.title.zh) in text
    for block in rendered.blocks:
        if block["kind"] in ("text", "heading", "number", "to"):
            assert squeezed(block["zh"]) in text
    assert len(opened.tables) == sum(block["kind"] == "table" for block in rendered.blocks)
