"""Writes changed rows into a pack's list file, leaving every other character of it as it is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, SequenceNode

from huiyin.core.responsibility import AGREED, ANY, Row

# Words that may stand in the file without quotation marks, and those that would then be read as something else.
_PLAIN = re.compile(r"[A-Za-z一-鿿][\w一-鿿.()#·（）《》 -]*(?<! )")
_OTHERWISE = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}


class ListFileError(ValueError):
    """The file has no list of rows to change."""


def with_changes(text: str, changes: Sequence[Row]) -> str:
    """Return a list file with some rows changed or added, by their ids.

    A row that is there is written anew in its place; a new one stands behind the last row of its topic, else behind the last of all.

    Raises:
        ListFileError: the text is no list file.
    """
    spans, usual = _read(text)
    edits: list[tuple[int, int, str]] = []
    for row in changes:
        written = _flow(_short(row, usual))
        known = spans.get(row.id)
        if known is not None:
            edits.append((known[0], known[1], written))
            continue
        alike = [span for name, span in spans.items() if span[2] == row.topic]
        behind = max(span[1] for span in (alike or list(spans.values())))
        edits.append((behind, behind, f"\n  - {written}"))
    for begin, end, written in sorted(edits, key=lambda edit: edit[0], reverse=True):
        text = text[:begin] + written + text[end:]
    return text


def _read(text: str) -> tuple[dict[str, tuple[int, int, str]], Mapping[str, Any]]:
    """Return where each row stands with its topic, and what holds for every row."""
    node = YAML(pure=True).compose(text)
    plain = YAML(typ="safe", pure=True).load(text)
    rows = next((value for key, value in node.value if key.value == "rows"), None) if isinstance(node, MappingNode) else None
    if not isinstance(rows, SequenceNode) or not rows.value:
        raise ListFileError("the file has no rows")
    spans: dict[str, tuple[int, int, str]] = {}
    for one in rows.value:
        named = {key.value: value.value for key, value in one.value}
        spans[str(named["id"])] = (one.start_mark.index, _end(one), str(named["topic"]))
    return spans, plain


def _end(node: Any) -> int:
    """Return where a value ends; one written over several lines says it ends where the next thing begins, behind any remark."""
    if isinstance(node, (MappingNode, SequenceNode)) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, MappingNode) else last)
    return int(node.end_mark.index)


def _short(row: Row, usual: Mapping[str, Any]) -> dict[str, Any]:
    plain = row.to_plain()
    short: dict[str, Any] = {"id": row.id, "topic": row.topic}
    if row.place != ANY:
        short["place"] = row.place
    if row.when:
        short["when"] = {name: values[0] if len(values) == 1 else list(values) for name, values in row.when.items()}
    short["lead"] = row.lead
    for name in ("level", "unit", "helpers"):
        if plain[name]:
            short[name] = plain[name]
    short |= {"direct": row.direct, "basis": plain["basis"] or AGREED}
    if row.terms:
        short["terms"] = dict(row.terms)
    if plain["agreed_by"] != dict(usual.get("agreed_by") or {}):
        short["agreed_by"] = plain["agreed_by"]
    if plain["from"] != str(usual.get("from")):
        short["from"] = plain["from"]
    if row.to_date is not None:
        short["to"] = plain["to"]
    if row.keywords:
        short["keywords"] = list(row.keywords)
    return short


def _flow(value: Any, *, key: str = "") -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(inner, key=name)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(inner) for inner in value) + "]"
    if key in ("from", "to"):
        return str(value)
    text = str(value)
    if _PLAIN.fullmatch(text) and text.lower() not in _OTHERWISE and " #" not in text:
        return text
    if re.fullmatch(r"\d+ [a-z ]+", text):
        return text
    return json.dumps(text, ensure_ascii=False)
