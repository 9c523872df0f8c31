"""What was done to serve a matter's papers, as one reader may see it: to whom, how, when, by what proof, and who is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from huiyin.core import masking, rights, service
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.service_form import BY_NAME, METHODS, RELATIONS, RESULTS
from huiyin.core.service_parts import SLIP, UNITS_PROOF, papers_served, proof_of
from huiyin.core.snapshot import Party, Service, Snapshot
from huiyin.core.values import Principal, Text

# Sentences of the form are shown in this order; what was ticked is said in words.
_SAID = ("place", "signer", "relation", "item", "through", "reason", "witnesses", "recorded")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One act of serving.

    Attributes:
        until: last day of a public notice that still runs.
        said: what proves it, in the order of the form; empty for a reader who may not know it.
        slip: number of its slip, when this reader may open it.
    """

    seq: int
    method: Text
    result: Text
    failed: bool
    on: date
    counts: date | None
    until: date | None
    said: tuple[tuple[Text, Text], ...]
    slip: int | None


@dataclass(frozen=True, slots=True)
class Served:
    """Somebody a paper must be served on.

    Attributes:
        day: the day from which it counts, or None while it does not.
        ends: the reader's own last days that run from this service and differ from the matter's: (what, day).
    """

    id: str
    name: str
    day: date | None
    attempts: tuple[Attempt, ...]
    ends: tuple[tuple[Text, date], ...] = ()


@dataclass(frozen=True, slots=True)
class PaperServed:
    """A paper that must be served, and how far that has come."""

    paper: str
    title: Text
    number: int
    people: tuple[Served, ...]

    @property
    def whole(self) -> bool:
        """Whether everybody shown was served."""
        return all(one.day is not None for one in self.people)


def papers(procedure: Procedure, library: Library, snapshot: Snapshot, principal: Principal, now: datetime) -> tuple[PaperServed, ...]:
    """Return the printed papers of a matter that must be served; a party sees its own services only."""
    how = rights.relation(principal, snapshot, procedure)
    if how not in ("handler", "colleague", "supervisor", "own_party", "system"):
        return ()
    found: list[PaperServed] = []
    for name in papers_served(procedure):
        issue, paper = snapshot.paper(name), library.papers.get(name)
        if issue is None or paper is None:
            continue
        people = tuple(
            _served(name, one, procedure, library, snapshot, how, now)
            for one in service.recipients(paper, procedure, snapshot)
            if how != "own_party" or one.id == principal.id
        )
        if people:
            found.append(PaperServed(name, paper.title, issue.number, people))
    return tuple(found)


def _served(
    paper: str,
    one: service.Recipient,
    procedure: Procedure,
    library: Library,
    snapshot: Snapshot,
    how: rights.Relation,
    now: datetime,
) -> Served:
    day = service.served_on(paper, one.id, snapshot, library, now)
    whole = how in ("handler", "own_party", "system")
    tries = (each for each in service.services_of(paper, snapshot) if each.to == one.id)
    attempts = tuple(_attempt(each, one.party, library, snapshot, now, whole=whole, slips=how in ("handler", "system")) for each in tries)
    name = one.name if whole or one.party is None else masking.name(one.name)
    ends = own_ends(paper, one.party, procedure, library, snapshot, now) if one.party is not None and day is not None else ()
    return Served(one.id, name, day, tuple(sorted(attempts, key=lambda each: each.seq)), ends)


def _attempt(
    each: Service, party: Party | None, library: Library, snapshot: Snapshot, now: datetime, *, whole: bool, slips: bool
) -> Attempt:
    since = service.counts_from(each, library)
    waits = since is not None and since > now
    return Attempt(
        seq=each.seq,
        method=METHODS[each.method],
        result=RESULTS[each.result],
        failed=each.counts is None,
        on=each.on,
        counts=None if waits else each.counts,
        until=each.counts if waits else None,
        said=_said(each, party, snapshot) if whole else (),
        slip=each.slip if slips and each.slip is not None and SLIP in library.papers else None,
    )


def _said(each: Service, party: Party | None, snapshot: Snapshot) -> tuple[tuple[Text, Text], ...]:
    kept = snapshot.facts.get(UNITS_PROOF) if party is None else party.facts.get(proof_of(party.role))
    # What was erased is a mark and no list.
    rows = kept if isinstance(kept, list) else []
    words: Mapping[str, Any] = next((row for row in rows if row.get("seq") == each.seq), {})
    return tuple((BY_NAME[name].label, _word(name, words[name])) for name in _SAID if words.get(name))


def _word(name: str, value: Any) -> Text:
    if name == "relation":
        return RELATIONS[value]
    return Text("是", "Yes") if value is True else Text(str(value), str(value))


def own_ends(
    paper: str, party: Party, procedure: Procedure, library: Library, snapshot: Snapshot, now: datetime
) -> tuple[tuple[Text, date], ...]:
    """Return the last days of the rights that run for one party from its own service, where the matter's clock runs to another day."""
    own = service.own_clocks(party.id, procedure, snapshot, library, now).clocks
    local = library.calendar.local_date
    return tuple(
        (procedure.clocks[name].label, local(due.strict))
        for name, life in snapshot.clocks.items()
        if service.paper_of(procedure.clocks[name]) == paper and own[name] is not life and (due := own[name].due) is not None
    )
