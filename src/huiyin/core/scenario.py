"""Scenarios a lawyer can read, run against a procedure: given, these acts on these dates, then this.

The runner uses the same ``open_matter`` and ``step`` as the record; it keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from huiyin.core.effects import Effects, Opening
from huiyin.core.packs import Library
from huiyin.core.procedure import NOT_PEOPLE, Procedure
from huiyin.core.snapshot import Party, Snapshot
from huiyin.core.step import open_matter, step
from huiyin.core.values import SYSTEM, Principal, Refusal, Text

COVERS = ("ordinary", "refusal", "lateness", "wrong_unit", "incapacity", "remedy")
_LISTS = ("papers", "remedies")
_THEN_KEYS = frozenset(
    {
        "state",
        "outcome",
        "due",
        "papers",
        "effective",
        "facts",
        "told",
        "children",
        "handed",
        "warnings",
        "clocks",
        "units",
        "topic",
        "taught",
        "called_back",
        "left",
    }
    | {f"{name}_{side}" for name in _LISTS for side in ("include", "exclude")}
)


@dataclass(slots=True)
class Trace:
    """What a scenario showed.

    Attributes:
        failures: what came out otherwise than written, in words; empty when it passed.
        actions_taken: actions that were done, automatic ones too.
        conditions_refused: conditions seen to refuse or to warn.
    """

    name: str
    failures: list[Text] = field(default_factory=list)
    actions_taken: set[str] = field(default_factory=set)
    conditions_refused: set[str] = field(default_factory=set)
    states: list[str] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    handed: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    taught: list[str] = field(default_factory=list)
    called_back: list[str] = field(default_factory=list)
    snapshot: Snapshot | None = None

    @property
    def passed(self) -> bool:
        """Whether everything came out as written."""
        return not self.failures

    def fail(self, zh: str, en: str) -> None:
        """Note one thing that came out otherwise."""
        self.failures.append(Text(zh, en))


def run(procedure: Procedure, library: Library, scenario: Mapping[str, Any]) -> Trace:
    """Run one scenario and compare with its ``then``."""
    trace = Trace(str(scenario["name"]))
    given = scenario["given"]
    for number, act in enumerate(scenario["acts"], start=1):
        _act(procedure, library, given, act, number, trace)
    snapshot = trace.snapshot
    if snapshot is None:
        trace.fail("没有立项", "the matter was never opened")
        return trace
    _compare(procedure, library, snapshot, scenario["then"], trace)
    return trace


def local(library: Library, value: Any) -> datetime:
    """Return a scenario's local date and time as an instant."""
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=library.calendar.zone)


def _act(procedure: Procedure, library: Library, given: Mapping[str, Any], act: Mapping[str, Any], number: int, trace: Trace) -> None:
    at = local(library, act["at"])
    now = local(library, act.get("recorded", act["at"]))
    does = str(act["does"])
    before = trace.snapshot
    if does == "open":
        result = _open(procedure, library, given, at, now)
    elif before is None:
        trace.fail(f"第 {number} 步：还没有立项", f"act {number}: the matter is not open yet")
        return
    else:
        result = _step(procedure, library, before, does, act, at, now)
    expected = act.get("refused")
    if isinstance(result, Refusal):
        codes = {result.code, *(detail.code for detail in result.details)}
        trace.conditions_refused |= codes & set(procedure.conditions)
        if expected is None or expected not in codes:
            wanted = "办成" if expected is None else f"因“{expected}”被拒"
            trace.fail(
                f"第 {number} 步 {does}：应{wanted}，实为被拒（{result.code}：{result.text.zh}）",
                f"act {number} {does}: refused as {result.code} ({result.text.en}); "
                f"expected {'it to be done' if expected is None else expected}",
            )
        return
    if expected is not None:
        trace.fail(
            f"第 {number} 步 {does}：应因“{expected}”被拒，却办成了",
            f"act {number} {does}: done, but expected refusal {expected}",
        )
    _keep(procedure, result, trace)


