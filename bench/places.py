"""How well the addresses of a city are read, before and after the gazetteer learned from half of them.

    PYTHONPATH=src python bench/places.py ADDRESSES.csv [--pack packs/cn-2101-shenyang] [--also NAMES.csv] [--json]

The file has the columns n, text, code (of the place meant), said (how deep the text itself settles it: community, street,
district, city, none) and how (the way of writing, for the table by way). Rows are dealt in turn into two halves. "Learned" is
what a keeper would have added after correcting the first half: every name in a row not read right, leading to the row's place
no deeper than its text settles it. Names that lead to several places stay open, as they do in the product.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from huiyin.core.address import read_address
from huiyin.core.address_index import DivisionIndex
from huiyin.core.address_learning import names_left
from huiyin.core.address_names import DEPTH, DIGITS
from huiyin.core.gazetteer import Entry, read_entry


@dataclass(frozen=True)
class Row:
    n: str
    text: str
    code: str
    said: str
    how: str

    @property
    def depth(self) -> int:
        """How deep the text settles it; -1 when not at all."""
        return DEPTH.get(self.said, -1)

    def at(self, depth: int) -> str:
        """The place's code at a depth."""
        return self.code[: DIGITS[depth]].ljust(12, "0")


@dataclass
class Counts:
    rows: int = 0
    right: int = 0
    wrong: int = 0
    unsure: int = 0
    offered: int = 0
    wrong_rows: list[dict[str, Any]] = field(default_factory=list)

    def plain(self) -> dict[str, Any]:
        def share(part: int) -> float | None:
            return round(part / self.rows, 4) if self.rows else None

        return {
            "rows": self.rows,
            "right_at_said_level": share(self.right),
            "wrong_shown_as_fact": share(self.wrong),
            "honestly_unsure": share(self.unsure),
            "truth_among_three_offered": share(self.offered),
        }


def tree_of(pack: Path) -> list[tuple[str, str, str, str]]:
    with (pack / "divisions.csv").open(encoding="utf-8", newline="") as file:
        return [(row["code"], row["name"], row["level"], row["parent"]) for row in csv.DictReader(file)]


def names_of(file: Path) -> list[Entry]:
    with file.open(encoding="utf-8", newline="") as file:
        read = [read_entry(row, None) for row in csv.DictReader(file)]
    return [one for one in read if isinstance(one, Entry)]


def rows_of(file: Path) -> list[Row]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return [Row(row["n"], row["text"], row["code"], row["said"], row.get("how", "")) for row in csv.DictReader(lines)]


def same(index: DivisionIndex, code: str, truth: Row, depth: int) -> bool:
    """Whether a place agrees with the truth down to a depth; statistical streets are left out of the tree, so paths decide."""
    number, meant = index.number.get(code), index.number.get(truth.code)
    if number is None or meant is None:
        return code[: DIGITS[depth]] == truth.code[: DIGITS[depth]]
    return index.above(number, depth) == index.above(meant, depth)


def measure(index: DivisionIndex, rows: Iterable[Row]) -> Counts:
    counts = Counts()
    for row in rows:
        reading = read_address(index, row.text)
        counts.rows += 1
        reached = index.depths[reading.said] if reading.said >= 0 else -1
        code = index.codes[reading.said] if reading.said >= 0 else ""
        agrees = reached < 0 or same(index, code, row, reached)
        if not agrees:
            counts.wrong += 1
            counts.wrong_rows.append(
                {"n": row.n, "text": row.text, "said": index.full_name(reading.said), "share": round(reading.confidence, 2)}
            )
        elif reached >= row.depth:
            counts.right += 1
        else:
            counts.unsure += 1
        level = max(row.depth, 0)
        counts.offered += any(
            index.depths[one.place] >= level and same(index, index.codes[one.place], row, level) for one in reading.candidates[:3]
        )
    return counts


def learned(index: DivisionIndex, rows: Iterable[Row]) -> list[Entry]:
    """What a keeper adds after correcting rows: the names in them that led nowhere."""
    found: list[Entry] = []
    for row in rows:
        reading = read_address(index, row.text)
        reached = index.depths[reading.said] if reading.said >= 0 else -1
        if row.depth < DEPTH["district"] or (reached >= row.depth and same(index, index.codes[reading.said], row, row.depth)):
            continue
        number = index.number.get(row.code)
        for name, kind in names_left(index, row.text):
            # A town that is no more leads to the street that took it over, whatever was meant in it.
            depth = min(row.depth, DEPTH["street"]) if kind == "former" else row.depth
            place = row.at(depth) if number is None else index.codes[index.above(number, depth)]
            if kind != "road":
                found.append(Entry(name, kind, place, source="bench"))
    return found


def main(words: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--pack", type=Path, default=Path(__file__).resolve().parents[1] / "packs" / "cn-2101-shenyang")
    parser.add_argument("--also", type=Path, help="names a keeper added after reading the first half, as a gazetteer.csv")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", choices=("first", "second"), help="list what was shown as a fact and is not so, of one half")
    args = parser.parse_args(words)
    rows, tree, names = rows_of(args.file), tree_of(args.pack), names_of(args.pack / "gazetteer.csv")
    first, second = rows[::2], rows[1::2]
    index = DivisionIndex(tree, names)
    more = [*learned(index, first), *(names_of(args.also) if args.also else [])]
    after = DivisionIndex(tree, [*names, *more])
    ways: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        ways[row.how].append(row)
    told = {
        "all_before": measure(index, rows).plain(),
        "second_half_before": measure(index, second).plain(),
        "second_half_after": measure(after, second).plain(),
        "names_learned": len(more),
        "by_said": {said: measure(index, [row for row in rows if row.said == said]).plain() for said in sorted({row.said for row in rows})},
        "by_way": {way: measure(index, of_way).plain() for way, of_way in sorted(ways.items())},
    }
    if args.json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        for name, value in told.items():
            print(name, value if not name.startswith("by_") else "")
            for key, one in value.items() if isinstance(value, dict) and name.startswith("by_") else ():
                print(f"  {key:<14}", one)
    if args.wrong:
        for one in measure(index, first if args.wrong == "first" else second).wrong_rows:
            print(one)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
