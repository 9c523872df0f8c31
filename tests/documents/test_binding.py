"""A whole file: cover, contents with true page numbers, papers, pictures and PDF pages in order, back cover, bookmarks."""

from __future__ import annotations

import io
import random
from pathlib import Path

from every_paper import document
from PIL import Image
from pypdf import PdfReader, PdfWriter

from huiyin.core.values import Text
from huiyin.papers.typesetting import pdf
from huiyin.papers.typesetting.binding import Placed, Section, Sheets, Volume, bind, pages_in

NAMES = ("acceptance_form", "mediation_agreement", "rights_notice")


def squeezed(words: str) -> str:
    return "".join(words.split())


def volume(*more: Section) -> Volume:
    papers = tuple(Section(document(name).title, (Sheets(document(name), document(name).title),)) for name in NAMES)
    lines = ((Text("卷号", "No."), Text("2600 0100 0018", "2600 0100 0018")), (Text("立卷人", "By"), Text("", "")))
    return Volume(Text("人民调解卷宗", "File"), (*papers, *more), lines, ((Text("日期", "Date"), Text("", "")),))


def pages(data: bytes) -> list[str]:
    return [squeezed(page.extract_text()) for page in PdfReader(io.BytesIO(data)).pages]


def test_everything_stands_in_order_and_the_contents_tell_the_true_page(tmp_path: Path) -> None:
    photo, letter = tmp_path / "photo", tmp_path / "letter"
    Image.new("RGB", (300, 200), "navy").save(photo, "JPEG")
    letter.write_bytes(pdf(document("reply_letter")).data)
    evidence = Section(
        Text("证据材料", "Evidence"),
        (Placed(photo, "jpeg", Text("漏水照片.jpg", "leak.jpg")), Placed(letter, "pdf", Text("答复.pdf", "reply.pdf"))),
    )
    missing = Section(Text("回访记录", "Follow-up"), (), Text("还缺", "missing"))
    found = pages(bind(volume(evidence, missing)).data)
    assert "人民调解卷宗" in found[0]
    assert "26000100" in found[0]
    assert "卷内目录" in found[1]
    assert "回访记录还缺" in found[1]
    body = found[2:-1]
    titles = [squeezed(document(name).title.zh) for name in NAMES] + ["漏水照片.jpg", "答复.pdf"]
    for number, title in enumerate(titles, 1):
        first = next(n for n, text in enumerate(body, 1) if title in text)
        name = title if number <= len(NAMES) else f"证据材料：{title}"
        assert f"{number}{name}{first}" in found[1], (title, first)
        assert f"—{first}—" in body[first - 1]
    assert "诉求答复书" in body[-2]
    assert "封底" in found[-1]


def test_bookmarks_lead_to_every_paper() -> None:
    outline = PdfReader(io.BytesIO(bind(volume()).data)).outline
    titles = [squeezed(str(one.title)) for one in outline if not isinstance(one, list)]
    assert [title for title in titles if title in {squeezed(document(name).title.zh) for name in NAMES}] == [
        squeezed(document(name).title.zh) for name in NAMES
    ]


def test_a_volume_of_papers_is_archival() -> None:
    root = PdfReader(io.BytesIO(bind(volume()).data)).trailer["/Root"]
    assert "/OutputIntents" in root  # type: ignore[operator]


def test_a_file_that_cannot_be_placed_leaves_a_page_that_says_so(tmp_path: Path) -> None:
    locked, broken = tmp_path / "locked", tmp_path / "broken"
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("secret")
    with locked.open("wb") as stream:
        writer.write(stream)
    broken.write_bytes(b"%PDF-1.7 nothing else")
    section = Section(
        Text("证据", "Evidence"),
        (Placed(locked, "pdf", Text("加密.pdf", "locked.pdf")), Placed(broken, "pdf", Text("坏了.pdf", "broken.pdf"))),
    )
    found = pages(bind(volume(section)).data)
    assert sum("这份文件放不进卷内" in page for page in found) == 2
    assert [pages_in(item) for item in section.items if isinstance(item, Placed)] == [1, 1]


# `/Count` is no number: the reader stumbles over it in its own way.
TREE = b"""%PDF-1.4
1 0 obj
<< /Type /Catalog /Pages 2 0 R >>
endobj
2 0 obj
<< /Type /Pages /Kids 5 /Count /Many >>
endobj
trailer
<< /Root 1 0 R /Size 3 >>
"""


def test_however_a_file_is_damaged_counting_its_pages_ends_in_a_number(tmp_path: Path) -> None:
    chance = random.Random(7)
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(200, 200)
    made = io.BytesIO()
    writer.write(made)
    path = tmp_path / "damaged"
    for _ in range(400):
        data = bytearray(made.getvalue())
        for _ in range(chance.choice((1, 3, 10))):
            place = chance.randrange(len(data) - 1)
            data[place : place + chance.choice((0, 1, 20))] = chance.choice((b"/Kids", b"null", b"-1", b"<<", b"]", b"R", b""))
        path.write_bytes(data)
        assert pages_in(Placed(path, "pdf", Text("坏", "Bad"))) >= 1
    path.write_bytes(TREE)
    assert pages_in(Placed(path, "pdf", Text("坏", "Bad"))) >= 1


def test_a_file_whose_pages_are_not_all_there_keeps_no_other_from_being_bound(tmp_path: Path) -> None:
    writer = PdfWriter()
    for _ in range(3):
        writer.add_blank_page(200, 200)
    made = io.BytesIO()
    writer.write(made)
    path = tmp_path / "damaged"
    # The last page cannot be read, though it is counted.
    head, _, tail = made.getvalue().rpartition(b"0.0 0.0 200 200")
    path.write_bytes(head + b"0.0 0(0 200 200" + tail)
    item = Placed(path, "pdf", Text("坏", "Bad"))
    assert pages_in(item) == 3
    found = pages(bind(volume(Section(Text("证据", "Evidence"), (item,)))).data)
    assert sum("这份文件放不进卷内" in page for page in found) == 1
