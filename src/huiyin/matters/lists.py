"""Work lists: what waits for a post, what a unit has, what it waits for; each line with the one sentence its reader may see."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypedDict, Unpack
from uuid import UUID

from huiyin import clock
from huiyin.core import rights
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.snapshot import Snapshot, from_plain
from huiyin.core.values import Principal, Text
from huiyin.ids import uuid7
from huiyin.matters import definitions, directory, doors, fold, sorting
from huiyin.matters.access import effective_tokens, reading_as
from huiyin.matters.views import Arrived, Counted, Page, Row

MAX_PAGE: Final = 200
# Counting stops here: beyond, a list says "more than".
MOST_COUNTED: Final = 1000
SOON: Final = timedelta(hours=24)
LONGEST_SUMMARY: Final = 60
_FAR: Final = "infinity"
# All that the lists of others say of a matter whose topic is kept from lists.
SEALED: Final = Text("内容已封存", "Content sealed")
# What a list is narrowed to that says something of the content of what it then shows.
_TELLING: Final = ("procedure", "procedures", "state", "states", "line", "place", "topics", "unsorted")
# A page filled up again after lines were left out of it gives up after so many readings, and is then short.
_MOST_READINGS: Final = 10
# What a line needs of the matter; its papers, clocks and past stay where they are.
_HEAVY: Final = "'{clocks,papers,children,assents,done}'::text[]"


class Wanted(TypedDict, total=False):
    """What a list is narrowed to.

    Attributes:
        soon: due within a day and not late.
        place: a division; everything in it counts.
        topics: only these.
        procedures: of any of these procedures.
        states: in any of these states.
        unsorted: nobody has said yet what it is (`sorting.py`).
        named: account of somebody named in the matter to hold one of its posts.
        bare: without the sentence of each line, for lists that do not show it: nothing is read, so no look is written down.
    """

    procedure: str | None
    procedures: Sequence[str] | None
    states: Sequence[str] | None
    named: str | None
    state: str | None
    line: str | None
    overdue: bool | None
    soon: bool | None
    place: str | None
    topics: Sequence[str] | None
    unsorted: bool | None
    bare: bool


@dataclass(frozen=True, slots=True)
class _Source:
    """Which matters a list is about: a subquery of (home, matter, since).

    Attributes:
        own: they wait for this reader, who has to know what they are about.
    """

    sql: str
    values: tuple[Any, ...] = ()
    open_only: bool = False
    own: bool = False


def inbox(principal: Principal, *, after: str | None = None, limit: int = 50, **wanted: Unpack[Wanted]) -> Page:
    """Return the matters this principal has to act on, the earliest due first.

    A member of staff has what waits for the post they hold; for a post held by persons named in the matter, only what
    names them or somebody on leave they stand in for. A party has what waits for it.
    """
    return _page(principal, _mine(principal), after, limit, wanted)


def of_unit(principal: Principal, *, after: str | None = None, limit: int = 50, **wanted: Unpack[Wanted]) -> Page:
    """Return what waits for any post of this member's unit."""
    return _page(principal, _unit(principal), after, limit, wanted)


def elsewhere(principal: Principal, *, after: str | None = None, limit: int = 50, **wanted: Unpack[Wanted]) -> Page:
    """Return open matters in which this member's unit has a part and somebody else has the next step."""
    return _page(principal, _others(principal), after, limit, wanted)


def matters(principal: Principal, *, after: str | None = None, limit: int = 50, **wanted: Unpack[Wanted]) -> Page:
    """Return every matter this principal may see, the earliest due first, ended ones last."""
    return _page(principal, _every(principal), after, limit, wanted)


