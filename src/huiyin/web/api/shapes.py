"""Forms of procedures as JSON Schema (2020-12): one schema per opening and per action of the loaded library."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from huiyin.core.forms import MARKED, MAX_CENTS, MAX_ENTRIES, MAX_FILES, MAX_NUMBER, MAX_TEXT, MAX_UNITS, marked_lists
from huiyin.core.opening import MAX_NAME, party_form
from huiyin.core.packs import Library
from huiyin.core.procedure import Action, Field, Form, Procedure
from huiyin.core.service_form import FIELDS, TO
from huiyin.core.signing import MAX_SCANS, MAX_WITNESS, METHODS, SEALINGS

Json = dict[str, Any]
REF = "#/components/schemas/"
_REASON: Json = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
_EVIDENCE: Json = {
    "type": "array",
    "maxItems": 20,
    "description": "How it is known, when staff record a party's act: in person, by telephone, on paper.",
    "items": {
        "type": "object",
        "required": ["kind"],
        "properties": {
            "kind": {"type": "string", "enum": ["in_person", "telephone", "paper", "letter", "recording"]},
            "note": {"type": "string", "maxLength": 2000},
        },
        "additionalProperties": False,
    },
}


def field_schema(field: Field) -> Json:
    """Return the JSON Schema of one field's value."""
    schema = _typed(field)
    schema["title"] = field.label.en
    schema["description"] = field.label.zh if field.hint is None else f"{field.label.zh} — {field.hint.zh} / {field.hint.en}"
    schema["x-label"] = field.label.to_plain()
    schema["x-class"] = field.cls
    return schema


def _typed(field: Field) -> Json:
    match field.type:
        case "choice":
            labels = {one.value: one.label.to_plain() for one in field.values}
            return {"type": "string", "enum": list(labels), "x-values": labels}
        case "flag":
            return {"type": "boolean"}
        case "number":
            return {"type": "number", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER}
        case "money":
            return {
                "anyOf": [
                    {"type": "integer", "minimum": 0, "maximum": MAX_CENTS, "title": "whole fen (cents)"},
                    {"type": "string", "pattern": r"^\d{1,11}(\.\d{1,2})?$", "title": "yuan"},
                ]
            }
        case "date":
            return {"type": "string", "format": "date"}
        case "datetime":
            return {"type": "string", "format": "date-time"}
        case "place":
            return {
                "type": "object",
                "properties": {
                    "division": {"type": "string", "pattern": r"^(\d{6}|\d{12})$"},
                    "detail": {"type": "string", "maxLength": 500},
                },
                "additionalProperties": False,
                "minProperties": 1,
            }
        case "topic":
            return {"$ref": f"{REF}Topic"}
        case "list":
            return {"type": "array", "maxItems": MAX_ENTRIES, "items": _entry(field)}
        case "item":
            return {"type": "integer", "minimum": 0}
        case "party":
            return {"type": "string", "maxLength": 60}
        case "member" | "unit":
            return {"type": "string", "maxLength": 200}
        case "members" | "units" | "file":
            most = MAX_FILES if field.type == "file" else MAX_UNITS
            return {"type": "array", "maxItems": most, "items": {"type": "string", "maxLength": 200}}
        case _:
            return {"type": "string", "maxLength": MAX_TEXT}


def _entry(field: Field) -> Json:
    if not field.record:
        return {"type": "string", "maxLength": MAX_TEXT}
    return {
        "type": "object",
        "properties": {part.name: field_schema(part) for part in field.record},
        "required": [part.name for part in field.record if part.required],
        "additionalProperties": False,
    }


