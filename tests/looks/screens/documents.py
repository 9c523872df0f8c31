"""A paper as staff and its party see it, and the public check of a printed sheet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from . import Screen, Stage

if TYPE_CHECKING:
    from playwright.sync_api import Page


def first_paper(stage: Stage, page: Page, address: str, name: str = "") -> None:
    """Open the first paper a page of a matter links to, or the first of that name."""
    stage.go(page, address)
    links = [link.get_attribute("href") or "" for link in page.query_selector_all("main a[href*='/papers/']")]
    stage.go(page, next(link for link in links if re.search(rf"/papers/{name or '[a-z_]+'}/\d+/$", link)))


def of_desk(stage: Stage, page: Page) -> None:
    first_paper(stage, page, stage.matter("people_mediation", "signing").desk, "mediation_agreement")


def of_party(stage: Stage, page: Page) -> None:
    found = stage.matter("people_mediation", "mediating")
    stage.track(page, found)
    first_paper(stage, page, found.mine)


def ask(stage: Stage, page: Page) -> None:
    stage.go(page, "/verify/")


def no_code(stage: Stage, page: Page) -> None:
    stage.go(page, "/verify/?code=abc")


def unknown(stage: Stage, page: Page) -> None:
    stage.go(page, "/verify/7K3Q-8M2N-4P6R-9TXW/", 404)


def genuine(stage: Stage, page: Page) -> None:
    of_party(stage, page)
    found = re.search(r"核对码\s*([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})", page.inner_text("main"))
    if found is None:
        raise AssertionError("the paper shows no code")
    stage.go(page, f"/verify/{found.group(1)}/")


def handed_in(stage: Stage, page: Page) -> None:
    """An agreement that all have signed, downloaded and handed in as it is."""
    _check(stage, page, _sealed(stage, page))


def changed(stage: Stage, page: Page) -> None:
    data = bytearray(_sealed(stage, page))
    data[len(data) // 3] ^= 1
    _check(stage, page, bytes(data))


def no_file(stage: Stage, page: Page) -> None:
    stage.go(page, "/verify/")
    with page.expect_navigation():
        page.click("form[method=post] button")


def _sealed(stage: Stage, page: Page) -> bytes:
    found = stage.matter("people_mediation", "performing")
    stage.track(page, found)
    first_paper(stage, page, found.mine, "mediation_agreement")
    return page.request.get(f"{page.url}paper.pdf").body()


def _check(stage: Stage, page: Page, data: bytes) -> None:
    stage.go(page, "/verify/")
    page.set_input_files("input[type=file]", {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": data})
    # The answer is waited for: whoever opens another address meanwhile interrupts it.
    with page.expect_navigation():
        page.click("form[method=post] button")


SCREENS: tuple[Screen, ...] = (
    Screen("paper", "mediator", {"normal": of_desk}, shows="desk-paper"),
    Screen("paper-of-party", "party", {"normal": of_party}, shows="mine-paper"),
    Screen("verify", "resident", {"normal": ask, "error": no_code, "no-file": no_file}, shows="verify", again=("no-file",)),
    Screen("verify-unknown", "resident", {"missing": unknown}, shows="verify-code"),
    Screen("verify-file", "party", {"normal": handed_in, "changed": changed}, shows="verify", again=("normal", "changed")),
    Screen("verified", "party", {"normal": genuine}, shows="verify-code"),
)
