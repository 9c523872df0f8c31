"""A court commissions a mediation and hears the result: every fact carried, one number one matter, nothing said in it passed on."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import jsonschema_rs
import pytest
from test_neighbours import Neighbour

from huiyin import clock
from huiyin.core.values import SYSTEM, Principal
from huiyin.matters.access import reading_as

pytestmark = pytest.mark.usefixtures("desk")

SCHEMAS = Path(__file__).parents[2] / "docs" / "schemas"
COMMUNITY = "210102001005"
COMMITTEE = f"mediation_committee.{COMMUNITY}"
NUMBER = "（2026）辽0102诉前调1234号"
CANARY = "黄鹂三两声"


@pytest.fixture(autouse=True)
def fresh_cache() -> None:
    from django.core.cache import cache

    cache.clear()


def document(**changes: Any) -> dict[str, Any]:
    from huiyin.web.api.courts import EXAMPLE

    day = (clock.now() + timedelta(days=40)).date().isoformat()
    said = {**EXAMPLE, "runs_until": day, **changes}
    return {name: value for name, value in said.items() if value is not None}


class Court(Neighbour):
    """A court with a key, and the committee at work on what it commissioned."""

    def __init__(self, name: str = "court", **changes: Any) -> None:
        super().__init__(name, **{"kind": "court", "procedures": ("people_mediation",), "unit": COMMITTEE, **changes})

    def commission(self, **changes: Any) -> Any:
        return self.ask("POST", "/commissions", document(**changes))

    def standing(self, number: str = NUMBER) -> Any:
        answer = self.ask("GET", f"/commissions/{quote(number)}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def recall(self, number: str = NUMBER) -> Any:
        return self.ask("POST", f"/commissions/{quote(number)}/recall", {"reason": "原告撤回起诉。"})


def a_mediator() -> str:
    """Return the account that holds the committee's post of mediator."""
    from huiyin.city.models import Appointment

    held = Appointment.objects.filter(unit_id=COMMITTEE, post="mediator", to_date=None).order_by("id").first()
    assert held is not None
    return str(held.account_id)


class Work:
    """The committee's acts on a commission, and those of its parties."""

    def __init__(self, number: str = NUMBER) -> None:
        from huiyin.matters.models import Matter

        with reading_as(SYSTEM):
            self.row = Matter.objects.get(feeder_number=number)
        self.mediator = a_mediator()
        self.people = {party["name"]: party["id"] for party in self.row.body["parties"]}

    @property
    def facts(self) -> dict[str, Any]:
        self.row.refresh_from_db()
        return dict(self.row.body["facts"])

    def act(self, who: str, action: str, data: dict[str, Any] | None = None) -> None:
        from huiyin.matters import services

        if who in self.people:
            principal = Principal("party", self.people[who], purpose="own", matter=f"{self.row.home}/{self.row.id}")
        else:
            principal = Principal("staff", self.mediator, COMMITTEE, who)
        answer = services.act(
            home=self.row.home, matter=self.row.id, action=action, data=data or {}, principal=principal, key=f"test:{uuid4()}"
        )
        assert isinstance(answer, services.Receipt), (action, answer)

    def hash(self, paper: str) -> str:
        from huiyin.matters.models import Matter

        with reading_as(SYSTEM):
            return str(Matter.objects.get(id=self.row.id).body["papers"][paper][-1]["hash"])

    def mediating(self) -> Work:
        self.act("clerk", "accept", {"case_source": "advised", "mediator_person": self.mediator, "impartial": True})
        for name in self.people:
            self.act(name, "agree")
        return self

    def talks(self) -> Work:
        """Everything private that can be said, each with the canary."""
        first = next(iter(self.people))
        self.act(first, "tell_mediator", {"private_statement": CANARY})
        self.act("mediator", "talk_with_one", {"private_notes": {"with": self.people[first], "note": CANARY}})
        self.act(first, "tell_range", {"range_sum": 777700, "range_words": CANARY})
        self.act(first, "make_offer", {"terms": [{"who": self.people[first], "what": CANARY}], "terms_note": CANARY})
        held = (clock.now() - timedelta(hours=2)).isoformat()
        self.act("mediator", "hold_session", {"session_at": held, "session_place": "调解室", "minutes": CANARY})
        return self

    def undisputed(self) -> Work:
        self.act("mediator", "note_undisputed", {"undisputed": "九月一日起漏水。"})
        for name in self.people:
            self.act(name, "sign_undisputed", {"hash": self.hash("undisputed_record"), "method": "screen"})
        return self

    def agreed(self) -> Work:
        for name in self.inside:
            self.act(name, "sign_minutes", {"hash": self.hash("mediation_minutes"), "method": "screen"})
        day = (clock.now() + timedelta(days=20)).date().isoformat()
        owed = [{"who": self.people[self.inside[-1]], "what": "赔偿书柜", "amount": 1200000, "due": day}]
        agreement = {"agreed_facts": "漏水属实", "responsibilities": "对方赔偿", "performance_way": "转账", "agreement_touches": "ordinary"}
        self.act("mediator", "draft_agreement", {**agreement, "obligations": owed})
        for who in (*self.inside, "mediator"):
            self.act(who, "sign", {"hash": self.hash("mediation_agreement"), "method": "wet"})
        self.act("seal_keeper", "seal", {"hash": self.hash("mediation_agreement"), "method": "wet"})
        return self

    @property
    def inside(self) -> list[str]:
        with reading_as(SYSTEM):
            self.row.refresh_from_db()
        return [party["name"] for party in self.row.body["parties"] if party.get("left") is None]


