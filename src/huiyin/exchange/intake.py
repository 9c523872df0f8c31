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
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.exchange import records, rejects
from huiyin.exchange.messages import Choices, Message, Rejected, read_message
from huiyin.exchange.owners import Proposal, Proposer
from huiyin.host.errors import HostError
from huiyin.matters import doors, services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Key

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
) -> Tally:
    """Take in every message of a file, or without ``write`` only say what would become of each.

    Raises:
        HostError: the file as a whole cannot be read; nothing was taken in.
    """
    if not feeder or len(feeder) > MAX_FEEDER or not feeder.isprintable():
        raise HostError(
            "feeder", f"来源的名字应有 1～{MAX_FEEDER} 个字。", f"The feeder's name has 1 to {MAX_FEEDER} printable characters."
        )
    source = records.inspect(path, mapping)
    total = sum(1 for _ in records.read(source))
    intake = _Intake(feeder, write=write)
    tally = Tally()
    for batch in _batches(records.read(source), BATCH):
        intake.take(batch, tally)
        if progress is not None:
            progress(tally.read, total)
    tally.rejected = [replace(one, cell=source.cell(one.line, one.field)) for one in tally.rejected]
    return tally


def choices(library: Library) -> Choices:
    """Return what a sender may choose from: topics of the line this room opens, and the city's districts."""
    line = library.procedures[PROCEDURE].line_of_work
    root = places.root()
    districts = {} if root is None else {place.short: place.code for place in places.parts(root.code)}
    return Choices({topic.label.zh: topic.key for topic in library.topics_of(line) if not topic.sealed}, districts)


class _Intake:
    def __init__(self, feeder: str, *, write: bool) -> None:
        self._feeder = feeder
        self._write = write
        self._tried: dict[str, str] = {}
        self._principal = Principal(kind="feeder", id=feeder, purpose="intake")
        library = city.library()
        self._zone = library.calendar.zone
        self._choices = choices(library)
        definition = library.procedures[PROCEDURE]
        self._proposer = Proposer(library, definition.units[definition.host].kinds)
        form = definition.forms[definition.opening_form]
        self._fields = frozenset(entry.field for entry in form.entries)
        self._homes = tuple(places.homes())

    def take(self, batch: Sequence[records.Record], tally: Tally) -> None:
        """Take in some rows; what is known or bad is only counted."""
        tally.read += len(batch)
        now = clock.now()
        fresh: dict[str, Message] = {}
        read = [read_message(record, self._zone, now, self._choices) for record in batch]
        before = self._before([one.number for one in read if isinstance(one, Message)])
        for one in read:
            if isinstance(one, Rejected):
                tally.rejected.append(one)
                continue
            earlier = (
                before.get(one.number) or self._tried.get(one.number) or (fresh[one.number].content_hash() if one.number in fresh else None)
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
            # Later rows of the same file are compared with these as if they had been written.
            self._tried |= {number: message.content_hash() for number, message in fresh.items()}
            tally.new += len(fresh)

    def _key(self, number: str) -> str:
        return f"intake:{self._feeder}:{number}"

    def _before(self, numbers: Sequence[str]) -> dict[str, str]:
        """Return the content hash under which each known number came, wherever it was born."""
        keys = {self._key(number): number for number in numbers}
        with reading_as(SYSTEM):
            found = Key.objects.filter(home__in=self._homes, key__in=list(keys)).values_list("key", "body_hash")
            return {keys[key]: body_hash for key, body_hash in found}

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
        proposal = self._proposer.propose(f"{message.title}\n{message.detail}", topic=message.topic, division=message.division)
        data, evidence = self._data(message, proposal)
        made = services.prepare_opening(
            procedure=PROCEDURE,
            home="",
            data=data,
            principal=self._principal,
            at=None,
            evidence=evidence,
            key=self._key(message.number),
            topic=proposal.topic,
            division=proposal.division,
            opened_by="feeder",
            parties=(),
            opener=None,
            unit=proposal.queue,
            feeder=(self._feeder, message.number),
            parent=None,
        )
        if isinstance(made, services.Pending):
            # What the feeder asked is the message; where it goes is our doing and may be another tomorrow.
            made.payload["body_hash"] = message.content_hash()
        return made

    def _data(self, message: Message, proposal: Proposal) -> tuple[Plain, list[Plain]]:
        """Return the opening's facts; what the procedure has no field for is kept as evidence of the opening."""
        said: Plain = {
            "title": message.title,
            "detail": message.detail,
            "feeder_name": self._feeder,
            "feeder_number": message.number,
            "written_at": message.written_at.isoformat(),
            "routing_reason": f"{proposal.reason.zh} / {proposal.reason.en}",
        }
        if proposal.found_place:
            said["place"] = {"division": proposal.division, "detail": proposal.found_place}
        rest = {name: value for name, value in said.items() if name not in self._fields and value}
        return {name: value for name, value in said.items() if name in self._fields}, [{"kind": "feeder", **rest}] if rest else []


def _batches(rows: Iterable[records.Record], size: int) -> Iterator[list[records.Record]]:
    left = iter(rows)
    while batch := list(islice(left, size)):
        yield batch


def _reason(refusal: Refusal) -> Text:
    parts = refusal.details or (refusal,)
    return Text("；".join(part.text.zh for part in parts), "; ".join(part.text.en for part in parts))
