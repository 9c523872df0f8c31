"""Neighbouring systems: on record, under their own numbers, in and out, and never a look at anybody else's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from made import write

from huiyin.core.values import SYSTEM, Principal, Refusal, Text
from huiyin.matters.access import reading_as
from huiyin.routing.queries import decide_owner

pytestmark = pytest.mark.usefixtures("desk")

CENTRE = "governance_centre.2101"
COMMUNITY = "210102001002"
WORDS = "中山路三号楼前的路灯坏了一个星期，晚上看不见路。"
ADMIN = Principal("staff", str(uuid4()), "system_office.2101", "system_admin")
CLERK = Principal("staff", str(uuid4()), CENTRE, "dispatcher")


def agreed(name: str = "hotline", **changes: Any) -> Any:
    from huiyin.exchange.neighbours import Agreed

    said: dict[str, Any] = {
        "title": Text("市12345热线", "City hotline 12345"),
        "kind": "hotline",
        "way": "api",
        "direction": "both",
        "unit": CENTRE,
        "procedures": ("plain_request", "hazard_repair"),
    }
    return Agreed(name, **{**said, **changes})


def save(name: str = "hotline", principal: Principal = SYSTEM, **changes: Any) -> Any:
    from huiyin.exchange import neighbours

    return neighbours.save(principal=principal, agreed=agreed(name, **changes), reason="纪要第3号")


class Neighbour:
    """A neighbouring system with a key."""

    def __init__(self, name: str = "hotline", key: str | None = None, **changes: Any) -> None:
        from huiyin.exchange import neighbours

        if key is None:
            made = save(name, **changes)
            assert not isinstance(made, Refusal), made
            found = neighbours.make_key(principal=SYSTEM, name=name)
            assert isinstance(found, str)
            key = found
        self.key = key

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        from django.test import Client

        more: dict[str, Any] = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return Client().generic(method, f"/api/v1/neighbour{path}", headers={"Authorization": f"Bearer {self.key}"}, **more)

    def bring(self, number: str = "S-1", **changes: Any) -> Any:
        body = {
            "number": number, "written_at": "2026-11-20T08:30:00+08:00", "detail": WORDS,
            "topic": "request.lighting", "division": COMMUNITY,
        }  # fmt: skip
        return self.ask("POST", "/messages", {**body, **changes})

    def news(self, after: int | None = None) -> Any:
        answer = self.ask("GET", "/news" if after is None else f"/news?after={after}")
        assert answer.status_code == 200, answer.content
        return answer.json()


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    from django.core.cache import cache

    cache.clear()


def matters() -> list[Any]:
    from huiyin.matters.models import Matter

    with reading_as(SYSTEM):
        return list(Matter.objects.order_by("opened_at"))


def act(matter: Any, action: str, data: dict[str, Any], post: str, unit: str) -> None:
    from huiyin.matters import services

    answer = services.act(
        home=matter.home,
        matter=matter.id,
        action=action,
        data=data,
        principal=Principal("staff", str(uuid4()), unit, post),
        key=str(uuid4()),
    )
    assert isinstance(answer, services.Receipt), answer


def replied(matter: Any, division: str = COMMUNITY) -> str:
    """Send a matter to its unit and have it answered; return the unit."""
    from huiyin.city.queries import today

    lead = decide_owner(topic="request.lighting", division=division or None, on=today()).unit
    assert lead is not None
    act(matter, "dispatch", {"lead": lead, "dispatch_reason": "内部派单理由"}, "dispatcher", matter.unit)
    act(matter, "reply", {"reply_text": "今晚已经换好灯头。"}, "handler", lead)
    return lead


def test_a_message_comes_in_once_under_its_own_number() -> None:
    hotline = Neighbour()
    first, again = hotline.bring(), hotline.bring()
    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert first.json()["reference"] == again.json()["reference"]
    other = hotline.bring(detail="别的事。")
    assert (other.status_code, other.json()["code"]) == (409, "number_known")
    (matter,) = matters()
    assert (matter.feeder, matter.feeder_number, matter.procedure, matter.division) == ("hotline", "S-1", "plain_request", COMMUNITY)


def test_what_becomes_of_it_goes_back_under_the_same_number_and_can_be_read_again() -> None:
    hotline = Neighbour()
    hotline.bring()
    replied(matters()[0])
    page = hotline.news()
    assert [(one["number"], one["what"]) for one in page["items"]] == [("S-1", "received"), ("S-1", "accepted"), ("S-1", "replied")]
    assert "今晚已经换好灯头" in json.dumps(page["items"][2]["said"], ensure_ascii=False)
    assert "内部派单理由" not in json.dumps(page, ensure_ascii=False)
    assert hotline.news() == page
    assert hotline.ask("POST", "/news/acknowledged", {"upto": page["upto"]}).json() == {"upto": 3}
    assert hotline.news()["items"] == []
    assert hotline.news(after=1)["items"] == page["items"][1:]
    assert hotline.ask("POST", "/news/acknowledged", {"upto": 99}).status_code == 422


def test_what_the_reporter_says_later_is_an_act_on_the_same_matter_once() -> None:
    hotline = Neighbour()
    hotline.bring()
    replied(matters()[0])
    where = hotline.ask("GET", "/messages/S-1").json()
    offered = {one["action"]: one for one in where["acts"]}
    assert {"dispute_closure", "confirm_result"} <= set(offered)
    assert "very_good" in next(one["values"] for one in offered["confirm_result"]["fields"] if one["name"] == "satisfaction")
    said = {"own_number": "R-1", "action": "dispute_closure", "data": {"dispute_reason": "灯还是不亮。"}}
    first, again = (hotline.ask("POST", "/messages/S-1/acts", said) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200), first.content
    (matter,) = matters()
    assert matter.state == "reviewing"
    with reading_as(SYSTEM):
        from huiyin.matters.models import Content, Event

        event = Event.objects.get(matter=matter.id, action="dispute_closure")
        evidence = Content.objects.get(matter=matter.id, seq=event.seq, field="act.evidence").value
    assert (event.principal_kind, event.principal) == ("feeder", "hotline")
    assert event.effects["acting_for"] == matter.holder
    assert evidence is not None
    assert evidence["feeder_number"] == "R-1"
    assert hotline.ask("POST", "/messages/S-1/acts", {**said, "own_number": "R-2"}).status_code == 409


def test_declined_and_not_ours_say_why() -> None:
    hotline = Neighbour()
    for number in ("S-1", "S-2"):
        hotline.bring(number)
    first, second = matters()
    act(first, "decline", {"reason": "已经由法院判决。"}, "dispatcher", first.unit)
    act(second, "transfer", {"reason": "属于铁路。", "right_body": "铁路局"}, "dispatcher", second.unit)
    ends = {one["number"]: one for one in hotline.news()["items"] if one["what"] != "received"}
    assert (ends["S-1"]["what"], ends["S-2"]["what"]) == ("declined", "not_ours")
    assert "铁路局" in json.dumps(ends["S-2"]["said"], ensure_ascii=False)
    assert ends["S-2"]["outcome"] == "transferred"


def test_a_neighbour_sees_its_own_numbers_and_no_other() -> None:
    hotline, petitions = Neighbour(), Neighbour("petitions", kind="petition")
    hotline.bring()
    assert petitions.ask("GET", "/messages/S-1").status_code == 404
    said = {"own_number": "R-1", "action": "withdraw", "data": {"reason": "不办了"}}
    assert petitions.ask("POST", "/messages/S-1/acts", said).status_code == 404
    assert petitions.news()["items"] == []
    # The same number of another neighbour is another matter.
    assert petitions.bring().status_code == 201
    assert len(matters()) == 2
    assert Neighbour(key="x" * 43).ask("GET", "/messages/S-1").status_code == 401


def test_a_key_that_was_ended_and_a_record_that_is_over_open_nothing() -> None:
    from huiyin.exchange import neighbours

    hotline = Neighbour()
    (kept,) = neighbours.keys(SYSTEM, "hotline")
    assert kept.hint == hotline.key[-4:]
    assert hotline.key not in repr(vars(kept))
    assert neighbours.end_key(principal=SYSTEM, name="hotline", key=kept.id) is True
    assert hotline.bring().status_code == 401
    file_only = Neighbour("byfile", way="file")
    assert file_only.bring().status_code == 401


def test_a_topic_it_may_not_bring_is_refused() -> None:
    hotline = Neighbour(topics=("request.heating",))
    answer = hotline.bring()
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "topic")
    assert hotline.bring(topic="safety.domestic_violence").status_code == 422
    assert matters() == []


def test_only_the_administrator_changes_a_record_and_only_those_who_exchange_change_its_mapping() -> None:
    from huiyin.exchange import neighbours

    assert isinstance(save(principal=CLERK), Refusal)
    assert not isinstance(save(principal=ADMIN), Refusal)
    other = Principal("staff", str(uuid4()), "governance_centre.210103", "dispatcher")
    mapped = {"columns": {"message_no": "工单号", "time": "时间", "detail": "内容"}, "values": {}}
    assert isinstance(save(principal=other, mapping=mapped), Refusal)
    assert isinstance(save(principal=CLERK, mapping=mapped, direction="in"), Refusal)
    assert not isinstance(save(principal=CLERK, mapping=mapped), Refusal)
    assert [one.version for one in neighbours.versions(ADMIN, "hotline")] == [2, 1]
    assert neighbours.versions(other, "hotline") == []
    assert neighbours.keys(CLERK, "hotline") == []
    assert isinstance(neighbours.make_key(principal=CLERK, name="hotline"), Refusal)


def test_history_cannot_be_changed_by_the_application(database: Any) -> None:
    save()
    with psycopg.connect(database.app_url) as app:
        for statement in ("UPDATE exchange_neighbour SET keyless = true", "DELETE FROM exchange_neighbour", "DELETE FROM exchange_news",
                          "UPDATE exchange_neighbourkey SET hash = 'x'", "UPDATE exchange_delivery SET upto = 9"):  # fmt: skip
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)
            app.rollback()


HEADER = ("工单号", "登记时间", "诉求内容", "类别", "种类", "回访号", "满意度")
MAPPED: dict[str, Any] = {
    "columns": {
        "message_no": "工单号", "time": "登记时间", "detail": "诉求内容", "topic": "类别", "act": "种类", "act_no": "回访号",
        "choice": "满意度",
    },
    "values": {
        "topic": {"0307": "request.lighting", "0801": "hazard.elevator"},
        "act": {"新": "new", "回访不满": "dispute_closure", "撤": "withdraw", "评": "rate"},
        "choice": {"5": "very_good"},
    },
}  # fmt: skip


def take(path: Path, **more: Any) -> tuple[int, int, int, list[str]]:
    from huiyin.exchange.intake import take_file

    tally = take_file(path, feeder="byfile", **more)
    return tally.read, tally.new, tally.known, [one.cell for one in tally.rejected]


def test_a_file_in_their_columns_and_codes_is_tried_taken_and_goes_on(tmp_path: Path) -> None:
    save("byfile", way="file", mapping=MAPPED)
    rows = [
        ("G1", "2026-11-20 08:30", WORDS, "0307", "新", "", ""),
        ("G2", "2026-11-20 08:31", "电梯停了，老人下不了楼。", "0801", "", "", ""),
        ("G3", "2026-11-20 08:32", "不知道什么类。", "9999", "新", "", ""),
        ("G9", "2026-11-20 09:30", "不办了。", "", "撤", "H-9", ""),
    ]
    path = write(tmp_path / "a.csv", rows, header=HEADER)
    assert take(path, write=False) == (4, 2, 0, ["D4", "A5"])
    assert matters() == []
    assert take(path) == (4, 2, 0, ["D4", "A5"])
    assert take(path) == (4, 0, 2, ["D4", "A5"])
    procedures = {matter.feeder_number: matter.procedure for matter in matters()}
    assert procedures == {"G1": "plain_request", "G2": "hazard_repair"}

    replied(matters()[0])
    later = write(tmp_path / "b.csv", [("G1", "2026-11-21 10:00", "灯还是不亮。", "", "回访不满", "H-1", "")], header=HEADER)
    assert take(later, write=False) == (1, 1, 0, [])
    assert take(later) == (1, 1, 0, [])
    assert take(later) == (1, 0, 1, [])
    assert take(later, write=False) == (1, 0, 1, [])
    assert matters()[0].state == "reviewing"
    too_early = write(tmp_path / "c.csv", [("G2", "2026-11-21 10:00", "", "", "评", "H-2", "5")], header=HEADER)
    assert take(too_early, write=False) == (1, 0, 0, ["E2"])


def stands() -> dict[str, tuple[str, Any, Any]]:
    """Return by number the state each matter came to, its lead and the answer it holds."""
    from huiyin.matters import outbox

    while outbox.run_once("210102"):
        pass
    with reading_as(SYSTEM):
        return {one.feeder_number: (one.state, one.body["units"].get("lead"), one.body["facts"].get("premises")) for one in matters()}


PROPERTY, LAMPS = "property_management_office.210102", "street_lighting.2101"


def test_a_column_of_theirs_answers_what_the_list_turns_on_and_no_answer_keeps_it_from_sending(tmp_path: Path) -> None:
    asked = {
        "columns": {**MAPPED["columns"], "district": "地区", "fact.premises": "地点性质"},
        "values": {**MAPPED["values"], "district": {"210102": COMMUNITY}, "fact.premises": {"A": "estate"}},
    }
    save("byfile", way="file", mapping=asked)
    header = (*HEADER, "地区", "地点性质")
    rows = [
        (f"G{number}", "2026-11-20 08:30", f"{WORDS}{number}", "0307", "新", "", "", "210102", said)
        for number, said in enumerate(("A", "公共道路或者公共地方", "不清楚", "", "B"), start=1)
    ]
    path = write(tmp_path / "a.csv", rows, header=header)
    assert take(path, write=False) == (5, 4, 0, ["I6"])
    assert take(path) == (5, 4, 0, ["I6"])
    assert take(path) == (5, 0, 4, ["I6"])
    found = stands()
    assert found == {
        "G1": ("handling", PROPERTY, "estate"),
        "G2": ("handling", LAMPS, "public"),
        "G3": ("received", None, "unclear"),
        "G4": ("received", None, None),
    }


def test_another_answer_under_the_same_number_is_another_message(tmp_path: Path) -> None:
    neighbour = Neighbour()
    assert neighbour.bring(answers={"premises": "estate"}).status_code == 201
    assert neighbour.bring(answers={"premises": "estate"}).status_code == 200
    assert neighbour.bring(answers={"premises": "public"}).status_code == 409
    assert stands()["S-1"] == ("handling", PROPERTY, "estate")


@pytest.mark.parametrize(("answers", "field"), [({"premises": "moon"}, "answers.premises"), ({"title": "x"}, "answers.title")])
def test_an_answer_nobody_asks_for_is_refused_with_what_may_be_said(answers: dict[str, str], field: str) -> None:
    answer = Neighbour().bring(answers=answers)
    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert "estate" in answer.content.decode() or "premises" in answer.content.decode()
    assert matters() == []


def test_what_was_answered_stands_in_the_proposal_and_what_was_not_is_said_to_be_open() -> None:
    neighbour = Neighbour()
    neighbour.bring("S-1", answers={"premises": "estate"})
    neighbour.bring("S-2")
    with reading_as(SYSTEM):
        reasons = {one.feeder_number: one.body["facts"]["routing_reason"] for one in matters()}
    assert "还没有人说明" not in reasons["S-1"]
    assert "还没有人说明" in reasons["S-2"]


def test_the_explanation_of_the_opening_is_kept_as_data_beside_the_sentence(tmp_path: Path) -> None:
    from huiyin.matters.models import Content

    save("byfile", way="file", mapping=MAPPED)
    take(write(tmp_path / "a.csv", [("G1", "2026-11-20 08:30", "和平区门口路灯不亮。", "", "", "", "")], header=HEADER))
    with reading_as(SYSTEM):
        pieces = [row.value or {} for row in Content.objects.filter(field="act.evidence", seq=1)]
    (routing,) = [piece for piece in pieces if piece["kind"] == "routing"]
    assert (routing["topic"], routing["topic_by"], routing["place_by"]) == ("request.lighting", "words", "words")
    assert "路灯" in routing["words"]
    assert routing["row"]
    assert routing["row_version"]
    assert all(loser["row"] and loser["why"]["zh"] for loser in routing["losers"])
