"""A foreign Open311 client posts and reads back, in XML and in JSON, against a running server; and what nobody is told."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from at_an_address import serving
from open311_client import Client, Open311Error

from huiyin import clock
from huiyin.city.queries import today
from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.matters.access import reading_as
from huiyin.routing.queries import decide_owner

COMMUNITY = "210102001002"
LAMP, LIFT = "request.lighting", "hazard.elevator"
TEXT = "楼前路灯不亮<b>&三天了"


def connect(name: str = "cityapp", **changes: Any) -> str:
    """Make a neighbour that comes by Open311; return a key of it."""
    from huiyin.exchange import neighbours

    said: dict[str, Any] = {
        "title": Text("随手报", "Snap and report"),
        "kind": "app",
        "way": "open311",
        "direction": "both",
        "unit": "governance_centre.2101",
        "procedures": ("plain_request", "hazard_repair"),
        **changes,
    }
    made = neighbours.save(principal=SYSTEM, agreed=neighbours.Agreed(name, **said), reason="agreement of 22 November")
    assert not isinstance(made, Refusal), made
    key = neighbours.make_key(principal=SYSTEM, name=name)
    assert isinstance(key, str)
    return key


@pytest.fixture
def site(desk: Any) -> Iterator[str]:
    from django.core.cache import cache

    cache.clear()
    with serving() as address:
        yield address


def client(site: str, form: str = "xml", key: str = "", **more: str) -> Client:
    return Client.discover(f"{site}/open311/discovery.{form}", form, api_key=key, **more)


def refused(status: int, *words: str) -> Any:
    """Expect the standard's error with a status, and words of its description."""
    return pytest.raises(Open311Error, match=f"HTTP {status}.*" + ".*".join(words))


def matters() -> list[Any]:
    from huiyin.matters.models import Matter

    with reading_as(SYSTEM):
        return list(Matter.objects.order_by("opened_at"))


def lamp(**changes: str) -> dict[str, str]:
    return {"service_code": LAMP, "address_string": "沈阳市和平区", "address_id": COMMUNITY, "description": TEXT, **changes}


@pytest.mark.parametrize("form", ["xml", "json"])
def test_a_foreign_client_posts_and_reads_back(site: str, form: str) -> None:
    app = client(site, form, connect())
    assert LAMP in {one["service_code"] for one in app.services()}
    made = app.post(lamp(first_name="芳", last_name="王", phone="13800000001"), {"external_id": "A-1"})
    assert app.last_status == 201
    (matter,) = matters()
    assert (matter.procedure, matter.feeder, matter.feeder_number, matter.division) == ("plain_request", "cityapp", "A-1", COMMUNITY)
    assert matter.body["parties"][0]["name"] == "王芳"
    assert made.get("token") is None

    found = app.request(made["service_request_id"])
    assert found["service_code"] == LAMP
    assert found["status"] == "open"
    assert found["description"] == TEXT
    assert found["address_id"] == COMMUNITY
    assert datetime.fromisoformat(found["requested_datetime"]).utcoffset() == timedelta(hours=8)
    assert app.requests()[0] == found
    # Nobody else, and nobody at all without a key, gets the words or the name.
    for other in (client(site, form), client(site, form, connect("other"))):
        told = other.request(made["service_request_id"])
        assert not told["description"]
        assert not told["lat"]
        assert not [word for word in ("王", "138", matter.reference) if word in str(told)]


def test_the_same_number_of_the_client_is_the_same_request_and_other_words_under_it_are_refused(site: str) -> None:
    app = client(site, "json", connect())
    first = app.post(lamp(), {"external_id": "A-1"})
    again = app.post(lamp(), {"external_id": "A-1"})
    assert again["service_request_id"] == first["service_request_id"]
    assert app.last_status == 200
    with refused(400, "A-1"):
        app.post(lamp(description="别的事"), {"external_id": "A-1"})
    assert len(matters()) == 1


def test_a_hazard_goes_to_its_own_procedure_with_the_choice_the_definition_asks(site: str) -> None:
    app = client(site, "xml", connect())
    asked = {one["code"]: one for one in app.definition(LIFT)["attributes"]}
    assert asked["danger_now"]["datatype"] == "singlevaluelist"
    assert "at_once" in {value["key"] for value in asked["danger_now"]["values"]}
    app.post({"service_code": LIFT, "address_id": COMMUNITY, "description": "电梯停了"}, {"danger_now": "at_once"})
    (matter,) = matters()
    assert (matter.procedure, matter.body["facts"]["danger_now"]) == ("hazard_repair", "at_once")
    with refused(400, "danger_now", "at_once"):
        app.post({"service_code": LIFT, "address_id": COMMUNITY}, {"danger_now": "perhaps"})
    with refused(400, "colour"):
        app.post({"service_code": LIFT, "address_id": COMMUNITY}, {"colour": "red"})


