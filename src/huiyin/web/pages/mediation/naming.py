"""Names and numbers that do not agree across the papers of one file, told to staff before they sign, seal or bind it."""

from __future__ import annotations

from huiyin.core.naming import Differs, Written, differing
from huiyin.core.values import Principal
from huiyin.matters import queries
from huiyin.matters.views import MatterView


def of_matter(principal: Principal, view: MatterView) -> tuple[Differs, ...]:
    """Return what is written one way in one paper and almost the same way in another, of papers this reader may read."""
    texts = queries.paper_texts(principal, view.home, view.matter)
    names = [party.name for party in view.parties if party.name]
    said = (str(value) for party in view.parties for name, value in party.facts.items() if name == "representative" and value)
    others = {*said, *(name for name in view.unit_names.values() if name)}
    return differing(names, others, [Written(line.title, text) for line, text in texts])
