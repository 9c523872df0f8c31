"""Views of the record as the API writes them."""

from __future__ import annotations

from typing import Any

from huiyin.city import queries as city
from huiyin.core import reference
from huiyin.core.effects import Offer
from huiyin.core.procedure import Procedure
from huiyin.matters.receipts import Receipt
from huiyin.matters.views import ClockView, Entry, MatterView, NoticeView, PaperLine, Row
from huiyin.web.api import shapes

Json = dict[str, Any]


def etag(version: int) -> str:
    """Return the entity tag of a version of a matter."""
    return f'"v{version}"'


def receipt(found: Receipt) -> Json:
    """Return a receipt."""
    return {
        "home": found.home,
        "matter": found.matter,
        "reference": found.reference,
        "reference_shown": reference.shown(found.reference),
        "code": found.code,
        "version": found.version,
        "state": found.state,
        "head": found.head,
        "recorded_at": found.recorded_at,
        "who": found.who.to_plain(),
        "due": found.due,
        "due_provisional": found.due_provisional,
        "says": found.says.to_plain(),
        "warnings": [warning.to_plain() for warning in found.warnings],
        "known": found.known,
    }


def row(found: Row) -> Json:
    """Return a matter of a list."""
    return {
        "home": found.home,
        "matter": found.matter,
        "reference": found.reference,
        "procedure": found.procedure,
        "title": found.title.to_plain(),
        "line": found.line,
        "topic": found.topic,
        "division": found.division,
        "state": found.state,
        "outcome": found.outcome or None,
        "who": found.who.to_plain(),
        "due": found.due,
        "due_provisional": found.due_provisional,
        "overdue": found.overdue,
        "opened_at": found.opened_at,
        "version": found.version,
        "sealed": found.sealed,
    }


def matter(view: MatterView) -> Json:
    """Return one matter."""
    calendar = city.library().calendar
    return {
        "home": view.home,
        "matter": view.matter,
        "reference": view.reference,
        "procedure": view.procedure.name,
        "procedure_version": view.procedure.version,
        "title": view.procedure.title.to_plain(),
        "topic": view.topic,
        "division": view.division,
        "state": view.state,
        "outcome": view.outcome,
        "version": view.version,
        "head": view.head,
        "opened_at": view.opened_at,
        "entered_at": view.entered_at,
        "says": view.says.to_plain(),
        "who": view.who.to_plain(),
        "due": None if view.due is None else calendar.local_date(view.due),
        "due_provisional": view.due_provisional,
        "overdue": any(one.overdue for one in view.clocks),
        "facts": dict(view.facts),
        "parties": [{"id": one.id, "role": one.role, "name": one.name, "facts": dict(one.facts)} for one in view.parties],
        "hidden": list(view.hidden),
        "erased": list(view.erased),
        "units": {alias: {"id": unit, "name": view.unit_names.get(alias, "")} for alias, unit in view.units.items()},
        "children": [{"procedure": one.procedure, "matter": one.matter, "outcome": one.outcome} for one in view.children],
        "parent": view.parent,
        "clocks": [_clock(view.procedure, one) for one in view.clocks],
        "relation": view.relation,
    }


def _clock(procedure: Procedure, view: ClockView) -> Json:
    return {
        "name": view.name,
        "label": view.label.to_plain(),
        "kind": view.kind,
        "status": view.status,
        "due": None if view.due is None else city.library().calendar.local_date(view.due),
        "due_at": view.due,
        "latest_at": view.latest,
        "provisional": view.provisional,
        "overdue": view.overdue,
        "basis": [str(basis) for basis in procedure.clocks[view.name].basis],
        "why": [text.to_plain() for text in view.explained],
    }


def event(entry: Entry) -> Json:
    """Return one act of a history."""
    return {
        "seq": entry.seq,
        "action": entry.action,
        "label": entry.label.to_plain(),
        "at": entry.at,
        "now": entry.now,
        "who": entry.by.to_plain(),
        "state": entry.state,
        "head": entry.hash,
        "sealed": entry.sealed,
        "said": [
            {"field": one.field, "label": one.label.to_plain(), "value": one.value, "erased": one.erased, "party": one.party}
            for one in entry.said
        ],
    }


def paper(line: PaperLine) -> Json:
    """Return one issue of a paper without its text."""
    return {
        "name": line.name,
        "number": line.number,
        "title": line.title.to_plain(),
        "hash": line.hash,
        "printed_at": line.printed_at,
        "signatures": [
            {
                "role": one.role,
                "at": one.at,
                "method": one.method,
                "hash": one.hash,
                "scan": list(one.scan),
                "scan_sha256": list(one.scan_sha256),
            }
            for one in line.signatures
        ],
        "sealed": line.sealed is not None,
        "voided": line.voided,
        "effective_at": line.effective_at,
    }


def offer(procedure: Procedure, found: Offer) -> Json:
    """Return an act that may be taken now."""
    action = found.action
    return {
        "action": action.name,
        "label": action.label.to_plain(),
        "schema_ref": f"{shapes.REF}{procedure.name}.act.{action.name}",
        "data": shapes.data_schema(procedure, action),
        "signs": action.signs,
        "seals": action.seals,
        "blocked": None if found.blocked is None else found.blocked.text.to_plain(),
    }


def notice(view: NoticeView) -> Json:
    """Return something the reader was told."""
    return {
        "id": view.id,
        "home": view.home,
        "matter": view.matter,
        "text": None if view.text is None else view.text.to_plain(),
        "created": view.created,
        "read_at": view.read_at,
    }