def _keep(procedure: Procedure, effects: Effects, trace: Trace) -> None:
    trace.snapshot = effects.after
    trace.actions_taken |= {move.action for move in effects.moves} | {effects.action}
    trace.states.append(effects.after.state)
    trace.told |= {tell.to for tell in effects.tells}
    trace.handed |= {child.procedure: child.data for child in effects.opens}
    trace.taught.extend(teaches.beat for teaches in effects.taught)
    trace.called_back.extend(child.unit for child in effects.after.children if child.key in effects.recalls)
    for warning in effects.warnings:
        trace.warnings.append(warning.zh)
        trace.conditions_refused |= {name for name, one in procedure.conditions.items() if one.fails == warning}


def _open(procedure: Procedure, library: Library, given: Mapping[str, Any], at: datetime, now: datetime) -> Effects | Refusal:
    facts = given.get("party_facts", {})
    parties = tuple(
        Party(id=str(name), role=role, name=str(name), facts=facts.get(name, {}))
        for role, names in given.get("parties", {}).items()
        for name in names
    )
    units = {alias: f"unit:{alias}" for alias in given.get("units", ["host"])}
    opener = given.get("opener", parties[0].id if parties and given["opened_by"] != "own_initiative" else None)
    opening = Opening(
        opened_by=str(given["opened_by"]),
        topic=str(given["topic"]),
        division=str(given.get("division", "210102001001")),
        data=given.get("data", {}),
        parties=parties,
        opener=opener,
        units=units,
        unit_names={alias: alias for alias in units},
    )
    return open_matter(
        procedure,
        library,
        home="210102",
        matter="00000000-0000-7000-8000-000000000001",
        reference="260001000018",
        opening=opening,
        at=at,
        now=now,
        salts=lambda: b"scenario",
    )


def _step(
    procedure: Procedure,
    library: Library,
    snapshot: Snapshot,
    does: str,
    act: Mapping[str, Any],
    at: datetime,
    now: datetime,
) -> Effects | Refusal:
    data = dict(act.get("data", {}))
    principal = SYSTEM
    if does == "clock_due":
        data = {"clock": act["clock"]}
    elif does == "child":
        unit = act.get("unit")
        waiting = [
            child
            for child in snapshot.children
            if child.procedure == act["procedure"] and child.ended_at is None and unit in (None, child.unit)
        ]
        if not waiting:
            return Refusal("no_child", Text("没有在办的子事项", "no such child is open"))
        does = "child_reported"
        data = {"key": waiting[-1].key, "outcome": act["outcome"], "ended_at": at.isoformat(), "facts": act.get("facts")}
    else:
        principal = _principal(procedure, snapshot, str(act["by"]), act.get("for"))
        definition = procedure.state_action(snapshot.state, does)
        paper = None if definition is None else definition.signs or definition.seals
        issue = None if paper is None else snapshot.paper(paper)
        if issue is not None:
            data.setdefault("hash", issue.hash)
            # On paper unless it says otherwise, where the procedure asks when it may be on the screen.
            if definition is not None and definition.on_screen:
                data.setdefault("method", "wet")
    evidence = [{"kind": "paper"}] if "for" in act and not act.get("without_evidence") else []
    return step(
        procedure,
        library,
        snapshot,
        does,
        data,
        principal=principal,
        at=at,
        now=now,
        salts=lambda: b"scenario",
        evidence=evidence,
    )


def _principal(procedure: Procedure, snapshot: Snapshot, by: str, acting_for: Any) -> Principal:
    if by in NOT_PEOPLE:
        return SYSTEM
    who = _party(snapshot, by)
    if who is not None:
        return Principal(kind="party", id=who, purpose="own")
    name, _, person = by.partition("@")
    post = procedure.posts.get(name)
    if post is None:
        return Principal(kind="staff", id=by, unit="unit:elsewhere", post=name)
    named = snapshot.named.get(name, ())
    identity = by if person else (named[0] if named else f"{name}@1")
    return Principal(
        kind="staff",
        id=identity,
        unit=snapshot.units.get(post.of),
        post=post.post,
        acting_for=None if acting_for is None else _party(snapshot, str(acting_for)) or str(acting_for),
    )


def _party(snapshot: Snapshot, name: str) -> str | None:
    """Return the id of a party: its name, or for one that joined later the id it was given then."""
    return next((one.id for one in snapshot.parties if name in (one.id, one.name)), None)


