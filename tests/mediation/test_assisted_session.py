"""Legal aid by video with somebody beside: asked for, booked, talked, ticked, filed in the person's name, and nobody else hears of it."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from cases import Case, at_desk
from looking import COMMUNITY, Page, Visitor, account, receipt, staff
from test_applications import walked

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Account, Appointment
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.matters import outbox, queries, services
from huiyin.matters.access import reading_as
from huiyin.matters.audit import audit
from huiyin.matters.models import Matter
from huiyin.matters.views import MatterView
from huiyin.mediation import queries as rooms
from huiyin.mediation import services as talk

WORKROOM, BUREAU = f"workroom.{COMMUNITY}", "judicial_bureau.210102"
SAID, ADVICE = "工地干了五个月没给工钱", "没有合同也能要，先把转账记录找齐"
PLACES = {"clerk": WORKROOM, "head": WORKROOM, "legal_adviser": BUREAU}


def another_adviser() -> Account:
    """A second legal adviser of the bureau, named to nothing."""
    first = account(BUREAU, "legal_adviser")
    held = Appointment.objects.filter(unit_id=BUREAU, post="legal_adviser", to_date=None).exclude(account_id=first.pk).first()
    if held is None:
        person = Account(username=f"adviser-{uuid.uuid4().hex[:8]}", name="钱二")
        person.save()
        held = Appointment.objects.create(account=person, unit_id=BUREAU, post="legal_adviser", from_date=city.today())
    return Account.objects.get(pk=held.account_id)


class Session:
    """王某 asked for it on a telephone; acts by ``resident``, by a post, or by the desk for the resident."""

    def __init__(self, **data: Any) -> None:
        given = {"matter": SAID, "aid_kind": "labour", **data}
        answer = services.open(
            procedure="assisted_session",
            home="",
            data=given,
            principal=Principal("party", "new", purpose="ask"),
            key=f"test:{uuid.uuid4()}",
            topic="request.legal_help",
            division=COMMUNITY,
            opened_by="party",
            parties=[{"id": "p1", "role": "applicant", "name": "王某", "facts": {"phone": "13800000031"}}],
            unit=WORKROOM,
        )
        assert not isinstance(answer, Refusal), answer
        self.home, self.matter, self.reference = answer.home, answer.matter, answer.reference
        self.code = answer.code or ""

    @property
    def desk(self) -> str:
        return f"/desk/{self.home}/{self.matter}/"

    def principal(self, who: str) -> Principal:
        if who == "resident":
            found = queries.find_by_reference(self.reference, self.code)
            assert isinstance(found, Principal)
            return found
        return city.principal_in_post(UUID(str(account(PLACES[who], who).pk)), PLACES[who], who, city.today())

    def tries(self, who: str | Principal, action: str, data: Mapping[str, Any] | None = None, *, beside: bool = False) -> Any:
        principal = who if isinstance(who, Principal) else self.principal(who)
        evidence: list[dict[str, str]] = []
        if beside:
            principal, evidence = replace(principal, acting_for=self.principal("resident").id), [{"kind": "in_person"}]
        return services.act(
            home=self.home,
            matter=self.matter,
            action=action,
            data=dict(data or {}),
            principal=principal,
            evidence=evidence,
            key=f"test:{uuid.uuid4()}",
        )

    def act(self, who: str, action: str, data: Mapping[str, Any] | None = None, *, beside: bool = False) -> None:
        answer = self.tries(who, action, data, beside=beside)
        assert not isinstance(answer, Refusal), answer

    def booked(self) -> Session:
        self.act("clerk", "agree_to_share", beside=True)
        helper = str(account(WORKROOM, "clerk").pk)
        at = (clock.now() + timedelta(hours=1)).isoformat()
        self.act(
            "clerk",
            "book",
            {
                "centre": BUREAU,
                "helper_person": helper,
                "session_at": at,
                "session_place": "一号桌",
                "call_number": "10000000009",
                "session_way": "video",
            },
        )
        self.act("legal_adviser", "name_officer", {"officer_person": str(account(BUREAU, "legal_adviser").pk), "no_conflict": True})
        return self

    def talking(self) -> Session:
        self.booked()
        self.act("clerk", "begin")
        return self

    def view(self, who: str | Principal) -> MatterView | None:
        return queries.get(who if isinstance(who, Principal) else self.principal(who), self.home, self.matter)

    def place(self, who: str | Principal, party: str = "") -> rooms.Door | None:
        return rooms.door(who if isinstance(who, Principal) else self.principal(who), self.home, self.matter, party)

    def where(self) -> dict[str, Any]:
        return {"home": self.home, "matter": self.matter}

    def on_a_phone(self) -> Visitor:
        visitor = Visitor()
        visitor.track(self.reference, self.code)
        return visitor


def drain(home: str) -> None:
    while outbox.run_once(home):
        pass


def selected(page: Page, name: str) -> str:
    """Return which option of a list to choose from is chosen."""
    inside = re.search(rf'<select[^>]*name="{re.escape(name)}"[^>]*>(.*?)</select>', page.html, re.DOTALL)
    chosen = None if inside is None else re.search(r'<option value="([^"]*)" selected', inside[1])
    return "" if chosen is None else chosen[1]


def sent(visitor: Visitor, address: str, **data: str) -> Page:
    """Open an act's form and post it with what it begins with."""
    page = visitor.get(address)
    begun = {one["name"]: page.value(one["name"]) or "" for one in page.inputs if one.get("type") in ("hidden", "text") and one.get("name")}
    begun |= {one["name"]: selected(page, one["name"]) for one in page.inputs if one["tag"] == "select"}
    return visitor.post(address, **{**{name.replace(".", "__"): value for name, value in begun.items()}, **data})


