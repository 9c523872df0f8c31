"""From a snapshot to what one reader gets of it. Asks `core.rights` for everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from huiyin.core import clocks, effects, rights, service, standing
from huiyin.core.packs import Library
from huiyin.core.procedure import Field, Procedure
from huiyin.core.rights import Relation
from huiyin.core.sentence import sentence
from huiyin.core.snapshot import Child, Snapshot
from huiyin.core.step import offered
from huiyin.core.values import Principal, Text
from huiyin.matters import directory, fold, serving, who
from huiyin.matters.models import Content, Event
from huiyin.matters.views import ChildView, ClockView, Entry, LinkView, MatterView, PaperLine, Said

PERSONAL = frozenset({"P2", "P3", "P4"})
_ACTIONS = {
    "open": Text("登记", "Opened"),
    "correct": Text("更正", "Corrected"),
    "hand_over": Text("移交", "Handed over"),
    "retype": Text("改事项类别", "Class corrected"),
    "clock_due": Text("期限到了", "A date passed"),
    "child_reported": Text("由这件事开出的事有消息", "News of a matter it opened"),
    "recalled": Text("不用办了", "Called back"),
    "follower_joined": Text("又有一件并过来一起办", "Another matter is dealt with together with this one"),
    "follower_left": Text("并过来的一件改为单独办", "A matter that was dealt with together goes its own way"),
    "leader_reported": Text("一起办的那件有了结果", "News of the matter it is dealt with together with"),
    "announced": Text("收到项目的通知", "Notice of the project"),
    "erase": Text("依法删除内容", "Content erased"),
    "recount": Text("按新的放假安排或规则重新计算日期", "Dates counted again with new holidays or rules"),
}
_NOTES = {
    effects.NOTE_EVIDENCE: Text("怎么知道的", "How it is known"),
    effects.NOTE_CORRECTION: Text("更正理由", "Reason for the correction"),
    effects.NOTE_CORRECTED_DATE: Text("更正的时间", "Corrected time"),
    effects.NOTE_HANDOVER: Text("移交", "Handover"),
    effects.NOTE_RETYPED: Text("改成哪一类、为什么", "Corrected to which class, and why"),
    effects.NOTE_REPORTED: Text("报来的情况", "What was reported"),
    effects.NOTE_WITNESS: Text("见证人", "Witness"),
    effects.NOTE_ANNOUNCED: Text("通知", "Notice"),
    effects.NOTE_ERASURE: Text("删除依据", "Basis of the erasure"),
    fold.PARTY_NAME: Text("姓名", "Name"),
}
_KINDS = {
    "system": Text("系统", "the system"),
    "anonymous": Text("未登录的人", "someone not signed in"),
    "feeder": Text("来件单位", "a neighbouring system"),
    "party": Text("当事人", "a party"),
    "staff": Text("工作人员", "staff"),
}


def matter(
    procedure: Procedure, library: Library, snapshot: Snapshot, marks: fold.Marks, principal: Principal, head: str, now: datetime
) -> MatterView:
    """Return a matter as ``principal`` may see it."""
    services = serving.papers(procedure, library, snapshot, principal, now)
    if principal.kind == "party":
        # Each party's right runs from its own service, and its own dates are what it reads.
        snapshot = service.own_clocks(principal.id, procedure, snapshot, library, now)
    view = rights.view(procedure, snapshot, principal)
    left = standing.left_by(principal, snapshot)
    running = [life for life in snapshot.clocks.values() if life.status == "running" and life.kind != "minimum" and life.limit is not None]
    nearest = min(running, key=lambda life: life.limit or now, default=None)
    return MatterView(
        home=snapshot.home,
        matter=UUID(snapshot.matter),
        reference=snapshot.reference,
        procedure=procedure,
        relation=rights.relation(principal, snapshot, procedure),
        version=snapshot.version,
        head=head,
        state=snapshot.state,
        says=sentence(procedure, _as_seen(snapshot, view), library, now) if left is None else standing.FAREWELL,
        who=who.by_name(procedure, snapshot, now.astimezone(library.zone).date())
        if principal.kind in ("staff", "system")
        else who.in_words(procedure, snapshot),
        outcome=snapshot.outcome,
        opened_at=snapshot.opened_at,
        opened_by=snapshot.opened_by,
        entered_at=snapshot.entered_at,
        topic=snapshot.topic,
        division=snapshot.division,
        units=snapshot.units,
        unit_names={alias: name for alias, name in snapshot.unit_names.items() if alias in snapshot.units},
        due=None if nearest is None else nearest.limit,
        due_provisional=nearest is not None and nearest.provisional,
        facts=view.facts,
        parties=view.parties,
        hidden=view.hidden,
        erased=tuple(sorted({name for _, name in marks})),
        clocks=tuple(_clock(procedure, library, name, life, now) for name, life in snapshot.clocks.items()),
        papers=paper_lines(procedure, library, snapshot, rights.relation(principal, snapshot, procedure)),
        children=tuple(_child(child, library, rights.relation(principal, snapshot, procedure)) for child in snapshot.children),
        parent=snapshot.parent,
        offers=offered(procedure, library, snapshot, principal, now),
        assents={action: tuple(part.party for part in parts) for action, parts in snapshot.assents.items()}
        if rights.relation(principal, snapshot, procedure) in ("handler", "colleague", "own_party")
        else {},
        services=services,
        links=() if principal.kind == "party" else _links(snapshot),
        left=left is not None,
    )


def _links(snapshot: Snapshot) -> tuple[LinkView, ...]:
    leader = snapshot.leader
    return (
        *(() if leader is None else (LinkView(leader.matter, True, leader.told),)),
        *(LinkView(one.matter, False, one.told) for one in snapshot.followers if one.told != "left"),
    )


def _child(child: Child, library: Library, relation: rights.Relation) -> ChildView:
    """Return a matter this one opened; what it reported as this reader sees facts of that class."""
    definition = library.procedures.get(child.procedure)
    fields = {} if definition is None else definition.fields
    told = {name: value for name, value in child.facts.items() if name in fields and rights.SIGHT[relation][fields[name].cls] == "see"}
    return ChildView(child.procedure, child.key, child.matter, child.outcome, child.unit, told)


def _as_seen(snapshot: Snapshot, view: rights.View) -> Snapshot:
    """Return the snapshot with only the values the reader sees whole, for sentences that quote them."""
    facts = {name: value for name, value in view.facts.items() if value == snapshot.facts[name]}
    parties = tuple(
        replace(party, name=seen.name, facts={name: value for name, value in seen.facts.items() if value == party.facts[name]})
        for seen, party in zip(view.parties, snapshot.parties, strict=True)
    )
    return replace(snapshot, facts=facts, parties=parties)


def personal(procedure: Procedure, view: MatterView) -> list[str]:
    """Return the fields with personal content that the reader saw whole or in part."""
    seen = {name for name in view.facts if procedure.fields[name].cls in PERSONAL}
    for party in view.parties:
        seen |= {name for name in party.facts if procedure.fields[name].cls in PERSONAL}
        if party.name:
            seen.add(fold.PARTY_NAME)
    return sorted(seen)


def _clock(procedure: Procedure, library: Library, name: str, life: clocks.ClockLife, now: datetime) -> ClockView:
    due = life.due
    return ClockView(
        name=name,
        kind=life.kind,
        label=procedure.clocks[name].label,
        status=life.status,
        due=life.limit,
        latest=None if due is None else due.latest,
        provisional=life.provisional,
        overdue=life.overdue(now),
        explained=clocks.explain(life, library.zone),
        met_late=life.met_late,
        life=life,
    )


def paper_lines(procedure: Procedure, library: Library, snapshot: Snapshot, relation: Relation) -> tuple[PaperLine, ...]:
    """Return every issue of every paper this relation may read, oldest first; internal ones are not for parties."""
    if not rights.may(relation, "papers"):
        return ()
    lines = [
        PaperLine(
            name=issue.paper,
            number=issue.number,
            title=library.papers[issue.paper].title if issue.paper in library.papers else Text(issue.paper, issue.paper),
            hash=issue.hash,
            printed_at=issue.printed_at,
            signatures=issue.signatures,
            sealed=issue.sealed,
            voided=issue.voided,
            effective_at=issue.effective_at,
            corrects=issue.corrects,
            apart=issue.apart,
        )
        for issues in snapshot.papers.values()
        for issue in issues
        if relation != "own_party" or issue.paper not in library.papers or not library.papers[issue.paper].internal
    ]
    order = {(issue.paper, issue.number): issue.seq for issues in snapshot.papers.values() for issue in issues}
    return tuple(sorted(lines, key=lambda line: (order[line.name, line.number], line.name)))


def entry(
    procedure: Procedure, library: Library, snapshot: Snapshot, principal: Principal, event: Event, rows: Sequence[Content]
) -> Entry | None:
    """Return one event of the history with what was said in it, as the reader may see it; None where even that it was is sealed."""
    state = procedure.states.get(event.source_state or event.state)
    actions = [*(state.actions if state is not None else ()), *procedure.always]
    action = next((action for action in actions if action.name == event.action), None)
    party = str(event.principal) if event.principal_kind == "party" else str(event.effects.get("acting_for", ""))
    # Events of sealed acts are there for their readers only.
    if action is not None and not event.sealed and not rights.may_know_of(action, snapshot.party(party), principal, snapshot, procedure):
        return None
    # Who took a sealed act, and for whom it was recorded, reads again what was said in it.
    own = event.sealed and principal.kind in ("staff", "party") and principal.id in (event.principal, party)
    said = tuple(one for one in (_said(procedure, snapshot, principal, row, own) for row in rows) if one is not None)
    return replace(
        bare_entry(event),
        label=_ACTIONS.get(event.action, Text(event.action, event.action)) if action is None else action.label,
        by=_by(procedure, library, snapshot, event),
        said=said,
        party=party,
    )


def bare_entry(event: Event) -> Entry:
    """Return an event without words of its procedure or content, for those who check the record and may not read it."""
    return Entry(
        seq=event.seq,
        action=event.action,
        label=_ACTIONS.get(event.action, Text(event.action, event.action)),
        by=_KINDS[event.principal_kind],
        at=event.at,
        now=event.now,
        source_state=event.source_state,
        state=event.state,
        effects=event.effects,
        said=(),
        sealed=event.sealed,
        order=event.order,
        hash=bytes(event.hash).hex(),
    )


def _by(procedure: Procedure, library: Library, snapshot: Snapshot, event: Event) -> Text:
    if event.principal_kind == "staff":
        unit = next((snapshot.unit_names.get(alias) for alias, id_ in snapshot.units.items() if id_ == event.unit), None)
        # A unit that no longer has part in the matter is not among its units; the directory still knows its name.
        name = unit or directory.unit_name(event.unit) or event.unit
        post = library.post_label(event.post)
        return Text(f"{name}{post.zh}", f"{post.en}, {name}")
    party = snapshot.party(event.principal)
    if event.principal_kind == "party" and party is not None:
        return procedure.roles[party.role].label
    return _KINDS[event.principal_kind]


def _said(procedure: Procedure, snapshot: Snapshot, principal: Principal, row: Content, own: bool) -> Said | None:
    field = procedure.fields.get(row.field)
    relation = rights.relation(principal, snapshot, procedure)
    owner = snapshot.party(row.party) if row.party else None
    if field is None:
        label = _NOTES.get(row.field, Text(row.field, row.field))
        note = Field(row.field, "text", row.cls, label)  # type: ignore[arg-type]
        # A party's name is known to the other party; what staff noted about an act follows its class.
        how = (
            "see"
            if row.field == fold.PARTY_NAME and relation == "own_party"
            else rights.sight(note, relation, principal, snapshot, procedure, None)
        )
    else:
        label = field.label
        how = rights.sight(field, relation, principal, snapshot, procedure, owner)
    if own:
        how = "see"
    if how == "none":
        return None
    from huiyin.core import masking

    value = row.value if how == "see" else masking.field(row.field.removeprefix("party."), row.value)
    return Said(row.field, label, value, row.erased_at is not None, row.party or None)
