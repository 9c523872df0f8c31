"""Files over HTTP: handed in, named by an act, fetched by those who may; a liar is refused with what is wrong."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image
from talking import OTHER_CENTRE, Caller, party, path_of, staff

pytestmark = pytest.mark.usefixtures("served")


def photo() -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (3, 3)).save(stream, "JPEG")
    return stream.getvalue()


def hand_in(caller: Caller, receipt: dict[str, Any], name: str, content: bytes) -> Any:
    return caller.client.generic(
        "POST",
        f"/api/v1{path_of(receipt)}/files?name={name}",
        content,
        content_type="image/jpeg",
        headers={"Authorization": f"Bearer {caller.token}"} if caller.token else {},
    )


def test_a_file_is_handed_in_named_by_an_act_and_fetched_again() -> None:
    receipt = Caller().open()
    mine = party(receipt)
    made = hand_in(mine, receipt, "lamp.jpg", photo())
    assert made.status_code == 201, made.content.decode()
    assert mine.get(f"{path_of(receipt)}/files").json() == {"items": []}  # no act has named it yet
    done = mine.act(receipt, "add_evidence", {"evidence": {"what": "今晚拍的"}, "files": [made.json()["id"]]})
    assert done.status_code == 201, done.content.decode()
    (one,) = mine.get(f"{path_of(receipt)}/files").json()["items"]
    assert (one["name"], one["kind"], one["scan"]) == ("lamp.jpg", "jpeg", "not_scanned")
    fetched = mine.get(f"{path_of(receipt)}/files/{one['id']}")
    assert fetched.content == photo()
    assert fetched.headers["Content-Disposition"].startswith("attachment")


def test_a_file_that_lies_is_refused_with_what_is_wrong() -> None:
    receipt = Caller().open()
    answer = hand_in(party(receipt), receipt, "lamp.jpg", b"MZ a program")
    assert answer.status_code == 422
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert "内容却是" in answer.content.decode()


def test_nobody_else_hands_in_lists_or_fetches() -> None:
    receipt = Caller().open()
    mine = party(receipt)
    made = hand_in(mine, receipt, "lamp.jpg", photo()).json()["id"]
    mine.act(receipt, "add_evidence", {"evidence": {"what": "x"}, "files": [made]})
    stranger = staff(OTHER_CENTRE, "dispatcher")
    other = party(Caller().open())
    for caller in (stranger, other):
        assert hand_in(caller, receipt, "lamp.jpg", photo()).status_code == 404
        assert caller.get(f"{path_of(receipt)}/files").status_code == 404
        assert caller.get(f"{path_of(receipt)}/files/{made}").status_code == 404
    assert Caller().get(f"{path_of(receipt)}/files").status_code == 401
    assert mine.get(f"{path_of(receipt)}/files/{uuid4()}").status_code == 404
