"""Text is sent compressed to browsers that take it so; what is compressed already is left alone. The styles come as one sheet, once."""

from __future__ import annotations

import gzip
import re

from django.http import HttpResponse
from django.test import Client, RequestFactory

from huiyin.ui import styles
from huiyin.web.headers import Compressed


def test_a_page_and_its_styles_are_sent_compressed(served: object) -> None:
    for address, most in (("/", 6_000), (f"/static/ui/huiyin.{styles.sheet().mark}.css", 14_000)):
        packed = Client().get(address, headers={"accept-encoding": "gzip"})
        assert packed.headers["Content-Encoding"] == "gzip"
        body = b"".join(getattr(packed, "streaming_content", [])) or packed.content
        assert len(body) < most
        assert b"{" in gzip.decompress(body) or b"<html" in gzip.decompress(body)


def test_papers_and_archives_are_left_as_they_are() -> None:
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    for kind, packed in (("application/pdf", False), ("application/zip", False), ("image/png", False), ("image/svg+xml", True)):
        answer = Compressed(HttpResponse).process_response(request, HttpResponse(b"x" * 5000, content_type=kind))
        assert ("Content-Encoding" in answer.headers) is packed, kind


def test_the_styles_of_every_page_are_one_sheet_that_a_browser_keeps(served: object) -> None:
    (address,) = re.findall(r'rel="stylesheet" href="([^"]+)"', Client().get("/").content.decode())
    answer = Client(headers={"cookie": "lang=en"}).get(address)
    assert answer.headers["Content-Type"].startswith("text/css")
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Cookie" not in answer.headers.get("Vary", "")
    text = answer.content.decode()
    parts = [(styles.FOLDER / f"{part}.css").read_text("utf-8") for part in styles.PARTS]
    assert [text.find(part) for part in parts] == sorted(text.find(part) for part in parts)
    assert all(part in text for part in parts)


def test_the_address_of_the_styles_changes_with_them_and_an_old_one_is_still_answered(served: object) -> None:
    old = Client().get("/static/ui/huiyin.000000000000.css")
    assert old.status_code == 200
    assert old.content.decode() == styles.sheet().text
    assert old.headers["Cache-Control"] == "no-cache"
