"""The step: what one act does to a matter, or why it may not be done. Pure.

    step(procedure, library, snapshot, action, data, ...) -> Effects | Refusal

``at`` is when it happened, ``now`` when it is recorded: clocks, signatures and effects count from ``at``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from huiyin.core import (
    actors,
    announcing,
    clocks,
    corrections,
    following,
    handing,
    nameless,
    parts,
    recounting,
    retyping,
    service,
    standing,
)
from huiyin.core.commission import WAY
from huiyin.core.effects import Effects, Move, Offer, Opening, Tell
from huiyin.core.expressions import names_in, parse
from huiyin.core.forms import Known, marked_lists, read_form
from huiyin.core.opening import MAX_NAME, facts_at_opening, future, opening_refusal, party_form
from huiyin.core.packs import Library
from huiyin.core.procedure import LIST_ACTOR, SYSTEM_ACTOR, Action, Form, Procedure
from huiyin.core.run import Run, SaltSource, StoppedError
from huiyin.core.service_parts import AGREED, address_of, consent_of, notice_clock, papers_served
from huiyin.core.signing import BY_SERVICE, ON_SCREEN, SERVICE_PROOF
from huiyin.core.snapshot import Child, Snapshot
from huiyin.core.values import Principal, Refusal, Text

__all__ = ["MAX_NAME", "not_offered", "offered", "open_matter", "step"]

SIGNING_KEYS = ("hash", "method", "scan", "witness")


def open_matter(
    procedure: Procedure,
    library: Library,
    *,
    home: str,
    matter: str,
    reference: str,
    opening: Opening,
    at: datetime,
    now: datetime,
    salts: SaltSource,
) -> Effects | Refusal:
    """Return the effects of a new matter's first event, or why it cannot be opened."""
    refusal = opening_refusal(procedure, library, opening, at, now)
    if refusal is not None:
        return refusal
    blank = Snapshot(
        home=home,
        matter=matter,
        reference=reference,
        procedure=procedure.name,
        procedure_version=procedure.version,
        version=1,
        state=procedure.start,
        entered=1,
        entered_at=at,
        opened_at=at,
        opened_by=opening.opened_by,
        topic=opening.topic,
        division=opening.division,
        parties=tuple(replace(party, facts={}) for party in opening.parties),
        units=opening.units,
        unit_names=opening.unit_names,
        parent=opening.parent,
    )
    run = Run(procedure, library, blank, at, now, 1, salts)
    form = procedure.opening_form_for(opening.opened_by)
    try:
        for party in opening.parties:
            carried = opening.parent is not None or opening.opened_by == WAY
            known = party_form(procedure, party.role, own=party.id == opening.opener, carried=carried)
            _put_form(run, known, facts_at_opening(procedure, opening, party), party=party.id)
        run.actor = opening.opener
        _put_form(run, form, opening.data, actor=opening.opener, opening=True)
        for name, value in procedure.opening_sets.items():
            run.put(name, value)
        run.enter(procedure.states[procedure.start])
        for paper in procedure.opening_prints:
            run.print(paper)
        run.follow()
    except StoppedError as stopped:
        return stopped.refusal
    return _effects(run, None, "open")


