"""Text is sent compressed to browsers that take it so; what is compressed already is left alone."""

from __future__ import annotations

import gzip

from django.http import HttpResponse
from django.test import Client, RequestFactory

from huiyin.web.headers import Compressed


def test_a_page_and_its_styles_are_sent_compressed(served: object) -> None:
    for address, most in (("/", 6_000), ("/static/ui/base.css", 12_000)):
        plain = Client().get(address)
        packed = Client().get(address, headers={"accept-encoding": "gzip"})
        body = b"".join(packed.streaming_content) if packed.streaming else packed.content
        whole = b"".join(plain.streaming_content) if plain.streaming else plain.content
        assert packed.headers["Content-Encoding"] == "gzip"
        assert len(body) < most
        assert len(gzip.decompress(body)) == len(whole) or address == "/"  # a page's token differs from look to look


def test_papers_and_archives_are_left_as_they_are() -> None:
    request = RequestFactory().get("/", headers={"accept-encoding": "gzip"})
    for kind, packed in (("application/pdf", False), ("application/zip", False), ("image/png", False), ("image/svg+xml", True)):
        answer = Compressed(lambda _: HttpResponse(b"x" * 5000, content_type=kind))(request)  # noqa: B023 - called at once
        assert ("Content-Encoding" in answer.headers) is packed, kind
