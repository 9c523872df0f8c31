"""What a phone kept comes in once, record by record, as its own holder's and nobody else's."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from looking import CENTRE, Visitor
from phones import OTHER_WORKROOM, WORKROOM, ZONE, Phone, ago, deed, of_matters, picture, visit

NOBODYS = "01890000-0000-7000-8000-000000000000"


def test_a_visit_comes_in_and_is_filed(served: Any) -> None:
    (answer,) = Phone.of().send(visit())
    assert answer["status"] == "done"
    assert len(answer["reference"].replace(" ", "")) == 12
    assert of_matters("visit_record") == [("filed", "request")]


@pytest.mark.parametrize("told", ["", "Some phone"])
def test_the_same_record_sent_twice_is_one_visit_with_one_receipt(served: Any, told: str) -> None:
    from huiyin.core.values import SYSTEM
    from huiyin.matters.access import reading_as
    from huiyin.papers.models import StoredFile

    with reading_as(SYSTEM):
        before = StoredFile.objects.count()
    phone, record = Phone.of(), visit(photos=(picture(told=told),))
    first, second = phone.send(record) + phone.send(record)
    assert (first["status"], second["status"]) == ("done", "known")
    assert first["reference"] == second["reference"]
    assert second["warnings"] == []
    assert len(of_matters("visit_record")) == 1
    with reading_as(SYSTEM):
        assert StoredFile.objects.count() == before + 1


def test_the_same_record_twice_at_once_is_one_visit(served: Any) -> None:
    from django.db import connections

    phones, record = [Phone.of(), Phone(Visitor()), Phone(Visitor())], visit()
    for other in phones[1:]:
        other.visitor.client.cookies = phones[0].visitor.client.cookies

    def send(phone: Phone) -> str:
        try:
            return str(phone.send(record)[0]["status"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(send, phones))
    assert set(answers) <= {"done", "known"}
    assert len(of_matters("visit_record")) == 1


def test_the_same_key_with_other_words_is_refused_and_changes_nothing(served: Any) -> None:
    phone = Phone.of()
    phone.send(visit(name="a-record-of-mine"))
    (answer,) = phone.send(visit(name="a-record-of-mine", fields={"place.detail": "别的楼"}))
    assert (answer["status"], answer["code"]) == ("refused", "key_reused")
    assert len(of_matters("visit_record")) == 1


def test_one_bad_record_holds_up_no_other(served: Any) -> None:
    broken: dict[str, Any] = {"id": "no-good-at-all", "raw": {"f.purpose": 7}}
    unfinished = visit(result="solved")
    answers = Phone.of().send(broken, unfinished, visit(), "nonsense")  # type: ignore[arg-type]
    assert [one["status"] for one in answers] == ["refused", "refused", "done", "refused"]
    assert "看到什么" in answers[1]["text"]
    assert len(of_matters("visit_record")) == 1


ODD: dict[str, object] = {
    "no object": [],
    "nothing": None,
    "a time before calendars": visit(starts_at="0001-01-01T00:00:00+14:00"),
    "a time after calendars": visit(starts_at="9999-12-31T23:59:59-14:00"),
    # By night `ago` is a time of yesterday: two days from it are ahead at any hour.
    "a time ahead": visit(at=ago() + timedelta(days=2)),
    "a null character": visit(detail="x", fields={"place.detail": "a\x00b"}),
    "half a character": visit(fields={"place.detail": "\ud83d"}),
    "a null in the place": visit(fields={"place.division": "\x00"}),
    "half a character in its name": {**visit(), "id": "\ud800" * 12},
    "a null in its name": {**visit(), "id": "\x00" * 12},
    "too many values": {**visit(), "raw": {f"f.{number}": "x" for number in range(1000)}},
    "too long a value": {**visit(), "raw": {"f.purpose": "x" * 30_000}},
    "no text": {**visit(), "raw": {"f.purpose": 5}},
    "photographs that are none": {**visit(), "photos": [5]},
    "a photograph that is no base64": {**visit(), "photos": [{"name": "a.jpg", "data": "€"}]},
    "a photograph of a name of half a character": {**visit(), "photos": [{"name": "\ud800.jpg", "data": picture()}]},
    "an unknown act": {**visit(), "act": {"home": "210102", "matter": NOBODYS, "action": "\x00", "version": 1}},
    "an endless version": {**visit(), "act": {"home": "210102", "matter": NOBODYS, "action": "record", "version": float("inf")}},
    "a huge version": {**visit(), "act": {"home": "210102", "matter": NOBODYS, "action": "record", "version": 10**30}},
    "a home of half a character": {**visit(), "act": {"home": "\ud800", "matter": NOBODYS, "action": "record", "version": 1}},
    "a null in the home": {**visit(), "act": {"home": "\x00", "matter": NOBODYS, "action": "record", "version": 1}},
    "a matter that is a number": {**visit(), "act": {"home": "210102", "matter": 5, "action": "record", "version": 1}},
    "an act before calendars": {
        **visit(),
        "at": "0001-01-01T00:00:00+14:00",
        "act": {"home": "210102", "matter": NOBODYS, "action": "record", "version": 1},
    },
}


def test_no_odd_record_holds_up_the_good_one_behind_it(served: Any, subtests: Any) -> None:
    phone = Phone.of()
    for name, odd in ODD.items():
        with subtests.test(odd=name):
            phone.visitor.client.raise_request_exception = False
            answer = phone.post([odd, visit()])
            assert answer.status_code == 200, answer.status_code
            first, second = answer.json()["answers"]
            assert second["status"] == "done"
            photographs = isinstance(odd, dict) and any(isinstance(one, dict) and one["name"].endswith(".jpg") for one in odd["photos"])
            assert first["status"] == "refused" or photographs


def test_an_act_on_ones_own_task_at_an_impossible_time_or_version_is_refused_alone(served: Any, subtests: Any) -> None:
    phone = Phone.of()
    phone.plan()
    (line,) = phone.lines()
    phone.visitor.client.raise_request_exception = False
    for change in (
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-14:00"},
        {"at": (ago() + timedelta(days=2)).isoformat()},
    ):
        with subtests.test(change=str(change)):
            answer = phone.post([{**deed(line, "record", result="nothing"), **change}, visit()])
            assert answer.status_code == 200
            first, second = answer.json()["answers"]
            assert (first["status"], second["status"]) == ("refused", "done")


def test_a_refused_record_leaves_nothing_behind_and_may_be_mended_under_its_own_key(served: Any) -> None:
    phone = Phone.of()
    record = visit(result="matter", note="井盖缺了一块")
    assert phone.send(record)[0]["code"] == "kind_told"
    assert of_matters("visit_record") == []
    record["raw"]["f.matter_kind"] = "hazard"
    assert phone.send(record)[0]["status"] == "done"
    assert of_matters("visit_record") == [("passed_on", "hazard")]


def test_a_hazard_seen_becomes_a_matter_of_its_kind(served: Any) -> None:
    from huiyin.matters import outbox

    record = visit(result="matter", matter_kind="hazard", note="路面塌了一块")
    record["raw"]["topic"] = "hazard.road.collapse"
    assert Phone.of().send(record)[0]["status"] == "done"
    while outbox.run_once("210102"):
        pass
    # A row of the list is direct: the worker has sent it on already.
    assert of_matters("hazard_repair") == [("making_safe", "hazard.road.collapse")]


@pytest.mark.parametrize(
    ("premises", "stands"), [("estate", "making_safe"), ("public", "making_safe"), ("unclear", "received"), ("", "received")]
)
def test_whose_it_is_goes_along_and_without_an_answer_the_list_sends_nothing(served: Any, premises: str, stands: str) -> None:
    from huiyin.matters import outbox

    record = visit(result="matter", matter_kind="hazard", note="井盖缺了一块", premises=premises)
    record["raw"]["topic"] = "hazard.road.manhole"
    assert Phone.of().send(record)[0]["status"] == "done"
    while outbox.run_once("210102"):
        pass
    assert of_matters("hazard_repair") == [(stands, "hazard.road.manhole")]


def test_a_visit_at_night_needs_a_reason_and_the_phone_cannot_say_otherwise(served: Any) -> None:
    night = (datetime.now(ZONE) - timedelta(days=1)).replace(hour=21, minute=15, second=0, microsecond=0)
    phone = Phone.of()
    (answer,) = phone.send(visit(at=night, at_night="false"))
    assert (answer["status"], answer["code"]) == ("refused", "night_explained")
    assert phone.send(visit(at=night, night_reason="居民打电话请去的"))[0]["status"] == "done"


def test_a_service_is_passed_on_only_with_the_residents_word(served: Any) -> None:
    phone, words = Phone.of(), {"result": "service", "note": "楼门没有坡道"}
    assert phone.send(visit(fields=words, service_agreed="no"))[0]["code"] == "agreed"
    assert phone.send(visit(fields=words, service_agreed="yes"))[0]["status"] == "done"


def test_a_time_ahead_is_refused_at_the_question_of_the_time(served: Any) -> None:
    (answer,) = Phone.of().send(visit(at=datetime.now(ZONE) + timedelta(hours=2), night_reason="约好的"))
    assert answer["status"] == "refused"
    assert list(answer["fields"]) == ["f.starts_at"]


def test_a_photograph_that_is_none_is_a_warning_and_the_visit_stands(served: Any) -> None:
    import base64

    (answer,) = Phone.of().send(visit(photos=(base64.b64encode(b"no picture").decode(),)))
    assert answer["status"] == "done"
    assert len(answer["warnings"]) == 1
    assert of_matters("visit_record") == [("filed", "request")]


def test_nobody_signed_in_gets_401_and_writes_nothing(served: Any) -> None:
    stranger = Phone(Visitor())
    assert stranger.token()["status"] == 401
    assert stranger.post([visit()], holder="x" * 32).status_code == 401
    assert of_matters("visit_record") == []


def test_another_account_cannot_hand_in_these_records(served: Any) -> None:
    mine, theirs = Phone.of(), Phone.of(OTHER_WORKROOM)
    answer = theirs.post([visit()], holder=mine.token()["holder"])
    assert answer.status_code == 409
    assert answer.json() == {"signed_in": True, "same_person": False}
    assert of_matters("visit_record") == []


def test_who_has_no_right_to_visits_finds_no_form_and_is_refused(served: Any) -> None:
    dispatcher = Phone.of(CENTRE, "dispatcher")
    assert dispatcher.visitor.get("/field/capture/").status == 404
    assert dispatcher.visitor.get("/field/plan/").status == 404
    (answer,) = dispatcher.send(visit())
    assert (answer["status"], answer["code"]) == ("refused", "may_not_open")
    assert of_matters("visit_record") == []


def test_a_task_of_another_workroom_is_not_there(served: Any) -> None:
    phone = Phone.of()
    phone.plan()
    (line,) = phone.lines()
    other = Phone.of(OTHER_WORKROOM)
    assert other.lines() == []
    (answer,) = other.send(deed(line, "not_mine", reason="不归我"))
    assert (answer["status"], answer["code"]) == ("refused", "missing")
    (nowhere,) = other.send(deed({**line, "matter": "00000000-0000-7000-8000-000000000000"}, "not_mine", reason="不归我"))
    assert {**nowhere, "id": ""} == {**answer, "id": ""}


def test_a_step_taken_offline_is_taken_once(served: Any) -> None:
    phone = Phone.of()
    phone.plan()
    (line,) = phone.lines()
    record = deed(line, "record", let_in="yes", note="电表箱门已经固定", result="solved", night_reason="居民约的时间")
    assert [one["status"] for one in (*phone.send(record), *phone.send(record))] == ["done", "known"]
    assert of_matters("visit_record") == [("solved", "request")]


def test_a_matter_that_moved_on_comes_back_with_how_it_stands(served: Any) -> None:
    phone, clerk = Phone.of(), Phone.of(WORKROOM, "intake_clerk")
    phone.plan()
    (line,) = phone.lines()
    assert (
        clerk.send(deed(line, "put_off", starts_at=(ago() + timedelta(days=3)).isoformat(), reason="居民改了时间"))[0]["status"] == "done"
    )
    (answer,) = phone.send(deed(line, "not_mine", name="written-in-a-cellar", reason="南街归四网格"))
    assert answer["status"] == "conflict"
    theirs = answer["theirs"]
    assert theirs["version"] == line["version"] + 1
    assert "not_mine" in theirs["actions"]
    assert theirs["note"] == ["add_note", "f.remarks.0.what"]
    # Who did what meanwhile is told; what they wrote is read at the desk.
    (done,) = theirs["done"]
    assert "受理员 · 没去成，改时间" in done
    assert "居民改了时间" not in done
    # The time is the one agreed on, not a last day: the phone calls it by its name.
    assert theirs["appointed"] is True
    assert of_matters("visit_record") == [("planned", "request")]
    # The worker says: mine all the same, under the same key, on the version now seen.
    (again,) = phone.send(deed(line, "not_mine", name="written-in-a-cellar", version=theirs["version"], reason="南街归四网格"))
    assert again["status"] == "done"


def test_words_written_too_late_for_their_step_can_stand_as_a_note(served: Any) -> None:
    phone, clerk = Phone.of(), Phone.of(WORKROOM, "intake_clerk")
    phone.plan()
    (line,) = phone.lines()
    clerk.send(deed(line, "record", result="nothing", night_reason="夜里去的"))
    (answer,) = phone.send(deed(line, "record", result="solved", note="扶手已经拧紧"))
    assert answer["status"] == "conflict"
    assert answer["theirs"]["actions"] == []
    assert answer["theirs"]["appointed"] is False
    action, field = answer["theirs"]["note"]
    note = deed(line, action, version=answer["theirs"]["version"])
    note["raw"] = {field: "扶手已经拧紧"}
    assert phone.send(note)[0]["status"] == "done"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"[" * 100_000,
        b'{"holder": "\\ud800", "records": []}',
        b'{"holder": 1, "records": []}',
        b'{"holder": "x", "records": "y"}',
        b"\xff",
    ],
    ids=lambda body: f"{len(body)} bytes",
)
def test_what_no_phone_of_ours_sends_is_400(served: Any, body: bytes) -> None:
    phone = Phone.of()
    assert phone.visitor.client.post("/field/sync", body, content_type="application/json").status_code == 400


def test_without_proof_of_origin_nothing_is_taken(served: Any) -> None:
    from django.test import Client

    phone = Phone.of()
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = phone.visitor.client.cookies
    assert strict.post("/field/sync", b"{}", content_type="application/json").status_code == 403
    csrf = strict.get("/field/token").json()["csrf"]
    assert strict.post("/field/sync", b"{}", content_type="application/json", HTTP_X_CSRFTOKEN=csrf).status_code == 400
