"""Trying a draft of the list before it is in force: which of last month's matters would have gone elsewhere.

Of a matter only its topic, its place and the facts rows may ask for are read, and nothing of it is kept but its number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Unit
from huiyin.core.responsibility import ANY, Fact, RowList
from huiyin.core.responsibility_facts import answered
from huiyin.core.rights import KEEPS_PACKS
from huiyin.core.values import SYSTEM, Text
from huiyin.jobs.kinds import RefusedError, Result, Run, job
from huiyin.matters import definitions
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.routing import keeping, queries
from huiyin.routing.models import ListDraft

DAYS = 31
EXAMPLES = 5
# Matters read at a time.
CHUNK = 500
NOBODY = Text("没有单位，由派单员定", "no unit; a dispatcher decides")
Asked = tuple[str, str, tuple[tuple[str, str], ...]]


@job(
    "try_list",
    label=Text("试派责任清单草稿", "Try a draft of the list"),
    posts=frozenset({KEEPS_PACKS}),
    params={"days": Text("天数", "days")},
)
def try_list(run: Run) -> Result:
    """Send the matters of the last days by the asker's draft and by the list in force, and keep what differs beside the draft."""
    draft = keeping.draft(run.principal)
    if draft is None or not draft.changes:
        raise RefusedError(keeping.NOTHING if draft is not None else keeping.NOT_YOURS)
    stored = ListDraft.objects.get(keeper_id=UUID(run.principal.id), pack=draft.pack)
    found = tried(RowList(draft.rows), days=int(run.params.get("days", DAYS)), progress=run.progress)
    ListDraft.objects.filter(id=stored.id).update(trial={**found, "changed_at": stored.changed_at.isoformat()})
    moved, of = found["moved"], found["matters"]
    return Result(
        Text(
            f"最近{found['days']}天的{of}件事，有{moved}件会换单位。",
            f"Of {of} matters of the last {found['days']} days {moved} would go elsewhere.",
        ),
        told=((Text("看过的事", "matters tried"), of), (Text("会换单位", "would go elsewhere"), moved)),
    )


def tried(changed: RowList, *, days: int, progress: Callable[[int, int], object]) -> dict[str, Any]:
    """Return how many matters of the last days a changed list sends elsewhere, from which unit to which, with a few numbers of each.

    Matters alike in topic, place and facts are decided once.
    """
    current = RowList(queries.rules())
    today = city.today()
    asked = _matters(clock.now() - timedelta(days=days), queries.known_facts())
    cases = list(asked)
    moves: Counter[tuple[str, str]] = Counter()
    direct: Counter[bool] = Counter()
    examples: dict[tuple[str, str], list[str]] = {}
    for done, case in enumerate(cases, 1):
        topic, division, known = case
        before = queries.unit_by(current, topic, division, today, dict(known))
        after = queries.unit_by(changed, topic, division, today, dict(known))
        numbers = asked[case]
        if before.unit != after.unit:
            key = (before.unit or "", after.unit or "")
            moves[key] += len(numbers)
            examples.setdefault(key, []).extend(numbers[: max(0, EXAMPLES - len(examples.get(key, [])))])
        elif before.direct != after.direct:
            direct[after.direct] += len(numbers)
        if done % 50 == 0 or done == len(cases):
            progress(done, len(cases))
    names = {unit.id: unit.title.to_plain() for unit in Unit.objects.filter(id__in={side for key in moves for side in key})}
    return {
        "days": days,
        "matters": sum(len(numbers) for numbers in asked.values()),
        "moved": sum(moves.values()),
        "now_direct": direct[True],
        "now_by_key": direct[False],
        "moves": [
            {
                "from": names.get(key[0], NOBODY.to_plain()),
                "to": names.get(key[1], NOBODY.to_plain()),
                "count": count,
                "examples": examples[key],
            }
            for key, count in moves.most_common()
        ],
    }


def _matters(since: datetime, words: Mapping[str, Fact]) -> Mapping[Asked, list[str]]:
    """Return topic, place and known facts of the matters opened since, each with the numbers of those alike.

    The facts are those real routing had: answers of people that a reason may name (`core.responsibility_facts`).
    """
    found: dict[Asked, list[str]] = {}
    names = tuple(words)
    with reading_as(SYSTEM):
        read = Matter.objects.filter(opened_at__gte=since, parent=None).order_by("opened_at")
        columns = ("reference", "topic", "division", "procedure", "procedure_version", *(f"body__facts__{name}" for name in names))
        for reference, topic, division, procedure, version, *values in read.values_list(*columns).iterator(chunk_size=CHUNK):
            definition, library = definitions.pinned(procedure, version)
            about = library.topics.get(topic)
            facts = dict(zip(names, values, strict=True))
            known = answered(definition, facts, words, sealed=about is not None and about.sealed)
            found.setdefault((topic or ANY, division, tuple(known.items())), []).append(reference)
    return found
