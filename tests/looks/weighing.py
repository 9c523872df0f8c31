"""How heavy a page is: everything the browser fetched for it but pictures, compressed as a server in front would send it."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page, Response


class Scale:
    """What was fetched since it was set up: address to bytes."""

    def __init__(self) -> None:
        self.compressed: dict[str, int] = {}

    def add(self, response: Response) -> None:
        """Weigh one answer; pictures and redirects weigh nothing here, and a stream of news has no end to weigh."""
        kind = response.headers.get("content-type", "")
        if response.status == 200 and not kind.startswith(("image/", "text/event-stream")):
            self.compressed[response.url] = len(gzip.compress(response.body(), 6))

    @property
    def total(self) -> int:
        """Bytes of all together."""
        return sum(self.compressed.values())


@contextmanager
def weighed(page: Page) -> Iterator[Scale]:
    """Weigh what is fetched inside."""
    scale = Scale()
    responses: list[Response] = []

    def kept(response: Response) -> None:
        responses.append(response)

    page.on("response", kept)
    try:
        yield scale
        page.wait_for_load_state("load")
        for response in responses:
            scale.add(response)
    finally:
        page.remove_listener("response", kept)
