"""Where the choosing questions of a matter take their answers from: its parties, who holds a post today, units near it."""

from __future__ import annotations

from collections.abc import Sequence

from huiyin import clock
from huiyin.city import places as tree
from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, Field
from huiyin.core.step import may_mark
from huiyin.core.values import Text
from huiyin.matters.views import MatterView
from huiyin.ui.forms import Sources
from huiyin.web.pages import places
from huiyin.web.pages.story import Wording

MOST_UNITS_LISTED = 60


def sources_of(view: MatterView, words: Wording, library: Library, action: Action, *, party: str | None) -> Sources:
    """Return where the choosing questions of an act's form take their answers from.

    Args:
        party: whose act it is; None for the acts of staff.
    """
    today = clock.now().astimezone(library.zone).date()

    def members(post: str) -> Sequence[tuple[str, Text]]:
        use = view.procedure.posts.get(post)
        unit = None if use is None else view.units.get(use.of)
        if use is None or unit is None:
            return ()
        return [(str(one.account), _acting(one.name, one.instead_of)) for one in city.holders(unit, use.post, today)]

    def units(field: Field) -> Sequence[tuple[str, Text]]:
        kinds = view.procedure.kinds_of(field)
        near = city.units_along(tree.path_of(view.division), kinds, on=today)
        found = {unit.id: unit.title for kind_ in kinds for unit in near.get(kind_, [])}
        if len(kinds) == 1:
            every = city.units_of_kind(kinds[0], on=today)
            found |= {unit.id: unit.title for unit in every[:MOST_UNITS_LISTED]}
        return list(found.items())

    def items(name: str) -> Sequence[tuple[str, Text]]:
        definition = view.procedure.fields[name]
        fact = words.fact(definition, view.facts.get(name) or [])
        shown = zip(view.facts.get(name) or [], fact.rows, strict=True)
        return [(str(number), _line(number, row)) for number, (entry, row) in enumerate(shown) if may_mark(action, entry, party)]

    return Sources(
        parties=[(party.id, words.name(party.id) or Text(party.id, party.id)) for party in view.present],
        members=members,
        units=units,
        items=items,
        topics=[(topic.key, topic.label) for topic in library.topics.values()],
        places=places.found,
        own=party is not None,
    )


def _acting(name: str, instead_of: str | None) -> Text:
    return Text(name, name) if instead_of is None else Text(f"{name}（代{instead_of}）", f"{name} (standing in for {instead_of})")


def _line(number: int, row: Sequence[Text | str]) -> Text:
    cells = [cell if isinstance(cell, Text) else Text(cell, cell) for cell in row]
    shown = [cell for cell in cells if cell.zh not in ("（未填）", "")]
    return Text(f"{number + 1}. " + "，".join(cell.zh for cell in shown), f"{number + 1}. " + ", ".join(cell.en for cell in shown))
