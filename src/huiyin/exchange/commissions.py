"""Mediations a court commissions: taken in under its case number, once; what came of each, and nothing that was said in it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core import chain, commission
from huiyin.core.commission import WAY, Told
from huiyin.core.opening import party_form
from huiyin.core.packs import Library
from huiyin.core.parts import RECALLED
from huiyin.core.procedure import Procedure
from huiyin.core.values import SYSTEM, Refusal, Text
from huiyin.exchange import neighbours, opening, passed_on
from huiyin.exchange.models import Neighbour
from huiyin.exchange.passed_on import Theirs
from huiyin.matters import services
from huiyin.matters.access import reading_as
from huiyin.matters.models import Event

Plain = dict[str, Any]
COMMISSION: Final = "huiyin.court-commission/1"
RESULT: Final = "huiyin.court-result/1"
LINE: Final = "dispute"
# What the document calls a fact -> the field of the procedure that takes it.
FIELDS: Final[Mapping[str, str]] = {
    "claim": "claim",
    "claim_sum": "claim_sum",
    "facts": "facts",
    "place": "dispute_place",
    "case_number": "court_number",
    "stage": "court_stage",
    "cause": "court_cause",
    "runs_until": "court_until",
    "attachments": "court_files",
}
COURT_NAME: Final = "court_name"
STATUSES: Final[Mapping[str, Text]] = {
    "settled": Text("调解成功", "settled"),
    "partly": Text("部分当事人调解成功", "settled between some of the parties"),
    "failed": Text("没有调解成", "not settled"),
    "withdrawn": Text("已收回", "taken back"),
    "declined": Text("不能调解", "not taken"),
}
OTHER_WORDS = Refusal(
    "number_known",
    Text(
        "这个案号委派过，内容不一样；没有改动原来的。", "This case number was commissioned before with other content; nothing was changed."
    ),
    field="case_number",
)
OVER = Refusal("ended", Text("这件委派已经有了结果，不能再收回。", "This commission has its result already and cannot be taken back."))


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a commission stands.

    Attributes:
        accepted_at: when the body took it; None while it has not, or where it declined.
        told: the result; None while there is none.
    """

    theirs: Theirs
    accepted_at: datetime | None
    told: Told | None


def take(neighbour: Neighbour, document: Mapping[str, Any]) -> services.Receipt | Refusal:
    """Open the matter of a commission, once: the same case number with the same document gives the first receipt again.

    Args:
        document: as the schema `COMMISSION` says, JSON-ready, without what was left out.

    Returns:
        the receipt, or why the commission cannot be taken, with the document's own name of the field.
    """
    library = city.library()
    number = str(document["case_number"])
    hash_ = hashlib.sha256(chain.canonical(dict(document))).hexdigest()
    before = opening.known(neighbour.name, [number]).get(number)
    if before is not None and before.content_hash != hash_:
        return OTHER_WORDS
    topic = str(document.get("topic") or LINE)
    definition = procedure_for(library, neighbour, topic)
    # Sent again it is answered as the first time, also when its day has passed since.
    refused = None if before is not None else _refused(library, neighbour, definition, topic, document)
    if definition is None or refused is not None:
        return refused or _no_procedure()
    answer = opening.written(_prepared(definition, document, neighbour, hash_, topic), neighbour.name, number, hash_)
    if not isinstance(answer, Refusal):
        return answer
    return replace(answer, field=_theirs(answer.field), details=tuple(replace(one, field=_theirs(one.field)) for one in answer.details))


def procedure_for(library: Library, neighbour: Neighbour, topic: str) -> Procedure | None:
    """Return the procedure a commission about a topic is opened under: one that is there for just such topics, else the general one."""
    agreed = neighbours.commissionable(library, neighbour.procedures)
    special = {one.procedure: one for one in (() if library.pathway is None else library.pathway.applications)}
    own = [one for one in agreed if one.name in special and special[one.name].fits(topic)]
    return next((one for one in (*own, *(one for one in agreed if one.name not in special))), None)


def _refused(
    library: Library, neighbour: Neighbour, definition: Procedure | None, topic: str, document: Mapping[str, Any]
) -> Refusal | None:
    if definition is None:
        return _no_procedure()
    if topic not in {one.key for one in neighbours.topics(library, neighbour)}:
        return Refusal(
            "topic", Text("没有这个事项类型，或者不由贵方委派。", "There is no such topic among those this court may bring."), "topic"
        )
    if places.division(str(document["division"])) is None:
        return Refusal("division", Text("没有这个区划代码。", "There is no such division."), field="division")
    if date.fromisoformat(str(document["runs_until"])) < city.today():
        return Refusal("past", Text("委派的日期已经过了。", "The commission has run out."), field="runs_until")
    sides = {one["side"] for one in document["parties"]}
    if not {"applicant", "respondent"} <= sides:
        return Refusal(
            "parties",
            Text("至少要有一位申请方（原告）和一位对方（被告）。", "There must be an applicant and a respondent."),
            field="parties",
        )
    return None


def _no_procedure() -> Refusal:
    return Refusal(
        "topic", Text("这类纠纷没有约定由我方调解。", "Disputes of this kind were not agreed to be mediated here."), field="topic"
    )


