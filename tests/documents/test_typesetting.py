"""The typesetter: official geometry, archival and tagged files, no code out of people's words, no empty boxes, same in same out."""

from __future__ import annotations

import io
import re
import socket
import zipfile
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader
from pypdf.generic import IndirectObject

from huiyin.core.values import Text
from huiyin.papers.typesetting import Document, Given, Proof, docx, pdf
from huiyin.papers.typesetting.geometry import page_of

TITLE = Text("关于试验的函", "A letter")
NASTY = [
    '#eval("1+1") #sys.version',
    "$ x^2 $ $",
    "back\\slash \\u{41} \\",
    'quote " and "); #panic("x") //',
    "@ref <label> [content] {code}",
    "`raw` ```rust``` /* comment */ // line",
    '#image("/etc/passwd") #read("/etc/passwd") #import "@preview/x:1.0.0": *',
    "= 标题 - 列表 + 编号 / 词: 义 ~ -- --- ...",
    "http://example.com/" + "a" * 300,
    "\\" * 60 + '"' * 60,
]


def text(zh: str) -> dict[str, str]:
    return {"kind": "text", "zh": zh, "en": zh}


def letter(*blocks: Any, **more: Any) -> Document:
    return Document(TITLE, tuple(blocks), **more)


def read(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)


def squeezed(words: str) -> str:
    return "".join(words.split()).replace("\u200b", "")


def table(rows: int, cell: str = "还钱") -> dict[str, Any]:
    return {
        "kind": "table",
        "columns": [{"zh": "谁", "en": "Who"}, {"zh": "做什么", "en": "What"}],
        "rows": [[{"zh": f"张{n}", "en": f"Z{n}"}, {"zh": cell, "en": cell}] for n in range(rows)],
    }


@pytest.mark.parametrize("words", NASTY)
def test_people_s_words_are_printed_and_never_obeyed(words: str) -> None:
    everywhere = (
        text(words),
        {"kind": "heading", "zh": words, "en": words},
        {"kind": "number", "zh": words, "en": words},
        {"kind": "to", "zh": words, "en": words},
        {"kind": "list", "items": [{"zh": words, "en": words}]},
        table(1, words),
        {"kind": "closing", "zh": words, "en": words, "date": {"zh": "2026年9月7日", "en": "7 September 2026"}},
        {"kind": "signatures", "lines": []},
    )
    made = pdf(letter(*everywhere, signatures=(Given(Text(words, words), words, Text(words, words)),)))
    found = squeezed(read(made.data))
    assert found.count(squeezed(words)[:40]) >= 7


def test_a_title_may_hold_anything_too() -> None:
    made = pdf(Document(Text('#panic("x") $ @ [', "x"), ()))
    assert "#panic" in read(made.data)


def test_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*given: Any, **named: Any) -> Any:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "create_connection", refused)
    monkeypatch.setattr(socket.socket, "connect", refused)
    assert pdf(letter(text('#import "@preview/cetz:0.2.2"'))).pages == 1


def test_marks_that_turn_or_hide_text_are_shown() -> None:
    made = pdf(letter(text("付款\u202e元001\u202c，零\u200b宽，\x07铃")))
    found = squeezed(read(made.data))
    assert "付款〔U+202E〕元001〔U+202C〕" in found
    assert "零〔U+200B〕宽" in found
    assert "〔U+0007〕铃" in found
    assert "U+202E" in made.warnings[0].zh


def test_a_character_no_font_has_is_printed_as_its_code_and_told() -> None:
    made = pdf(letter(text("当事人李𠮷、王𬭩")))
    found = squeezed(read(made.data))
    missing = re.findall(r"〔U\+([0-9A-F]+)〕", found)
    assert "20BB7" in missing
    assert made.warnings
    assert "手写补上" in made.warnings[0].zh


