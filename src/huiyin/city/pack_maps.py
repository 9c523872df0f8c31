"""Reads what a city's pack says of places beside the list of them: where they lie, and further names that lead to them. No database."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from huiyin.core import gazetteer
from huiyin.core.source import PackError, Problem
from huiyin.core.values import Text


def read_boundaries(path: Path, shown: str, known: Collection[str]) -> Mapping[str, Any]:
    """Read where places lie: GeoJSON in WGS 84, each feature named by the code of its place.

    Raises:
        PackError: it is no such file, or names a place the city does not have.
    """
    try:
        plain: Mapping[str, Any] = json.loads(path.read_text("utf-8"))
        codes = [feature["properties"]["code"] for feature in plain["features"]]
        whole = all(feature["geometry"]["type"] == "MultiPolygon" for feature in plain["features"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        codes, whole, plain = [str(error)], False, {}
    strange = [code for code in codes if code not in known]
    if strange or not whole:
        text = Text(
            f"边界文件读不懂，或者写了没有的地方：{'、'.join(strange[:3])}。",
            f"The boundaries cannot be read or name places there are not: {', '.join(strange[:3])}.",
        )
        mend = Text(
            "请用MultiPolygon的GeoJSON，properties.code写区划代码。",
            "Give GeoJSON of MultiPolygons with a division code in properties.code.",
        )
        raise PackError([Problem(shown, 1, "boundaries", text, mend)])
    return plain


def read_gazetteer(path: Path, shown: str, known: Collection[str]) -> tuple[Mapping[str, str], ...]:
    """Read the names a city's pack adds to those of its list, each checked.

    Raises:
        PackError: a row that cannot be read, or leads to a place the city does not have.
    """
    problems: list[Problem] = []
    rows: list[Mapping[str, str]] = []
    mend = Text(f"请写{'、'.join(gazetteer.COLUMNS)}各列。", f"Give the columns {', '.join(gazetteer.COLUMNS)}.")
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            if tuple(reader.fieldnames or ()) != gazetteer.COLUMNS:
                problems.append(Problem(shown, 1, "format", Text("表头不对。", "The header is another."), mend))
            for line, row in enumerate(reader, 2) if not problems else ():
                read = gazetteer.read_entry(row, known)
                if isinstance(read, Text):
                    problems.append(Problem(shown, line, "gazetteer", read, mend))
                else:
                    rows.append({column: row[column] or "" for column in gazetteer.COLUMNS})
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        problems.append(Problem(shown, 0, "format", Text(f"读不出来：{error}。", f"It cannot be read: {error}."), mend))
    if problems:
        raise PackError(problems)
    return tuple(rows)
