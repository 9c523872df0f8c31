"""Pages stay light: a resident's under 60 KB in few requests, a list of a hundred under 150 KB, compressed, pictures apart."""

from __future__ import annotations

import pytest

from .screens import collected
from .stage import Screen, Stage
from .weighing import weighed

RESIDENTS, LISTS = 60_000, 150_000
SHEETS = 3
OPEN = [screen for screen in collected() if screen.resident and "normal" in screen.ways and "look" not in screen.name]


@pytest.mark.parametrize("screen", OPEN, ids=lambda screen: screen.name)
def test_a_residents_page_is_light(stage: Stage, screen: Screen) -> None:
    with stage.opened("resident") as page:
        screen.ways["normal"](stage, page)
        with weighed(page) as scale:
            page.goto(page.url)
        assert scale.total <= RESIDENTS, scale.compressed
        # Each sheet is a request before anything is painted: that of every page, its own room's, a paper's.
        assert len([address for address in scale.compressed if address.partition("?")[0].endswith(".css")]) <= SHEETS, scale.compressed


@pytest.mark.parametrize(("who", "path"), [("supervisor", "/desk/?all=1"), ("dispatcher", "/desk/?all=1")])
def test_a_list_is_light(stage: Stage, who: str, path: str) -> None:
    with stage.opened(who) as page, weighed(page) as scale:
        stage.go(page, path)
    assert scale.total <= LISTS, scale.compressed
