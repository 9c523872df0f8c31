"""Ties: what the record of a matter has under the name of somebody who is to hold a post in it. Pure.

Names are compared and nothing else, and only with what stands in this matter: no other matter is read, and nothing is known of persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from huiyin.core.procedure import Field, Procedure
from huiyin.core.rights import PartyView
from huiyin.core.snapshot import Party
from huiyin.core.values import Text

UNKNOWN: Final = Text(
    "只把姓名和这件事里写到的人比。同名不一定是同一个人；没有同名，也可能是亲属、同事，或者有债务往来，这里看不出来。"
    "不查别的案件，也不查任何人的档案。请当面问本人和各方。",
    "Names are compared with those that stand in this matter, and nothing else. A namesake need not be the same person; and where no name "
    "is the same there may still be kinship, work or debt between them, which cannot be seen here. No other matter and no file on anybody "
    "is looked at. Ask that person and the parties.",
)


@dataclass(frozen=True, slots=True)
class Tie:
    """One place of the record that has somebody's name.

    Attributes:
        side: it is the name of a party, or was given for one.
    """

    side: bool
    what: Text


def of(procedure: Procedure, parties: Iterable[Party | PartyView], facts: Mapping[str, Any], name: str) -> tuple[Tie, ...]:
    """Return where a name stands: among the parties, those who left too, and in the fields that name people.

    Args:
        facts: the matter's, as whoever asks may see them.
    """
    everybody = tuple(parties)
    wanted = _bare(name)
    if not wanted:
        return ()
    found = [
        Tie(
            True, Text(f"和{procedure.roles[party.role].label.zh}同名", f"has the name of a {procedure.roles[party.role].label.en.lower()}")
        )
        for party in everybody
        if _bare(party.name) == wanted
    ]
    for field in procedure.fields.values():
        for text in (*named_in(field, facts.get(field.name)),) if field.of is None else ():
            found.extend(_told(field.label, None, text, wanted))
        for party in everybody:
            for text in named_in(field, party.facts.get(field.name)) if field.of == party.role else ():
                found.extend(_told(field.label, party.name, text, wanted))
    return tuple(dict.fromkeys(found))


def _told(label: Text, party: str | None, text: str, wanted: str) -> list[Tie]:
    if wanted not in _bare(text):
        return []
    whose = Text("", "") if not party else Text(f"（{party}）", f" ({party})")
    return [Tie(party is not None, Text(f"“{label.zh}”{whose.zh}里写到：{text}", f"named under “{label.en}”{whose.en}: {text}"))]


def named_in(field: Field, value: Any) -> Iterator[str]:
    """Yield the texts of a field, or of the parts of its entries, that name people."""
    if field.names_people and isinstance(value, str):
        yield value
    elif field.people_in and isinstance(value, list | tuple):
        for entry in value:
            if isinstance(entry, str):
                yield entry
            else:
                yield from (str(entry[part]) for part in field.people_in if entry.get(part))


def _bare(name: str) -> str:
    return "".join(name.split())
