"""What must hold after any fault, asked of the tables as their owner: invariants I1 to I6, and every projection.

Beside the audit it keeps its own account of what the tables should say, from the events and the procedure alone; the two
were written apart so that one finds what the other forgets.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import psycopg
from held import Acknowledged
from psycopg.rows import dict_row

from huiyin.core.handing import listed_action
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import from_plain
from huiyin.matters import definitions, following, outgoing, parts
from huiyin.matters.audit import audit

Row = dict[str, Any]
# Acts every matter knows without its procedure saying so; none of them moves it by itself.
BUILT_IN = frozenset({"erase"})
TABLES = ("matter", "event", "key", "outbox", "access", "task", "clock", "notice", "sealed")


class Tables:
    """Every row of the record, read in one unmoving snapshot of the database."""

    def __init__(self, url: str, since: UUID) -> None:
        with psycopg.connect(url, row_factory=dict_row) as owner:
            owner.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            owner.execute("SET TIME ZONE 'UTC'")
            self.rows: dict[str, list[Row]] = {
                name: owner.execute(
                    f"SELECT * FROM matters_{name} WHERE {'id' if name == 'matter' else 'matter'} >= %s", [since]
                ).fetchall()
                for name in TABLES
            }
            self.parties: list[Row] = owner.execute("SELECT * FROM parties_party WHERE matter >= %s", [since]).fetchall()
            self.said: list[Row] = owner.execute(
                "SELECT home, matter, seq, field, value FROM matters_content WHERE matter >= %s", [since]
            ).fetchall()
        self.matters = {(row["home"], row["id"]): row for row in self.rows["matter"]}
        self.events: dict[tuple[str, Any], list[Row]] = defaultdict(list)
        for row in sorted(self.rows["event"], key=lambda row: row["seq"]):
            self.events[row["home"], row["matter"]].append(row)
        self.keys = {(row["home"], row["key"]): row for row in self.rows["key"]}
        self._placed: dict[tuple[str, str, Any], list[Row]] = defaultdict(list)
        for table, rows in [*self.rows.items(), ("party", self.parties), ("content", self.said)]:
            for row in rows if table != "matter" else ():
                self._placed[table, row["home"], row["matter"]].append(row)

    def of(self, table: str, place: tuple[str, Any]) -> list[Row]:
        return self._placed[table, *place]


def violations(url: str, acknowledged: Iterable[Acknowledged] = (), *, audited: bool | None = None, since: UUID | None = None) -> list[str]:
    """Return every invariant that does not hold, each with where; nothing means all hold.

    Args:
        since: look only at matters whose id is not older, and leave the audit of everything for later.
    """
    audited = since is None if audited is None else audited
    tables = Tables(url, since or UUID(int=0))
    found = [*_receipts(tables, list(acknowledged)), *_keys(tables), *_outgoing(tables)]
    for place, matter in tables.matters.items():
        definition, _ = definitions.pinned(matter["procedure"], matter["procedure_version"])
        found += [*_path(definition, matter, tables.events[place]), *_projections(tables, place, matter)]
    if audited:
        found += [f"I6 {one.check} {one.matter} event {one.seq}: {one.detail.en}" for one in audit(url=url).findings]
    return found


def _receipts(tables: Tables, acknowledged: list[Acknowledged]) -> Iterator[str]:
    """I1: what was acknowledged can be fetched, is what was said, and was done once."""
    said = Counter(_words(row["value"]) for row in tables.said if row["field"] in ("claim", "tasks"))
    events = {(row["home"], str(row["matter"]), row["seq"]): row["hash"].hex() for row in tables.rows["event"]}
    for one in acknowledged:
        row = tables.keys.get((one.home, one.key))
        if row is None:
            yield f"I1 the acknowledged key {one.key} is not known"
        elif (str(row["matter"]), row["seq"], row["receipt"]["head"], row["receipt"]["reference"]) != (
            one.matter, one.version, one.head, one.reference,
        ):  # fmt: skip
            yield f"I2 key {one.key} answers with another receipt than it was acknowledged with"
        if events.get((one.home, one.matter, one.version)) != one.head:
            yield f"I1 event {one.version} of {one.matter} is not the one acknowledged under {one.key}"
        if one.mark and said[one.mark] != 1:
            yield f"I2 what key {one.key} asked was done {said[one.mark]} times"


def _words(value: Any) -> str:
    return str(value.get("what", "")) if isinstance(value, Mapping) else str(value)


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for part in value.values() if isinstance(value, Mapping) else value:
            yield from _strings(part)


def _keys(tables: Tables) -> Iterator[str]:
    """Each event answers one key, each key one event; nothing belongs to a matter that is not there."""
    answered = Counter((row["home"], row["matter"], row["seq"]) for row in tables.rows["key"])
    for row in tables.rows["event"]:
        times = answered.pop((row["home"], row["matter"], row["seq"]), 0)
        if times != 1:
            yield f"I2 event {row['seq']} of {row['matter']} answers {times} keys"
    for _, matter, seq in answered:
        yield f"I2 a key answers with event {seq} of {matter}, which is not there"
    for table in TABLES[1:]:
        for row in tables.rows[table]:
            if (row["home"], row["matter"]) not in tables.matters:
                yield f"I3 a row of {table} belongs to {row['matter']}, which is not there"


def _path(definition: Procedure, matter: Row, events: list[Row]) -> Iterator[str]:
    """I3: seq without gaps, and the history is a path of the state graph the matter started on."""
    where = matter["id"]
    if [row["seq"] for row in events] != list(range(1, matter["version"] + 1)):
        yield f"I3 {where} has events {[row['seq'] for row in events]} and version {matter['version']}"
    state = definition.start
    for row in events:
        if row["seq"] > 1 and row["source_state"] != state:
            yield f"I3 event {row['seq']} of {where} starts in {row['source_state']}, the one before ended in {state}"
        for action, source, target in row["effects"].get("moves", ()):
            declared = definition.state_action(source, action)
            allowed = source if action in BUILT_IN else None if declared is None else declared.to or source
            if source != state or target != allowed:
                yield f"I3 event {row['seq']} of {where} moves by {action} from {source} to {target}; it stood in {state}"
            state = target
        if row["state"] != state:
            yield f"I3 event {row['seq']} of {where} says {row['state']}, its moves end in {state}"
        ended = definition.states[state].end
        if (row["effects"].get("outcome") or None) not in (None, ended):
            yield f"I3 event {row['seq']} of {where} has the outcome {row['effects']['outcome']} in {state}"
    if (matter["state"], matter["outcome"] or None) != (state, definition.states[state].end):
        yield f"I3 {where} stands in {matter['state']}, its events end in {state}"


def _outgoing(tables: Tables) -> Iterator[str]:
    """I5: each event has exactly its outgoing rows, and each row at most one effect; exactly one once it is done."""
    rows: dict[tuple[str, Any, int], list[Row]] = defaultdict(list)
    for row in sorted(tables.rows["outbox"], key=lambda row: row["n"]):
        rows[row["home"], row["matter"], row["seq"]].append(row)
    told = Counter(str(row["key"]).rpartition(":")[0] for row in tables.rows["notice"])
    children = Counter((row["parent_home"], row["parent"], row["parent_key"]) for row in tables.rows["matter"] if row["parent"])
    for place, events in tables.events.items():
        matter = tables.matters.get(place)
        if matter is None:
            continue
        for event in events:
            have = rows[place[0], place[1], event["seq"]]
            kinds = [row["kind"] for row in sorted(have, key=lambda row: row["n"])]
            wanted = _wanted(tables, matter, event)
            if kinds[: len(wanted)] != wanted or not set(kinds[len(wanted) :]) <= _may(matter, event):
                yield f"I5 event {event['seq']} of {place[1]} set {kinds} going, not {wanted}"
            if [row["n"] for row in have] != list(range(len(have))):
                yield f"I5 event {event['seq']} of {place[1]} has gaps in what it set going"
            for row in have:
                yield from _effect(tables, matter, row, told, children)
    for times in (times for times in children.values() if times > 1):
        yield f"I5 one opening made {times} children"


def _wanted(tables: Tables, matter: Row, event: Row) -> list[str]:
    """What an event must set going: word to people, children, word to the matter above, and the responsibility list."""
    definition, _ = definitions.pinned(matter["procedure"], matter["procedure_version"])
    snapshot, place = from_plain(matter["body"]), (matter["home"], matter["id"])
    said, events = event["effects"], tables.events[place]
    kinds = [outgoing.NOTICE] if any(outgoing.recipients(definition, snapshot, to) for to in said.get("told", ())) else []
    kinds += [outgoing.OPEN_CHILD for _ in said.get("opens", ())]
    now_said = {row["field"] for row in tables.of("content", place) if row["seq"] == event["seq"]}
    if matter["parent"] is not None and ("outcome" in said or now_said & set(definition.reports)):
        kinds.append(outgoing.REPORT_CHILD)
    listed = listed_action(definition, event["state"])
    moved = event["seq"] == 1 or any(source != target for _, source, target in said.get("moves", ()))
    if moved and listed is not None and not any(one["action"] == listed.name for one in events[: event["seq"]]):
        kinds.append(outgoing.ROUTE)
    return kinds


def _may(matter: Row, event: Row) -> set[str]:
    """What an event may set going besides: only what an action it took says."""
    definition, _ = definitions.pinned(matter["procedure"], matter["procedure_version"])
    known = [definition.state_action(source, name) for name, source, _ in event["effects"].get("moves", ()) if source in definition.states]
    taken = [one for one in known if one is not None]
    kinds = {parts.RECALL} if any(one.recalls for one in taken) else set()
    kinds |= {outgoing.TEACH} if any(one.teaches is not None for one in taken) else set()
    # What was said in rooms is erased by the room that keeps it.
    kinds |= {outgoing.ERASED} if event["action"] == "erase" else set()
    return kinds | ({following.JOIN, following.ANSWER} if definition.together is not None else set())


def _effect(tables: Tables, matter: Row, row: Row, told: Counter[str], children: Counter[tuple[Any, ...]]) -> Iterator[str]:
    done = row["done_at"] is not None
    place = f"{row['kind']} {row['seq']}.{row['n']} of {row['matter']}"
    # An erasure takes back what was not told or handed on yet.
    erased = any(event["action"] == "erase" and event["seq"] > row["seq"] for event in tables.events[row["home"], row["matter"]])
    if row["kind"] == outgoing.NOTICE:
        wanted = len(row["payload"].get("notices", ()))
        have = told[f"{row['matter']}:{row['seq']}:{row['n']}"]
        if (done and have == 0 and not erased) or (not done and have not in (0, wanted)):
            yield f"I5 {place} told {have}, done {done}"
    elif row["kind"] == outgoing.OPEN_CHILD:
        key = row["payload"]["key"]
        listed = [child for child in matter["body"]["children"] if child["key"] == key]
        there = children[row["home"], row["matter"], key] == 1 and listed and listed[0].get("matter") is not None
        if done and not there and not erased:
            yield f"I5 {place} is done and its child is not there"
    elif row["kind"] == outgoing.REPORT_CHILD and done and "outcome" in row["payload"]:
        home, parent = row["payload"]["parent"].split("/")
        above = next((one for one in tables.rows["matter"] if (one["home"], str(one["id"])) == (home, parent)), None)
        heard = [child["outcome"] for child in above["body"]["children"] if child["key"] == matter["parent_key"]] if above else []
        if heard != [matter["outcome"]]:
            yield f"I5 {place} is done and the parent holds {heard}, not {matter['outcome']}"


def _projections(tables: Tables, place: tuple[str, Any], matter: Row) -> Iterator[str]:
    """What is kept for searching and sweeping says what the body says; the audit compares the rest."""
    body, events = matter["body"], tables.events[place]
    snapshot = from_plain(body)
    access = {(row["kind"], row["principal"]) for row in tables.of("access", place)}
    people = {("person", person) for named in snapshot.named.values() for person in named}
    needed = {("unit", unit) for unit in snapshot.units.values()} | {("party", one.id) for one in snapshot.parties} | people
    if not needed <= access:
        yield f"I3 {place[1]} cannot be read by {sorted(needed - access)}, who have a part in it"
    # Who had a part once goes on being able to read what was done then; who was never named does not.
    once = {(kind, word) for row in tables.of("content", place) for word in _strings(row["value"]) for kind in ("unit", "person")}
    first = {("unit", row["unit"]) for row in events[:1]} | {("feeder", row["principal"]) for row in events[:1]}
    if access - needed - once - first:
        yield f"I3 {place[1]} can be read by {sorted(access - needed - once - first)}, who have no part in it"
    having = sorted([row["unit"], row["post"], row["person"], row["party"]] for row in tables.of("task", place))
    if events and having != sorted(events[-1]["effects"].get("has_it", [])):
        yield f"I3 {place[1]} is had by {having}, its last event says otherwise"
    clocks = {row["name"]: (row["status"], row["due"]) for row in tables.of("clock", place)}
    lives = {name: (life.status, life.limit) for name, life in snapshot.clocks.items()}
    if clocks != lives:
        yield f"I3 the clocks of {place[1]} are {clocks}, the matter says {lives}"
    if any(row["state"] != matter["state"] or row["due"] != matter["next_due"] for row in tables.of("task", place)):
        yield f"I3 a task of {place[1]} tells another state or date than the matter"
    parties = {(row["party"], row["role"], row["name"]) for row in tables.of("party", place)}
    if parties != {(one.id, one.role, one.name) for one in snapshot.parties}:
        yield f"I3 the parties of {place[1]} are listed as {sorted(parties)}"
    if [row["seq"] for row in events] and len(tables.of("sealed", place)) != len(events):
        yield f"I6 {place[1]} has {len(events)} events and {len(tables.of('sealed', place))} places to be sealed in"