def form_schema(procedure: Procedure, form: Form | None) -> Json:
    """Return the JSON Schema of what is typed into one form."""
    properties: Json = {}
    required: list[str] = []
    marked = marked_lists(procedure)
    for entry in () if form is None else form.entries:
        field = procedure.fields[entry.field]
        if field.name in marked:
            # Its entries get their state by an act, never by a form.
            field = replace(field, record=tuple(part for part in field.record if part.name != MARKED))
        properties[entry.field] = {**field_schema(field), **_entry(field)} if entry.add else field_schema(field)
        if entry.required:
            required.append(entry.field)
        if field.of is not None:
            properties["party"] = {"type": "string", "maxLength": 60, "description": "Whose value it is; left out: the actor's own."}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def data_schema(procedure: Procedure, action: Action) -> Json:
    """Return the JSON Schema of an action's ``data``, the built-in ones included."""
    if action.name == "correct":
        return _correction(procedure)
    if action.name == "hand_over":
        named = [name for name, post in procedure.posts.items() if post.named]
        return {
            "type": "object",
            "properties": {"post": {"type": "string", "enum": named}, "to": {"type": "string", "maxLength": 60}, "reason": _REASON},
            "required": ["post", "to", "reason"],
            "additionalProperties": False,
        }
    if action.name == "retype":
        return {
            "type": "object",
            "properties": {"topic": {"$ref": f"{REF}Topic"}, "reason": _REASON},
            "required": ["topic", "reason"],
            "additionalProperties": False,
        }
    if action.serves is not None:
        return _service()
    schema = form_schema(procedure, None if action.form is None else procedure.forms[action.form])
    if action.picture is not None:
        schema["properties"] |= form_schema(procedure, action.picture)["properties"]
    if action.signs or action.seals:
        schema["properties"]["hash"] = {
            "type": "string",
            "pattern": "^[0-9a-f]{64}$",
            "description": "Hash of the text that was read; a signature binds that text and no other.",
        }
        ways = list(METHODS if action.signs else SEALINGS)
        schema["properties"]["method"] = {"type": "string", "enum": ways, "description": "How it was signed; screen when left out."}
        schema["properties"]["scan"] = {
            "type": "array",
            "items": {"type": "string", "format": "uuid"},
            "maxItems": MAX_SCANS,
            "description": "The files that show the sheets signed on paper, in order; hand them in first (addFile).",
        }
        schema["properties"]["witness"] = {
            "type": "string",
            "maxLength": MAX_WITNESS,
            "description": "Who saw a fingerprint being given; needed with the method fingerprint.",
        }
        schema["required"].append("hash")
    return schema


def _service() -> Json:
    """Return the JSON Schema of one service of a paper, or of a try that failed."""
    to = {"type": "string", "maxLength": 60, "description": "The party, or the alias of the unit, it was served on."}
    return {
        "type": "object",
        "properties": {TO: to, **{field.name: field_schema(field) for field in FIELDS}},
        "required": [field.name for field in FIELDS if field.required],
        "additionalProperties": False,
    }


def _correction(procedure: Procedure) -> Json:
    date = {
        "type": "object",
        "properties": {"event": {"type": "integer", "minimum": 1}, "at": {"type": "string", "format": "date-time"}, "reason": _REASON},
        "required": ["event", "at", "reason"],
        "additionalProperties": False,
    }
    value = {
        "type": "object",
        "properties": {
            "field": {"type": "string", "enum": sorted(procedure.fields)},
            "value": {},
            "party": {"type": "string", "maxLength": 60},
            "reason": _REASON,
        },
        "required": ["field", "value", "reason"],
        "additionalProperties": False,
    }
    return {"oneOf": [date, value]}


def actions_of(procedure: Procedure) -> dict[str, Action]:
    """Return every action a person can ask for, by name; one that several states offer stands once."""
    found: dict[str, Action] = {}
    for action in (*procedure.always, *(action for state in procedure.states.values() for action in state.actions)):
        if not action.by_nobody:
            found.setdefault(action.name, action)
    return found


def act_schema(procedure: Procedure, action: Action) -> Json:
    """Return the JSON Schema of one act's whole body."""
    data = _union([data_schema(procedure, one) for one in _variants(procedure, action.name)])
    needs = ["procedure", "action", *(["data"] if data.get("required") or "oneOf" in data or "anyOf" in data else [])]
    return {
        "type": "object",
        "title": f"{procedure.title.en}: {action.label.en}",
        "description": f"{procedure.title.zh}：{action.label.zh}",
        "properties": {
            "procedure": {"type": "string", "const": procedure.name},
            "action": {"type": "string", "const": action.name},
            "data": data,
            "seen_version": {"type": "integer", "minimum": 1, "description": "The version that was read; If-Match does the same."},
            "at": {"type": "string", "format": "date-time", "description": "When it happened, if not now."},
            "acting_for": {"type": "string", "maxLength": 60, "description": "The party whose act staff record."},
            "evidence": _EVIDENCE,
        },
        "required": needs,
        "additionalProperties": False,
    }


