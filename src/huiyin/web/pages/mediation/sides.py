"""Who stands with whom in a mediation, who is in, how each said yes, and who acts for it until when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from huiyin import clock
from huiyin.core.effects import NOTE_EVIDENCE
from huiyin.core.rights import PartyView
from huiyin.core.values import Text
from huiyin.matters import queries
from huiyin.matters.views import Entry, MatterView
from huiyin.ui import shown
from huiyin.web.pages import attached
from huiyin.web.pages.story import KINDS_OF_EVIDENCE, Wording

CONSENT, REPRESENTATIVE = "consent", "representative"
DELEGATED = "delegate_scope"
PAPER = "consent_paper"
CHOSEN = ("mediator_answer", "openness")
ON_SCREEN = Text("自己在网上", "by themselves, online")
TONES = {"agreed": "good", "refused": "warn", "accepted": "good", "declined": "warn"}


@dataclass(frozen=True, slots=True)
class Side:
    """One party as the desk sees it.

    Attributes:
        side: on which side it stands; None where nobody said.
        answer: (what it said to mediating, how it looks); None when it said nothing.
        how: how that is known and who recorded it; at: when it was said; scans: (name, address) of the paper it was given on.
        chosen: (what about, what, how it looks) of what else it was asked and has said.
        unsafe: it told the mediator, who alone reads it, that it does not feel safe.
        agent: who acts for it, on what ground and until when; late: that mandate has run out.
        delegate: which party of its side speaks for it, how far and until when.
    """

    name: Text
    side: Text | None
    answer: tuple[Text, str] | None
    how: Text | None
    at: datetime | None
    scans: tuple[tuple[str, str], ...]
    agent: Text | None
    late: bool
    delegate: Text | None
    left: datetime | None
    chosen: tuple[tuple[Text, Text, str], ...]
    unsafe: bool


def of(view: MatterView, words: Wording) -> tuple[Side, ...]:
    """Return the parties of a mediation for those who handle it; nobody for others, and where a procedure knows no sides."""
    if view.relation != "handler":
        return ()
    with_sides = {role.name: role.sides for role in view.procedure.roles.values() if role.sides is not None}
    if not with_sides:
        return ()
    entries = queries.timeline(words.standpoint.principal, view.home, view.matter)
    today = clock.now().astimezone(words.library.zone).date()
    stored = {str(row.id): (row.name, address) for row, address in attached.listed(view, words.standpoint)}
    return tuple(_side(party, with_sides[party.role], words, entries, today, stored) for party in view.parties if party.role in with_sides)


def _side(
    party: PartyView, field: str, words: Wording, entries: Sequence[Entry], today: date, stored: Mapping[str, tuple[str, str]]
) -> Side:
    answer = _chosen(party, CONSENT, words)
    said = next((entry for entry in reversed(entries) if any((one.field, one.party) == (CONSENT, party.id) for one in entry.said)), None)
    until = date.fromisoformat(party.facts["mandate_until"]) if party.facts.get("mandate_until") else None
    return Side(
        name=words.name(party.id) or Text(party.id, party.id),
        side=_chosen(party, field, words),
        answer=None if answer is None else (answer, TONES.get(str(party.facts[CONSENT]), "wait")),
        how=None if answer is None or said is None else _how(said),
        at=None if answer is None or said is None else said.at,
        scans=() if answer is None else tuple(found for file in party.facts.get(PAPER) or () if (found := stored.get(str(file)))),
        agent=_agent(party.facts.get(REPRESENTATIVE), party, ("mandate", "mandate_scope", "signs_by"), words, until),
        late=until is not None and until < today,
        delegate=_delegate(party, words),
        left=party.left,
        chosen=tuple(
            (words.procedure.fields[name].label, value, TONES.get(str(party.facts[name]), "plain"))
            for name in CHOSEN
            if (value := _chosen(party, name, words)) is not None and party.left is None
        ),
        unsafe=party.facts.get("safety") == "unsafe" and party.left is None,
    )


def _chosen(party: PartyView, name: str, words: Wording) -> Text | None:
    field = words.procedure.fields.get(name)
    values = () if field is None else field.values
    return next((choice.label for choice in values if choice.value == party.facts.get(name)), None)


def _how(said: Entry) -> Text:
    """Return how an answer is known: what staff wrote down about it, or that the party gave it itself."""
    note = next((one.value for one in said.said if one.field == NOTE_EVIDENCE and isinstance(one.value, dict)), None)
    if note is None:
        return ON_SCREEN
    kind = KINDS_OF_EVIDENCE.get(str(note.get("kind")), Text("", ""))
    return Text(f"{kind.zh}，{said.by.zh}登记", f"{kind.en}, recorded by {said.by.en}")


def _delegate(party: PartyView, words: Wording) -> Text | None:
    if party.facts.get(DELEGATED) in (None, "none") or party.left is not None:
        return None
    until = date.fromisoformat(party.facts["delegate_until"]) if party.facts.get("delegate_until") else None
    return _agent(party.facts.get("delegate"), party, (DELEGATED,), words, until)


def _agent(name: str | None, party: PartyView, told: Sequence[str], words: Wording, until: date | None) -> Text | None:
    if not name:
        return None
    parts = [one for one in (_chosen(party, field, words) for field in told) if one is not None]
    if until is not None:
        parts.append(Text(f"到{shown.day(until, 'zh')}", f"until {shown.day(until, 'en')}"))
    zh, en = "；".join(one.zh for one in parts), "; ".join(one.en for one in parts)
    return Text(f"{name}{f'（{zh}）' if zh else ''}", f"{name}{f' ({en})' if en else ''}")
