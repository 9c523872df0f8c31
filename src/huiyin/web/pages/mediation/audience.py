"""Who knows what: for each thing said in a matter, who of those concerned can read it. It follows the fields, and decides nothing."""

from __future__ import annotations

from dataclasses import dataclass

from huiyin.core.procedure import Procedure
from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.matters.views import Entry, Said
from huiyin.web.pages.story import Told, Wording

EVERYONE = Text("各方都知道", "every side knows")
IN_PART = Text("各方都知道，有一部分除外", "every side knows, save some of it")
SEALED = Text("封存：只有办这一步的人知道", "sealed: only those this step is for")
KINDS = {"shared": "plain", "own": "wait", "private": "warn"}


@dataclass(frozen=True, slots=True)
class Known:
    """One event and who knows of its content. ``kind``: shared, own (one party and the committee), private."""

    told: Told
    kind: str
    label: Text

    @property
    def tone(self) -> str:
        """How the label looks."""
        return KINDS[self.kind]


def story(words: Wording) -> tuple[Known, ...]:
    """Return the events of a matter in the order of time, each with who knows what was said in it."""
    view = words.view
    entries = {entry.seq: entry for entry in queries.timeline(words.standpoint.principal, view.home, view.matter)}
    return tuple(Known(told, *_of(entries[told.seq], words)) for told in words.history(newest_first=False) if told.seq in entries)


def _of(entry: Entry, words: Wording) -> tuple[str, Text]:
    if entry.sealed:
        return "private", SEALED
    found = [_of_said(said, words) for said in entry.said]
    if not found or all(kind == "shared" for kind, _ in found):
        return "shared", EVERYONE
    if any(kind == "shared" for kind, _ in found):
        return "own", IN_PART
    # What is closest held decides.
    return next((one for one in found if one[0] == "private"), found[0])


def _of_said(said: Said, words: Wording) -> tuple[str, Text]:
    field = words.procedure.fields.get(said.field)
    if field is None:
        return "shared", EVERYONE
    party = words.name(said.party) if said.party else None
    if field.seen_by and not set(field.seen_by) & set(words.procedure.roles):
        names = [_reader(words.procedure, name, party) for name in field.seen_by]
        text = Text("、".join(name.zh for name in names), " and ".join(name.en for name in names))
        return "private", Text(f"只有{text.zh}知道", f"only {text.en}")
    if field.of is not None and field.cls not in ("P0", "P1"):
        name = party or words.procedure.roles[field.of].label
        return "own", Text(f"{name.zh}和调委会知道", f"{name.en} and the committee")
    return "shared", EVERYONE


def _reader(procedure: Procedure, name: str, party: Text | None) -> Text:
    if name == "its_party":
        return party or Text("本人", "the party")
    post = procedure.posts.get(name)
    return procedure.roles[name].label if post is None else post.label