def test_asked_for_on_a_telephone_talked_at_the_desk_and_filed_in_the_persons_name(served: object) -> None:
    visitor = Visitor()
    seen = walked(visitor, "assisted_session")
    reference, _ = receipt(seen[-1][1])
    with reading_as(SYSTEM):
        row = Matter.objects.get(reference=reference)
    assert row.procedure == "assisted_session"
    assert row.state == "asked"

    session = Session().talking()
    helper, officer = staff(WORKROOM, "clerk"), staff(BUREAU, "legal_adviser")
    assert ("视频、文字一起谈", f"{session.desk}room/") in helper.get(session.desk).links
    # Neither the papers nor the law is in anybody's head: the checklist begins with what such matters need.
    form = officer.get(f"{session.desk}act/tick/")
    begun = [selected(form, f"f.checklist.{number}.paper") for number in range(6)]
    assert begun == ["identity", "means", "exempt", "work", "wages", "employer"]
    found = {f"f__checklist__{number}__found": "there" for number in range(6)}
    found |= {"f__checklist__4__found": "missing", "f__checklist__4__who": "王某", "f__means": "exempt"}
    page = sent(officer, f"{session.desk}act/tick/", **found)
    assert "最晚哪天" in page.words, "a missing paper without a day is not taken"
    day = (city.today() + timedelta(days=7)).isoformat()
    sent(officer, f"{session.desk}act/tick/", **found, f__checklist__4__by=day)
    session.act("legal_adviser", "note_advice", {"asked": "没有合同行吗", "advice": ADVICE, "next_steps": "下周三前交转账记录"})
    session.act("clerk", "apply", beside=True)
    drain(session.home)

    with reading_as(SYSTEM):
        aid = Matter.objects.get(procedure="legal_aid", body__parent=f"{session.home}/{session.matter}")
    assert aid.body["facts"]["matter"] == SAID
    assert aid.body["facts"]["means"] == "exempt"
    assert [line["paper"] for line in aid.body["facts"]["checklist"]] == begun
    assert [(party["name"], party["facts"]["phone"]) for party in aid.body["parties"]] == [("王某", "13800000031")]
    assert "legal_aid_application" in aid.body["papers"]
    mine = session.on_a_phone()
    home = mine.get(f"/mine/{session.reference}/")
    assert "已经以您的名义" in home.words
    assert any(f"/of/{aid.home}/{aid.id}/" in address for _, address in home.links)
    summary = mine.get(f"/mine/{session.reference}/papers/assisted_session_summary/1/").words
    for word in (SAID, ADVICE, "下周三前交转账记录", "还缺", "工钱怎么说", "12348", account(WORKROOM, "clerk").name):
        assert word in summary, word
    assert audit().passed


def test_before_the_yes_the_centre_sees_nothing_and_after_a_no_nobody_is_in_the_room(served: object) -> None:
    session = Session()
    assert session.view("legal_adviser") is None
    refused = session.tries("clerk", "book", {})
    assert isinstance(refused, Refusal)
    session.talking()
    assert session.view("legal_adviser") is not None
    inside = {name: session.place(name) for name in ("resident", "clerk", "legal_adviser")}
    assert all(inside.values())
    session.act("resident", "not_share")
    assert not any(session.place(name) for name in inside)
    refused = session.tries("legal_adviser", "note_advice", {"asked": "x", "advice": "y", "next_steps": "z"})
    assert isinstance(refused, Refusal)
    assert "同意" in refused.text.zh


