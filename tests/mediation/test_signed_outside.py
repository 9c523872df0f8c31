"""What a signature service sends back counts only if it is that document, signed by that person, with a trusted certificate, now."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from provider import BODY, SECRET, Authority, Provider

from huiyin.core.values import Refusal, Text
from huiyin.papers.outside.checking import Accepted, check
from huiyin.papers.outside.configured import Configured, SettingError, Trusted, configured
from huiyin.papers.outside.gateway import HEADER, Asked, Gateway
from huiyin.papers.typesetting import Document, pdf

PLAIN = pdf(Document(Text("人民调解协议书", "Agreement"), ({"kind": "text", "zh": "张三付李四23000元。", "en": "Zhang pays Li."},))).data
SENT = PLAIN + b"\n%210102-one\n"


@pytest.fixture(scope="module")
def ca() -> Authority:
    return Authority.made()


@pytest.fixture(scope="module")
def trust(ca: Authority, tmp_path_factory: pytest.TempPathFactory) -> tuple[Trusted, ...]:
    return (ca.trusted(tmp_path_factory.mktemp("roots")),)


@pytest.fixture(scope="module")
def signed(ca: Authority) -> bytes:
    return ca.signs(SENT)


def checked(
    got: bytes, trust: tuple[Trusted, ...], *, sent: bytes = SENT, begun: timedelta = timedelta(), names: tuple[str, ...] = ("张三",)
) -> str:
    now = datetime.now(UTC)
    found = check(sent, got, trust, names=names, begun=now - timedelta(minutes=30) + begun, now=now)
    return found.code if isinstance(found, Refusal) else "accepted"


def test_the_document_that_was_sent_signed_by_the_person_meant_is_accepted(signed: bytes, trust: tuple[Trusted, ...]) -> None:
    now = datetime.now(UTC)
    found = check(SENT, signed, trust, names=("张三",), begun=now - timedelta(minutes=10), now=now)
    assert isinstance(found, Accepted), found
    assert (found.subject, found.body, found.licensed) == ("张三", BODY, False)


def test_only_the_installations_own_list_makes_a_body_licensed(ca: Authority, signed: bytes, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    found = check(SENT, signed, (ca.trusted(tmp_path, licensed=True),), names=("张三",), begun=now - timedelta(minutes=10), now=now)
    assert isinstance(found, Accepted)
    assert found.licensed


def test_a_certificate_of_another_body_is_refused_even_under_the_same_name(trust: tuple[Trusted, ...]) -> None:
    assert checked(Authority.made().signs(SENT), trust) == "not_trusted"


def test_a_certificate_of_somebody_else_is_refused(ca: Authority, trust: tuple[Trusted, ...]) -> None:
    assert checked(ca.signs(SENT, "张山"), trust) == "other_person"


def test_an_expired_certificate_is_refused(ca: Authority, trust: tuple[Trusted, ...]) -> None:
    assert checked(ca.signs(SENT, days=(-300, -1)), trust) == "certificate_expired"


@pytest.mark.parametrize("place", [0.2, 0.5, 0.99])
def test_one_byte_changed_is_refused(place: float, signed: bytes, trust: tuple[Trusted, ...]) -> None:
    data = bytearray(signed)
    data[int(len(data) * place)] ^= 1
    assert checked(bytes(data), trust) in ("altered", "unreadable")


def test_something_added_after_the_signature_is_refused(signed: bytes, trust: tuple[Trusted, ...]) -> None:
    assert checked(signed + b"\n% one more line\n", trust) == "altered"


def test_another_documents_signature_is_refused(ca: Authority, trust: tuple[Trusted, ...]) -> None:
    other = pdf(Document(Text("人民调解协议书", "Agreement"), ({"kind": "text", "zh": "张三付李四32000元。", "en": "More."},))).data
    assert checked(ca.signs(other + b"\n%210102-one\n"), trust) == "other_document"
    # The same text, sent for another signing.
    assert checked(ca.signs(PLAIN + b"\n%210102-two\n"), trust) == "other_document"


def test_two_signatures_where_one_was_asked_for_are_refused(ca: Authority, signed: bytes, trust: tuple[Trusted, ...]) -> None:
    assert checked(ca.signs(signed), trust) == "other_document"


def test_a_signature_made_before_it_was_asked_for_is_refused(signed: bytes, trust: tuple[Trusted, ...]) -> None:
    assert checked(signed, trust, begun=timedelta(minutes=60)) == "other_time"


@pytest.mark.parametrize(("got", "code"), [(SENT, "unsigned"), (b"no pdf", "unreadable"), (b"", "unreadable")])
def test_what_carries_no_signature_is_refused(got: bytes, code: str, trust: tuple[Trusted, ...]) -> None:
    assert checked(got, trust) == code


# The gateway


@pytest.fixture
def provider() -> Iterator[Provider]:
    made = Provider()
    yield made
    made.ends()


def told(provider: Provider, trust: tuple[Trusted, ...], secret: str = SECRET) -> Configured:
    return Configured(Text("试验签名", "Test signing"), provider.address, secret, trust)


def asked() -> Asked:
    return Asked("s-1", "人民调解协议书", SENT, "张三", datetime.now(UTC), "http://127.0.0.1/back/", "http://127.0.0.1/")


def test_a_document_is_handed_over_and_the_person_sent_on(provider: Provider, trust: tuple[Trusted, ...]) -> None:
    assert Gateway(told(provider, trust)).begin(asked()) == "https://sign.example/s-1"
    assert provider.document("s-1") == SENT
    assert provider.sessions["s-1"]["signer"] == {"name": "张三"}


def test_a_gateway_that_does_not_answer_or_knows_another_secret_is_told(provider: Provider, trust: tuple[Trusted, ...]) -> None:
    assert getattr(Gateway(told(provider, trust, "another secret that is long enough too")).begin(asked()), "code", "") == "no_service"
    provider.ends()
    assert getattr(Gateway(told(provider, trust)).begin(asked()), "code", "") == "no_service"


def test_a_callback_is_believed_only_with_the_secret_over_its_own_body_and_of_now(provider: Provider, trust: tuple[Trusted, ...]) -> None:
    gateway = Gateway(told(provider, trust))
    body, headers = provider.callback("s-1", b"%PDF-")
    answer = gateway.answer(body, headers[HEADER])
    assert answer is not None
    assert (answer.session, answer.document) == ("s-1", b"%PDF-")
    assert gateway.answer(body.replace(b"s-1", b"s-2"), headers[HEADER]) is None
    assert gateway.answer(body, "") is None
    forged, proof = provider.callback("s-1", b"%PDF-", secret="x" * 40)
    assert gateway.answer(forged, proof[HEADER]) is None
    old, proof = provider.callback("s-1", b"%PDF-", at=datetime.now(UTC) - timedelta(hours=1))
    assert gateway.answer(old, proof[HEADER]) is None
    declined, proof = provider.callback("s-1", None)
    assert getattr(gateway.answer(declined, proof[HEADER]), "document", b"") is None


# Settings


def test_without_the_file_there_is_no_service(tmp_path: Path) -> None:
    assert configured(tmp_path) is None


GOOD = {
    "title": {"zh": "试验签名", "en": "Test signing"},
    "address": "https://gateway.example/",
    "secret": SECRET,
    "trust": [{"certificate": "root.pem", "licensed": True, "title": {"zh": "甲", "en": "A"}}],
}


def test_what_the_file_says_is_used(tmp_path: Path, ca: Authority) -> None:
    (tmp_path / "root.pem").write_bytes(ca.pem())
    (tmp_path / "signature-service.json").write_text(json.dumps(GOOD))
    found = configured(tmp_path)
    assert found is not None
    assert found.trust[0].licensed


@pytest.mark.parametrize(
    "wrong",
    [{"secret": "short"}, {"address": "http://gateway.example/"}, {"trust": []}, {"trust": [{"certificate": "none.pem"}]}, {"title": "x"}],
)
def test_a_file_half_written_is_an_error_and_not_a_guess(wrong: dict[str, object], tmp_path: Path, ca: Authority) -> None:
    (tmp_path / "root.pem").write_bytes(ca.pem())
    (tmp_path / "signature-service.json").write_text(json.dumps({**GOOD, **wrong}))
    with pytest.raises(SettingError):
        configured(tmp_path)
