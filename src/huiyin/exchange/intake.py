"""Intake: citizens' messages from a file become matters, each once, with a reference, an owner or a queue, a reason and a date.

Every batch is looked up by the feeder's numbers, then opened through the one door and written in one transaction for
each home. Killed at any moment and run again, it goes on where it stood: a number that is known is not opened twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import Any

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.values import Principal, Refusal, Text
from huiyin.exchange import neighbours, opening, passed_on, records, rejects
from huiyin.exchange.mapping import NEW, Mapped
from huiyin.exchange.mapping import answers as answerable
from huiyin.exchange.mapping import of as mapped
from huiyin.exchange.messages import Choices, Message, Rejected, read_message
from huiyin.exchange.models import Neighbour
from huiyin.exchange.owners import Proposer
from huiyin.host.errors import HostError
from huiyin.matters import doors, services

PROCEDURE = "plain_request"
BATCH = 100
MAX_FEEDER = 40
SAME_NUMBER = Text(
    "这个编号以前来过，内容不一样；没有改动原来的。",
    "This number came before with other content; the earlier one was left as it is.",
)

Progress = Callable[[int, int], object]
Plain = dict[str, Any]


@dataclass
class Tally:
    """What became of the rows so far."""

    read: int = 0
    new: int = 0
    known: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def run(
    path: Path | str,
    *,
    mapping: Mapping[str, str] | Path | str | None = None,
    feeder: str = "file",
    progress: Progress | None = None,
) -> Plain:
    """Take in every message of a CSV or XLSX file.

    Args:
        path: the file; its columns are those of `exchange.records.COLUMNS`.
        mapping: our column name -> theirs, or a YAML or JSON file that says so.
        feeder: name of the system the numbers belong to; number and name together are never opened twice.
        progress: called with rows done and rows in all.

    Returns:
        ``read``, ``new``, ``known``, ``rejected`` (counts) and ``reject_file`` (its path, or None).

    Raises:
        HostError: the file as a whole cannot be read; nothing was taken in.
    """
    source_path = Path(path)
    renamed = records.read_mapping(Path(mapping)) if isinstance(mapping, str | Path) else mapping
    tally = take_file(source_path, mapping=renamed, feeder=feeder, progress=progress)
    reject_file = rejects.write(source_path, tally.rejected)
    return {
        "read": tally.read,
        "new": tally.new,
        "known": tally.known,
        "rejected": len(tally.rejected),
        "reject_file": None if reject_file is None else str(reject_file),
    }


def take_file(
    path: Path,
    *,
    feeder: str,
    mapping: Mapping[str, str] | None = None,
    progress: Progress | None = None,
    write: bool = True,
    draft: Mapped | None = None,
) -> Tally:
    """Take in every message of a file, or without ``write`` only say what would become of each.

    Args:
        mapping: our column -> theirs; what a neighbour's record says when left out.
        draft: a neighbour's mapping that is being tried and not on record yet.

    Raises:
        HostError: the file as a whole cannot be read; nothing was taken in.
    """
    if not feeder or len(feeder) > MAX_FEEDER or not feeder.isprintable():
        raise HostError("feeder", f"来源的名字应有1～{MAX_FEEDER}个字。", f"The feeder's name has 1 to {MAX_FEEDER} printable characters.")
    neighbour = neighbours.in_force(feeder)
    using = draft or mapped(neighbour)
    source = records.inspect(path, mapping or using.columns or None, labels(openable(city.library(), neighbour)))
    total = sum(1 for _ in records.read(source))
    intake = _Intake(feeder, neighbour, using, write=write)
    tally = Tally()
    for batch in _batches(records.read(source), BATCH):
        intake.take(batch, tally)
        if progress is not None:
            progress(tally.read, total)
    tally.rejected = [replace(one, cell=source.cell(one.line, one.field)) for one in tally.rejected]
    return tally


def choices(library: Library, neighbour: Neighbour | None = None, using: Mapped | None = None) -> Choices:
    """Return what a sender may choose from: topics it may bring and the city's districts, in our words and in its own."""
    root = places.root()
    districts = {} if root is None else {place.short: place.code for place in places.parts(root.code)}
    if neighbour is None:
        line = library.procedures[PROCEDURE].line_of_work
        topics = {topic.label.zh: topic.key for topic in library.topics_of(line) if not topic.sealed}
        return Choices(topics, districts, answers=_answers(openable(library, None), {}))
    allowed = {topic.key: topic.label.zh for topic in neighbours.topics(library, neighbour)}
    theirs = (using or mapped(neighbour)).values
    topics = {word: key for word, key in theirs.get("topic", {}).items() if key in allowed}
    return Choices(
        {label: key for key, label in allowed.items()} | topics,
        {**districts, **theirs.get("district", {})},
        dict(theirs.get("act", {})),
        dict(theirs.get("choice", {})),
        _answers(openable(library, neighbour), theirs),
    )


