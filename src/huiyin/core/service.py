"""Service of papers: how a printed paper reached somebody, and when that counts.

One act serves one paper on one recipient, or records that it could not be served. How the law orders the ways (Civil Procedure
Law, arts. 87 to 95) is the same for every procedure, so the form of the act is built in. What counts is the day of service,
not the day somebody wrote it down: terms run from it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

from huiyin.core import clocks
from huiyin.core.forms import BadValueError, Known, read_value
from huiyin.core.procedure import Action, ClockDef, Procedure
from huiyin.core.service_form import BY_NAME, FIELDS, METHODS, NEEDED, TO, UNIT_METHODS, WORDS
from huiyin.core.service_parts import AGREED, address_of, consent_of, notice_clock
from huiyin.core.snapshot import Party, Service, Snapshot
from huiyin.core.values import Refusal, Text

if TYPE_CHECKING:
    from huiyin.core.packs import Library
    from huiyin.core.papers import PaperDef


_FROM_SERVICE = re.compile(r"(?P<paper>[a-z][a-z0-9_]*)\.served_at")


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a paper must be served on: a party, or a unit under its alias."""

    id: str
    name: str
    party: Party | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What was typed about one service, read and found lawful."""

    to: Recipient
    method: str
    result: str
    on: date
    words: Mapping[str, Any]

    @property
    def delivered(self) -> bool:
        """Whether the paper got there."""
        return self.result == "delivered"


def recipients(paper: PaperDef, procedure: Procedure, snapshot: Snapshot) -> tuple[Recipient, ...]:
    """Return everybody a paper must be served on in this matter."""
    found: list[Recipient] = []
    for name in paper.served_on:
        if name in procedure.roles:
            found.extend(Recipient(party.id, party.name, party) for party in snapshot.of_role(name))
        elif name in snapshot.units:
            found.append(Recipient(name, snapshot.unit_names.get(name, "") or name))
    return tuple(found)


def services_of(paper: str, snapshot: Snapshot) -> tuple[Service, ...]:
    """Return what was done to serve the text of a paper that stands now, also on issues it only reprints."""
    issues = {issue.number: issue for issue in snapshot.papers.get(paper, ())}
    issue = snapshot.paper(paper)
    numbers: set[int] = set()
    while issue is not None:
        numbers.add(issue.number)
        issue = None if issue.corrects is None else issues.get(issue.corrects)
    return tuple(one for one in snapshot.services if one.paper == paper and one.number in numbers)


def counts_from(service: Service, library: Library) -> datetime | None:
    """Return the instant from which somebody has been served: a notice only when its last day is over."""
    if service.counts is None:
        return None
    if service.method == "notice":
        return library.calendar.end_of_day(service.counts)
    return library.calendar.at(service.counts, time.min)


def served_on(paper: str, to: str, snapshot: Snapshot, library: Library, now: datetime) -> date | None:
    """Return the day a recipient was served with a paper as of ``now``, or None."""
    days = [
        one.counts
        for one in services_of(paper, snapshot)
        if one.to == to and one.counts is not None and (since := counts_from(one, library)) is not None and since <= now
    ]
    return min(days, default=None)


def unserved(paper: PaperDef, procedure: Procedure, snapshot: Snapshot, library: Library, now: datetime) -> tuple[Recipient, ...]:
    """Return who has still to be served with a paper."""
    everybody = recipients(paper, procedure, snapshot)
    return tuple(one for one in everybody if served_on(paper.name, one.id, snapshot, library, now) is None)


def served_at(paper: PaperDef, procedure: Procedure, snapshot: Snapshot, library: Library, now: datetime) -> date | None:
    """Return the latest day on which all who must be served were; None until then, and where there is nobody to serve."""
    days = [served_on(paper.name, one.id, snapshot, library, now) for one in recipients(paper, procedure, snapshot)]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def paper_of(clock: ClockDef) -> str | None:
    """Return the paper a clock runs from the service of, or None."""
    found = _FROM_SERVICE.fullmatch(clock.trigger or "")
    return None if found is None else found["paper"]


def day_for(clock: ClockDef, procedure: Procedure, snapshot: Snapshot, library: Library, now: datetime) -> date | None:
    """Return the day a clock runs from by service: the latest on which those were served whose right or duty it is.

    None where the clock is nobody's who is served, or where one of them was not served yet.
    """
    name = paper_of(clock)
    paper = None if name is None else library.papers.get(name)
    if paper is None:
        return None
    whose = [one for one in recipients(paper, procedure, snapshot) if one.party is not None and one.party.role in clock.who]
    days = [served_on(paper.name, one.id, snapshot, library, now) for one in whose]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def own_clocks(party: str, procedure: Procedure, snapshot: Snapshot, library: Library, now: datetime) -> Snapshot:
    """Return the matter as its dates stand for one party: each one's right runs from its own service.

    A clock that was paused, extended or has ended for the whole matter stays as it is.
    """
    one = snapshot.party(party)
    lives = dict(snapshot.clocks)
    for name, life in snapshot.clocks.items():
        definition = procedure.clocks[name]
        paper = paper_of(definition)
        if one is None or paper is None or one.role not in definition.who or life.status != "running":
            continue
        day = served_on(paper, one.id, snapshot, library, now)
        if day is None or any(event.kind not in ("started", "redated") for event in life.events):
            continue
        terms = definition.on(day)
        if terms is None or day == library.calendar.local_date(life.trigger):
            continue
        first = life.events[0]
        counted = clocks.start(
            None,
            name=name,
            kind=terms.kind,
            term=terms.term,
            count=terms.count,
            trigger=library.calendar.end_of_day(day),
            until=None,
            at=first.at,
            now=first.now,
            seq=first.seq,
            counting=library.counting_for(),
        )
        if not isinstance(counted, Refusal):
            lives[name] = counted
    return replace(snapshot, clocks=lives)


def electronic_address(recipient: Recipient) -> str | None:
    """Return where a party agreed to get papers electronically, or None while it has not, or no longer, agreed."""
    party = recipient.party
    if party is None or party.facts.get(consent_of(party.role)) != AGREED:
        return None
    address = party.facts.get(address_of(party.role))
    return address if isinstance(address, str) and address else None


def methods_for(procedure: Procedure, paper: str, recipient: Recipient) -> tuple[str, ...]:
    """Return the ways a paper may be served on a recipient in this procedure, whatever was tried before."""
    if recipient.party is None:
        return tuple(method for method in METHODS if method in UNIT_METHODS)
    notice = notice_clock(paper) in procedure.clocks
    return tuple(method for method in METHODS if notice or method != "notice")


def read(
    action: Action,
    data: Mapping[str, Any],
    procedure: Procedure,
    snapshot: Snapshot,
    library: Library,
    now: datetime,
) -> Given | Refusal:
    """Return one service as it was typed, or why it does not count."""
    name = action.serves or ""
    paper = library.papers[name]
    issue = snapshot.paper(name)
    if issue is None:
        return _not_printed(paper)
    values = _values(data)
    if isinstance(values, Refusal):
        return values
    waiting = unserved(paper, procedure, snapshot, library, now)
    recipient = _recipient(data.get(TO), recipients(paper, procedure, snapshot), waiting)
    if isinstance(recipient, Refusal):
        return recipient
    if recipient not in waiting:
        return Refusal(
            "already_served",
            Text("已经送达过了。日期记错了的，请用“更正”。", "That one has been served. If the date is wrong, use “correct”."),
            field=TO,
        )
    method, result = str(values["method"]), str(values.get("result") or "delivered")
    given = Given(recipient, method, result, date.fromisoformat(values["on"]), {word: values[word] for word in WORDS if word in values})
    return (
        _bad_date(given, issue.printed_at, library, now)
        or _incomplete(given)
        or _unlawful(given, procedure, snapshot, name)
        or _wrong_hands(given, procedure, snapshot)
        or given
    )


def unservable(name: str, procedure: Procedure, snapshot: Snapshot, library: Library, now: datetime) -> Refusal | None:
    """Return why nobody can be served with a paper now, whatever is filled in, or None."""
    paper = library.papers[name]
    if snapshot.paper(name) is None:
        return _not_printed(paper)
    if not recipients(paper, procedure, snapshot):
        return Refusal(
            "nobody",
            Text(
                f"《{paper.title.zh}》要送的人还没有登记，请先登记。",
                f"Nobody “{paper.title.en}” is for is recorded yet; record them first.",
            ),
        )
    if not unserved(paper, procedure, snapshot, library, now):
        return Refusal("already_served", Text(f"《{paper.title.zh}》都送达了。", f"“{paper.title.en}” has been served on everybody."))
    return None


def _not_printed(paper: PaperDef) -> Refusal:
    return Refusal(
        "not_printed",
        Text(f"《{paper.title.zh}》还没有印出来，不能送达。", f"“{paper.title.en}” is not printed yet and cannot be served."),
    )


def _values(data: Mapping[str, Any]) -> dict[str, Any] | Refusal:
    unknown = [name for name in data if name not in BY_NAME and name != TO]
    if unknown:
        shown = str(unknown[0])[:60]
        return Refusal(
            "unknown_field",
            Text(f"这里不填“{shown}”。请去掉它再提交。", f"“{shown}” is not asked for here. Leave it out and submit again."),
            field=shown,
        )
    nothing = Known(frozenset(), frozenset(), {})
    values: dict[str, Any] = {}
    for field in FIELDS:
        raw = data.get(field.name)
        if raw is None or raw == "" or raw == [] or (isinstance(raw, str) and not raw.strip()):
            if field.required:
                return _asked(field.name)
            continue
        try:
            values[field.name] = read_value(field, raw, nothing)
        except BadValueError as bad:
            return Refusal("bad_value", bad.text, field=field.name)
    return values


def _asked(name: str) -> Refusal:
    label = BY_NAME[name].label
    return Refusal("required", Text(f"请填写“{label.zh}”。", f"Fill in “{label.en}”."), field=name)


def _recipient(raw: Any, everybody: tuple[Recipient, ...], waiting: tuple[Recipient, ...]) -> Recipient | Refusal:
    if raw in (None, "") and len(everybody) == 1:
        return everybody[0]
    found = next((one for one in everybody if one.id == raw), None)
    if found is not None:
        return found
    names = "、".join(one.name or one.id for one in waiting) or "—"
    return Refusal("recipient", Text(f"请选送给谁：{names}。", f"Choose on whom it was served: {names}."), field=TO)


def _bad_date(given: Given, printed_at: datetime, library: Library, now: datetime) -> Refusal | None:
    return bad_day(given.on, printed_at, library, now, "on")


def bad_day(on: date, printed_at: datetime, library: Library, now: datetime, field: str) -> Refusal | None:
    """Return why a paper cannot have been served on a day: before it was printed, or in the future."""
    if on < library.calendar.local_date(printed_at):
        return Refusal(
            "before_printing",
            Text("送达的日子早于文书印出的日子，请核对。", "That day is before the paper was printed; check it."),
            field=field,
        )
    if on > library.calendar.local_date(now):
        return Refusal(
            "in_future",
            Text("送达的日子还没有到。送到了再登记。", "That day has not come. Record the service once it has happened."),
            field=field,
        )
    return None


def _incomplete(given: Given) -> Refusal | None:
    needed = NEEDED[given.method] if given.delivered else ("reason",)
    missing = next((name for name in needed if not given.words.get(name)), None)
    if missing is not None:
        return _asked(missing)
    if given.method == "left" and not (given.words.get("witnesses") or given.words.get("recorded")):
        return Refusal(
            "witness",
            Text(
                "留置送达要有见证人签名，或者拍照、录像记下经过。请填一样。",
                "Leaving a paper behind needs witnesses who sign, or photographs or a film of it. Give one of them.",
            ),
            field="witnesses",
        )
    return None


def _unlawful(given: Given, procedure: Procedure, snapshot: Snapshot, paper: str) -> Refusal | None:
    if given.method not in methods_for(procedure, paper, given.to):
        return Refusal(
            "method",
            Text("不能用这种方式送给对方，请换一种。", "This one cannot be served in that way; choose another."),
            field="method",
        )
    if given.to.party is None and given.result == "refused":
        return Refusal("method", Text("单位不拒收，请改选结果。", "A unit does not refuse; choose another result."), field="result")
    if given.method in ("left", "notice", "electronic") and not given.delivered and given.result != "returned":
        return Refusal("method", Text("这种方式没有这样的结果。", "That is no result of this way."), field="result")
    if given.method == "electronic" and given.to.party is not None and electronic_address(given.to) is None:
        return Refusal(
            "electronic_consent",
            Text(
                "对方没有同意电子送达，或者已经撤回。请先登记同意和地址，或者换一种方式。",
                "They have not agreed to get papers electronically, or no longer do. Record consent and address, or choose another way.",
            ),
            field="method",
        )
    tried = [one for one in services_of(paper, snapshot) if one.to == given.to.id and one.counts is None and one.method != "notice"]
    if given.method == "notice" and not tried:
        return Refusal(
            "notice_last",
            Text(
                "公告是最后的办法。请先用别的方式送，把没送到的经过登记下来。",
                "A public notice comes last. Try another way first and record that it failed.",
            ),
            field="method",
        )
    return None


def _wrong_hands(given: Given, procedure: Procedure, snapshot: Snapshot) -> Refusal | None:
    """Return the refusal when the other side of the same matter signed for it."""
    party, signer = given.to.party, str(given.words.get("signer") or "").strip()
    if party is None or not signer or not given.delivered:
        return None
    for other in snapshot.parties:
        opposed = other.role != party.role or procedure.roles[party.role].least > 1
        if other.id != party.id and opposed and other.name and other.name == signer:
            return Refusal(
                "opposing_party",
                Text(
                    "签收的人是这件事的另一方，不能替对方收。",
                    "Whoever signed is the other side of this matter and cannot receive for them.",
                ),
                field="signer",
            )
    return None
