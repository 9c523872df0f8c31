"""From the data of a procedure's file to a `Procedure`."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, cast, get_args

from huiyin.core.beginning import StartsWith
from huiyin.core.following import Together
from huiyin.core.procedure import (
    Choice,
    ClockDef,
    ClockKind,
    Commission,
    Condition,
    Field,
    FieldClass,
    FieldType,
    Form,
    FormEntry,
    Outcome,
    PostUse,
    Procedure,
    Publishes,
    RemedyUse,
    Role,
    State,
    UnitUse,
    WhenDue,
)
from huiyin.core.reader_action import given, read_action, read_clock_uses, read_constants, text_at
from huiyin.core.reader_common import NOTHING, Cursor
from huiyin.core.rooms import Rooms
from huiyin.core.values import Text

LANGUAGE = 1
FIELD_TYPES = get_args(FieldType)
RECORD_TYPES = ("text", "choice", "flag", "number", "money", "date", "datetime", "place", "party", "unit", "file")
# Duties and rights are the law's: they name their row instead (``law:``).
_OWN_KINDS: tuple[ClockKind, ...] = ("ordered", "target", "minimum")
_ENTRY = re.compile(r"(?P<add>[+=]?)(?P<field>[a-z][a-z0-9_]*)(?P<optional>\??)")
_TOP = (
    "language", "procedure", "title", "basis", "in_force", "line", "opened_by", "opening", "units", "posts", "fields",
    "forms", "conditions", "clocks", "start", "states",
)  # fmt: skip


def build_procedure(top: Cursor) -> Procedure:
    """Return the procedure of a file; problems go to the cursor's list and leave harmless values behind."""
    top.mapping(
        _TOP,
        (
            "parties",
            "remedies",
            "always",
            "service",
            "oversees",
            "reports",
            "together",
            "part",
            "shares",
            "rooms",
            "commission",
            "publishes",
        ),
    )
    if top.has("language") and top.at("language").data != LANGUAGE:
        top.at("language").wrong(
            f"本程序读语言版本{LANGUAGE}。",
            f"this program reads language version {LANGUAGE}.",
            f"请写“language: {LANGUAGE}”。",
            f"Write “language: {LANGUAGE}”.",
        )
    first, last = _in_force(top.at("in_force")) if top.has("in_force") else (date.min, None)
    opening = top.at("opening")
    if top.has("opening"):
        opening.mapping(("form",), ("by", "prints", "sets", "forms"))
    units = {
        name: UnitUse(name, inner.at("kind").names(), inner.at("above").name() if inner.has("above") else None, inner.line)
        for name, inner in _units(top)
    }
    if top.has("units") and "host" not in units:
        top.at("units").wrong(
            "缺少“host”：新事项属于哪个单位。",
            "“host” is missing: the unit a new matter belongs to.",
            "请写“host: {kind: 单位类型}”。",
            "Write “host: {kind: …}”.",
        )
    return Procedure(
        name=given(top, "procedure"),
        language=LANGUAGE,
        title=top.at("title").text() if top.has("title") else NOTHING,
        basis=top.at("basis").basis(),
        in_force_from=first,
        in_force_to=last,
        line_of_work=given(top, "line"),
        host="host",
        opened_by=top.at("opened_by").names(),
        opening_form=given(opening, "form"),
        roles={name: _role(name, inner) for name, inner in top.at("parties").named()},
        units=units,
        posts={name: _post(name, inner) for name, inner in top.at("posts").named()},
        fields={name: read_field(name, inner) for name, inner in top.at("fields").named()},
        forms={name: _form(name, inner) for name, inner in top.at("forms").named()},
        conditions={name: _condition(name, inner) for name, inner in top.at("conditions").named()},
        clocks={name: _clock(name, inner) for name, inner in top.at("clocks").named()},
        remedies={name: _remedy(name, inner) for name, inner in top.at("remedies").named()},
        always=tuple(read_action(name, inner) for name, inner in top.at("always").named()),
        start=given(top, "start"),
        states={name: _state(name, inner) for name, inner in top.at("states").named()},
        opening_forms={way: inner.name() for way, inner in opening.at("forms").named()},
        opening_prints=opening.at("prints").names(),
        opening_sets=read_constants(opening.at("sets")),
        opening_by=opening.at("by").names(),
        oversees=top.at("oversees").name() if top.has("oversees") else None,
        notice=_notice(top.at("service")) if top.has("service") else None,
        reports=top.at("reports").names(),
        part=top.at("part").flag(),
        shares=top.at("shares").names(),
        together=_together(top.at("together")) if top.has("together") else None,
        rooms=_rooms(top.at("rooms")) if top.has("rooms") else None,
        commission=_commission(top.at("commission")) if top.has("commission") else None,
        publishes=_publishes(top.at("publishes")) if top.has("publishes") else None,
        source=top.source.file,
        version=fingerprint(top.data),
        lines={key: top.at(key).line for key in (*_TOP, "service", "oversees", "reports", "together", "shares", "rooms", "commission")},
    )