def counted(principal: Principal, *, urgent: Sequence[str] = (), whole_unit: bool = False, **wanted: Unpack[Wanted]) -> Counted:
    """Return how much waits for this principal's post, and of it by line, by date and by danger; never an exact large number.

    Args:
        whole_unit: what waits for any post of the unit.
    """
    source, now = _unit(principal) if whole_unit else _mine(principal), clock.now()
    conditions, values = _conditions(wanted, now)
    # The texts put together here are this module's own; every value is a parameter.
    statement = f"""
        SELECT line, late, soon, urgent, count(*) FROM (
            SELECT m.line, coalesce(m.next_due < %s, false) AS late,
                   coalesce(m.next_due BETWEEN %s AND %s, false) AS soon, m.topic = ANY(%s) AS urgent
              FROM {source.sql} s JOIN matters_matter m ON m.home = s.home AND m.id = s.matter
             WHERE {" AND ".join(conditions)} LIMIT %s) counted
         GROUP BY 1, 2, 3, 4"""  # noqa: S608
    asked = [now, now, now + SOON, list(urgent), *source.values, *values, MOST_COUNTED]
    with reading_as(principal) as connection, connection.cursor() as rows:
        rows.execute(statement, asked)
        found = rows.fetchall()
    lines: dict[str, int] = {}
    for line, *_, number in found:
        lines[line] = lines.get(line, 0) + number
    return Counted(
        total=sum(lines.values()),
        lines=lines,
        late=sum(number for _, late, _, _, number in found if late),
        soon=sum(number for _, _, soon, _, number in found if soon),
        urgent=sum(number for *_, urgent_, number in found if urgent_),
        whole=sum(lines.values()) < MOST_COUNTED,
    )


def sizes(principal: Principal, most: int = 100) -> tuple[int, int]:
    """Return how much waits for the unit, and for others on the unit's matters; counting stops at ``most``."""
    found = []
    with reading_as(principal) as connection, connection.cursor() as rows:
        for source in (_unit(principal), _others(principal)):
            condition = "m.outcome = ''" if source.open_only else "true"
            statement = f"""SELECT count(*) FROM (SELECT FROM {source.sql} s JOIN matters_matter m ON m.home = s.home AND m.id = s.matter
                             WHERE {condition} LIMIT %s) found"""  # noqa: S608
            rows.execute(statement, [*source.values, most])
            found.append(int(rows.fetchone()[0]))
    return found[0], found[1]


def arrived(principal: Principal, since: datetime, **wanted: Unpack[Wanted]) -> Arrived:
    """Return how many matters came to this principal's post since a moment, up to a hundred; for a list that is open on a screen."""
    source, now = _mine(principal), clock.now()
    conditions, values = _conditions(wanted, now)
    statement = f"""SELECT count(*) FROM (
        SELECT FROM {source.sql} s JOIN matters_matter m ON m.home = s.home AND m.id = s.matter
         WHERE s.since > %s AND {" AND ".join(conditions)} LIMIT 100) found"""  # noqa: S608
    with reading_as(principal) as connection, connection.cursor() as rows:
        rows.execute(statement, [*source.values, since, *values])
        return Arrived(int(rows.fetchone()[0]), now)


def _mine(principal: Principal) -> _Source:
    if principal.kind == "staff":
        people = [principal.id, *directory.stands_in_for(principal.id, _today())]
        having: str = "(t.unit = %s AND t.post = %s AND (t.person = '' OR t.person = ANY(%s)))"
        values: tuple[Any, ...] = (principal.unit or "-", principal.post or "-", people)
    elif principal.kind == "party":
        having, values = "(t.party = %s)", (principal.id,)
    else:
        having, values = "false", ()
    return replace(_tasks(having, values), own=True)


def _unit(principal: Principal) -> _Source:
    return _tasks("t.unit = %s", (principal.unit or "-",)) if principal.kind == "staff" else _tasks("false", ())


def _tasks(having: str, values: tuple[Any, ...]) -> _Source:
    return _Source(f"(SELECT home, matter, max(created) AS since FROM matters_task t WHERE {having} GROUP BY 1, 2)", values)  # noqa: S608


def _others(principal: Principal) -> _Source:
    unit = (principal.unit or "-") if principal.kind == "staff" else "-"
    return _Source(
        """(SELECT a.home, a.matter, a.since FROM matters_access a WHERE (a.kind || ':' || a.principal) = %s
             AND NOT EXISTS (SELECT FROM matters_task t WHERE t.home = a.home AND t.matter = a.matter AND t.unit = %s))""",
        (f"unit:{unit}", unit),
        open_only=True,
    )


def _every(principal: Principal) -> _Source:
    if principal.kind == "system":
        return _Source("(SELECT home, id AS matter, opened_at AS since FROM matters_matter)")
    return _Source(
        """(SELECT home, matter, min(since) AS since FROM matters_access a WHERE (a.kind || ':' || a.principal) = ANY(%s) GROUP BY 1, 2)""",
        (list(effective_tokens(principal)),),
    )


