"""Which answers of a matter the responsibility list may ask for, and which procedure asks for them.

An answer counts where a field of the procedure has the name of the list's word, people fill it in, and everybody who may read why a
matter went somewhere may read it: a choice or a yes or no of class P0 to P2 that is nobody's own. Of a sealed topic nothing counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from huiyin.core.responsibility import ANY

if TYPE_CHECKING:
    from huiyin.core.packs import Library
    from huiyin.core.procedure import Procedure
    from huiyin.core.responsibility import Fact

Asked = Mapping[str, Mapping[str, frozenset[str]]]
MAY_BE_TOLD: Final = frozenset({"P0", "P1", "P2"})
BY_PEOPLE: Final = "party"
FLAG: Final = {True: "yes", False: "no"}


def answerable(procedure: Procedure, words: Mapping[str, Fact]) -> dict[str, frozenset[str]]:
    """Return the list's words a procedure asks for, each with the list's values that can be answered there."""
    filled = {entry.field for form in procedure.forms.values() for entry in form.entries}
    found: dict[str, frozenset[str]] = {}
    for name, fact in words.items():
        field = procedure.fields.get(name)
        if field is None or name not in filled or field.of is not None or field.cls not in MAY_BE_TOLD:
            continue
        offered = FLAG.values() if field.type == "flag" else [choice.value for choice in field.values] if field.type == "choice" else ()
        if values := frozenset(offered) & frozenset(fact.values):
            found[name] = values
    return found


def answered(procedure: Procedure, facts: Mapping[str, Any], words: Mapping[str, Fact], *, sealed: bool = False) -> dict[str, str]:
    """Return what people answered of the list's words; an answer the list does not know, such as “cannot tell”, is none.

    Args:
        facts: the matter's facts.
        sealed: its topic is sealed: then nothing said in it stands in a reason.
    """
    if sealed:
        return {}
    found: dict[str, str] = {}
    for name, values in answerable(procedure, words).items():
        value = facts.get(name)
        said = FLAG[value] if isinstance(value, bool) else value
        if isinstance(said, str) and said in values:
            found[name] = said
    return found


def asked_by_topic(library: Library, words: Mapping[str, Fact]) -> Asked:
    """Return what the procedures of a topic's line of work ask of the list's words: topic -> word -> values; ``*`` has them all.

    Topics of a line in which no procedure here is open to people are left out: what runs their matters is in another pack.
    """
    lines: dict[str, dict[str, frozenset[str]]] = {}
    for procedure in library.procedures.values():
        for line in (procedure.line_of_work, ANY):
            mine = lines.setdefault(line, {})
            for name, values in answerable(procedure, words).items():
                mine[name] = mine.get(name, frozenset()) | values
    brought = {procedure.line_of_work for procedure in library.procedures.values() if BY_PEOPLE in procedure.opened_by}
    topics = {key: lines[topic.line_of_work] for key, topic in library.topics.items() if topic.line_of_work in brought}
    sealed: dict[str, dict[str, frozenset[str]]] = {key: {} for key, topic in library.topics.items() if topic.sealed}
    return {**topics, **sealed, ANY: lines.get(ANY, {})}