def test_whose_it_is_is_asked_where_the_list_turns_on_it_and_decides(site: str) -> None:
    from huiyin.matters import outbox

    app = client(site, "json", connect())
    asked = {one["code"]: one for one in app.definition(LAMP)["attributes"]}["premises"]
    assert asked["required"] is False
    assert {value["key"] for value in asked["values"]} >= {"estate", "public", "unclear"}
    assert "premises" not in {one["code"] for one in app.definition(LIFT)["attributes"]}
    app.post(lamp(), {"external_id": "A-1", "premises": "estate"})
    app.post(lamp(), {"external_id": "A-2"})
    while outbox.run_once("210102"):
        pass
    told = {one.feeder_number: (one.state, one.body["facts"].get("premises")) for one in matters()}
    assert told == {"A-1": ("handling", "estate"), "A-2": ("received", None)}


def test_the_list_of_services_is_of_things_of_a_place_only_in_the_language_asked_for(site: str) -> None:
    key = connect()
    english, chinese = client(site, "json", key).services(), client(site, "json", key, locale="zh").services()
    names = {one["service_code"]: one["service_name"] for one in english}
    assert names[LAMP] == "Street lighting"
    assert {one["service_code"]: one["service_name"] for one in chinese}[LAMP] == "路灯照明"
    assert not {"request.welfare", "safety.domestic_violence", "dispute.neighbour", "request"} & set(names)
    assert {one["type"] for one in english} == {"realtime"}
    assert all(one["metadata"] is True for one in english)


def test_a_place_that_is_not_clear_is_asked_about_and_never_guessed(site: str) -> None:
    app = client(site, "json", connect())
    with refused(400, "address_id="):
        app.post({"service_code": LAMP, "address_string": "新兴社区"})
    with refused(400, "lat and long"):
        app.post({"service_code": LAMP, "address_string": "月亮背面三号"})
    with refused(400, "location is required"):
        app.post({"service_code": LAMP})
    with refused(404, "999999999999"):
        app.post({"service_code": LAMP, "address_id": "999999999999"})
    assert matters() == []
    app.post({"service_code": LAMP, "address_string": "沈阳市和平区"})
    assert matters()[0].division == "210102000000"


def test_a_point_gives_the_district_in_whichever_frame_it_is_drawn(site: str) -> None:
    from huiyin.core.coordinates import wgs84_to_bd09, wgs84_to_gcj02

    app = client(site, "json", connect())
    here = (123.4000, 41.7850)
    numbers = []
    for frame, drawn in (("", here), ("WGS84", here), ("gcj02", wgs84_to_gcj02(here)), ("BD-09", wgs84_to_bd09(here))):
        given = {"service_code": LAMP, "lat": f"{drawn[1]:.7f}", "long": f"{drawn[0]:.7f}", "frame": frame}
        numbers.append(app.post(given)["service_request_id"])
    assert {matter.division for matter in matters()} == {"210102000000"}
    for number in numbers:
        found = app.request(number)
        assert abs(found["lat"] - here[1]) < 1e-6
        assert abs(found["long"] - here[0]) < 1e-6
    for wrong in ({"lat": "39.9", "long": "116.4"}, {"lat": "41.8"}, {"lat": "x", "long": "y"}, {"lat": "nan", "long": "nan"}):
        with refused(400):
            app.post({"service_code": LAMP, **wrong})
    with refused(400, "different districts"):
        app.post({"service_code": LAMP, "lat": "41.785", "long": "123.40", "address_id": "210103000000"})


def test_errors_are_the_standards_own(site: str) -> None:
    key = connect()
    for form in ("xml", "json"):
        app = client(site, form, key)
        with refused(400, "service_code was not provided") as caught:
            app.post({"address_id": COMMUNITY})
        assert str(caught.value.errors[0]["code"]) == "400"
        with refused(404, "request.moon"):
            app.post(lamp(service_code="request.moon"))
        with refused(404, "nothing"):
            app.request("nothing")
        with refused(404, "t-1"):
            app.of_token("t-1")
        with refused(404, "request.moon"):
            app.definition("request.moon")
        with refused(400, "90 days"):
            app.requests(start_date="2026-01-01T00:00:00Z", end_date="2026-11-01T00:00:00Z")
        with refused(400, "offset"):
            app.requests(start_date="2026-01-01")
        with refused(400, "status"):
            app.requests(status="half")
        with refused(403, "api_key"):
            client(site, form, "wrong").post(lamp())
        with refused(403, "api_key"):
            client(site, form).post(lamp())
        with refused(400, "4000"):
            app.post(lamp(description="长" * 4001))
    assert matters() == []


