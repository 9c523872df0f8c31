"""Opening, reading and moving a matter over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from talking import CENTRE, DISTRICT, OTHER_CENTRE, REQUEST, Caller, account, party, path_of, staff

pytestmark = pytest.mark.usefixtures("served")


def test_anyone_can_say_it_once_and_gets_a_receipt_with_who_has_it_and_by_when() -> None:
    answer = Caller().post("/matters", REQUEST)
    receipt = answer.json()
    assert answer.status_code == 201
    assert len(receipt["reference"]) == 12
    assert len(receipt["code"]) == 6
    assert receipt["who"]["zh"].endswith("派单员") or "派" in receipt["who"]["zh"]
    assert receipt["due"] is not None
    assert receipt["says"]["zh"].startswith("已经收到")
    assert answer.headers["Location"].endswith(f"/matters/{receipt['home']}/{receipt['matter']}")
    assert answer.headers["ETag"] == '"v1"'


def test_sending_the_same_twice_is_doing_it_once_and_the_answer_is_the_same() -> None:
    key = str(uuid4())
    first = Caller().post("/matters", REQUEST, key)
    again = Caller().post("/matters", REQUEST, key)
    assert (first.status_code, again.status_code) == (201, 200)
    assert {**first.json(), "known": True} == again.json()


def test_the_same_key_for_another_body_is_refused() -> None:
    key = str(uuid4())
    Caller().post("/matters", REQUEST, key)
    answer = Caller().post("/matters", {**REQUEST, "data": {"detail": "另一件事"}}, key)
    assert answer.status_code == 409
    assert answer.json()["code"] == "key_reused"


@pytest.mark.parametrize("key", ["", "short", "x" * 151, "有中文的编号" * 4])
def test_a_key_is_asked_for_in_words(key: str) -> None:
    answer = Caller().ask("POST", "/matters", REQUEST, **({"Idempotency_Key": key.encode().decode("latin-1")} if key else {}))
    assert answer.status_code == 400
    assert answer.json()["code"] == "key"
    assert "Idempotency-Key" in answer.json()["en"]


def test_the_holder_follows_the_matter_and_reads_the_receipt_paper() -> None:
    receipt = Caller().open()
    me = party(receipt)
    matter = me.get(path_of(receipt)).json()
    assert matter["facts"]["title"] == "路灯坏了"
    assert matter["parties"][0]["name"] == "王芳"
    (paper,) = me.get(f"{path_of(receipt)}/papers").json()["items"]
    text = me.get(f"{path_of(receipt)}/papers/{paper['name']}/{paper['number']}").json()
    assert text["blocks"]
    assert text["hash"] == paper["hash"]
    (event,) = me.get(f"{path_of(receipt)}/events").json()["items"]
    assert event["head"] == receipt["head"]
    assert me.get("/me").json()["reference"] == receipt["reference"]


def test_who_gives_no_name_can_follow_the_matter_too() -> None:
    answer = Caller().post("/matters", {name: value for name, value in REQUEST.items() if name != "parties"})
    assert answer.status_code == 201
    receipt = answer.json()
    me = party(receipt)
    assert [one["name"] for one in me.get(path_of(receipt)).json()["parties"]] == [""]
    assert me.act(receipt, "withdraw", {"reason": "已经修好"}).status_code == 201


def test_the_dispatcher_finds_it_in_the_inbox_and_is_offered_the_acts_with_their_forms() -> None:
    receipt = Caller().open()
    desk = staff(CENTRE, "dispatcher")
    (line,) = desk.get("/matters").json()["items"]
    assert line["reference"] == receipt["reference"]
    offers = desk.get(f"{path_of(receipt)}/offers").json()
    asked = {offer["action"]: offer for offer in offers["items"]}
    assert {"dispatch", "ask_more", "decline"} <= set(asked)
    assert "question" in asked["ask_more"]["data"]["required"]
    schemas = Caller().get("/openapi.json").json()["components"]["schemas"]
    assert asked["ask_more"]["schema_ref"].rsplit("/", 1)[1] in schemas


def test_an_act_moves_the_matter_and_says_so_to_the_party() -> None:
    receipt = Caller().open()
    answer = staff(CENTRE, "dispatcher").act(receipt, "ask_more", {"question": "是哪栋楼前？"}, seen_version=1)
    assert answer.status_code == 201
    assert answer.json()["state"] == "waiting_reporter"
    assert "是哪栋楼前" in party(receipt).get(path_of(receipt)).json()["says"]["zh"]


def test_the_party_answers_by_the_token_of_its_receipt() -> None:
    receipt = Caller().open()
    staff(CENTRE, "dispatcher").act(receipt, "ask_more", {"question": "是哪栋楼前？"})
    answer = party(receipt).act(receipt, "supply", {"supplement": "三号楼。"})
    assert answer.status_code == 201
    assert answer.json()["state"] == "received"


def test_two_who_act_at_once_are_told_who_was_first_and_with_what() -> None:
    receipt = Caller().open()
    desk = staff(CENTRE, "dispatcher")
    assert desk.act(receipt, "ask_more", {"question": "哪里？"}, headers={"If_Match": '"v1"'}).status_code == 201
    answer = desk.act(receipt, "decline", {"reason": "重复"}, headers={"If_Match": '"v1"'})
    problem = answer.json()
    assert answer.status_code == 409
    assert problem["code"] == "conflict"
    assert problem["version"] == 2
    assert problem["changed"][0]["action"] == "ask_more"
    assert problem["changed"][0]["who"]["zh"]


def test_an_act_sent_twice_counts_once() -> None:
    receipt = Caller().open()
    desk, key = staff(CENTRE, "dispatcher"), str(uuid4())
    first = desk.act(receipt, "ask_more", {"question": "哪里？"}, key=key)
    again = desk.act(receipt, "ask_more", {"question": "哪里？"}, key=key)
    other = desk.act(receipt, "ask_more", {"question": "别的？"}, key=key)
    assert [first.status_code, again.status_code, other.status_code] == [201, 200, 409]
    assert first.json()["head"] == again.json()["head"]


def test_an_act_the_present_step_does_not_offer_is_a_conflict_and_one_for_another_post_is_forbidden() -> None:
    receipt = Caller().open()
    desk = staff(CENTRE, "dispatcher")
    assert desk.act(receipt, "reopen", {"review_note": "重办"}).status_code == 409
    arbiter = staff(CENTRE, "arbiter")
    answer = arbiter.act(receipt, "ask_more", {"question": "哪里？"})
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_yours"


def test_a_condition_that_fails_says_its_sentence() -> None:
    receipt = Caller().open(data={"detail": "两个问题", "points": [{"ask": "何时修？"}, {"ask": "谁修？"}]})
    answer = staff(CENTRE, "dispatcher").act(
        receipt, "answer_now", {"reply_text": "明天修。", "answers": [{"about": 1, "result": "explained", "text": "明天"}]}
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "every_point_answered"
    assert "没有答复" in answer.json()["zh"]


def test_each_bad_field_is_named_in_both_languages() -> None:
    body = {**REQUEST, "data": {"detail": "", "nonsense": 1}, "topic": "request.lighting"}
    answer = Caller().post("/matters", body)
    problem = answer.json()
    assert answer.status_code == 422
    assert {error["field"] for error in problem["errors"]} == {"detail", "nonsense"}
    assert all(error["zh"] and error["en"] for error in problem["errors"])
    assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"topic": "no.such"}, "topic"),
        ({"division": "999999999999"}, "division"),
        ({"opened_by": "magic"}, "opened_by"),
        ({"parties": [{"role": "king", "name": "王"}]}, "parties"),
        ({"parties": [{"role": "reporter", "name": "王", "id": "x"}]}, "parties.0.id"),
        ({"procedure": "no_such"}, "procedure"),
        ({"unit": "police.210102"}, "unit"),
        ({"at": "2020-01-01T09:00+08:00"}, "at"),
        ({"surprise": True}, "surprise"),
        ({"data": {"detail": "好", "place": {"division": "abc"}}}, "place"),
    ],
)
def test_what_does_not_fit_around_the_form_is_named_too(changes: dict[str, Any], field: str) -> None:
    answer = Caller().post("/matters", {**REQUEST, **changes})
    assert answer.status_code == 422, answer.content.decode()
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_two_hundred_thousand_characters_get_a_clear_answer_and_rare_ones_are_kept() -> None:
    answer = Caller().post("/matters", {**REQUEST, "data": {"detail": "长" * 200_000}})
    assert answer.status_code == 422
    assert "200000" in answer.json()["zh"]
    rare = "𠮷野家旁㙟路🚧👨‍👩‍👧 \u202e"
    receipt = Caller().open(data={"detail": rare})
    assert party(receipt).get(path_of(receipt)).json()["facts"]["detail"] == rare.strip()


def test_a_stranger_gets_the_same_404_as_for_a_matter_that_is_not_there() -> None:
    receipt = Caller().open()
    other = staff(OTHER_CENTRE, "dispatcher")
    nowhere = {"home": receipt["home"], "matter": str(uuid4())}
    for tail in ("", "/events", "/papers", "/offers", "/proof", "/papers/request_receipt/1"):
        hidden, missing = other.get(path_of(receipt) + tail), other.get(path_of(nowhere) + tail)
        assert hidden.status_code == missing.status_code == 404
        assert hidden.content == missing.content
    assert other.act(receipt, "ask_more", {"question": "?"}).status_code == 404
    assert other.get("/matters?scope=all").json()["items"] == []


def test_inside_ones_scope_what_is_not_ones_own_to_read_is_403() -> None:
    receipt = Caller().open()
    supervisor = staff(CENTRE, "head")
    assert supervisor.get(path_of(receipt)).status_code == 200
    assert supervisor.get(f"{path_of(receipt)}/papers").status_code == 403


def test_lists_are_paged_by_key_without_loss_or_repetition() -> None:
    references = {Caller().open(data={"detail": f"第 {n} 件"})["reference"] for n in range(7)}
    desk = staff(CENTRE, "dispatcher")
    seen: list[str] = []
    after = ""
    while after is not None:
        page = desk.get(f"/matters?limit=3{f'&after={after}' if after else ''}").json()
        seen += [line["reference"] for line in page["items"]]
        after = page["after"]
    assert len(seen) == 7
    assert set(seen) == references


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "after=junk", "after=WzEsMl0", "overdue=perhaps", "scope=world", "owner=me", "body__icontains=a"]
)
def test_filters_are_those_allowed_and_no_others(query: str) -> None:
    answer = staff(CENTRE, "dispatcher").get(f"/matters?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"]


def test_staff_record_what_a_party_did_on_paper_only_with_how_it_is_known() -> None:
    receipt = Caller().open()
    desk = staff(CENTRE, "dispatcher")
    reporter = desk.get(path_of(receipt)).json()["parties"][0]["id"]
    bare = desk.act(receipt, "withdraw", {"reason": "已经修好"}, acting_for=reporter)
    told = desk.act(receipt, "withdraw", {"reason": "已经修好"}, acting_for=reporter, evidence=[{"kind": "telephone", "note": "9 点来电"}])
    assert (bare.status_code, told.status_code) == (422, 201)
    forged = party(receipt).act(receipt, "rate", {"satisfaction": "good"}, acting_for=reporter)
    assert forged.status_code == 403


def test_a_late_entry_counts_from_when_it_happened() -> None:
    from datetime import UTC, datetime, timedelta

    receipt = Caller().open()
    desk = staff(CENTRE, "dispatcher")
    soon = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    before = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    assert desk.act(receipt, "ask_more", {"question": "哪里？"}, at=soon).json()["code"] == "future"
    assert desk.act(receipt, "ask_more", {"question": "哪里？"}, at=before).json()["code"] == "before_step"


def test_an_act_for_another_procedure_is_refused_before_it_is_tried() -> None:
    receipt = Caller().open()
    answer = staff(CENTRE, "dispatcher").act(receipt, "accept", {}, procedure="people_mediation")
    assert answer.status_code == 409
    assert answer.json()["code"] == "other_procedure"


def test_the_right_of_a_post_ends_with_the_appointment_the_password_and_the_account() -> None:
    from datetime import timedelta

    from huiyin.city.models import Account, Appointment

    receipt = Caller().open()
    username, _ = account(CENTRE, "dispatcher")
    person = Account.objects.get(username=username)

    def signed_in() -> Caller:
        from talking import PASSWORD

        person.set_password(PASSWORD)
        person.is_active = True
        person.save(update_fields=["password", "is_active"])
        answer = Caller().ask("POST", "/tokens", {"username": username, "password": PASSWORD, "post": f"{CENTRE}/dispatcher"})
        return Caller(answer.json()["token"])

    desk = signed_in()
    assert desk.get(path_of(receipt)).status_code == 200
    person.set_password("another long password")
    person.save(update_fields=["password"])
    assert desk.get(path_of(receipt)).status_code == 401
    desk = signed_in()
    Account.objects.filter(pk=person.pk).update(is_active=False)
    assert desk.get(path_of(receipt)).status_code == 401
    desk = signed_in()
    held = Appointment.objects.filter(account=person, unit_id=CENTRE, post="dispatcher")
    first = held.values_list("from_date", flat=True).first()
    assert first is not None
    held.update(to_date=first + timedelta(days=1))
    try:
        assert desk.get(path_of(receipt)).status_code == 401
    finally:
        held.update(to_date=None)


def test_notices_reach_who_is_told_and_are_marked_read_once() -> None:
    from datetime import timedelta

    from huiyin import clock
    from huiyin.matters import outbox

    receipt = Caller().open()
    staff(CENTRE, "dispatcher").act(receipt, "ask_more", {"question": "是哪栋楼前？"})
    later = clock.now() + timedelta(minutes=10)
    with clock.set_to(later):
        outbox.run_once(receipt["home"])
    me = party(receipt)
    told = me.get("/notices?unread=true").json()["items"]
    assert any("是哪栋楼前" in notice["text"]["zh"] for notice in told)
    for notice in told:
        path = f"/notices/{notice['home']}/{notice['id']}/read"
        assert me.ask("POST", path).status_code == 204
        assert me.ask("POST", path).status_code == 404
        assert staff(OTHER_CENTRE, "dispatcher").ask("POST", path).status_code == 404


def test_the_place_of_an_event_in_the_record_is_proved_to_whoever_holds_the_receipt() -> None:
    from huiyin.matters.sealing import publish, seal_once

    receipt = Caller().open()
    assert Caller().get(f"/record/events/{receipt['head']}").json()["root"] is None
    seal_once(receipt["home"])
    publish(receipt["home"])
    proof = Caller().get(f"/record/events/{receipt['head']}").json()
    assert proof["ok"]
    (head,) = Caller().get(f"/record/heads?home={receipt['home']}").json()["items"]
    assert proof["root"]["head"] == head["head"]
    assert party(receipt).get(f"{path_of(receipt)}/proof").json()["ok"]
    assert Caller().get(f"/record/events/{'0' * 64}").status_code == 404
    assert Caller().get(f"/record/events/{receipt['reference']}").status_code == 404


def test_the_nearest_queue_takes_it_and_the_home_follows_from_the_place() -> None:
    from huiyin.city.models import Division

    place = Division.objects.filter(level="community", home_id="210102").order_by("code").first()
    assert place is not None
    desk = staff(f"governance_centre.{place.code[:9]}", "dispatcher")
    receipt = Caller().open(division=place.code)
    assert receipt["home"] == "210102"
    assert desk.get(path_of(receipt)).status_code == 200
    assert staff(CENTRE, "dispatcher").get(path_of(receipt)).status_code == 404
    assert Caller().open(division=DISTRICT)["home"] == "210102"