def step(
    procedure: Procedure,
    library: Library,
    snapshot: Snapshot,
    action: str,
    data: Mapping[str, Any],
    *,
    principal: Principal,
    at: datetime,
    now: datetime,
    salts: SaltSource,
    evidence: Sequence[Mapping[str, Any]] = (),
    who: Sequence[nameless.Word] = (),
) -> Effects | Refusal:
    """Return the effects of one act on a matter, or the refusal that names what stopped it.

    Args:
        data: the form's values; for a signature also ``hash`` (the text read) and ``method``.
        principal: who acts; ``acting_for`` names the party whose act a member of staff records, with evidence of how.
        salts: source of fresh salts for printed texts.
        evidence: how it is known, such as ``{"kind": "paper", "note": "..."}``.
        who: people and places of another matter that texts without names must not name either.
    """
    seq = snapshot.version + 1
    run = Run(procedure, library, replace(snapshot, version=seq), at, now, seq, salts, elsewhere=tuple(who))
    try:
        _check_time(snapshot, action, at, now)
        if action in _OF_THE_SYSTEM:
            if principal.kind != "system":
                raise StoppedError(not_offered(procedure, snapshot, action))
            _OF_THE_SYSTEM[action](run, data)
            child = next((one for one in snapshot.children if one.apart and one.key == data.get("key")), None)
            seal = None if action != "child_reported" or child is None else child.opened_by
            return replace(_effects(run, snapshot, action), sealed=seal is not None, sealed_by=seal)
        definition = procedure.state_action(snapshot.state, action)
        if definition is None or definition.by == (SYSTEM_ACTOR,):
            raise StoppedError(not_offered(procedure, snapshot, action))
        late = handing.too_late(snapshot, definition, now)
        if late is not None:
            raise StoppedError(late)
        if definition.by == (LIST_ACTOR,):
            actor = _the_list(procedure, snapshot, action, principal)
        else:
            actor = actors.who_acts(procedure, snapshot, definition, principal, bool(evidence))
        run.actor = actor.party
        if action == "correct":
            correction = corrections.correct(run, data, principal)
            return replace(_effects(run, snapshot, action), correction=correction, acting_for=principal.acting_for)
        if action == "hand_over":
            run.clear(definition.clears)
            corrections.hand_over(run, data)
            run.require(definition.needs)
            run.tell(definition)
            return replace(_effects(run, snapshot, action), acting_for=principal.acting_for)
        if action == "retype":
            retyping.retype(run, data)
            return replace(_effects(run, snapshot, action), acting_for=principal.acting_for)
        if data.get("method") == BY_SERVICE and all(one.get("kind") != SERVICE_PROOF for one in evidence):
            said = Text("这种签名只能由签名服务送回。", "Such a signature comes from a signature service only.")
            raise StoppedError(Refusal("bad_value", said, field="method"))
        assented = _person_acts(run, definition, data, actor)
        if definition.sealed:
            handing.keep_apart(run)
    except StoppedError as stopped:
        return stopped.refusal
    effects = _effects(run, snapshot, action)
    return replace(effects, acting_for=principal.acting_for, assented=assented, sealed=definition.sealed)


def offered(procedure: Procedure, library: Library, snapshot: Snapshot, principal: Principal, now: datetime) -> tuple[Offer, ...]:
    """Return the actions ``principal`` may take now; a blocked one carries the sentence that says why not yet."""
    state = procedure.states[snapshot.state]
    candidates = [*state.actions, *procedure.always]
    run, before = (Run(procedure, library, snapshot, at, now, snapshot.version, bytes) for at in (now, snapshot.entered_at))
    offers: list[Offer] = []
    for action in candidates:
        if procedure.state_action(snapshot.state, action.name) is not action or action.by_nobody:
            continue
        if handing.too_late(snapshot, action, now) is not None:
            continue
        try:
            actor = actors.who_acts(procedure, snapshot, action, principal, True)
        except StoppedError:
            continue
        run.actor = before.actor = actor.party
        paper_only, blocked, late = _paper_only(run, action), _blocked(run, action, actor), None
        if blocked is not None and principal.kind == "staff" and _blocked(before, action, actor) is None:
            blocked, late = None, blocked
        # What a party does by itself it does on the screen.
        offers.append(Offer(action, blocked or (paper_only if principal.kind == "party" else None), paper_only, late))
    return tuple(offers)


def not_offered(procedure: Procedure, snapshot: Snapshot, action: str) -> Refusal:
    """Return the refusal for an action the present state does not offer."""
    state = procedure.states[snapshot.state]
    if state.end is not None:
        return Refusal("ended", Text("这件事已经结束，不能再这样办。", "This matter has ended; that can no longer be done."))
    return Refusal(
        "not_offered",
        Text(
            f"现在这一步不能做“{action}”。请刷新页面，看现在能做什么。",
            f"“{action}” is not open at this step. Reload to see what can be done now.",
        ),
    )


