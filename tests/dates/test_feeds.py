"""Calendar addresses: secret, hashed at rest, run out and taken back; what they hold is correct RFC 5545 and nothing of anybody."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.contrib.sessions.models import Session
from icalendar import Calendar
from looking import CENTRE, Visitor, account, staff

from huiyin import clock
from huiyin.core import clocks
from huiyin.core.clocks import ClockLife, Counting
from huiyin.core.durations import Term
from huiyin.core.values import Text
from huiyin.matters.dates import MatterDate
from huiyin.web import feeds
from huiyin.web.calendar_file import MOST_OCTETS

pytestmark = pytest.mark.usefixtures("served")


def parsed(answer: bytes) -> Calendar:
    """Read a calendar with a library that is not ours."""
    found = Calendar.from_ical(answer)
    assert isinstance(found, Calendar)
    assert not found.errors
    for event in found.walk("VEVENT"):
        assert not event.errors
    return found


def address_of(visitor: Visitor, page: str) -> str:
    made = visitor.post(page, do="make")
    found = re.search(r'id="feed-address">\s*https?://[^/]+(/calendar/[^<\s]+)', made.html)
    assert found is not None, made.words
    return found[1]


@pytest.fixture
def party() -> tuple[Visitor, str]:
    visitor = Visitor()
    reference, code = visitor.report()
    visitor.track(reference, code)
    return visitor, reference


def test_a_party_makes_an_address_that_is_shown_once_and_holds_no_name(party: tuple[Visitor, str]) -> None:
    visitor, reference = party
    address = address_of(visitor, f"/mine/{reference}/calendar/")
    assert address.rpartition("/")[2] not in visitor.get(f"/mine/{reference}/calendar/").html
    answer = Visitor().client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "no-store" in answer.headers["Cache-Control"]
    (event,) = parsed(answer.content).walk("VEVENT")
    shown = f"{reference[:4]} {reference[4:8]} {reference[8:]}"
    assert str(event["SUMMARY"]).startswith(f"{shown} 定下由谁办（承诺时间）")
    assert isinstance(event.decoded("DTSTART"), date)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(days=1)
    assert event["SEQUENCE"] == 0
    text = answer.content.decode()
    for secret in ("路灯", "13800000001", "2号楼"):
        assert secret not in text


def test_only_a_hash_of_the_secret_is_kept(party: tuple[Visitor, str]) -> None:
    visitor, reference = party
    token = address_of(visitor, f"/mine/{reference}/calendar/").rpartition("/")[2].removesuffix(".ics")
    visitor.get(f"/mine/{reference}/calendar/")
    for row in Session.objects.filter(pk__startswith="feed"):
        assert token not in row.pk + row.session_data


def test_a_new_address_ends_the_old_one_and_taking_back_ends_both(party: tuple[Visitor, str]) -> None:
    visitor, reference = party
    page = f"/mine/{reference}/calendar/"
    first, second = address_of(visitor, page), address_of(visitor, page)
    assert [Visitor().client.get(one).status_code for one in (first, second)] == [404, 200]
    assert "已经收回" in visitor.post(page, do="end").words
    assert Visitor().client.get(second).status_code == 404


def test_an_address_runs_out(party: tuple[Visitor, str]) -> None:
    visitor, reference = party
    address = address_of(visitor, f"/mine/{reference}/calendar/")
    with clock.set_to(clock.now() + feeds.PARTY_LASTS + timedelta(minutes=1)):
        assert Visitor().client.get(address).status_code == 404


@pytest.mark.parametrize("token", ["x", "0" * 43, "feed" + "0" * 36])
def test_a_made_up_address_is_not_there(token: str) -> None:
    assert Visitor().client.get(f"/calendar/{token}.ics").status_code == 404


def test_staff_have_the_dates_of_what_waits_for_their_post_until_their_password_changes() -> None:
    reference, _ = Visitor().report()
    clerk = staff(CENTRE, "dispatcher")
    address = address_of(clerk, "/desk/calendar/")
    shown = f"{reference[:4]} {reference[4:8]} {reference[8:]}"
    summaries = [str(event["SUMMARY"]) for event in parsed(Visitor().client.get(address).content).walk("VEVENT")]
    assert any(one.startswith(shown) for one in summaries)
    person = account(CENTRE, "dispatcher")
    before = person.password
    try:
        person.set_password("another long password")
        type(person).objects.using("owner").filter(pk=person.pk).update(password=person.password)
        assert Visitor().client.get(address).status_code == 404
    finally:
        type(person).objects.using("owner").filter(pk=person.pk).update(password=before)


# What a calendar holds, without a city's matters.

AT = datetime(2026, 9, 11, 2, 0, tzinfo=UTC)


def one(term: str, **changes: str) -> MatterDate:
    from huiyin.city import queries as city

    library = city.library()
    counting = Counting(library.counting, library.calendar)
    life = clocks.start(
        None, name="answer", kind="duty", term=Term.parse(term), count=None, trigger=AT, until=None, at=AT, now=AT, seq=1, counting=counting
    )
    assert isinstance(life, ClockLife)
    for verb in changes:
        done = getattr(clocks, verb)(life, at=AT + timedelta(days=1), now=AT + timedelta(days=1), seq=2, counting=counting)
        assert isinstance(done, ClockLife)
        life = done
    return MatterDate(
        "210102", uuid4(), "261100010048", "answer", Text("答复，期限；很长" * 12, "Answer, by; long"), "示范街道办", life, len(life.events)
    )


def test_lines_are_folded_by_octets_and_never_inside_a_character() -> None:
    raw = feeds.calendar((one("20 working days"),), "zh")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    for line in raw.split(b"\r\n"):
        assert len(line) <= MOST_OCTETS
        line.decode()
    (event,) = parsed(raw).walk("VEVENT")
    assert str(event["SUMMARY"]) == "2611 0001 0048 " + "答复，期限；很长" * 12 + " · 示范街道办"


def test_hours_are_an_instant_in_utc_and_days_are_whole_days() -> None:
    hours = parsed(feeds.calendar((one("24 hours"),), "en")).walk("VEVENT")[0]
    assert hours.decoded("DTSTART") == AT + timedelta(hours=24)
    days = parsed(feeds.calendar((one("20 days"),), "en")).walk("VEVENT")[0]
    assert days.decoded("DTSTART") == date(2026, 10, 1)
    assert days["STATUS"] == "CONFIRMED"


def test_what_ended_is_cancelled_what_may_move_is_tentative_and_the_sequence_grows() -> None:
    running, paused, stopped = (
        parsed(feeds.calendar((each,), "zh")).walk("VEVENT")[0]
        for each in (one("20 days"), one("20 days", pause=""), one("20 days", stop=""))
    )
    assert [event["STATUS"] for event in (running, paused, stopped)] == ["CONFIRMED", "TENTATIVE", "CANCELLED"]
    assert [event["SEQUENCE"] for event in (running, paused, stopped)] == [0, 1, 1]
    assert "停钟" in str(paused["SUMMARY"])
    unsure = parsed(feeds.calendar((one("100 working days"),), "zh")).walk("VEVENT")[0]
    assert unsure["STATUS"] == "TENTATIVE"
    assert "暂定" in str(unsure["SUMMARY"])


def test_the_uid_of_a_date_stays_when_it_moves() -> None:
    first = one("20 days")
    moved = MatterDate(first.home, first.matter, first.reference, first.clock, first.label, first.unit, one("25 days").life, 2)
    uids = {str(parsed(feeds.calendar((each,), "zh")).walk("VEVENT")[0]["UID"]) for each in (first, moved)}
    assert len(uids) == 1
