"""Text is sent compressed to browsers that take it so; what is compressed already is left alone."""

from __future__ import annotations

import gzip

from django.http import HttpResponse
from django.test import Client, RequestFactory

from huiyin.web.headers import Compressed


def test_a_page_and_its_styles_are_sent_compressed(served: object) -> None:
    for address, most in (("/", 6_000), ("/static/ui/base.css", 12_000)):
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