def _today() -> Any:
    return clock.now().astimezone(directory.library().zone).date()


def _conditions(wanted: Wanted, now: datetime) -> tuple[list[str], list[Any]]:
    conditions, values = ["true"], list[Any]()
    for name in ("state", "line", "procedure"):
        if (value := wanted.get(name)) is not None:
            conditions.append(f"m.{name} = %s")
            values.append(value)
    if (overdue := wanted.get("overdue")) is not None:
        conditions.append("coalesce(m.next_due < %s, false) = %s")
        values += [now, overdue]
    if (soon := wanted.get("soon")) is not None:
        conditions.append("coalesce(m.next_due BETWEEN %s AND %s, false) = %s")
        values += [now, now + SOON, soon]
    if (place := wanted.get("place")) is not None:
        conditions.append("m.division IN (SELECT code FROM city_division WHERE path @> ARRAY[%s]::varchar[])")
        values.append(place)
    for column, several in (("topic", wanted.get("topics")), ("state", wanted.get("states")), ("procedure", wanted.get("procedures"))):
        if several is not None:
            conditions.append(f"m.{column} = ANY(%s)")
            values.append(list(several))
    if wanted.get("unsorted"):
        condition, given = sorting.unsorted(directory.library())
        conditions.append(condition)
        values += given
    if (named := wanted.get("named")) is not None:
        conditions.append("jsonb_path_exists(m.body->'named', '$.*[*] ? (@ == $id)', jsonb_build_object('id', %s::text))")
        values.append(named)
    return conditions, values


def _page(principal: Principal, source: _Source, after: str | None, limit: int, wanted: Wanted) -> Page:
    """Return one page of the matters ``source`` names, ordered and cut by (due, id).

    A matter whose topic is kept from lists says nothing of itself to whoever has no part in handling it; where the list is
    narrowed by something of its content it is not there, for standing there would tell.
    """
    limit = max(1, min(limit, MAX_PAGE))
    now = clock.now()
    conditions, values = _conditions(wanted, now)
    if source.open_only:
        conditions.append("m.outcome = ''")
    telling = any(wanted.get(name) is not None for name in _TELLING)
    read: list[tuple[str, UUID, str]] = []
    made: list[Row] = []
    place = _cursor(after)
    more = True
    for _ in range(_MOST_READINGS):
        found = _read(principal, source, conditions, values, place, limit - len(made) + 1)
        more = len(found) > limit - len(made)
        for row in found[: limit - len(made)]:
            place = [_FAR if row[12] is None else row[12].isoformat(), row[1]]
            line = _row(row, now, principal, source.own, None if wanted.get("bare") else read)
            if not (line.sealed and telling):
                made.append(line)
        if not more or len(made) == limit:
            break
    log_lines(principal, read)
    return Page(tuple(made), _cursor_text(place) if more and place is not None else None)


def _read(
    principal: Principal, source: _Source, conditions: Sequence[str], values: Sequence[Any], after: list[Any] | None, limit: int
) -> list[tuple[Any, ...]]:
    if after is not None:
        conditions = [*conditions, "(coalesce(m.next_due, 'infinity'), m.id) > (%s::timestamptz, %s::uuid)"]
        values = [*values, *after]
    statement = f"""
        SELECT m.home, m.id, m.reference, m.procedure, m.procedure_version, m.line, m.topic, m.division, m.state, m.outcome,
               m.version, m.who, m.next_due, m.next_due_provisional, m.opened_at, m.body - {_HEAVY}
          FROM {source.sql} s JOIN matters_matter m ON m.home = s.home AND m.id = s.matter
         WHERE {" AND ".join(conditions)}
         ORDER BY coalesce(m.next_due, 'infinity'), m.id LIMIT %s"""  # noqa: S608
    with reading_as(principal) as connection, connection.cursor() as rows:
        rows.execute(statement, [*source.values, *values, limit])
        found: list[tuple[Any, ...]] = rows.fetchall()
    return found