def labels(definitions: Sequence[Procedure]) -> dict[str, str]:
    """Return what our template calls the columns that answer what the list turns on."""
    return {name: found[0].label.zh for name, found in answerable(definitions).items()}


def openable(library: Library, neighbour: Neighbour | None) -> Sequence[Procedure]:
    """Return the procedures messages are opened under: those agreed with a neighbour, for offices without a record the plain one."""
    return [library.procedures[PROCEDURE]] if neighbour is None else neighbours.openable(library, neighbour.procedures)


def _answers(definitions: Sequence[Procedure], theirs: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Return by column what its words answer: ours as the pages show them, and a neighbour's own."""
    return {
        name: {**{one.label.zh: one.value for field in found for one in field.values}, **theirs.get(name, {})}
        for name, found in answerable(definitions).items()
    }


class _Intake:
    def __init__(self, feeder: str, neighbour: Neighbour | None, using: Mapped, *, write: bool) -> None:
        self._feeder = feeder
        self._neighbour = neighbour
        self._write = write
        self._tried: dict[str, str] = {}
        self._principal = Principal(kind="feeder", id=feeder, purpose="intake")
        library = city.library()
        self._library = library
        self._zone = library.calendar.zone
        self._choices = choices(library, neighbour, using)
        self._definitions = openable(library, neighbour)
        self._proposer = Proposer(library, tuple(kind for one in self._definitions for kind in one.units[one.host].kinds))

    def take(self, batch: Sequence[records.Record], tally: Tally) -> None:
        """Take in some rows; what is known or bad is only counted."""
        tally.read += len(batch)
        now = clock.now()
        fresh: dict[str, Message] = {}
        later: list[Message] = []
        read = [read_message(record, self._zone, now, self._choices) for record in batch]
        before = opening.known(self._feeder, [one.number for one in read if isinstance(one, Message)])
        for one in read:
            if isinstance(one, Rejected):
                tally.rejected.append(one)
                continue
            if one.act not in ("", NEW):
                later.append(one)
                continue
            came = before.get(one.number)
            earlier = (
                (came.content_hash if came is not None else None)
                or self._tried.get(one.number)
                or (fresh[one.number].content_hash() if one.number in fresh else None)
            )
            if earlier is None:
                fresh[one.number] = one
            elif earlier == one.content_hash():
                tally.known += 1
            else:
                tally.rejected.append(Rejected(one.line, one.number, SAME_NUMBER, "message_no"))
        if self._write:
            self._open(list(fresh.values()), tally)
        else:
            self._try(fresh, tally)
        for one in later:
            self._pass_on(one, tally)

    def _try(self, fresh: Mapping[str, Message], tally: Tally) -> None:
        """Count what could be opened. Later rows of the same file are compared with these as if they had been written."""
        for number, message in fresh.items():
            refused = None
            if self._neighbour is not None:
                said, _ = said_of(message, self._proposer)
                refused = opening.problem(self._definition(message), self._library, said, self._feeder)
            if refused is None:
                self._tried[number] = message.content_hash()
                tally.new += 1
            else:
                tally.rejected.append(Rejected(message.line, number, _reason(refused)))

    def _definition(self, message: Message) -> Procedure:
        """Return the procedure a message is opened under. What its sender chose decides; a word that only points to a topic does not."""
        if self._neighbour is None or not message.topic:
            return self._definitions[0]
        return neighbours.procedure_for(self._library, self._neighbour, message.topic) or self._definitions[0]

    def _pass_on(self, message: Message, tally: Tally) -> None:
        """Record what was said later about a matter that came before, or only see whether it could be."""
        neighbour = self._neighbour
        theirs = None if neighbour is None else passed_on.find(neighbour, message.number)
        if neighbour is None or theirs is None:
            if not self._write and message.number in self._tried:
                tally.new += 1
            else:
                tally.rejected.append(Rejected(message.line, message.number, passed_on.UNKNOWN.text, "message_no"))
            return
        data = passed_on.data_of(theirs.definition, message.act, message.detail, message.choice)
        own = message.act_no or message.content_hash()[:32]
        if isinstance(data, Refusal):
            answer: services.Receipt | Refusal | bool = data
        elif self._write:
            answer = passed_on.pass_on(neighbour, message.number, message.act, data, own_number=own)
        else:
            answer = passed_on.was_passed_on(neighbour, theirs, own) or passed_on.foresee(neighbour, theirs, message.act, data)
        if isinstance(answer, Refusal):
            tally.rejected.append(Rejected(message.line, message.number, _reason(answer), "act"))
        elif answer is True or (isinstance(answer, services.Receipt) and answer.known):
            tally.known += 1
        else:
            tally.new += 1

    def _open(self, messages: Sequence[Message], tally: Tally) -> None:
        waiting: dict[str, list[tuple[Message, Plain]]] = {}
        for message in messages:
            made = self._prepare(message)
            if isinstance(made, services.Pending):
                waiting.setdefault(made.home, []).append((message, made.payload))
            elif isinstance(made, Refusal):
                tally.rejected.append(Rejected(message.line, message.number, _reason(made)))
            else:
                tally.known += 1
        for home, openings in waiting.items():
            answers = doors.many(home, [payload for _, payload in openings])
            for (message, _), answer in zip(openings, answers, strict=True):
                if answer["status"] == "mismatch":
                    tally.rejected.append(Rejected(message.line, message.number, SAME_NUMBER, "message_no"))
                elif answer["status"] == "known":
                    tally.known += 1
                else:
                    tally.new += 1

    def _prepare(self, message: Message) -> services.Pending | services.Receipt | Refusal:
        said, queue = said_of(message, self._proposer)
        return opening.prepare(self._definition(message), said, principal=self._principal, content_hash=message.content_hash(), unit=queue)


def said_of(message: Message, proposer: Proposer) -> tuple[opening.Said, str | None]:
    """Return a message as a matter is opened from it, and the unit whose dispatchers take it in."""
    words = f"{message.title}\n{message.detail}"
    proposal = proposer.propose(words, topic=message.topic, division=message.division, answers=message.answers)
    said = opening.Said(
        number=message.number,
        text=message.detail,
        topic=proposal.topic,
        division=proposal.division,
        title=message.title,
        place={"division": proposal.division, "detail": proposal.found_place} if proposal.found_place else None,
        more={
            "written_at": message.written_at.isoformat(),
            "routing_reason": f"{proposal.reason.zh} / {proposal.reason.en}",
            **message.answers,
        },
        evidence=[proposal.explained],
        person={"name": message.name, "phone": message.phone},
    )
    return said, proposal.queue


def _batches(rows: Iterable[records.Record], size: int) -> Iterator[list[records.Record]]:
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _reason(refusal: Refusal) -> Text:
    parts = refusal.details or (refusal,)
    return Text("；".join(part.text.zh for part in parts), "; ".join(part.text.en for part in parts))