def _compare(procedure: Procedure, library: Library, snapshot: Snapshot, then: Mapping[str, Any], trace: Trace) -> None:
    for key in sorted(set(then) - _THEN_KEYS):
        trace.fail(f"then 里没有“{key}”这个词", f"`then` has no word {key}; it has {', '.join(sorted(_THEN_KEYS))}")
    _same(trace, "state", then.get("state", snapshot.state), snapshot.state)
    _same(trace, "outcome", then.get("outcome", snapshot.outcome), snapshot.outcome)
    _compare_clocks(library, snapshot, then, trace)
    for name, expected in then.get("effective", {}).items():
        issue = snapshot.paper(name)
        at = None if issue is None else issue.effective_at
        _same(trace, f"effective.{name}", local(library, expected), at)
    papers = [name for name, issues in snapshot.papers.items() if issues]
    if "papers" in then:
        _same(trace, "papers", sorted(then["papers"]), sorted(papers))
    _includes(trace, "papers", then, papers)
    if "remedies_include" in then or "remedies_exclude" in then:
        use = procedure.states[snapshot.state].remedies
        ladder = [] if use is None else library.remedies_for(procedure.remedies[use].ladder, snapshot.topic)
        _includes(trace, "remedies", then, [remedy.name for remedy in ladder])
    for name, expected in then.get("facts", {}).items():
        _same(trace, f"facts.{name}", expected, snapshot.facts.get(name))
    for name in then.get("told", ()):
        if name not in trace.told:
            trace.fail(f"应告知 {name}，却没有", f"{name} should have been told")
    for words in then.get("warnings", ()):
        if not any(words in warning for warning in trace.warnings):
            trace.fail(f"应有提示“{words}”", f"expected the warning {words}")
    if "children" in then:
        _same(trace, "children", list(then["children"]), [child.procedure for child in snapshot.children])
    for alias, expected in then.get("units", {}).items():
        _same(trace, f"units.{alias}", expected, snapshot.units.get(alias))
    _same(trace, "topic", then.get("topic", snapshot.topic), snapshot.topic)
    _same(trace, "taught", list(then.get("taught", trace.taught)), trace.taught)
    _same(trace, "called_back", list(then.get("called_back", trace.called_back)), trace.called_back)
    if "left" in then:
        _same(trace, "left", list(then["left"]), [party.id for party in snapshot.parties if party.left is not None])
    for child, facts in then.get("handed", {}).items():
        given = trace.handed.get(child, {})
        _same(trace, f"handed.{child}", dict(facts), {name: _told_of(given.get(name)) for name in facts})


def _compare_clocks(library: Library, snapshot: Snapshot, then: Mapping[str, Any], trace: Trace) -> None:
    for name, expected in then.get("due", {}).items():
        life = snapshot.clocks.get(name)
        strict = None if life is None or life.due is None else life.due.strict
        if strict is not None and "T" in str(expected):  # a term in hours is wrong when its hour is
            _same(trace, f"due.{name}", local(library, expected), strict)
        else:
            _same(trace, f"due.{name}", _day(expected), None if strict is None else library.calendar.local_date(strict).isoformat())
    for name, expected in then.get("clocks", {}).items():
        life = snapshot.clocks.get(name)
        _same(trace, f"clocks.{name}", expected, None if life is None else life.status)


def _told_of(value: Any) -> Any:
    """Return a handed fact as a scenario writes it: of a list, what each entry says."""
    if not isinstance(value, list):
        return value
    return [next((part for part in entry.values() if isinstance(part, str)), None) if isinstance(entry, dict) else entry for entry in value]


def _day(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _same(trace: Trace, what: str, expected: Any, actual: Any) -> None:
    if expected != actual:
        trace.fail(f"{what} 应为 {expected}，实为 {actual}", f"{what} should be {expected}, is {actual}")


def _includes(trace: Trace, what: str, then: Mapping[str, Any], present: Sequence[str]) -> None:
    for name in then.get(f"{what}_include", ()):
        if name not in present:
            trace.fail(
                f"{what} 里应有 {name}，现有 {list(present)}",
                f"{what} should include {name}; there are {list(present)}",
            )
    for name in then.get(f"{what}_exclude", ()):
        if name in present:
            trace.fail(f"{what} 里不应有 {name}", f"{what} should not include {name}")
