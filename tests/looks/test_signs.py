"""Signs beside words are for the eye: a screen reader is given the words alone."""

from __future__ import annotations

import pytest

from .stage import Stage

SIGNS = frozenset("○◐✓△▲▸▾✕□")
SIGNED = ".tag, .error, summary, .boxes li"
# The components show each tag, a fold and an error; the list of a desk shows them in use; the paper form has boxes to tick.
PAGES = (("resident", "/look/"), ("dispatcher", "/desk/?all=1"), ("resident", "/paper-form/report/"))


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_a_sign_is_seen_and_not_read_aloud(stage: Stage, who: str, path: str) -> None:
    with stage.opened(who) as page:
        stage.go(page, path)
        shown = page.locator(SIGNED).evaluate_all("(every) => every.map((one) => getComputedStyle(one, '::before').content)")
        tree = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    assert shown
    assert all(SIGNS & set(content) for content in shown), shown
    names = [str(node.get("name", {}).get("value", "")) for node in tree if not node.get("ignored")]
    assert len(names) > len(shown)
    assert [name for name in names if SIGNS & set(name)] == []
