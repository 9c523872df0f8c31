"""A finished draft becomes a matter: opened once, its pictures handed in, what the person is told kept with the draft."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from huiyin.city.name_learning import learn
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.values import ANONYMOUS, Principal, Refusal, Text
from huiyin.intake import pictures
from huiyin.matters import queries, services
from huiyin.matters.receipts import Receipt
from huiyin.papers import services as papers
from huiyin.web import people
from huiyin.web.pages import asked, journeys, rarely, waysin
from huiyin.web.pages.drafts import Draft

log = logging.getLogger("huiyin.pages")
WITH_REPORT = Text("反映时一起交的照片和文件", "Photographs and documents handed in with it")
ADDS = "add_evidence"


def send(request: HttpRequest, library: Library, draft: Draft) -> Refusal | None:
    """Open the matter of a draft and note in the draft what the person is told."""
    staff = people.staff_of(request)
    evidence: tuple[dict[str, str], ...] = ()
    at: datetime | None = None
    if staff is not None:
        known = waysin.evidence_of(journeys.of_draft(library, draft), staff, draft.raw)
        if known is None:
            return Refusal("required", Text("请选是怎么来的。", "Say how it came to you."), field="channel")
        evidence = (known,)
        happened = rarely.moment_of(draft.raw.get("at", ""), library.zone)
        if isinstance(happened, Refusal):
            return happened
        at = happened
    opening = journeys.opening_of(library, draft, division=asked.division(draft))
    if staff is not None:
        came = waysin.opening(library.procedures[opening["procedure"]], draft.raw)
        opening |= {**came, "data": {**opening["data"], **came["data"]}}
    receipt = services.open(**opening, principal=staff or ANONYMOUS, at=at, evidence=evidence)
    if isinstance(receipt, Refusal):
        return receipt
    if staff is not None:
        learn(staff, draft.raw.get("f.place.detail", ""), opening["division"])
    follower = queries.find_by_reference(receipt.reference, receipt.code or "")
    party = follower if isinstance(follower, Principal) else None
    if party is not None:
        _hand_in(draft, receipt, library.procedures[opening["procedure"]], _who_hands_in(staff, party), evidence)
    draft.done = told(handed_in(library, draft, receipt, party, staff, evidence), draft)
    if staff is None and party is not None:
        people.remember_party(request, reference=receipt.reference, principal=party)
    return None


def handed_in(
    library: Library,
    draft: Draft,
    receipt: Receipt,
    party: Principal | None,
    staff: Principal | None = None,
    evidence: tuple[dict[str, str], ...] = (),
) -> Receipt:
    """Take the act that hands an application in, where opening it does not yet; return what the person is told then.

    Where it is refused the matter is open all the same and its page says what is missing.
    """
    application = journeys.application_of(library, draft.kind)
    if application is None or application.then is None or party is None:
        return receipt
    made = services.act(
        home=receipt.home,
        matter=receipt.matter,
        action=application.then,
        data={},
        principal=_who_hands_in(staff, party),
        evidence=evidence,
        key=f"{draft.key}:{application.then}",
    )
    if isinstance(made, Refusal):
        log.warning("an application was opened and not handed in: %s", made.code)
        return receipt
    return replace(made, code=receipt.code)


def told(receipt: Receipt, draft: Draft) -> dict[str, Any]:
    """Return what the person is told after sending, JSON-ready."""
    left = 0 if draft.held is None else len(pictures.waiting(draft.held))
    return {
        "reference": receipt.reference,
        "code": receipt.code,
        "who": [receipt.who.zh, receipt.who.en],
        "says": [receipt.says.zh, receipt.says.en],
        "due": None if receipt.due is None else receipt.due.isoformat(),
        "provisional": receipt.due_provisional,
        "head": receipt.head,
        "recorded_at": receipt.recorded_at.isoformat(),
        "home": receipt.home,
        "matter": str(receipt.matter),
        "dispute": draft.kind == "dispute",
        "pictures_left": left,
    }


def _who_hands_in(staff: Principal | None, party: Principal) -> Principal:
    """Pictures are the person's own; a member of staff who took them in records them for that person."""
    return party if staff is None else replace(staff, acting_for=party.id)


def _hand_in(draft: Draft, receipt: Receipt, procedure: Procedure, who: Principal, evidence: tuple[dict[str, str], ...]) -> None:
    """Make the waiting pictures files of the matter, by the act that adds material.

    What fails here fails alone: the matter is open, and the page says that the pictures are not with it.
    """
    if draft.held is None:
        return
    waiting = pictures.contents(draft.held)
    action = next((one for one in procedure.always if one.name == ADDS), None)
    if not waiting or action is None or action.form is None:
        return
    home, matter = receipt.home, UUID(str(receipt.matter))
    files: list[str] = []
    for name, content in waiting:
        made = papers.attach(home=home, matter=matter, name=name, chunks=(content,), principal=who)
        if not isinstance(made, UUID):
            log.warning("a picture of a draft was not taken in")
            return
        files.append(str(made))
    added = services.act(
        home=home,
        matter=matter,
        action=ADDS,
        data={"evidence": {"what": WITH_REPORT.zh}, "files": files},
        principal=who,
        evidence=evidence,
        key=f"{draft.key}:pictures",
    )
    if isinstance(added, Refusal):
        log.warning("the pictures of a draft were not added: %s", added.code)
        return
    pictures.drop_all(draft.held)
