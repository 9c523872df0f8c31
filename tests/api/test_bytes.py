"""What arrives as bytes: wrong media type, too large, not JSON, too deep, characters nobody can keep. Never a 500."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import orjson
import pytest
from talking import REQUEST, ROOT, Caller

pytestmark = pytest.mark.usefixtures("served")


def send(body: bytes, content_type: str = "application/json", path: str = "/matters") -> Any:
    return Caller().client.generic("POST", f"{ROOT}{path}", data=body, content_type=content_type, headers={"Idempotency-Key": str(uuid4())})


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"null", 400),
        (b'{"data": NaN}', 400),
        (b'{"data": {"x": Infinity}}', 400),
        (b'{"data": {"x": -Infinity}}', 400),
        (b'{"data": {"x": "\\ud800"}}', 400),
        (b'{"data": {"x": "\xff\xfe"}}', 400),
        (b"[" * 100_000 + b"]" * 100_000, 400),
        (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400),
        (b'{"a":' * 30 + b"1" + b"}" * 30, 400),
        (b'{"data": {"detail": "a\\u0000b"}}', 422),
        (b'{"\\u0000": 1}', 422),
        (b'{"data": 5}', 422),
        (b'{"data": {"points": 5}}', 422),
        (b'{"parties": {"role": "reporter"}}', 422),
        (b'{"parties": [5]}', 422),
        (b'{"procedure": 5, "action": []}', 422),
        (b'{"at": "yesterday"}', 422),
        (b'{"at": 5}', 422),
        (b'{"evidence": "seen"}', 422),
        (orjson.dumps({**REQUEST, "data": {"detail": "a", "points": [{"ask": "x"}] * 500}}), 422),
        (b'{"data": {"detail": 1' + b"0" * 400 + b"}}", 400),
    ],
    ids=lambda value: repr(value[:24]) if isinstance(value, bytes) else str(value),
)
def test_bad_bytes_get_a_problem_and_not_a_fault(body: bytes, status: int) -> None:
    answer = send(body)
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["zh"]
    assert answer.json()["en"]


def test_more_than_a_megabyte_is_refused_before_it_is_read() -> None:
    answer = send(orjson.dumps({**REQUEST, "data": {"detail": "长" * 400_000}}))
    assert answer.status_code == 413
    assert "1 MB" in answer.json()["en"]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/xml"])
def test_another_media_type_is_415(kind: str) -> None:
    assert send(orjson.dumps(REQUEST), kind).status_code == 415


@pytest.mark.parametrize(
    "path",
    [
        "/places?q=%00",
        "/places?q=",
        "/units?kind=%00",
        "/units?after=%F0",
        "/units/%00",
        "/topics?q=%ED%A0%80",
        "/calendar?from=0001-01-01",
        "/calendar?from=9999-12-31",
        "/calendar?from=2026-01-01&to=2025-01-01",
        "/calendar?from=tomorrow",
        "/record/heads?after=WzFd",
        "/record/heads?home=210102&after=WzFd&limit=1",
        "/record/heads?home=210102&after=Wy0xXQ",
        "/record/heads?home=210102&after=Wzk5OTk5OTk5OTk5OTk5OTk5OTk5OV0",
        "/record/events/zz",
        "/procedures/%2e%2e",
        "/matters/210102/not-a-uuid",
        "/nowhere",
        "/matters/%00/0192d6a0-0000-7000-8000-000000000000",
    ],
)
def test_odd_addresses_get_an_answer_in_order(path: str) -> None:
    answer = Caller().get(path)
    assert answer.status_code in (200, 400, 401, 404, 422), answer.content.decode()


def test_the_language_of_the_sentence_follows_the_reader() -> None:
    assert "JSON" in Caller().post("/matters", b"{").json()["detail"]
    english = Caller().post("/matters", b"{", Accept_Language="en-GB,en;q=0.9,zh;q=0.5").json()
    assert english["detail"] == english["en"]
    chinese = Caller().post("/matters", b"{", Accept_Language="de,zh;q=0.5").json()
    assert chinese["detail"] == chinese["zh"]


def test_a_method_that_is_not_offered_is_405() -> None:
    assert Caller().ask("PATCH", "/matters").status_code == 405


def test_no_database_is_503_with_a_time_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    from huiyin.matters import services

    def gone(**_: object) -> None:
        raise OperationalError("the server went away: secret detail")

    monkeypatch.setattr(services, "open", gone)
    answer = Caller().post("/matters", REQUEST)
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert b"secret" not in answer.content


def test_a_fault_inside_is_500_without_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.matters import services

    def broken(**_: object) -> None:
        raise RuntimeError("王芳 13800000001")

    monkeypatch.setattr(services, "open", broken)
    answer = Caller().post("/matters", REQUEST)
    assert answer.status_code == 500
    assert "王芳" not in answer.content.decode()
    assert answer.json()["code"] == "fault"