def _row(row: tuple[Any, ...], now: datetime, principal: Principal, own: bool, read: list[tuple[str, UUID, str]] | None) -> Row:
    home, id_, reference, procedure, version, line, topic, division, state, outcome, seq, words, due, provisional, opened_at, body = row
    definition, library = definitions.pinned(procedure, version)
    snapshot = light(body)
    said = () if read is None else said_in(definition, library, snapshot, principal)
    field, summary = said[0] if said else ("", "")
    if read is not None and field and definition.fields[field].cls == "P2":
        read.append((home, id_, field))
    made = Row(
        home=home,
        matter=id_,
        reference=reference,
        procedure=procedure,
        title=definition.title,
        line=line,
        topic=topic,
        division=division,
        state=state,
        outcome=outcome,
        version=seq,
        who=Text(**(json.loads(words) if isinstance(words, str) else words)),
        due=None if due is None else library.calendar.local_date(due),
        due_at=due,
        due_provisional=provisional,
        overdue=due is not None and due < now,
        opened_at=opened_at,
        opened_by=snapshot.opened_by,
        summary=summary if len(summary) <= LONGEST_SUMMARY else f"{summary[: LONGEST_SUMMARY - 1]}…",
        said="\n".join(words for _, words in said),
        followers=sum(one.live for one in snapshot.followers),
        follows=snapshot.leader is not None and snapshot.leader.live,
    )
    kept_back = _kept_from_lists(library, snapshot.topic) and not own
    if kept_back and rights.relation(principal, snapshot, definition) not in ("handler", "own_party", "system"):
        return _emptied(made)
    return made


def sealed_topics() -> list[str]:
    """Return the topics that are kept from lists."""
    library = directory.library()
    return sorted(key for key in library.topics if _kept_from_lists(library, key))


def _kept_from_lists(library: Library, key: str) -> bool:
    topic = library.topics.get(key)
    return topic is not None and topic.sealed


def _emptied(row: Row) -> Row:
    """Return what is left of a line for whoever does not handle the matter: its reference, who has it, and by when."""
    return replace(
        row, procedure="", title=SEALED, line="", topic="", division="", state="", outcome="ended" if row.outcome else "",
        opened_at=None, opened_by="", summary="", said="", sealed=True, followers=0, follows=False,
    )  # fmt: skip


def light(body: Any) -> Snapshot:
    """Return the snapshot of a body read without its papers, clocks and past; erased facts are as if never given."""
    plain = json.loads(body) if isinstance(body, str) else body
    empty: dict[str, Any] = {"clocks": {}, "papers": {}, "children": [], "assents": {}, "done": {}}
    return fold.without_erased(from_plain({**plain, **empty}))[0]


def said_in(procedure: Procedure, library: Library, snapshot: Snapshot, principal: Principal) -> tuple[tuple[str, str], ...]:
    """Return (field, words) of the texts a matter was opened with that this reader sees whole, in the order of the form.

    Matters whose topic is kept from lists say nothing.
    """
    relation = rights.relation(principal, snapshot, procedure)
    if not rights.may(relation, "read") or _kept_from_lists(library, snapshot.topic):
        return ()
    form = procedure.forms.get(procedure.opening_form)
    found = []
    for entry in () if form is None else form.entries:
        field = procedure.fields[entry.field]
        value = snapshot.facts.get(field.name)
        if field.type != "text" or field.of is not None or not isinstance(value, str) or not value.strip():
            continue
        if rights.sight(field, relation, principal, snapshot, procedure, None) == "see":
            found.append((field.name, " ".join(value.split())))
    return tuple(found)


def log_lines(principal: Principal, read: Iterable[tuple[str, UUID, str]]) -> None:
    """Write down that a member of staff read a line of personal content about each of these matters (home, matter, field)."""
    if principal.kind != "staff":
        return
    by_home: dict[str, list[dict[str, Any]]] = {}
    now = clock.now().isoformat()
    for home, matter, field in read:
        by_home.setdefault(home, []).append(
            {
                "id": str(uuid7()),
                "matter": str(matter),
                "principal": principal.id,
                "unit": principal.unit or "",
                "post": principal.post or "",
                "purpose": principal.purpose,
                "fields": [field],
                "at": now,
            }
        )
    for home, entries in by_home.items():
        doors.log_list(home, entries)


def _cursor_text(place: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in place]).encode()).decode()


def _cursor(text: str | None) -> list[Any] | None:
    if text is None:
        return None
    try:
        due, matter = json.loads(base64.urlsafe_b64decode(text))
        # As this program writes a moment: what else reads as one here may not do so in the database.
        return [due if due == _FAR else datetime.fromisoformat(due).astimezone(UTC).isoformat(), UUID(matter)]
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError):
        return None
