"""Reads of the record. Each takes the principal it answers, and returns nothing that one may not see.

Outside a principal's scope a matter does not exist: the answer is None or an empty list, never a refusal.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from huiyin import clock
from huiyin.core import following, rights
from huiyin.core import reference as references
from huiyin.core.filing import Filing, states_of
from huiyin.core.papers import Rendered, text_in
from huiyin.core.procedure import Procedure
from huiyin.core.rights import Verb
from huiyin.core.scope import unsigned
from huiyin.core.snapshot import Left, Snapshot, from_plain
from huiyin.core.standing import as_it_left, left_by
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import codes, definitions, directory, doors, fold, lists, present, sealing
from huiyin.matters.access import effective_tokens, reading_as
from huiyin.matters.lists import MAX_PAGE
from huiyin.matters.models import AccessLog, Content, Event, Matter, Notice, Paper, Root
from huiyin.matters.views import Entry, Look, MatterView, NoticeView, PaperLine, PaperView

# The work lists stand in a module of their own.
inbox = lists.inbox
matters = lists.matters


def get(principal: Principal, home: str, matter: UUID) -> MatterView | None:
    """Return one matter as this principal may see it, or None.

    A member of staff who sees personal content leaves a row in the access log.
    """
    found = _seen(principal, home, matter, "read")
    if found is None:
        return None
    seen, snapshot, marks = found
    procedure, library = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    view = present.matter(procedure, library, snapshot, marks, principal, seen["head"], clock.now())
    if principal.kind == "staff":
        _log(principal, home, matter, present.personal(procedure, view))
    return view


def timeline(principal: Principal, home: str, matter: UUID) -> tuple[Entry, ...]:
    """Return the events of a matter, oldest first; sealed acts, and acts that say sealed words, only to those they are for."""
    found = _seen(principal, home, matter, "history")
    auditor = principal.kind == "staff" and principal.post == "audit_admin"
    if found is None and not auditor:
        return ()
    with reading_as(principal):
        events = list(Event.objects.filter(home=home, matter=matter).order_by("seq"))
        if principal.kind == "party":
            # That somebody else reported the same is told to nobody.
            events = [event for event in events if event.action not in (following.JOINED, following.LEFT)]
        rows = list(Content.objects.filter(home=home, matter=matter).order_by("seq", "n"))
    if found is not None and left_by(principal, found[1]) is not None:
        events = [event for event in events if event.seq <= found[1].version]
    if found is None:
        return tuple(present.bare_entry(event) for event in events)
    _, snapshot, _ = found
    apart = any(child.apart for child in snapshot.children)
    events = [event for event in events if _in_its_seat(event, principal) and (apart or not _news_of_apart(event))]
    procedure, library = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    entries = (
        present.entry(procedure, library, snapshot, principal, event, [row for row in rows if row.seq == event.seq]) for event in events
    )
    return tuple(entry for entry in entries if entry is not None)


def papers(principal: Principal, home: str, matter: UUID) -> tuple[PaperLine, ...]:
    """Return every issue of every paper of a matter, oldest first."""
    found = _seen(principal, home, matter, "papers")
    if found is None:
        return ()
    _, snapshot, _ = found
    procedure, library = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    return present.paper_lines(procedure, library, snapshot, rights.relation(principal, snapshot, procedure))


def paper(principal: Principal, home: str, matter: UUID, name: str, number: int) -> PaperView | None:
    """Return one issue of a paper with its text, or None. Staff who read it leave a row in the access log."""
    line = next((one for one in papers(principal, home, matter) if (one.name, one.number) == (name, number)), None)
    if line is None:
        return None
    with reading_as(principal):
        row = Paper.objects.filter(home=home, matter=matter, name=name, number=number).first()
    if row is None:
        return None
    if principal.kind == "staff":
        _log(principal, home, matter, [f"paper:{name}"])
    title = None if row.title is None else Text(**row.title)
    return PaperView(line, title, None if row.blocks is None else tuple(row.blocks), row.erased_at)


def paper_texts(principal: Principal, home: str, matter: UUID) -> tuple[tuple[PaperLine, str], ...]:
    """Return the Chinese text of every issue that stands and that this principal may read, oldest first, to be compared by machine."""
    lines = {(line.name, line.number): line for line in papers(principal, home, matter) if not line.voided}
    with reading_as(principal):
        rows = list(Paper.objects.filter(home=home, matter=matter).order_by("seq", "name", "number")) if lines else []
    return tuple(
        (line, text_in(Rendered(line.name, line.title, tuple(row.blocks), ""), "zh"))
        for row in rows
        if (line := lines.get((row.name, row.number))) is not None and row.blocks is not None
    )


def find_by_reference(reference: str, code: str) -> Principal | Refusal | None:
    """Return the party whose code opens the matter of that reference.

    After five wrong codes each further try has to wait longer; then the answer is a refusal that says how long.
    """
    digits, typed = references.normalise(reference), codes.normalise(code)
    if digits is None or typed is None or not references.is_valid(digits):
        return None
    home = directory.home_of_reference(digits)
    if home is None:
        return None
    found = doors.find(home, digits, codes.code_hash(digits, typed), clock.now())
    if found is None:
        return None
    if "wait" in found:
        seconds = int(found["wait"])
        return Refusal(
            "slow_down",
            Text(f"查询码输错多次，请{seconds}秒后再试。", f"Too many wrong codes; try again in {seconds} seconds."),
            field="code",
        )
    return Principal("party", found["party"], purpose="own", matter=f"{home}/{found['matter']}") if found["party"] else None


def notices(principal: Principal, *, unread: bool = False, limit: int = 50) -> tuple[NoticeView, ...]:
    """Return what this principal was told, the latest first; what is for a post of the unit only to that post."""
    with reading_as(principal):
        rows = Notice.objects.filter(recipient__in=list(effective_tokens(principal)), post__in=["", principal.post or ""])
        if unread:
            rows = rows.filter(read_at=None)
        found = list(rows.order_by("-created", "-id")[: min(limit, MAX_PAGE)])
    return tuple(
        NoticeView(row.id, row.home, row.matter, None if row.text is None else Text(**row.text), row.created, row.read_at) for row in found
    )


def unread(principal: Principal, most: int = 100) -> int:
    """Return how many notices this principal has not read; counting stops at ``most``."""
    with reading_as(principal):
        mine = Notice.objects.filter(recipient__in=list(effective_tokens(principal)), post__in=["", principal.post or ""], read_at=None)
        return mine[:most].count()


def looks(principal: Principal, home: str, matter: UUID) -> tuple[Look, ...]:
    """Return who of the staff opened a matter: unit, post, purpose, kind of fields, time."""
    if _seen(principal, home, matter, "history") is None:
        return ()
    with reading_as(principal):
        rows = list(AccessLog.objects.filter(home=home, matter=matter).order_by("at", "id"))
    return tuple(Look(row.unit, row.post, row.purpose, tuple(row.fields), row.at) for row in rows)


def roots(home: str | None = None, *, limit: int = 50) -> list[dict[str, Any]]:
    """Return the latest sealed heads, for the public page. They hold nothing of anybody."""
    rows = Root.objects.order_by("-sealed_at", "-number")
    return [sealing.as_line(root) for root in (rows if home is None else rows.filter(home=home))[:limit]]


def filing(principal: Principal, home: str, matter: UUID, file: str = "") -> Filing | None:
    """Return how far each part of a matter's file is, for those who handle it; None for others and where nothing is bound.

    Args:
        file: name of one of the files of the procedure; the archive's own when not given.
    """
    found = _seen(principal, home, matter, "name_people")
    if found is None:
        return None
    _, snapshot, _ = found
    procedure, library = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    files = [one for one in library.files_of(snapshot.procedure) if file in ("", one.name)]
    return Filing(files[0], states_of(files[0], procedure, library, snapshot, now=clock.now())) if files else None


def lacking(principal: Principal, home: str, matters: Iterable[UUID], paper: str) -> dict[UUID, tuple[int, bool]]:
    """Return (signatures, seal) that a paper of each matter still lacks, for those who handle it and where it is printed."""
    with reading_as(principal):
        bodies = dict(Matter.objects.filter(home=home, id__in=list(matters)).values_list("id", "body"))
    found: dict[UUID, tuple[int, bool]] = {}
    for matter, body in bodies.items():
        snapshot = from_plain(body)
        procedure, library = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
        drawn = library.papers.get(paper)
        if drawn is not None and snapshot.paper(paper) is not None and rights.relation(principal, snapshot, procedure) == "handler":
            left = [signer.role for signer in unsigned(drawn, procedure, snapshot, library)]
            found[matter] = (len([role for role in left if role != "seal"]), "seal" in left)
    return found


def standing(principal: Principal, home: str, matter: UUID) -> tuple[Snapshot, Procedure] | None:
    """Return a matter as it stands and its procedure, for a work app that shows its own part of it; None when it is not there."""
    found = _seen(principal, home, matter, "read")
    return None if found is None else (found[1], definitions.pinned(found[1].procedure, found[1].procedure_version)[0])


def _seen(principal: Principal, home: str, matter: UUID, verb: Verb) -> tuple[dict[str, Any], Snapshot, fold.Marks] | None:
    seen = doors.snapshot(home, matter, principal)
    if seen is None:
        return None
    snapshot, marks = fold.without_erased(from_plain(seen["body"]))
    # A party comes for one matter, and for what that matter opened.
    own = f"{home}/{matter}"
    if principal.kind == "party" and principal.matter is not None and principal.matter not in (own, str(matter), snapshot.parent):
        return None
    procedure, _ = definitions.pinned(snapshot.procedure, snapshot.procedure_version)
    relation = rights.relation(principal, snapshot, procedure)
    if not rights.may(relation, verb):
        return None
    snapshot = _without_apart(principal, snapshot)
    left = left_by(principal, snapshot)
    return (seen, snapshot, marks) if left is None else _when_it_left(principal, snapshot, left)


def _without_apart(principal: Principal, snapshot: Snapshot) -> Snapshot:
    """Return a matter without what sealed acts opened and printed, but for those acts this principal may read."""
    apart = {child.opened_by for child in snapshot.children if child.apart}
    apart |= {issue.seq for issues in snapshot.papers.values() for issue in issues if issue.apart}
    if not apart:
        return snapshot
    with reading_as(principal):
        events = Event.objects.filter(home=snapshot.home, matter=snapshot.matter, seq__in=apart)
        apart -= {event.seq for event in events if _in_its_seat(event, principal)}
    papers = {name: tuple(one for one in issues if one.seq not in apart) for name, issues in snapshot.papers.items()}
    return replace(
        snapshot,
        children=tuple(child for child in snapshot.children if not child.apart or child.opened_by not in apart),
        papers={name: issues for name, issues in papers.items() if issues},
    )


def _news_of_apart(event: Event) -> bool:
    return event.sealed and event.action == "child_reported"


def _in_its_seat(event: Event, principal: Principal) -> bool:
    """Tell whether a reader sits where it took a sealed act: the same person in another post is another reader, unless told there."""
    if principal.kind != "staff" or not event.sealed or event.principal != principal.id:
        return True
    told = set(effective_tokens(principal)) - {f"person:{principal.id}"}
    return (event.unit, event.post) == (principal.unit, principal.post) or bool(told & set(event.readers or ()))


def _when_it_left(principal: Principal, snapshot: Snapshot, left: Left) -> tuple[dict[str, Any], Snapshot, fold.Marks] | None:
    """Return a matter as it stood when this principal left it: what came after is not there for it."""
    here = {"home": snapshot.home, "matter": snapshot.matter}
    with reading_as(principal):
        event = Event.objects.filter(**here, seq=left.seq).first()
        rows = list(Content.objects.filter(**here, seq__lte=left.seq).order_by("seq", "n"))
    if event is None:
        return None
    folded = fold.fold((row.field, row.party, row.op, row.value, row.erased_at is not None) for row in rows)
    then, marks = fold.without_erased(as_it_left(snapshot, left, event.state, folded.facts, folded.parties))
    return {"head": bytes(event.hash).hex()}, then, marks


def _log(principal: Principal, home: str, matter: UUID, fields: list[str]) -> None:
    if not fields:
        return
    from huiyin.ids import uuid7

    doors.log_access(
        home,
        {
            "id": str(uuid7()),
            "matter": str(matter),
            "principal": principal.id,
            "unit": principal.unit or "",
            "post": principal.post or "",
            "purpose": principal.purpose,
            "fields": fields,
            "at": clock.now().isoformat(),
        },
    )
