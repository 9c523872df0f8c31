"""Signing at a signature service, where the installation has one: a party is sent there, and what comes back is checked and recorded.

Without a service nothing of this is shown, and the address answers as if it were not there.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from huiyin import clock
from huiyin.core.signing import BY_SERVICE, SERVICE_PROOF
from huiyin.core.values import Principal, Refusal, Text
from huiyin.matters import services as acts
from huiyin.papers import queries, services
from huiyin.papers.outside import sessions
from huiyin.papers.outside.checking import REASONS, Accepted, check
from huiyin.papers.outside.configured import Configured, SettingError, configured
from huiyin.papers.outside.gateway import HEADER, Asked, Gateway
from huiyin.web.pages import sheets
from huiyin.web.pages.documents import printing
from huiyin.web.pages.errors import not_found

if TYPE_CHECKING:
    from huiyin.web.pages.mediation.signing import Signing

log = logging.getLogger("huiyin.papers")
UNKNOWN = Text("没有这次签署，或者已经用过了。", "There is no such signing, or it was used already.")
LATE = Text("这次签署已经过期，请回到页面重新开始。", "This signing has run out; begin again on the page.")
UNPROVED = Text("不能确认是签名服务发来的。", "It cannot be shown that the signature service sent this.")
DECLINED = Text("在签名服务那里没有签，什么都没有登记。", "It was not signed at the service; nothing was recorded.")


def service() -> Configured | None:
    """Return the installation's signature service; a setting that is wrong is told in the log and counts as none."""
    try:
        return configured(settings.HOME.path)
    except SettingError as wrong:
        log.error("the signature service is not used: %s", wrong)
        return None


def context(signing: Signing, raw: dict[str, str]) -> dict[str, Any]:
    """Return what the page of the signature shows of a service: its name, the way there, and why an answer was refused."""
    told = service() if signing.by_party and not signing.seals and signing.offer.blocked is None else None
    if told is None:
        return {}
    code = sessions.noted(raw.get("service_session", ""))
    return {
        "service": told.title,
        "service_to": raw.get("service_to"),
        "service_refused": DECLINED if code == "declined" else REASONS.get(code),
    }


def begin(request: HttpRequest, signing: Signing, raw: dict[str, str]) -> Refusal | None:
    """Send the paper to the service and note where the party goes on; return why it could not be sent."""
    told, paper = service(), signing.paper(signing.line)
    party = next((one for one in signing.view.parties if one.id == signing.signer), None)
    if told is None or paper is None or party is None or signing.offer.blocked is not None:
        return Refusal("no_service", Text("现在不能这样签。", "It cannot be signed that way now."))
    signs = str(party.facts.get("representative") or "") if str(party.facts.get("signs_by")) == "representative" else party.name
    base = printing.base_of(request)
    pdf = printing.copy_of(signing.standpoint, sheets.of_paper(paper, signing.words), signing.words, base)
    session, sent = sessions.opened(
        home=signing.view.home,
        matter=str(signing.view.matter),
        party=party.id,
        action=signing.offer.action.name,
        hash_=signing.line.hash,
        names=(signs,),
        pdf=pdf,
    )
    asked = Asked(
        session.key,
        signing.line.title.zh,
        sent,
        signs,
        session.expires_at,
        base + reverse("signature-service-answer"),
        base + signing.standpoint.address,
    )
    found = Gateway(told).begin(asked)
    if isinstance(found, Refusal):
        return found
    raw.update(service_to=found, service_session=session.key)
    return None


@csrf_exempt
@require_POST
def answered(request: HttpRequest) -> HttpResponse:
    """Take what the service sends back: 200 when the signature is recorded, else a reason in both languages."""
    told = service()
    if told is None:
        return not_found(request)
    answer = Gateway(told).answer(request.body, request.headers.get(HEADER, ""))
    if answer is None:
        return _no("unproved", UNPROVED, 403)
    held = sessions.found(answer.session)
    if held is None:
        return _no("used", UNKNOWN, 409)
    session, sent = held
    if clock.now() > session.expires_at:
        return _no("late", LATE, 409)
    if answer.document is None:
        sessions.use(session)
        sessions.note(session, "declined")
        return JsonResponse({"recorded": False})
    now = clock.now()
    checked = check(sent, answer.document, told.trust, names=session.names, begun=session.begun_at, now=now)
    if isinstance(checked, Refusal):
        sessions.note(session, checked.code)
        return _no(checked.code, checked.text, 422)
    if not sessions.use(session):
        return _no("used", UNKNOWN, 409)
    refused = _record(session, answer.document, checked)
    return JsonResponse({"recorded": True}) if refused is None else _no(refused.code, refused.text, 409)


def _record(session: sessions.Session, document: bytes, checked: Accepted) -> Refusal | None:
    """Keep the signed file with the matter and record the signature; return why it could not be."""
    home, matter = session.home, UUID(session.matter)
    party = Principal("party", session.party, purpose="own", matter=f"{home}/{matter}")
    file = services.attach(home=home, matter=matter, name="signed.pdf", chunks=[document], principal=party)
    if file is None or isinstance(file, Refusal):
        return file or Refusal("missing", UNKNOWN)
    # Licensed is what the installation's own list says and nothing else.
    licensed = "本单位名录列为依法设立的电子认证机构" if checked.licensed else "本单位名录没有列为依法设立的电子认证机构"
    recorded = acts.act(
        home=home,
        matter=matter,
        action=session.action,
        data={
            "hash": session.hash,
            "method": BY_SERVICE,
            "scan": queries.scans(party, home=home, matter=matter, files=[str(file)]),
        },
        principal=party,
        evidence=[{"kind": SERVICE_PROOF, "note": f"证书：{checked.subject}；{checked.body.zh}；{licensed}"}],
        key=f"service:{session.key}",
    )
    return recorded if isinstance(recorded, Refusal) else None


def _no(code: str, text: Text, status: int) -> JsonResponse:
    return JsonResponse({"recorded": False, "refused": code, "zh": text.zh, "en": text.en}, status=status)