def test_three_talk_in_one_room_and_there_is_no_other(served: object) -> None:
    session = Session().talking()
    resident = session.principal("resident").id
    who = {name: session.principal(name) for name in ("clerk", "legal_adviser", "resident")}
    for number, (name, principal) in enumerate(who.items()):
        assert isinstance(talk.enter(**session.where(), principal=principal), UUID)
        assert isinstance(talk.send(**session.where(), principal=principal, text=f"{name}说", key=f"k{number}"), talk.Sent)
        assert session.place(name, resident) is None, "nobody is alone with the officer in writing the others cannot read"
    seen = rooms.room(who["resident"], session.home, session.matter)
    assert seen is not None
    assert [one.text for one in seen.messages] == ["clerk说", "legal_adviser说", "resident说"]
    assert [one.by.role.zh for one in seen.messages] == ["身边帮忙的工作人员", "法律援助工作人员", "居民（申请人）"]
    page = session.on_a_phone().get(f"/mine/{session.reference}/room/")
    assert "只有居民（申请人）、身边帮忙的工作人员、法律援助工作人员看得到" in page.words
    assert "调解" not in page.words
    # Not the head, not another adviser of the same bureau, and whoever is replaced is out at once.
    other = city.principal_in_post(UUID(str(another_adviser().pk)), BUREAU, "legal_adviser", city.today())
    assert session.place("head") is None
    assert session.place(other) is None
    answer = session.tries("legal_adviser", "name_officer", {"officer_person": other.id, "no_conflict": True})
    assert not isinstance(answer, Refusal), answer
    assert session.place("legal_adviser") is None
    assert session.place(other) is not None


def test_the_page_of_the_resident_leads_to_room_calendar_and_telephone(served: object) -> None:
    session = Session()
    phone = session.on_a_phone()
    assert "约好一起谈" not in phone.get(f"/mine/{session.reference}/").words
    session.booked()
    page = phone.get(f"/mine/{session.reference}/")
    assert ("视频、文字一起谈", f"/mine/{session.reference}/room/") in page.links
    assert "10000000009" in page.words
    answer = phone.client.get(f"/mine/{session.reference}/meeting.ics")
    written = answer.content.decode().replace("\r\n ", "")
    assert "法律援助视频协助" in written
    assert "一号桌" in written
    assert "王某" not in written
    assert any("放进日历" in label for label, _ in staff(WORKROOM, "clerk").get(session.desk).links)


def test_whoever_mediated_the_dispute_neither_helps_nor_advises(served: object) -> None:
    adviser = account(BUREAU, "legal_adviser")
    session = Session(mediated_by=[adviser.name])
    session.act("clerk", "agree_to_share", beside=True)
    at = (clock.now() + timedelta(hours=1)).isoformat()
    helper = str(account(WORKROOM, "clerk").pk)
    booking = {
        "centre": BUREAU,
        "helper_person": helper,
        "session_at": at,
        "session_place": "一号桌",
        "call_number": "1",
        "session_way": "video",
    }
    session.act("clerk", "book", booking)
    named = {"officer_person": str(adviser.pk), "no_conflict": True}
    refused = session.tries("legal_adviser", "name_officer", named)
    assert isinstance(refused, Refusal)
    assert "调解过" in refused.text.zh
    page = staff(BUREAU, "legal_adviser").get(f"{session.desk}act/name_officer/")
    assert "以前谁调解过" in page.words, "the form shows where the record has the name"
    session.act("legal_adviser", "name_officer", {**named, "officer_person": str(another_adviser().pk)})


def test_the_other_side_and_the_mediator_of_the_dispute_learn_nothing(served: object) -> None:
    case = Case().mediating()
    zhang = case.party().get(f"/mine/{case.reference}/")
    assert "/apply/assisted_session/" in [address.partition("?")[0] for _, address in zhang.links]
    session = Session(matter=f"{SAID}，和李四谈不拢", other_side="李四", mediated_by=["朱丁酉"]).talking()
    session.act("legal_adviser", "note_advice", {"asked": "问", "advice": ADVICE, "next_steps": "等"})
    for who in (case.principal("李四"), case.principal("张三"), case.principal("mediator"), case.principal("head")):
        assert session.view(who) is None
        assert session.place(who) is None
    mediator = at_desk("mediator")
    assert mediator.get(session.desk).status == 404
    assert mediator.get(f"{session.desk}room/").status == 404
    assert SAID not in mediator.get("/desk/search/", q="工地").words
    assert session.reference not in mediator.get(f"{case.desk}/").words
    assert not case.view("张三").children
    # What is noted while they talk is for those three; the summary printed at the end goes into the file.
    other = city.principal_in_post(UUID(str(another_adviser().pk)), BUREAU, "legal_adviser", city.today())
    seen = session.view(other)
    assert seen is None or "advice" not in seen.facts