def fingerprint(data: Any) -> str:
    """Return a short hash of plain data; two files with the same meaning give the same."""
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def _notice(cursor: Cursor) -> str | None:
    """Return the law's clock a public notice runs by in this procedure."""
    return given(cursor, "notice") or None if cursor.mapping(("notice",)) else None


def _together(cursor: Cursor) -> Together | None:
    if not cursor.mapping(("waits", "answered"), ("carries",)):
        return None
    return Together(given(cursor, "waits"), cursor.at("answered").names(), cursor.at("carries").names(), cursor.line)


def _rooms(cursor: Cursor) -> Rooms | None:
    if not cursor.mapping(("of", "with", "agreed", "kept_days"), ("private", "apart")):
        return None
    agreed = dict(read_constants(cursor.at("agreed")))
    if len(agreed) != 1:
        cursor.at("agreed").wrong(
            "请写一个字段和它的值。", "one field and its value.", "例如：{consent: agreed}。", "Such as {consent: agreed}."
        )
        return None
    ((field, value),) = agreed.items()
    return Rooms(
        of=given(cursor, "of"),
        hosts=cursor.at("with").names(),
        field=field,
        agreed=value,
        kept_days=cursor.at("kept_days").integer(1),
        private=cursor.at("private").flag(True),
        line=cursor.line,
        apart=dict(read_constants(cursor.at("apart"))) if cursor.has("apart") else {},
    )


def _commission(cursor: Cursor) -> Commission | None:
    if not cursor.mapping(("settled", "undisputed", "declined")):
        return None
    return Commission(cursor.at("settled").names(), cursor.at("undisputed").string(), given(cursor, "declined"), cursor.line)


def _publishes(cursor: Cursor) -> Publishes | None:
    if not cursor.mapping(("in", "question", "answer", "views", "grounds", "looked_at")):
        return None
    return Publishes(
        state=given(cursor, "in"),
        question=given(cursor, "question"),
        answer=given(cursor, "answer"),
        views=given(cursor, "views"),
        grounds=given(cursor, "grounds"),
        looked_at=given(cursor, "looked_at"),
        line=cursor.line,
    )


def _in_force(cursor: Cursor) -> tuple[date, date | None]:
    if not cursor.mapping(("from",), ("to",)):
        return date.min, None
    first = cursor.at("from").date() if cursor.has("from") else None
    last = cursor.at("to").date() if cursor.at("to").data is not None else None
    if first is not None and last is not None and last < first:
        cursor.wrong("“to”早于“from”。", "“to” is before “from”.", "请核对两个日期。", "Check both dates.")
    return first or date.min, last


def _units(top: Cursor) -> list[tuple[str, Cursor]]:
    found = []
    for name, inner in top.at("units").named():
        inner.mapping(("kind",), ("above",))
        found.append((name, inner))
    return found


def _role(name: str, cursor: Cursor) -> Role:
    cursor.mapping(("label",), ("min", "max", "bound", "sides"))
    least = cursor.at("min").integer() if cursor.has("min") else 0
    most = cursor.at("max").integer(1) if cursor.at("max").data is not None else None
    if most is not None and most < least:
        cursor.wrong("“max”小于“min”。", "“max” is below “min”.", "请核对两个数。", "Check both numbers.")
    sides = cursor.at("sides").name() if cursor.has("sides") else None
    return Role(name, text_at(cursor, "label"), least, most, cursor.at("bound").flag(), sides, cursor.line)


def _post(name: str, cursor: Cursor) -> PostUse:
    cursor.mapping(("of",), ("post", "named", "label"))
    post = given(cursor, "post") or name
    label = cursor.at("label").text() if cursor.has("label") else Text(post, post)
    return PostUse(name, given(cursor, "of"), post, label, cursor.at("named").flag(), cursor.line)