def told(court: Court) -> list[str]:
    return [one["what"] for one in court.news()["items"]]


def every_byte(court: Court, number: str = NUMBER) -> str:
    answers = (court.standing(number), court.news(after=0))
    return json.dumps(answers, ensure_ascii=False)


def test_a_commission_carries_every_fact_into_one_matter() -> None:
    court = Court()
    whole = {
        "name": "李四", "side": "respondent", "address": "晨光小区2号楼201", "phone": "13800000002", "id_kind": "resident_id",
        "id_number": "X-1", "capacity": "limited", "representative": "李大", "representative_phone": "13800000003",
        "mandate": "guardian", "mandate_scope": "settle", "mandate_from": "2026-11-01", "mandate_until": "2027-02-01",
    }  # fmt: skip
    sent = document(parties=[{"name": "张三", "side": "applicant"}, whole], place="晨光小区2号楼", committee=COMMITTEE)
    first, again = court.ask("POST", "/commissions", sent), court.ask("POST", "/commissions", sent)
    assert (first.status_code, again.status_code) == (201, 200), first.content
    assert first.json() == {**again.json(), "known": False}
    assert first.json()["status"] == "received"
    work = Work()
    assert (work.row.unit, work.row.procedure, work.row.body["opened_by"]) == (COMMITTEE, "people_mediation", "court_commission")
    held = json.dumps({**work.row.body, "topic": work.row.topic, "division": work.row.division}, ensure_ascii=False)
    values = [one for name, value in sent.items() if name not in ("format", "parties", "attachments") for one in [value]]
    values += [one for party in sent["parties"] for one in party.values()]
    values += [one for paper in sent["attachments"] for one in paper.values()]
    assert [one for one in values if str(one) not in held] == []
    assert work.row.body["clocks"]["court_time"]
    assert "application_receipt" in work.row.body["papers"]
    other = court.commission(claim="另外的请求。")
    assert (other.status_code, other.json()["code"], other.json()["errors"][0]["field"]) == (409, "number_known", "case_number")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"verdict": "x"}, "verdict"),
        ({"format": "huiyin.court-commission/2"}, "format"),
        ({"runs_until": "2020-01-01"}, "runs_until"),
        ({"runs_until": "soon"}, "runs_until"),
        ({"topic": "request.lighting"}, "topic"),
        ({"division": "999999999999"}, "division"),
        ({"committee": "nobody"}, "committee"),
        ({"committee": "governance_centre.2101"}, "committee"),
        ({"claim": " "}, "claim"),
        ({"facts": None}, "facts"),
        ({"case_number": "a/b"}, "case_number"),
        ({"parties": [{"name": "张三", "side": "applicant"}]}, "parties"),
        ({"parties": [{"name": "张三", "side": "applicant"}, {"name": "王五", "side": "third"}]}, "parties"),
        ({"parties": [{"name": "张三", "side": "applicant", "salary": 1}, {"name": "李四", "side": "respondent"}]}, "parties.0.salary"),
        ({"attachments": [{"name": "起诉状", "sha256": "abc"}]}, "attachments.0.sha256"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_field(changes: dict[str, Any], field: str) -> None:
    answer = Court().commission(**changes)
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, field), answer.content
    assert answer.json()["errors"][0]["zh"]


def test_only_a_court_commissions_and_reads_only_its_own() -> None:
    court, other = Court(), Court("othercourt")
    assert court.commission().status_code == 201
    assert other.ask("GET", f"/commissions/{quote(NUMBER)}").status_code == 404
    assert other.recall().status_code == 404
    assert other.commission().status_code == 201
    hotline = Neighbour()
    assert hotline.ask("POST", "/commissions", document()).status_code == 403
    # Through the door for messages nobody reads what the parties may do, and nothing is passed on in their name.
    assert court.ask("GET", f"/messages/{quote(NUMBER)}").status_code == 404
    said = {"own_number": "R-1", "action": "agree", "data": {}}
    assert court.ask("POST", f"/messages/{quote(NUMBER)}/acts", said).status_code == 404
    assert court.bring().status_code == 422


