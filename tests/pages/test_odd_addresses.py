"""Addresses nobody meant: whatever stands in a query, a page answers, and no answer is a fault of ours."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.test import Client
from looking import CENTRE, COMMITTEE, COMMUNITY, Visitor, desk_of, staff

UNKNOWN = "01890000-0000-7000-8000-000000000000"


def cursor(*parts: Any) -> str:
    """Return the place in a list as an address carries it, with these parts."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode()


NASTY = (
    "a\x00b",
    "\u202e\u05de\U00020bb7",
    "9" * 400,
    "²",
    "x" * 8000,
    "' OR 1=1 -- ../../etc/passwd",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "9999-12-31..0001-01-01",
    cursor("infinity", 5),
    cursor("2026-W05-1", UNKNOWN),
    cursor("0001-01-01T00:00:00+14:00", UNKNOWN),
    base64.urlsafe_b64encode(b"[" * 3000).decode(),
)
PARTS = (
    *(
        "lang",
        "big",
        "words",
        "place",
        "topic",
        "wants",
        "kind",
        "q",
        "next",
        "reference",
        "code",
        "size",
        "asked",
        "scope",
        "line",
        "state",
    ),
    *(
        "overdue",
        "n",
        "after",
        "open",
        "act",
        "for",
        "since",
        "by",
        "cause",
        "key",
        "all",
        "stage",
        "period",
        "from",
        "to",
        "as_of",
        "count",
    ),
    *("row", "start", "week", "of", "page", "preview", "cookies", "begun", "format", "sent", "harm", "sides", "cursor"),
)
OPEN = (
    "/", "/report/", "/dispute/", "/report/resume/", "/report/one-page/report/", "/report/one-page/dispute/", "/report/one-page/zz/",
    "/track/", "/p/", f"/p/{COMMUNITY}/", f"/p/{COMMUNITY}/qr.svg", f"/p/{COMMUNITY}/sign/", "/p/999999999999/", "/p/210102/",
    "/paper-form/report/", "/paper-form/zz/", "/way/", "/guide/", "/guide/zz/", "/record/", "/about/", "/look/", "/map/", "/map/zz/",
    "/record/figures/", "/record/figures/figures.csv", "/verify/", "/verify/0000000000000000/", "/verify/%00/", "/verify/%F0%A0%AE%B7/",
    "/session/", "/sign-in/", "/offline/", "/report/zz/what/", "/report/zz/saved/", "/report/zz/slip/", "/mine/260000000000/",
    "/healthz", "/jobs/", "/desk/",
)  # fmt: skip
DESK = (
    "/desk/", "/desk/new/", "/desk/search/", "/desk/notices/", "/desk/keys/", "/desk/take-in/", "/board/", "/board/list/", "/map/",
    f"/map/{COMMUNITY}/", "/map/210100/", "/map/999999999999/", "/jobs/", f"/jobs/{UNKNOWN}/", f"/jobs/{UNKNOWN}/state/",
    f"/jobs/{UNKNOWN}/file/", "/export/", "/import/", "/mediations/", "/returns/", "/returns/zz/", "/weekly/", "/field/",
    "/field/capture/", "/field/plan/", "/field/print/", "/field/kept/", "/field/bundle", "/post/", f"/desk/210102/{UNKNOWN}/",
    f"/p/{COMMUNITY}/", "/report/resume/",
)  # fmt: skip


def hold(client: Client, addresses: tuple[str, ...], subtests: Any) -> None:
    """Ask for every address with every nasty text in every part of its query at once, and in every way there is."""
    client.raise_request_exception = False
    for address in addresses:
        wrong = [nasty[:40] for nasty in NASTY if client.get(address, dict.fromkeys(PARTS, nasty)).status_code >= 500]
        wrong += [way for way in ("HEAD", "OPTIONS", "PUT", "DELETE") if client.generic(way, address).status_code >= 500]
        with subtests.test(address=address):
            assert wrong == []


def test_open_pages_answer_odd_queries(served: object, subtests: Any) -> None:
    hold(Visitor().client, OPEN, subtests)


@pytest.mark.parametrize(("unit", "post"), [(CENTRE, "dispatcher"), (COMMITTEE, "mediator")])
def test_pages_at_the_desk_answer_odd_queries(served: object, subtests: Any, unit: str, post: str) -> None:
    from huiyin.city import queries as city

    reference, _ = Visitor().ask_for_mediation()
    visitor = staff(unit, post)
    returns = [f"/returns/{name}/{end}" for name in city.library().returns for end in ("", "list/", "file/csv/")]
    desk = desk_of(visitor, reference)
    of_matter = [f"{desk}{end}" for end in ("", "act/accept/", "file/", "court-packet/", "court-packet.zip", "file.pdf", "meeting.ics")]
    hold(visitor.client, (*DESK, *returns, *(of_matter if desk.count("/") > 3 else ())), subtests)


def test_pages_of_a_party_answer_odd_queries(served: object, subtests: Any) -> None:
    party = Visitor()
    reference, code = party.ask_for_mediation()
    party.track(reference, code)
    mine = f"/mine/{reference}/"
    ends = (
        "",
        "act/withdraw/",
        "act/sign/",
        "act/zz/",
        "result/",
        "file.pdf",
        "meeting.ics",
        "papers/agreement/1/",
        "papers/zz/99999999999999999999/",
    )
    hold(party.client, tuple(mine + end for end in ends), subtests)


def test_an_address_with_a_null_is_answered_as_unreadable_and_nothing_is_looked_up(served: object) -> None:
    page = Visitor().get("/p/?words=%00")
    assert page.status == 400
    assert "什么也没有" in page.words or "没有收下" in page.words
    assert Visitor().get("/p/?words=%2500").status == 200


@pytest.mark.parametrize("typed", ["a\x00b", "²", "9" * 5000])
def test_what_nobody_can_type_into_a_form_is_no_fault_of_ours(served: object, typed: str) -> None:
    visitor = Visitor()
    visitor.client.raise_request_exception = False
    assert visitor.post("/sign-in/", username=typed, password=typed).status == 200
    assert visitor.post("/track/", reference=typed, code=typed).status == 200
    assert visitor.post("/report/resume/", code=typed).status == 200
    draft = visitor.begin("dispute")
    lines = {f"f.others.{typed}.name": "李四", "f.others.rows": typed, "f.others.0.name": "王五", "version": typed, "seen": typed}
    for do in ("", "remove:others:0", f"remove:others:{typed}", "add:others", "find:f.place", f"say:f.said:x:{typed}"):
        assert visitor.post(f"{draft}/who/", **lines, do=do).status < 500


@pytest.mark.parametrize("typed", ["a\x00b", "²", "9" * 5000])
def test_what_nobody_can_type_at_the_desk_is_no_fault_of_ours(served: object, typed: str) -> None:
    reference, _ = Visitor().ask_for_mediation()
    clerk = staff(COMMITTEE, "clerk")
    desk = desk_of(clerk, reference)
    clerk.client.raise_request_exception = False
    for do in ("", f"say:f.reason:x:{typed}"):
        assert clerk.post(f"{desk}act/accept/", version=typed, key=typed, at=typed, do=do).status < 500
    assert clerk.post("/export/", scope=typed, state=typed, place=typed, format=typed).status < 500
    assert clerk.post("/desk/filters/", list=typed, name=typed, forget=typed).status < 500