def read_field(name: str, cursor: Cursor, *, record_class: FieldClass | None = None) -> Field:
    """Return a field; the fields of a list's record take the list's class unless they name their own."""
    inside = record_class is not None
    required = ("type", "label") if inside else ("type", "label", "class")
    optional = ("class", "values", "hint", "required", "by_actor", "kind", "names_people", "nameless") if inside else (
        "of", "values", "record", "items_of", "post", "kind", "seen_by", "hint", "required", "talk", "asked_in",
        "starts_from",
        "starts_with",
        "starts_as",
        "names_people",
        "carried",
        "nameless",
    )  # fmt: skip
    if not cursor.mapping(required, optional):
        return Field(name, "text", record_class or "P4", NOTHING, line=cursor.line)
    kinds = RECORD_TYPES if inside else tuple(kind for kind in FIELD_TYPES if kind != "party")
    kind = cast("FieldType", cursor.at("type").one_of(kinds)) if cursor.has("type") else "text"
    classes = get_args(FieldClass)
    cls = cast("FieldClass", cursor.at("class").one_of(classes)) if cursor.has("class") else record_class or "P4"
    field = Field(
        name=name,
        type=kind,
        cls=cls,
        label=text_at(cursor, "label"),
        of=cursor.at("of").name() if cursor.has("of") else None,
        values=tuple(Choice(value, inner.text()) for value, inner in cursor.at("values").named()),
        record=tuple(read_field(part, inner, record_class=cls) for part, inner in cursor.at("record").named()),
        items_of=cursor.at("items_of").name() if cursor.has("items_of") else None,
        post=cursor.at("post").name() if cursor.has("post") else None,
        kind=cursor.at("kind").name() if cursor.has("kind") else None,
        seen_by=cursor.at("seen_by").names(),
        hint=cursor.at("hint").text() if cursor.has("hint") else None,
        required=cursor.at("required").flag(not cursor.has("by_actor")),
        talk=cursor.at("talk").flag(),
        by_actor=cursor.at("by_actor").flag(),
        names_people=cursor.at("names_people").flag(),
        asked_in=cursor.at("asked_in").names(),
        starts_as={way: inner.name() for way, inner in cursor.at("starts_as").named()},
        carried=cursor.at("carried").flag(),
        starts_from=cursor.at("starts_from").name() if cursor.has("starts_from") else None,
        starts_with=_starts_with(cursor.at("starts_with")) if cursor.has("starts_with") else None,
        nameless=cursor.at("nameless").flag(),
        line=cursor.line,
    )
    _fits_type(field, cursor)
    return field


def _starts_with(cursor: Cursor) -> StartsWith | None:
    if not cursor.mapping(("by", "part", "rows"), ("always",)):
        return None
    rows = {answer: inner.names() for answer, inner in cursor.at("rows").named()}
    return StartsWith(given(cursor, "by"), given(cursor, "part"), cursor.at("always").names(), rows)


_BELONGS: Mapping[str, tuple[str, ...]] = {
    "values": ("choice",),
    "record": ("list",),
    "items_of": ("item",),
    "post": ("member", "members"),
    "kind": ("unit", "units"),
    "by_actor": ("party",),
    "names_people": ("text", "list"),
    "asked_in": ("list",),
    "starts_from": ("list", "place"),
    "starts_with": ("list",),
    "starts_as": ("choice",),
    "nameless": ("text",),
}


# A list without a record holds texts; a unit field named like an alias of `units` has that alias's kinds.
_MAY_LACK = ("record", "kind", "by_actor", "names_people", "asked_in", "starts_from", "starts_with", "starts_as", "nameless")


def _fits_type(field: Field, cursor: Cursor) -> None:
    for key, types in _BELONGS.items():
        if cursor.has(key) and field.type not in types:
            cursor.at(key).wrong(
                f"“{key}”只用于类型 {types[0]}。",
                f"“{key}” belongs to fields of type {types[0]}.",
                "请删去它，或改类型。",
                "Remove it or change the type.",
            )
        if field.type in types and key not in _MAY_LACK and not cursor.has(key):
            cursor.wrong(
                f"类型 {field.type} 要写“{key}”。",
                f"a field of type {field.type} needs “{key}”.",
                f"请补上“{key}:”。",
                f"Add “{key}:”.",
            )


