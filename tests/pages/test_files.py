"""Files with an act: taken in once, kept when something else is wrong, refused in plain words, seen by those of the matter."""

from __future__ import annotations

import io
import re

from django.core.files.uploadedfile import SimpleUploadedFile
from looking import OTHER_COMMITTEE, Page, Visitor, staff
from PIL import Image


def photo(name: str = "路灯.jpg") -> SimpleUploadedFile:
    stream = io.BytesIO()
    Image.new("RGB", (6, 4), "white").save(stream, "JPEG")
    return SimpleUploadedFile(name, stream.getvalue())


def reported() -> tuple[Visitor, str]:
    """Somebody who reported something and follows it; and the address of its page."""
    visitor = Visitor()
    reference, code = visitor.report()
    visitor.post("/track/", reference=reference, code=code)
    return visitor, f"/mine/{re.sub(r'[^0-9]', '', reference)}/"


def add(visitor: Visitor, mine: str, **sent: object) -> Page:
    form = visitor.get(f"{mine}act/add_evidence/")
    return visitor.post(f"{mine}act/add_evidence/", key=form.value("key"), version=form.value("version"), **sent)


def files_on(visitor: Visitor, mine: str) -> list[str]:
    return [address for _, address in visitor.get(mine).links if "/files/" in address]


def test_a_photo_comes_with_the_words_and_can_be_fetched_again(served: object) -> None:
    visitor, mine = reported()
    page = add(visitor, mine, f__evidence__0__what="今晚拍的", f__files=photo())
    assert "已登记" in page.words
    (address,) = files_on(visitor, mine)
    answer = visitor.client.get(address)
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xff\xd8\xff")
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]


def test_a_file_that_lies_about_its_type_is_refused_and_the_words_are_kept(served: object) -> None:
    visitor, mine = reported()
    liar = SimpleUploadedFile("photo.jpg", b"MZ\x90 this is a program")
    page = add(visitor, mine, f__evidence__0__what="今晚拍的", f__files=liar)
    assert "内容却是别的东西" in page.words
    assert page.value("f.evidence.0.what") == "今晚拍的"
    assert files_on(visitor, mine) == []


def test_a_file_is_kept_when_something_else_is_missing(served: object) -> None:
    visitor, mine = reported()
    page = add(visitor, mine, f__evidence__0__what="", f__files=photo())
    assert "已上传的文件还在" in page.words
    kept = page.value("f.files")
    form = visitor.get(f"{mine}act/add_evidence/")
    sent = {"key": form.value("key"), "version": form.value("version"), "f.files": kept, "f.evidence.0.what": "补上说明"}
    visitor.client.post(f"{mine}act/add_evidence/", sent)
    assert len(files_on(visitor, mine)) == 1


def test_nobody_else_gets_the_file(served: object) -> None:
    visitor, mine = reported()
    add(visitor, mine, f__evidence__0__what="今晚拍的", f__files=photo())
    (address,) = files_on(visitor, mine)
    file = address.rstrip("/").rsplit("/", 1)[1]
    passer_by = Visitor()
    passer_by.get(address)
    assert passer_by.address == "/track/"
    other, other_mine = reported()
    assert other.client.get(f"{other_mine}files/{file}/").status_code == 404
    clerk = staff(OTHER_COMMITTEE, "clerk")
    view = visitor.client.session["matters"]
    home, matter = next(iter(view.values()))["matter"].split("/")
    assert clerk.client.get(f"/desk/{home}/{matter}/files/{file}/").status_code == 404


def test_an_untouched_file_input_leaves_the_files_of_the_try_before(served: object) -> None:
    """Browsers send it as a part with an empty file name; the test client leaves it out, so the form is written by hand."""
    from django.test import RequestFactory

    from huiyin.web.pages import kept

    parts = [('name="f.files"', "one,two"), ('name="f.files"; filename=""', ""), ('name="f.what"', "说明"), ('name="f.none"', "")]
    body = "".join(f"--b\r\nContent-Disposition: form-data; {head}\r\n\r\n{held}\r\n" for head, held in parts) + "--b--\r\n"
    request = RequestFactory().post("/", body.encode(), content_type="multipart/form-data; boundary=b")
    assert kept.posted(request) == {"f.files": "one,two", "f.what": "说明", "f.none": ""}