def test_a_letter_has_22_lines_of_28_characters_on_the_official_page() -> None:
    made = pdf(letter(*(text("字" * 26) for _ in range(80))))
    page = pypdfium2.PdfDocument(made.data)[1].get_textpage()
    boxes = [page.get_rect(n) for n in range(page.count_rects())]
    lines = sorted({round(top) for _, bottom, _, top in boxes if bottom > 35 * 72 / 25.4}, reverse=True)
    assert len(lines) == 22
    pitch = (lines[0] - lines[-1]) / 21
    assert pitch == pytest.approx(28.9, abs=0.3)
    assert page_of("letter").area == pytest.approx((156, 225))
    line = pypdfium2.PdfDocument(pdf(letter(text("字" * 120))).data)[0].get_textpage()
    words = [part for part in line.get_text_bounded().split() if set(part) == {"字"}]
    assert [len(part) for part in words] == [26, 28, 28, 28, 10]


def test_large_print_is_the_same_text_in_22_points() -> None:
    blocks = (text("双方自愿达成协议，" * 30), table(6))
    small, large = pdf(letter(*blocks)), pdf(letter(*blocks), large=True)
    assert page_of("letter", large=True).body >= 22
    assert large.pages > small.pages
    for words, often in (("自", 30), ("愿", 30), ("还", 6), ("钱", 6)):
        assert squeezed(read(large.data)).count(words) == squeezed(read(small.data)).count(words) == often


def test_a_row_is_never_cut_and_the_header_comes_again() -> None:
    made = pdf(letter(table(60, "归还借款，交到社区调解室，" * 6)))
    pages = [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(made.data)).pages]
    assert len(pages) > 2
    whole = squeezed("归还借款，交到社区调解室，" * 6)
    for page in pages:
        assert "做什么" in page
        assert page.count("归还") == 6 * page.count(whole)


def test_a_row_longer_than_a_page_goes_over_it_and_loses_nothing() -> None:
    made = pdf(letter(table(1, "很长的话。" * 400)))
    assert made.pages > 1
    assert squeezed(read(made.data)).count("很") == 400


def test_signatures_and_closing_never_stand_alone_on_a_page() -> None:
    closing = {"kind": "closing", "zh": "调委会", "en": "Committee", "date": {"zh": "2026年9月7日", "en": "7 September 2026"}}
    ways = {"kind": "list", "items": [{"zh": f"第{n}条路可以走。", "en": "x"} for n in range(3)]}
    for length in range(10, 24):
        for before in (text("正文的最后一段。"), ways):
            made = pdf(letter(*(text("字") for _ in range(length)), before, closing))
            last = squeezed(PdfReader(io.BytesIO(made.data)).pages[-1].extract_text())
            assert "最后一段" in last or "条路" in last, (length, before["kind"])


def structure(made: bytes) -> set[str]:
    reader = PdfReader(io.BytesIO(made))
    found: set[str] = set()
    seen: set[int] = set()

    def walk(node: Any) -> None:
        if isinstance(node, IndirectObject):
            if node.idnum in seen:
                return
            seen.add(node.idnum)
            node = node.get_object()
        if isinstance(node, list):
            for inner in node:
                walk(inner)
        elif isinstance(node, dict):
            if "/S" in node:
                found.add(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])  # type: ignore[index]
    return found