def _form(name: str, cursor: Cursor) -> Form:
    entries: list[FormEntry] = []
    for inner in cursor.words():
        match = _ENTRY.fullmatch(inner.data) if isinstance(inner.data, str) else None
        if match is None:
            inner.wrong(
                "这里要写一个字段名。",
                "a field name belongs here.",
                "写“reason”“reason?”（可不填）、“+evidence”（添一项）或“=session_at”（先填上已登记的）。",
                "Write “reason”, “reason?” (may be left empty), “+evidence” (adds one) or “=session_at” (begins with what is on record).",
            )
        elif any(entry.field == match["field"] for entry in entries):
            inner.wrong(f"“{match['field']}”列了两次。", f"“{match['field']}” is listed twice.", "请删去一个。", "Remove one.")
        else:
            entries.append(FormEntry(match["field"], not match["optional"], match["add"] == "+", match["add"] == "="))
    return Form(name, tuple(entries), cursor.line)


def _condition(name: str, cursor: Cursor) -> Condition:
    cursor.mapping(("test", "fails"), ("warns",))
    test = cursor.at("test").string() if cursor.has("test") else ""
    return Condition(name, test, text_at(cursor, "fails"), cursor.at("warns").flag(), cursor.line)


def _clock(name: str, cursor: Cursor) -> ClockDef:
    if cursor.has("law"):
        return _clock_of_law(name, cursor)
    cursor.mapping(("kind", "label"), ("term", "until", "trigger", "basis", "who"))
    if cursor.has("term") == cursor.has("until"):
        cursor.wrong(
            "“term”和“until”要写一个，且只写一个。",
            "give either “term” or “until”, not both.",
            "定长的期限写 term，约定或指定的日期写 until。",
            "Use term for a length of time, until for a date that was set.",
        )
    return ClockDef(
        name=name,
        kind=cast("ClockKind", cursor.at("kind").one_of(_OWN_KINDS)) if cursor.has("kind") else "target",
        label=text_at(cursor, "label"),
        term=cursor.at("term").term() if cursor.has("term") else None,
        until=cursor.at("until").string() if cursor.has("until") else None,
        trigger=cursor.at("trigger").string() if cursor.has("trigger") else None,
        basis=cursor.at("basis").basis(),
        who=cursor.at("who").names(),
        line=cursor.line,
    )


def _clock_of_law(name: str, cursor: Cursor) -> ClockDef:
    """Read a clock whose kind, term, basis and count stand once, in the pack's table of the law's clocks."""
    cursor.mapping(("law", "label"), ("term", "trigger", "basis", "who"))
    return ClockDef(
        name=name,
        kind="duty",
        label=text_at(cursor, "label"),
        term=cursor.at("term").term() if cursor.has("term") else None,
        trigger=cursor.at("trigger").string() if cursor.has("trigger") else None,
        basis=cursor.at("basis").basis(),
        who=cursor.at("who").names(),
        law=cursor.at("law").name(),
        line=cursor.line,
    )


def _remedy(name: str, cursor: Cursor) -> RemedyUse:
    cursor.mapping(("ladder", "notice"))
    return RemedyUse(name, given(cursor, "ladder"), given(cursor, "notice"), cursor.line)


def _when_due(cursor: Cursor) -> tuple[WhenDue, ...]:
    found: list[WhenDue] = []
    for name, inner in cursor.named():
        inner.mapping(("tells",), ("does",))
        found.append(WhenDue(name, inner.at("tells").names(), inner.at("does").name() if inner.has("does") else None))
    return tuple(found)


def _state(name: str, cursor: Cursor) -> State:
    if not cursor.mapping(("says",), ("label", "by", "end", "remedies", "clocks", "when_due", "actions")):
        return State(name, NOTHING, line=cursor.line)
    if cursor.has("end"):
        for key in ("by", "actions", "clocks", "when_due"):
            if cursor.has(key):
                cursor.at(key).wrong(
                    f"终点不写“{key}”。", f"an end has no “{key}”.", "请删去它，或去掉“end”。", "Remove it, or remove “end”."
                )
    return State(
        name=name,
        says=text_at(cursor, "says"),
        by=cursor.at("by").names(),
        end=cast("Outcome", cursor.at("end").one_of(get_args(Outcome))) if cursor.has("end") else None,
        remedies=cursor.at("remedies").name() if cursor.has("remedies") else None,
        clocks=read_clock_uses(cursor.at("clocks")),
        when_due=_when_due(cursor.at("when_due")),
        actions=tuple(read_action(action, inner) for action, inner in cursor.at("actions").named()),
        label=text_at(cursor, "label") if cursor.has("label") else None,
        line=cursor.line,
    )