def _variants(procedure: Procedure, name: str) -> list[Action]:
    everywhere = (*procedure.always, *(action for state in procedure.states.values() for action in state.actions))
    return [action for action in everywhere if action.name == name and not action.by_nobody]


def _union(schemas: list[Json]) -> Json:
    different: list[Json] = []
    for schema in schemas:
        if schema not in different:
            different.append(schema)
    return different[0] if len(different) == 1 else {"anyOf": different}


def open_schema(procedure: Procedure) -> Json:
    """Return the JSON Schema of opening a matter under one procedure."""
    properties: Json = {
        "procedure": {"type": "string", "const": procedure.name},
        "opened_by": {"type": "string", "enum": list(procedure.opened_by)},
        "topic": {"$ref": f"{REF}Topic"},
        "division": {"type": "string", "pattern": r"^(\d{6}|\d{12})$", "description": "Where it is: code of the division tree."},
        "unit": {"type": "string", "maxLength": 80, "description": "The body to take it; left out: found from place and topic."},
        "parties": {"type": "array", "maxItems": 50, "items": _party(procedure)},
        "data": form_schema(procedure, procedure.forms.get(procedure.opening_form)),
        "at": {"type": "string", "format": "date-time", "description": "When it was first said, if not now."},
        "evidence": _EVIDENCE,
    }
    required = ["procedure", "topic", "division", "data"]
    if any(role.least for role in procedure.roles.values()):
        required.append("parties")
    return {
        "type": "object",
        "title": procedure.title.en,
        "description": procedure.title.zh,
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _party(procedure: Procedure) -> Json:
    def of(role: str) -> Json:
        said = party_form(procedure, role, own=True).entries
        facts = {entry.field: field_schema(procedure.fields[entry.field]) for entry in said}
        return {
            "type": "object",
            "title": procedure.roles[role].label.en,
            "description": procedure.roles[role].label.zh,
            "properties": {
                "role": {"type": "string", "const": role},
                "name": {"type": "string", "maxLength": MAX_NAME},
                "facts": {"type": "object", "properties": facts, "additionalProperties": False},
            },
            "required": ["role"],
            "additionalProperties": False,
        }

    roles = [of(role) for role in procedure.roles]
    return roles[0] if len(roles) == 1 else {"oneOf": roles} if roles else {"type": "object", "maxProperties": 0}


def components(library: Library) -> Mapping[str, Json]:
    """Return every schema the library adds: ``Topic``, ``Open``, ``Act``, and one per opening and per action."""
    schemas: dict[str, Json] = {"Topic": {"type": "string", "enum": sorted(library.topics), "title": "Topic"}}
    opens: dict[str, str] = {}
    acts: dict[str, str] = {}
    for name, procedure in sorted(library.procedures.items()):
        schemas[f"{name}.open"] = open_schema(procedure)
        opens[name] = f"{REF}{name}.open"
        mapping: dict[str, str] = {}
        for action_name, action in sorted(actions_of(procedure).items()):
            schemas[f"{name}.act.{action_name}"] = act_schema(procedure, action)
            mapping[action_name] = f"{REF}{name}.act.{action_name}"
        schemas[f"{name}.act"] = _one_of("action", mapping)
        acts[name] = f"{REF}{name}.act"
    schemas["Open"] = _one_of("procedure", opens)
    schemas["Act"] = _one_of("procedure", acts)
    return schemas


def _one_of(name: str, mapping: Mapping[str, str]) -> Json:
    return {"oneOf": [{"$ref": ref} for ref in mapping.values()], "discriminator": {"propertyName": name, "mapping": dict(mapping)}}
