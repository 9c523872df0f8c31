"""One matter under audit: its chain, the content behind the commitments, and what the tables say it is now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from huiyin.core import chain, own_code
from huiyin.core.clock_life import ClockLife
from huiyin.core.papers import Rendered, content_hash
from huiyin.core.values import Text
from huiyin.matters import codes, fold
from huiyin.matters import events as form
from huiyin.matters.write import clock_row

Rows = dict[str, Any]
Found = tuple[str, str, str, str, int | None, Text]
# Columns of the matter's row that its body holds too.
_FROM_BODY: Final = ("reference", "procedure", "procedure_version", "topic", "division", "state", "version")


class _Matter:
    """The rows of one matter and what they were found to lack."""

    def __init__(self, key: tuple[str, Any], rows: dict[str, list[Rows]]) -> None:
        self.home, self.id = key[0], str(key[1])
        self.row = rows["matters_matter"][0] if rows["matters_matter"] else None
        self.rows = rows
        self.reference = "" if self.row is None else self.row["reference"]
        self.found: list[Found] = []

    def add(self, check: str, seq: int | None, zh: str, en: str) -> None:
        self.found.append((check, self.home, self.reference, self.id, seq, Text(zh, en)))


def check(key: tuple[str, Any], rows: dict[str, list[Rows]]) -> list[Found]:
    """Return what does not fit in one matter."""
    matter = _Matter(key, rows)
    events = rows["matters_event"]
    if matter.row is None:
        matter.add("matter_missing", None, "有记录而事项本身不见了", "there are rows, but the matter itself is gone")
    if not events:
        matter.add("events_missing", None, "没有任何事件", "it has no events at all")
        return matter.found
    _chain(matter, events)
    _content(matter, events)
    _papers(matter, events)
    _receipts(matter, events)
    if matter.row is not None:
        _present(matter, matter.row, events[-1])
        _readers(matter, matter.row, events[0])
        _codes(matter, matter.row, events)
    return matter.found


def _readers(matter: _Matter, row: Rows, first: Rows) -> None:
    """Check who may read the matter against who has, or once had, a part in it."""
    body = row["body"]
    needed = {("unit", unit) for unit in body["units"].values()} | {("party", party["id"]) for party in body["parties"]}
    needed |= {("person", person) for people in body["named"].values() for person in people}
    listed = {(access["kind"], access["principal"]) for access in matter.rows["matters_access"]}
    for kind, who in sorted(needed - listed):
        matter.add("reader_missing", None, f"{kind} {who} 有份却读不到", f"{kind} {who} has a part in it but cannot read it")
    contents = matter.rows["matters_content"]
    if any(content["erased_at"] is not None for content in contents):
        return  # who had a part in what was erased can no longer be told
    held = {("unit", unit) for event in matter.rows["matters_event"] for _, *units in event["effects"].get("became", ()) for unit in units}
    once = held | {(kind, word) for content in contents for word in _words(content["value"]) for kind in ("unit", "person")}
    began = {("unit", first["unit"]), ("feeder", first["principal"])}
    for kind, who in sorted(listed - needed - once - began):
        matter.add("reader_unknown", None, f"{kind} {who} 没有份却能读", f"{kind} {who} has no part in it but can read it")


def _codes(matter: _Matter, row: Rows, events: Sequence[Rows]) -> None:
    """Check that each code opens the matter as the party to whom it was handed, and as nobody else."""
    handed = {row["holder"]: 1} | {
        event["principal"] if event["principal_kind"] == "party" else event["effects"]["acting_for"]: event["seq"]
        for event in events
        if event["action"] == own_code.NAME
    }
    kept = row["codes"]
    for party in sorted({*handed, *kept}):
        seq = handed.get(party, 1)
        if party not in handed or not codes.follows(kept.get(party), UUID(matter.id), row["reference"], party, seq, len(handed)):
            matter.add("code", seq, f"当事人 {party} 的查询码不是发给他的那一个", f"the code of party {party} is not the one handed to it")


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)


def hash_holds(event: Rows) -> bool:
    """Tell whether an event still has its hash."""
    try:
        return form.event_hash(_columns(event)) == bytes(event["hash"])
    except (AttributeError, TypeError, ValueError):
        return False


def _columns(event: Rows) -> Rows:
    return {
        **event,
        "id": str(event["id"]),
        "matter": str(event["matter"]),
        "at": event["at"].isoformat(),
        "now": event["now"].isoformat(),
        "order": None if event["order"] is None else str(event["order"]),
        "prev": event["prev"].hex(),
    }


def _chain(matter: _Matter, events: Sequence[Rows]) -> None:
    previous, state = chain.GENESIS, ""
    for expected, event in enumerate(events, start=1):
        seq = event["seq"]
        if not hash_holds(event):
            matter.add("event_hash", seq, "事件内容与它的哈希不符，被改动过", "the event does not have its hash: it was changed")
        if event["prev"] != previous:
            matter.add("event_prev", seq, "事件没有接在前一个事件之后", "the event does not follow the one before it")
        if seq != expected and (expected == 1 or seq != events[expected - 2]["seq"] + 1):
            matter.add("event_gap", seq, "前面的事件缺失", "an event before this one is missing")
        if event["source_state"] != state:
            matter.add("event_state", seq, "事件的起点不是前一事件的终点", "the event does not start where the one before ended")
        previous, state = event["hash"], event["state"]


def _content(matter: _Matter, events: Sequence[Rows]) -> None:
    erased = {row for event in events for row in event["effects"].get("erased", {}).get("content", ())}
    committed = {(event["seq"], int(n)): value for event in events for n, value in event["commitments"].items()}
    for row in matter.rows["matters_content"]:
        place = (row["seq"], row["n"])
        wanted = committed.pop(place, None)
        if wanted is None:
            matter.add("content_extra", row["seq"], f"多出一项内容（{row['field']}）", f"content that no event knows ({row['field']})")
        elif row["erased_at"] is not None:
            if str(row["id"]) not in erased:
                matter.add("content_erased", row["seq"], f"内容被清除而没有删除记录（{row['field']}）",
                           f"content was cleared and no event says so ({row['field']})")  # fmt: skip
            elif row["value"] is not None or row["salt"] is not None:
                matter.add("content_left", row["seq"], f"应已删除的内容还在（{row['field']}）", f"erased content is there ({row['field']})")
        elif row["salt"] is None or chain.commitment(row["salt"], row["value"]) != wanted:
            matter.add("content_changed", row["seq"], f"内容被改动过（{row['field']}）", f"content was changed ({row['field']})")
    for seq, n in sorted(committed):
        matter.add("content_missing", seq, f"缺少第 {n} 项内容", f"content {n} is missing")


def _papers(matter: _Matter, events: Sequence[Rows]) -> None:
    erased = {row for event in events for row in event["effects"].get("erased", {}).get("papers", ())}
    printed = {(name, number): (event["seq"], hash_) for event in events for name, number, hash_ in event["effects"].get("papers", ())}
    for row in matter.rows["matters_paper"]:
        name, seq = row["name"], row["seq"]
        if printed.pop((name, row["number"]), None) != (seq, row["hash"]):
            matter.add("paper_hash", seq, f"文书“{name}”的哈希与事件所记不同", f"the hash of paper {name} is not the one its event holds")
        elif row["erased_at"] is not None:
            if str(row["id"]) not in erased:
                matter.add("paper_erased", seq, f"文书“{name}”被清除而没有删除记录", f"paper {name} was cleared and no event says so")
        elif row["salt"] is None or content_hash(row["salt"], _rendered(row)) != row["hash"]:
            matter.add("paper_changed", seq, f"文书“{name}”的文字被改动过", f"the text of paper {name} was changed")
    for name, number in sorted(printed):
        matter.add("paper_missing", printed[name, number][0], f"缺少文书“{name}”第 {number} 份", f"paper {name} {number} is missing")


def _rendered(row: Rows) -> Rendered:
    title = row["title"] or {"zh": "", "en": ""}
    return Rendered(row["name"], Text(title.get("zh", ""), title.get("en", "")), tuple(row["blocks"] or ()), "")


def _receipts(matter: _Matter, events: Sequence[Rows]) -> None:
    heads = {event["seq"]: event["hash"].hex() for event in events}
    answered = set()
    for row in matter.rows["matters_key"]:
        answered.add(row["seq"])
        if heads.get(row["seq"]) != row["head"] or (matter.row is not None and row["reference"] != matter.reference):
            matter.add("receipt", row["seq"], "回执与事件不符", "the receipt is not that of its event")
    for seq in sorted(set(heads) - answered):
        matter.add("receipt_missing", seq, "事件没有回执", "the event has no receipt")


def _present(matter: _Matter, row: Rows, last: Rows) -> None:
    """Compare what the tables say the matter is now with what its last event and its content say."""
    seq = last["seq"]
    body = row["body"]
    differing = [name for name in _FROM_BODY if row[name] != body.get(name)]
    differing += [name for name in ("opened_at", "entered_at") if _differs(row[name], body.get(name))]
    if (row["outcome"] or None) != body.get("outcome"):
        differing.append("outcome")
    if bool(row["closed_at"]) != bool(row["outcome"]) or (row["closed_at"] is not None and row["closed_at"] != row["entered_at"]):
        differing.append("closed_at")
    parent = None if row["parent"] is None else f"{row['parent_home']}/{row['parent']}"
    if parent != body.get("parent"):
        differing.append("parent")
    for name in differing:
        matter.add("matter_column", seq, f"事项的“{name}”与事件所记不同", f"the matter's {name} is not what its events say")
    if row["version"] != seq or row["head"] != last["hash"] or row["state"] != last["state"]:
        matter.add("matter_head", seq, "事项的状态、版本或链头与最后一个事件不同", "state, version or head are not those of the last event")
    if form.bones_hash(body) != last["effects"].get("body"):
        matter.add("matter_body", seq, "事项的现状与最后一个事件所记不同", "the matter as it stands is not what its last event says")
    _facts(matter, body, seq)
    _clocks(matter, row, body, seq)
    _tasks(matter, row, last)


def _differs(stored: datetime, written: str | None) -> bool:
    return written is None or stored != datetime.fromisoformat(written)


def _facts(matter: _Matter, body: Rows, seq: int) -> None:
    folded = fold.fold(
        (row["field"], row["party"], row["op"], row["value"], row["erased_at"] is not None) for row in matter.rows["matters_content"]
    )
    for name in sorted({*folded.facts, *body["facts"]}):
        if folded.facts.get(name) != body["facts"].get(name):
            matter.add("matter_fact", seq, f"事实“{name}”与记录的内容不同", f"the fact {name} is not what was recorded")
    for child in body["children"]:
        if (child.get("facts") or {}) != folded.reported.get(child["key"], {}):
            matter.add("matter_child", seq, "子事项报来的内容与记录不同", "what a child reported is not what was recorded")
    projected = {row["party"]: (row["role"], row["name"]) for row in matter.rows["parties_party"]}
    for party in body["parties"]:
        if folded.names.get(party["id"]) != party["name"] or folded.parties.get(party["id"], {}) != party["facts"]:
            matter.add("matter_party", seq, f"当事人 {party['id']} 与记录的内容不同", f"party {party['id']} is not what was recorded")
        if projected.pop(party["id"], None) != (party["role"], party["name"]):
            matter.add("party_row", seq, f"当事人 {party['id']} 的索引与事项不同", f"party {party['id']} has another row")
    for party_id in projected:
        matter.add("party_row", seq, f"多出当事人 {party_id}", f"party {party_id} belongs to nothing the matter says")


def _clocks(matter: _Matter, row: Rows, body: Rows, seq: int) -> None:
    lives = {name: ClockLife.from_plain(plain) for name, plain in body["clocks"].items()}
    stored = {clock["name"]: clock for clock in matter.rows["matters_clock"]}
    for name in sorted({*lives, *stored}):
        if name not in lives or name not in stored or not _same_clock(clock_row(lives[name]), stored[name]):
            matter.add("clock", seq, f"期限“{name}”与事项所记不同", f"the clock {name} is not what the matter says")
    running = [
        (life.limit, life.provisional)
        for life in lives.values()
        if life.status == "running" and life.kind != "minimum" and life.limit is not None
    ]
    if (row["next_due"], row["next_due_provisional"]) != min(running, default=(None, False)):
        matter.add("next_due", seq, "下一个期限与各期限不符", "the next due date is not that of the clocks")


def _same_clock(wanted: Rows, stored: Rows) -> bool:
    return all(
        (None if stored[name] is None else stored[name].isoformat()) == value if name.startswith("due") else stored[name] == value
        for name, value in wanted.items()
    )


def _tasks(matter: _Matter, row: Rows, last: Rows) -> None:
    having = sorted([task["unit"], task["post"], task["person"], task["party"]] for task in matter.rows["matters_task"])
    said = sorted(last["effects"].get("has_it", []))
    posts = sorted({post for _, post, _, _ in said if post})
    unit = {unit for unit, _, _, _ in said if unit}
    if (
        row["who"] != last["effects"].get("who")
        or having != said
        or sorted(row["posts"]) != posts
        or (row["unit"] not in unit if unit else row["unit"])
    ):
        matter.add("task", last["seq"], "“谁在办”与最后一个事件不同", "who has the matter is not what its last event says")