def _the_list(procedure: Procedure, snapshot: Snapshot, action: str, principal: Principal) -> actors.Actor:
    """Return the responsibility list as who acts; nobody acts in its name."""
    if principal.kind != "system":
        raise StoppedError(not_offered(procedure, snapshot, action))
    return actors.Actor(LIST_ACTOR, LIST_ACTOR, None)


def _check_time(snapshot: Snapshot, action: str, at: datetime, now: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("`at` needs a time zone")
    if at > now:
        raise StoppedError(future())
    if at < snapshot.entered_at and action not in _OF_THE_SYSTEM:
        raise StoppedError(
            Refusal(
                "before_step",
                Text(
                    "这个时间早于本步骤开始的时间。请核对时间；如果上一步的时间记错了，请先更正上一步。",
                    "That is before this step began. Check the time; if the step before was dated wrongly, correct that first.",
                ),
                field="at",
            )
        )


def _put_form(
    run: Run, form: Form | None, data: Mapping[str, Any], *, party: str | None = None, actor: str | None = None, opening: bool = False
) -> None:
    known = Known(
        topics=frozenset(run.library.topics),
        parties=frozenset(one.id for one in run.snapshot.present),
        facts=run.snapshot.facts,
        marked=marked_lists(run.procedure),
        actor=actor,
        opening=opening,
        who=run.who,
    )
    values = read_form(run.procedure, form, data, known)
    if isinstance(values, Refusal):
        raise StoppedError(values)
    added = {entry.field for entry in form.entries if entry.add} if form is not None else set()
    for name, value in values.items():
        # Several files may come at once; each is one entry of its own on record.
        each = value if name in added and run.procedure.fields[name].type == "file" else [value]
        for one in each:
            run.put(name, one, add=name in added, party=party)


def _person_acts(run: Run, action: Action, data: Mapping[str, Any], actor: actors.Actor) -> bool:
    snapshot = run.snapshot
    done = _done_before(snapshot, action, actor)
    if done is not None:
        raise StoppedError(done)
    if action.serves is not None:
        _serve(run, action, data, actor)
        return False
    signing = {key: data[key] for key in SIGNING_KEYS if key in data} if action.signs or action.seals else {}
    apart = {"party", *((following.LEADER,) if run.procedure.joins(action) else ()), *(() if action.adds is None else (standing.NAME,))}
    pictures = {name: data[name] for name in (action.on_paper,) if name is not None and name in data}
    values = {key: value for key, value in data.items() if key not in signing and key not in apart and key not in pictures}
    form = None if action.form is None else run.procedure.forms[action.form]
    run.clear(action.clears)
    joined = None if action.adds is None else standing.join(run, action.adds, data.get(standing.NAME))
    _put_form(run, form, values, party=joined or data.get("party") or actor.party, actor=actor.party)
    if pictures:
        _put_form(run, action.picture, pictures, party=actor.party, actor=actor.party)
    _say_where(action, run, actor)
    _mark(run, action, actor)
    run.settle(action, joined=not action.jointly)
    run.require(action.needs)
    run.warn(action.warns)
    handing.decline(run, action, actor.role)
    if action.signs:
        run.sign(action.signs, actor.id, actor.role, signing, seal=False)
        if (signing.get("method") or ON_SCREEN) in (ON_SCREEN, BY_SERVICE):
            run.require(action.on_screen)
    if action.seals:
        run.sign(action.seals, actor.id, actor.role, signing, seal=True)
    if action.jointly:
        if not _all_assent(run, action):
            return True
        run.settle(action)
    if run.procedure.joins(action):
        following.begin(run, str(data.get(following.LEADER) or ""))
    if action.leaves:
        standing.leave(run, actor.party or "")
    run.take(action)
    run.follow()
    return False


def _serve(run: Run, action: Action, data: Mapping[str, Any], actor: actors.Actor) -> None:
    """Record one service; the rest of the act follows once everybody was served, dated by the last of them."""
    typed = {key: value for key, value in data.items() if key != "party"}
    given = service.read(action, typed, run.procedure, run.snapshot, run.library, run.now)
    if isinstance(given, Refusal):
        raise StoppedError(given)
    run.require(action.needs)
    run.warn(action.warns)
    if run.serve(action.serves or "", given, actor.role):
        run.follow_service(action)
    else:
        run.moves.append(Move(action.name, run.snapshot.state, run.snapshot.state))
    run.follow()


def _say_where(action: Action, run: Run, actor: actors.Actor) -> None:
    """Stop somebody who agrees to electronic papers and does not say where they should go."""
    party = None if action.agrees is None or actor.party is None else run.snapshot.party(actor.party)
    if party is None or party.facts.get(consent_of(party.role)) != AGREED or party.facts.get(address_of(party.role)):
        return
    raise StoppedError(
        Refusal(
            "required",
            Text("同意电子送达的，请写送到哪个地址。", "If papers may come electronically, say to which address."),
            field=address_of(party.role),
        )
    )


def _done_before(snapshot: Snapshot, action: Action, actor: actors.Actor) -> Refusal | None:
    if action.once and snapshot.done.get(action.name):
        return Refusal("already_done", Text("这一步已经办过了，只办一次。", "This was done already and is done once only."))
    if action.jointly and any(part.party == actor.party for part in snapshot.assents.get(action.name, ())):
        return Refusal("already_done", Text("您已经同意了，正在等对方。", "You have agreed already; the other side is awaited."))
    return None


OWN_ENTRY = Refusal(
    "own_entry", Text("要由对方确认，自己不能确认自己办完。", "The other side confirms this; nobody confirms their own part.")
)
NOT_OWN_ENTRY = Refusal(
    "not_own_entry",
    Text("这一项不是您要办的，由要办的人自己说办完了没有。", "This is not yours to do; whoever is to do it says when it is done."),
)


def may_mark(action: Action, entry: Mapping[str, Any], party: str | None) -> bool:
    """Tell whether a party may say of an entry how far it is: of its own that it is done, of others' that it was; staff of any."""
    return None in (party, entry.get("who")) or (entry["who"] == party) is not action.other_side_only


def _mark(run: Run, action: Action, actor: actors.Actor) -> None:
    for name, state in action.marks.items():
        item = next(field for field in run.procedure.fields.values() if field.type == "item" and field.items_of == name)
        index = run.snapshot.facts[item.name]
        entry = run.snapshot.facts[name][index]
        if not may_mark(action, entry, actor.party):
            raise StoppedError(OWN_ENTRY if action.other_side_only else NOT_OWN_ENTRY)
        run.mark(name, index, state)


def _all_assent(run: Run, action: Action) -> bool:
    snapshot = run.snapshot
    given = (*snapshot.assents.get(action.name, ()), *run.says_yes(action))
    run.snapshot = replace(snapshot, assents={**snapshot.assents, action.name: given})
    bound = {party.id for party in snapshot.present if run.procedure.roles[party.role].bound}
    if not bound <= {part.party for part in given}:
        return False
    # Done when the last side had agreed, whoever's word was entered last.
    run.at = max((part.at for part in given if part.party in bound), default=run.at)
    return True


def _blocked(run: Run, action: Action, actor: actors.Actor) -> Refusal | None:
    """Return what is known, before anything is filled in, to stand in the way of an action."""
    done = _done_before(run.snapshot, action, actor)
    if done is not None:
        return done
    for paper, seal in ((action.signs, False), (action.seals, True)):
        unsignable = None if paper is None else run.unsignable(paper, actor.id, actor.role, seal=seal)
        if unsignable is not None:
            return unsignable
    unservable = None if action.serves is None else service.unservable(action.serves, run.procedure, run.snapshot, run.library, run.now)
    if unservable is not None:
        return unservable
    form = None if action.form is None else run.procedure.forms[action.form]
    # What several do together is set of the matter when the last has: until then it stands as it is.
    sets = [name for name in action.sets if not action.jointly or run.procedure.fields[name].of is not None]
    filled = {*sets, *action.marks, *action.works_out, *(() if form is None else (entry.field for entry in form.entries))}
    for name in action.needs:
        condition = run.procedure.conditions[name]
        # What the form itself will fill cannot be judged before it is filled.
        if not filled & names_in(parse(condition.test)) and not run.holds(condition):
            return Refusal(name, condition.fails)
    return None


def _paper_only(run: Run, action: Action) -> Refusal | None:
    """Return why an action's paper cannot be signed on the screen, or None."""
    failing = (run.procedure.conditions[name] for name in action.on_screen)
    return next((Refusal(one.name, one.fails) for one in failing if not run.holds(one)), None)


def _clock_due(run: Run, data: Mapping[str, Any]) -> None:
    name = str(data.get("clock"))
    life = run.snapshot.clocks.get(name)
    if life is None or life.status != "running" or life.due is None or life.due.strict > run.now:
        raise StoppedError(Refusal("not_due", Text("期限还没有到，或者已经停了。", "The date has not come, or the clock is stopped.")))
    run.change_clock(name, clocks.expire)
    state = run.procedure.states[run.snapshot.state]
    due = next((due for due in state.when_due if due.clock == name), None)
    label = run.procedure.clocks[name].label
    text = Text(f"已到期：{label.zh}。", f"The date has come: {label.en}.")
    run.tells.extend(Tell(to, text) for to in (due.tells if due is not None else state.by) if to != SYSTEM_ACTOR)
    does = None if due is None or due.does is None else run.procedure.state_action(run.snapshot.state, due.does)
    _announced(run, name)
    if does is not None and all(run.holds(run.procedure.conditions[need]) for need in does.needs):
        run.take_by_itself(does)
    run.follow()


def _announced(run: Run, clock: str) -> None:
    """A notice has run its time: where that was the last service missing, the act that serves goes on."""
    paper = next((paper for paper in papers_served(run.procedure) if notice_clock(paper) == clock), None)
    if paper is None or not run.all_served(paper):
        return
    state = run.procedure.states[run.snapshot.state]
    for action in (*state.actions, *run.procedure.always):
        offered_now = run.procedure.state_action(state.name, action.name) is action
        if offered_now and action.serves == paper and all(run.holds(run.procedure.conditions[need]) for need in action.needs):
            run.follow_service(action)
            return


def _child_reported(run: Run, data: Mapping[str, Any]) -> None:
    key = data.get("key")

    def told(child: Child) -> Child:
        if child.key != key:
            return child
        child = handing.report(run, child, data.get("facts"), int(data.get("version") or 0))
        matter = data.get("matter") or child.matter
        ended = data.get("ended_at")
        # Reports may come twice or in the wrong order; an end once reported stands.
        if child.ended_at is not None or ended is None:
            return replace(child, matter=matter)
        return replace(child, matter=matter, outcome=data.get("outcome"), ended_at=datetime.fromisoformat(ended))

    if all(child.key != key for child in run.snapshot.children):
        raise StoppedError(Refusal("no_child", Text("这件事没有开过这个子事项。", "This matter opened no such child.")))
    run.snapshot = replace(run.snapshot, children=tuple(told(child) for child in run.snapshot.children))
    run.follow()


_OF_THE_SYSTEM = {
    "clock_due": _clock_due,
    "child_reported": _child_reported,
    recounting.ACT: recounting.recount,
    following.JOINED: following.joined,
    following.LEFT: following.left,
    following.REPORTED: following.reported,
    parts.RECALLED: parts.recalled,
    announcing.ACT: announcing.announce,
}


def _effects(run: Run, before: Snapshot | None, action: str) -> Effects:
    after = run.snapshot
    moved = before is None or after.state != before.state
    state = run.procedure.states[after.state]
    tells = list(run.tells)
    if moved:
        # The resident is told at every change of state, whatever the pack says besides.
        tells.extend(Tell(party.id, run.says(party.id)) for party in after.present)
    tells.extend(Tell(party.id, standing.FAREWELL) for party in after.parties if party.left is not None and party.left.seq == run.seq)
    return Effects(
        before=before,
        after=after,
        action=action,
        moves=tuple(run.moves),
        content=tuple(run.content),
        clock_changes=tuple(run.clock_changes),
        printed=tuple(run.printed),
        opens=tuple(run.opens),
        recalls=tuple(run.recalls),
        tells=tuple(tells),
        warnings=tuple(run.warnings),
        closed=state.end is not None and (before is None or run.procedure.states[before.state].end is None),
        became=tuple(run.became),
        taught=tuple(run.taught),
    )