def test_a_settlement_goes_back_with_its_hash_and_facts_all_signed_and_nothing_that_was_said() -> None:
    court = Court()
    court.commission()
    work = Work().mediating()
    assert told(court) == ["received", "accepted"]
    assert court.standing()["status"] == "under_way"
    work.talks().undisputed()
    assert told(court) == ["received", "accepted"], "that something was offered or met about is not told"
    work.agreed()
    found = court.standing()["result"]
    jsonschema_rs.validate(json.loads((SCHEMAS / "court-result-1.json").read_text("utf-8")), found)
    assert (found["status"], found["case_number"], found["reference"]) == ("settled", NUMBER, work.row.reference)
    assert (found["agreement"]["hash"], found["agreement"]["between"]) == (work.hash("mediation_agreement"), ["张三", "李四"])
    assert (found["undisputed_facts"], found["reason"], found["agreement"]["oral"]) == ("九月一日起漏水。", None, False)
    page = court.news()
    assert [one["what"] for one in page["items"]] == ["received", "accepted", "result"]
    assert page["items"][2]["result"] == found
    for private in (CANARY, "7777", "赔偿书柜"):
        assert private not in every_byte(court), private
    # The end of the performance is no second result.
    for who, action in ((work.inside[-1], "report_done"), (work.inside[0], "confirm_done")):
        work.act(who, action, {"which": 0, **({"performance_note": "办了"} if action == "report_done" else {})})
    work.act("mediator", "close_performed")
    assert told(court) == ["received", "accepted", "result"]


def test_facts_one_side_did_not_sign_and_the_reason_of_a_failure_stay_here() -> None:
    court = Court()
    court.commission()
    work = Work().mediating()
    work.act("mediator", "note_undisputed", {"undisputed": CANARY})
    work.act("张三", "sign_undisputed", {"hash": work.hash("undisputed_record"), "method": "screen"})
    work.act("mediator", "end_without", {"reason": CANARY})
    found = court.standing()["result"]
    assert (found["status"], found["agreement"], found["undisputed_facts"], found["reason"]) == ("failed", None, None, None)
    assert told(court) == ["received", "accepted", "result"]
    assert CANARY not in every_byte(court)


def test_some_leave_and_the_others_settle_in_part() -> None:
    court = Court()
    parties = [{"name": name, "side": "applicant"} for name in ("张三", "王五")] + [{"name": "某公司", "side": "respondent"}]
    court.commission(parties=parties)
    work = Work().mediating()
    work.act("mediator", "note_undisputed", {"undisputed": "九月一日起漏水。"})
    for name in ("张三", "某公司"):
        work.act(name, "sign_undisputed", {"hash": work.hash("undisputed_record"), "method": "screen"})
    work.act("王五", "leave")
    work.act("mediator", "carry_on", {"divisible_reason": "各算各的"})
    work.talks().agreed()
    found = court.standing()["result"]
    assert (found["status"], found["agreement"]["between"]) == ("partly", ["张三", "某公司"])
    assert found["undisputed_facts"] is None, "whoever left had not signed them"


def test_a_committee_that_does_not_take_it_says_why() -> None:
    court = Court()
    court.commission()
    Work().act("clerk", "decline", {"reason": "不在本调委会的地域。"})
    found = court.standing()
    assert (found["status"], found["result"]["reason"], found["accepted_at"]) == ("declined", "不在本调委会的地域。", None)
    assert told(court) == ["received", "result"]


def test_a_court_takes_its_commission_back_until_there_is_a_result() -> None:
    court = Court()
    court.commission()
    Work().mediating()
    first, again = court.recall(), court.recall()
    assert (first.status_code, again.status_code) == (200, 200), first.content
    assert first.json() == again.json()
    assert first.json()["result"]["status"] == "withdrawn"
    assert told(court) == ["received", "accepted", "result"]
    court.commission(case_number="（2026）辽0102诉前调2号")
    Work("（2026）辽0102诉前调2号").mediating().talks().agreed()
    late = court.recall("（2026）辽0102诉前调2号")
    assert (late.status_code, late.json()["code"]) == (409, "ended")


def test_the_schemas_served_are_those_in_the_documents() -> None:
    from django.test import Client

    from huiyin.web.api.schemas_courts import published

    for name, schema in published().items():
        assert json.loads((SCHEMAS / name).read_text("utf-8")) == schema, f"write docs/schemas/{name} anew"
        assert Client().get(f"/api/v1/schemas/{name}").json() == schema
    assert Client().get("/api/v1/schemas/other.json").status_code == 404
    taken = jsonschema_rs.validator_for(published()["court-commission-1.json"])
    assert taken.is_valid(document())
    assert not taken.is_valid(document(verdict="x"))


def test_a_court_is_agreed_with_by_the_api_alone() -> None:
    from test_neighbours import save

    from huiyin.core.values import Refusal

    assert isinstance(save("court", kind="court", procedures=("people_mediation",), way="file"), Refusal)
    assert isinstance(save("court", kind="hotline", procedures=("people_mediation",)), Refusal)
    assert not isinstance(save("court", kind="court", procedures=("people_mediation",)), Refusal)