def test_a_paper_is_archival_tagged_and_says_its_language_and_title() -> None:
    proof = Proof("https://huiyin.example/verify/X/", "X", "a" * 64)
    made = pdf(letter({"kind": "heading", "zh": "一、事项", "en": "1."}, text("正文"), table(2), proof=proof))
    reader = PdfReader(io.BytesIO(made.data))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert str(root["/Lang"]).lower().startswith("zh")
    assert root["/OutputIntents"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>\s*2\s*<", xmp)
    assert re.search(r"pdfaid:conformance>\s*A\s*<", xmp)
    assert re.search(r"pdfuaid:part>\s*1\s*<", xmp)
    assert reader.metadata is not None
    assert reader.metadata.title == TITLE.zh
    assert reader.metadata.author is None
    assert {"/Document", "/H1", "/H2", "/P", "/Table", "/TR", "/TH", "/TD", "/Figure"} <= structure(made.data)
    for page in reader.pages:
        fonts: Any = page["/Resources"]["/Font"]  # type: ignore[index]
        assert fonts


def test_the_same_paper_gives_the_same_bytes() -> None:
    one, other = (pdf(letter(text("同样的字"), table(3))).data for _ in range(2))
    assert one == other


def test_what_is_void_says_so_across_the_sheet_and_stays_readable() -> None:
    made = pdf(letter(text("正文"), across=Text("已作废", "VOID")))
    assert "已作废" in squeezed(read(made.data))
    assert "正文" in squeezed(read(made.data))


def test_how_each_signed_is_printed() -> None:
    how = Text("手写签名，扫描件第3号，2026年11月21日", "signed by hand, scan no. 3, 21 November 2026")
    made = pdf(letter({"kind": "signatures", "lines": []}, signatures=(Given(Text("当事人", "Party"), "张三", how),)))
    assert squeezed(how.zh) in squeezed(read(made.data))


def test_no_control_character_in_any_place_keeps_a_word_file_from_being_made() -> None:
    odd = "坏\x01\x0b\x1f\ufffe字"
    made = docx(Document(Text(odd + "长" * 300, odd), (text(odd), {"kind": "list", "items": [{"zh": odd, "en": odd}]}, table(1, odd))))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        assert parts.read("word/document.xml").decode().count("坏字") >= 4


def test_a_word_file_has_styles_a_page_number_and_a_header_row_that_repeats() -> None:
    made = docx(letter({"kind": "heading", "zh": "一、事项", "en": "1."}, text("正文\x0b竖\u202e排"), table(2)))
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        names = parts.namelist()
        body, styles = parts.read("word/document.xml").decode(), parts.read("word/styles.xml").decode()
        foot = "".join(parts.read(name).decode() for name in names if name.startswith("word/footer"))
    assert not any("vba" in name.lower() for name in names)
    assert "w:tblHeader" in body
    assert "w:cantSplit" in body
    assert "仿宋_GB2312" in styles
    assert "PAGE" in foot
    assert 'w:w="11906"' in body
    assert "\x0b" not in body


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
@pytest.mark.parametrize("layout", ["letter", "form"])
def test_a_name_in_a_table_is_never_read_in_two_pieces(layout: Any, large: bool) -> None:
    names, labels = ["赵福来", "欧阳建国", "钱大有、孙小妹"], ["谁", "做什么", "金额", "最晚哪天", "怎么算办完"]
    long = "做好卫生间防水，闭水二十四小时不漏，再重刷楼下天花板和墙面"
    rows = [[name, long, "¥12,800.00（人民币壹万贰仟捌佰元整）", "2026年11月29日", "双方当面看闭水结果"] for name in names]
    block = {
        "kind": "table",
        "columns": [{"zh": label, "en": label} for label in labels],
        "rows": [[{"zh": cell, "en": cell} for cell in row] for row in rows],
    }
    made = pdf(letter(block, layout=layout), large=large)
    page = pypdfium2.PdfDocument(made.data)[0].get_textpage()
    for words in ("赵福来", "欧阳建国", "钱大有", "孙小妹", *labels[1:]):
        start, count = page.search(words).get_next()
        assert len({round(page.get_charbox(start + place, loose=True)[1]) for place in range(count)}) == 1, words
    with zipfile.ZipFile(io.BytesIO(docx(letter(block, layout=layout), large=large))) as parts:
        body = parts.read("word/document.xml").decode()
    widths = [int(width) / 20 for width in re.findall(r'<w:gridCol w:w="(\d+)"', body)]
    place = page_of(layout, large=large)
    # A cell of a Word file keeps 5.4 points free on either side.
    assert all(width >= len(label) * place.small + 10.8 for width, label in zip(widths, ["欧阳建国", *labels[1:]], strict=True))
    assert sum(widths) <= place.area[0] * 72 / 25.4 + 1