def _prepared(
    definition: Procedure, document: Mapping[str, Any], neighbour: Neighbour, hash_: str, topic: str
) -> services.Pending | services.Receipt | Refusal:
    form = definition.opening_form_for(WAY)
    taken = {entry.field for entry in form.entries} if form is not None else set()
    division = str(document["division"])
    told: Plain = {FIELDS[name]: value for name, value in document.items() if name in FIELDS}
    told[COURT_NAME] = neighbour.said.zh
    if "place" in document:
        told[FIELDS["place"]] = {"division": division, "detail": document["place"]}
    if "attachments" in document:
        told[FIELDS["attachments"]] = [{"what": one["name"], "sha256": one["sha256"]} for one in document["attachments"]]
    role = next(role.name for role in definition.roles.values() if role.bound)
    stated = {entry.field for entry in party_form(definition, role, own=False, carried=True).entries}
    parties = [
        {"role": role, "name": one["name"], "facts": {name: value for name, value in one.items() if name in stated}}
        for one in document["parties"]
    ]
    number = str(document["case_number"])
    return services.prepare_opening(
        procedure=definition.name,
        home="",
        data={name: value for name, value in told.items() if name in taken},
        principal=neighbours.principal_of(neighbour),
        at=None,
        evidence=[{"kind": "feeder", "feeder_name": neighbour.name, "feeder_number": number, "document_sha256": hash_}],
        key=opening.key_of(neighbour.name, number),
        topic=topic,
        division=division,
        opened_by=WAY,
        parties=parties,
        opener=None,
        unit=document.get("committee"),
        feeder=(neighbour.name, number),
        parent=None,
    )


def _theirs(name: str | None) -> str | None:
    """Return what the document calls a field of ours."""
    back = {ours: theirs for theirs, ours in FIELDS.items()} | {"unit": "committee"}
    return None if name is None else back.get(name, name)


def standing(neighbour: Neighbour, number: str) -> Standing | None:
    """Return where the commission of a case number stands; None for one that is not this court's."""
    theirs = passed_on.theirs(neighbour, number)
    return None if theirs is None or theirs.snapshot.opened_by != WAY else _standing(neighbour, theirs)


def _standing(neighbour: Neighbour, theirs: Theirs) -> Standing:
    definition = theirs.definition
    with reading_as(neighbours.principal_of(neighbour)):
        events = Event.objects.filter(home=theirs.row.home, matter=theirs.row.id, source_state=definition.start).order_by("seq")
        accepted = next((event.at for event in events if was_accepted(definition, event)), None)
    return Standing(theirs, accepted, commission.told(definition, theirs.library, theirs.snapshot, clock.now()))


def was_accepted(definition: Procedure, event: Event) -> bool:
    """Tell whether an event is the body's word that it takes the matter."""
    return event.source_state == definition.start != event.state and definition.states[event.state].end is None


def result(neighbour: Neighbour, found: Standing) -> Plain | None:
    """Return the document with the result; None while there is none."""
    told, row = found.told, found.theirs.row
    if told is None:
        return None
    definition, library = found.theirs.definition, found.theirs.library
    issue = told.agreement
    return {
        "format": RESULT,
        "case_number": row.feeder_number,
        "court": neighbour.said.zh,
        "reference": row.reference,
        "committee": found.theirs.snapshot.unit_names.get(definition.host, ""),
        "procedure": definition.name,
        "status": told.status,
        "commissioned_at": row.opened_at,
        "accepted_at": found.accepted_at,
        "concluded_at": told.at,
        "agreement": None
        if issue is None
        else {
            "title": library.papers[issue.paper].title.zh,
            "number": issue.number,
            "hash": issue.hash,
            "oral": not issue.signatures,
            "effective_at": issue.effective_at,
            "between": list(told.between),
        },
        "undisputed_facts": told.undisputed or None,
        "reason": told.reason or None,
    }


def said(document: Mapping[str, Any]) -> tuple[tuple[str, Text, Any], ...]:
    """Return a result as labelled values, for a row of a file."""
    agreement = document["agreement"] or {}
    return (
        ("status", Text("结果", "Result"), STATUSES[document["status"]].zh),
        ("agreement", Text("协议", "Agreement"), "，".join(str(agreement[name]) for name in ("title", "hash") if name in agreement)),
        ("between", Text("协议各方", "Between"), "、".join(agreement.get("between", ()))),
        ("undisputed_facts", Text("各方签字确认无争议的事实", "Facts all signed as undisputed"), document["undisputed_facts"]),
        ("reason", Text("不能调解的理由", "Why it is not taken"), document["reason"]),
    )


def recall(neighbour: Neighbour, number: str, reason: str) -> Standing | Refusal:
    """Let a court take its commission back; done twice is done once."""
    found = standing(neighbour, number)
    if found is None:
        return passed_on.UNKNOWN
    if found.told is not None:
        return found if found.told.status == "withdrawn" else OVER
    row = found.theirs.row
    answer = services.act(
        home=row.home,
        matter=row.id,
        action=RECALLED,
        data={},
        principal=SYSTEM,
        evidence=[{"kind": "feeder", "feeder_name": neighbour.name, "feeder_number": number, "reason": reason}],
        key=f"recalled:{row.id}",
    )
    if isinstance(answer, Refusal):
        return answer
    after = standing(neighbour, number)
    return OVER if after is None or after.told is None or after.told.status != "withdrawn" else after


def words(definition: Procedure, events: Sequence[Event], told: Told | None) -> list[Event]:
    """Return those of a commission's events that are news to the court: that it came, that it was taken, its result.

    What the parties do in between, also that they did something, stays in the mediation.
    """
    asked = definition.commission
    settled = frozenset[str]() if asked is None or told is None or told.agreement is None else frozenset(asked.settled)

    def is_result(event: Event) -> bool:
        if not settled:
            return bool(event.effects.get("outcome"))
        taken = (definition.state_action(source, name) for name, source, _ in event.effects["moves"] if source)
        return not event.effects.get("assented") and any(settled & set(one.effective) for one in taken if one is not None)

    return [event for event in events if event.seq == 1 or was_accepted(definition, event) or is_result(event)]
