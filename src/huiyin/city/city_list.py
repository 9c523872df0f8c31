"""Reads and proves the responsibility list of a city's pack. No database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from huiyin.core.packs import Library
from huiyin.core.reader_common import Cursor
from huiyin.core.responsibility import Fact, Row
from huiyin.core.responsibility_check import check
from huiyin.core.responsibility_facts import asked_by_topic
from huiyin.core.responsibility_problems import KINDS, Ground, ListProblem, Standing
from huiyin.core.source import PackError, Problem, Source
from huiyin.core.values import Text

NEEDED = ("id", "topic", "lead", "direct")
ALLOWED = ("place", "when", "level", "unit", "helpers", "basis", "terms", "agreed_by", "from", "to", "keywords")


def read_list(source: Source) -> tuple[tuple[Row, ...], dict[str, Fact]]:
    """Return the rows of a responsibility file and the facts they may ask for.

    Raises:
        PackError: a row cannot be read.
    """
    top = Cursor.of(source)
    top.mapping(("agreed_by", "from", "conditions", "rows"))
    usual = {"agreed_by": top.at("agreed_by").data, "from": top.at("from").data}
    rows: list[Row] = []
    for inner in top.at("rows").items():
        if not inner.mapping(NEEDED, ALLOWED):
            continue
        try:
            rows.append(Row.from_plain({**usual, **inner.data, "line": inner.line}))
        except (ValueError, KeyError, TypeError) as error:
            inner.wrong(f"读不通：{error}。", f"cannot be read: {error}.", "请按说明改这一条。", "Change the row as the message says.")
    facts: dict[str, Fact] = {}
    for name, inner in top.at("conditions").entries():
        if inner.mapping(("label", "values")):
            facts[name] = Fact.from_plain(name, inner.data)
    top.finish()
    return tuple(rows), facts


def prove_list(
    source: Source, rows: Sequence[Row], facts: Mapping[str, Fact], library: Library, ground: Ground, units: Iterable[Standing]
) -> tuple[ListProblem, ...]:
    """Return what should be looked at in a sound list.

    Raises:
        PackError: the list would decide wrongly or not at all.
    """
    found = check(
        rows,
        topics=library.topics,
        unit_levels={name: kind.levels for name, kind in library.unit_kinds.items()},
        facts=facts,
        ground=ground,
        units=units,
        asked=asked_by_topic(library, facts),
    )
    wrong = [
        Problem(
            source.file,
            one.line,
            "reference",
            Text(f"{KINDS[one.kind].zh}“{one.row}”：{one.text.zh}", f"{KINDS[one.kind].en}, “{one.row}”: {one.text.en}"),
            one.mend,
        )
        for one in found
        if not one.notice
    ]
    if wrong:
        raise PackError(wrong)
    return tuple(found)
