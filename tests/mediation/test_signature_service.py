"""A party signs at a service outside: sent there after reading, recorded only when what comes back was checked, once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from cases import Case, at_desk
from django.conf import settings
from django.test import Client
from looking import Visitor
from provider import SECRET, Authority, Provider

ADDRESS = "/signature-service/answer/"


@pytest.fixture(scope="module")
def ca() -> Authority:
    return Authority.made()


@pytest.fixture
def provider(ca: Authority) -> Iterator[Provider]:
    """A service the installation is set up for; the setting goes with the test."""
    made, home = Provider(), settings.HOME.path
    (home / "test-root.pem").write_bytes(ca.pem())
    told = {
        "title": {"zh": "试验签名服务", "en": "the test service"},
        "address": made.address,
        "secret": SECRET,
        "trust": [{"certificate": "test-root.pem", "title": {"zh": "试验认证机构", "en": "Test body"}}],
    }
    (home / "signature-service.json").write_text(json.dumps(told))
    yield made
    (home / "signature-service.json").unlink()
    made.ends()


def sends(case: Case) -> Visitor:
    """张三 reads, pauses, and has the paper sent to the service."""
    visitor, address = case.party(), f"/mine/{case.reference}/act/sign/"
    visitor.post(address, do="read", hash=case.hash("mediation_agreement"))
    visitor.post(address, do="pause")
    visitor.post(address, do="service", hash=case.hash("mediation_agreement"))
    return visitor


def back(provider: Provider, session: str, signed: bytes | None, **how: Any) -> tuple[int, dict[str, Any]]:
    body, headers = provider.callback(session, signed, **how)
    answer = Client().post(ADDRESS, body, content_type="application/json", headers=dict(headers))
    return answer.status_code, json.loads(answer.content)


def signatures(case: Case) -> list[str]:
    return [mark.method for mark in [line for line in case.view("clerk").papers if line.name == "mediation_agreement"][-1].signatures]


def test_what_was_signed_there_is_recorded_once_with_its_file_and_called_no_more_than_it_is(
    served: object, provider: Provider, ca: Authority
) -> None:
    case = Case().signing()
    visitor = sends(case)
    (session,) = provider.sessions
    page = visitor.get(f"/mine/{case.reference}/act/sign/", page="sign")
    assert f"https://sign.example/{session}" in page.html
    assert provider.sessions[session]["signer"] == {"name": "张三"}
    signed = ca.signs(provider.document(session))
    assert back(provider, session, signed) == (200, {"recorded": True})
    assert signatures(case) == ["service"]
    # The same answer again, and another answer to the same signing.
    for again in (signed, ca.signs(provider.document(session))):
        status, told = back(provider, session, again)
        assert (status, told["refused"]) == (409, "used")
    assert signatures(case) == ["service"]
    sheet = at_desk("mediator").get(f"{case.desk}/papers/mediation_agreement/1/").words
    assert "经电子签名服务签名，签名文件第" in sheet
    story = at_desk("mediator").get(f"{case.desk}/").words
    assert "没有列为依法设立的电子认证机构" in story


@pytest.mark.parametrize("wrong", ["another body", "another person", "another document", "altered", "expired", "unproved", "declined"])
def test_what_does_not_hold_records_nothing_and_says_why(wrong: str, served: object, provider: Provider, ca: Authority) -> None:
    case = Case().signing()
    visitor = sends(case)
    (session,) = provider.sessions
    sent = provider.document(session)
    flipped = bytearray(ca.signs(sent))
    flipped[len(flipped) // 2] ^= 1
    signed, status, code = {
        "another body": (Authority.made().signs(sent), 422, "not_trusted"),
        "another person": (ca.signs(sent, "张山"), 422, "other_person"),
        "another document": (ca.signs(sent.replace(session.encode(), b"another")), 422, "other_document"),
        "altered": (bytes(flipped), 422, "altered"),
        "expired": (ca.signs(sent, days=(-300, -1)), 422, "certificate_expired"),
        "unproved": (ca.signs(sent), 403, "unproved"),
        "declined": (None, 200, None),
    }[wrong]
    found, told = back(provider, session, signed, **({"secret": "y" * 40} if wrong == "unproved" else {}))
    assert (found, told.get("refused")) == (status, code)
    assert signatures(case) == []
    page = visitor.get(f"/mine/{case.reference}/act/sign/", page="sign")
    assert ("上一次没有收下" in page.words) is (wrong != "unproved")


def test_a_text_changed_meanwhile_is_not_signed(served: object, provider: Provider, ca: Authority) -> None:
    case = Case().signing()
    sends(case)
    (session,) = provider.sessions
    signed = ca.signs(provider.document(session))
    case.act("mediator", "change_text", {"reason": "金额写错了"})
    case.act("mediator", "resume")
    case.draft(amount=2400000)
    status, told = back(provider, session, signed)
    assert (status, told["refused"]) == (409, "text_changed")
    assert signatures(case) == []


def test_nobody_says_of_themselves_that_a_service_signed(served: object, provider: Provider) -> None:
    case = Case().signing()
    refusal = at_desk("mediator").get(f"{case.desk}/act/sign/")
    assert "电子签名服务" not in " ".join(refusal.labels.values())
    with pytest.raises(AssertionError, match="签名服务送回"):
        case.act("张三", "sign", {"hash": case.hash("mediation_agreement"), "method": "service"})


def test_without_a_service_nothing_of_it_is_shown_and_the_address_is_not_there(served: object) -> None:
    case = Case().signing()
    visitor, address = case.party(), f"/mine/{case.reference}/act/sign/"
    visitor.post(address, do="read", hash=case.hash("mediation_agreement"))
    page = visitor.post(address, do="pause")
    assert "签名服务" not in page.words
    assert Client().post(ADDRESS, b"{}", content_type="application/json").status_code == 404