def test_without_a_connected_app_the_door_is_shut(site: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="404"):
        client(site)


def test_an_operator_may_ask_for_no_key(site: str) -> None:
    connect(keyless=True)
    app = client(site, "json")
    made = app.post(lamp())
    assert not app.request(made["service_request_id"])["description"]
    with refused(429):
        for _ in range(25):
            app.post(lamp())


def test_guessing_keys_is_slowed(site: str) -> None:
    connect()
    app = client(site, "json", "wrong")
    for _ in range(10):
        with refused(403):
            app.requests()
    with refused(429):
        app.requests()


def test_filters_pages_and_many_numbers_at_once(site: str) -> None:
    app = client(site, "json", connect())
    lamps = [app.post(lamp())["service_request_id"] for _ in range(3)]
    lift = app.post({"service_code": LIFT, "address_id": COMMUNITY})["service_request_id"]

    def ids(**filters: str) -> list[str]:
        return [one["service_request_id"] for one in app.requests(**filters)]

    assert set(ids()) == {*lamps, lift}
    assert ids(service_code=LIFT) == [lift]
    assert set(ids(service_code=f"{LIFT},{LAMP}")) == {*lamps, lift}
    assert set(ids(service_request_id=f"{lamps[0]},{lift}", status="closed")) == {lamps[0], lift}
    assert ids(status="closed") == []
    assert len(ids(page_size="3")) == 3
    assert len(ids(page_size="3", page="2")) == 1
    yesterday = (clock.now() - timedelta(days=1)).isoformat()
    assert ids(start_date=(clock.now() - timedelta(days=9)).isoformat(), end_date=yesterday) == []
    assert len(ids(start_date=yesterday)) == 4


def act(matter: Any, action: str, data: dict[str, Any], principal: Principal = SYSTEM) -> None:
    from huiyin.matters import services

    answer = services.act(home=matter.home, matter=matter.id, action=action, data=data, principal=principal, key=str(uuid4()))
    assert isinstance(answer, services.Receipt), answer


def test_where_it_stands_and_what_was_promised_by_whom(site: str) -> None:
    app = client(site, "json", connect())
    number = app.post(lamp())["service_request_id"]
    waiting = app.request(number)
    assert waiting["status_notes"].startswith("To be dispatched")
    # The desk has promised to send it on, and nobody yet to mend it.
    assert waiting["expected_datetime"] is None
    (matter,) = matters()
    desk = Principal("staff", str(uuid4()), matter.unit, "dispatcher")
    lead = decide_owner(topic=LAMP, division=COMMUNITY, on=today()).unit
    assert lead is not None
    act(matter, "dispatch", {"lead": lead, "dispatch_reason": "归它管"}, desk)
    (matter,) = matters()
    handled = app.request(number)
    assert datetime.fromisoformat(handled["expected_datetime"]) == matter.next_due
    act(
        matter,
        "return_order",
        {"return_reason": "不归", "wrong_cause": "other", "proposed_owner": "别处"},
        Principal("staff", str(uuid4()), lead, "handler"),
    )
    act(matter, "decline", {"reason": "内部的话不外传"}, desk)
    ended = app.request(number)
    assert ended["status"] == "closed"
    assert ended["status_notes"] == "Declined"
    assert "内部" not in str(ended)
    assert [one["service_request_id"] for one in app.requests(status="closed")] == [number]


def test_matters_of_persons_and_sealed_ones_are_never_listed(site: str) -> None:
    from huiyin.matters import services

    key = connect()
    for topic in ("request.welfare", "request.lighting"):
        receipt = services.open(
            procedure="plain_request",
            data={"detail": "我的名字和病情"},
            principal=Principal("anonymous", purpose="ask"),
            key=str(uuid4()),
            topic=topic,
            division=COMMUNITY,
            opened_by="party",
            parties=[{"role": "reporter", "name": "刘老师"}],
        )
        assert isinstance(receipt, services.Receipt), receipt
    (listed,) = client(site, "json", key).requests()
    assert listed["service_code"] == LAMP
    assert not listed["description"]
    assert "刘" not in str(listed)


def test_a_browser_form_of_another_site_and_json_are_no_request(site: str) -> None:
    connect(keyless=True)
    for kind, body in (("application/json", b"{}"), ("text/plain", b"service_code=x")):
        asked = urllib.request.Request(f"{site}/open311/v2/requests.json", data=body, headers={"Content-Type": kind}, method="POST")
        with pytest.raises(urllib.error.HTTPError, match="400"):
            urllib.request.urlopen(asked, timeout=20)
    assert matters() == []
