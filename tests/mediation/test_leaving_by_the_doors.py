"""Through the doors: who leaves is stopped, the others go on, and nothing that comes after reaches whoever left."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from cases import Case, at_desk
from looking import COMMITTEE, COMMUNITY, Visitor

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.values import ANONYMOUS, Principal, Refusal
from huiyin.matters import dates, outbox, queries, services
from huiyin.matters.audit import audit
from huiyin.matters.receipts import Receipt
from huiyin.papers import queries as files

WORKERS = ("王一", "王二", "王三", "王四", "王五", "王六", "王七", "王八", "王九", "王十", "赵一", "赵二")
FIRM = "某装修公司"
CANARY = "黄鹂三两声"


class Wages(Case):
    """Twelve workers ask for their wages from one firm; the first of them holds the code."""

    def __init__(self) -> None:
        people = [{"role": "disputant", "name": name, "facts": {"side": "applicant"}} for name in WORKERS]
        people.append({"role": "disputant", "name": FIRM, "facts": {"side": "respondent"}})
        receipt = services.open(
            procedure="people_mediation",
            principal=ANONYMOUS,
            opened_by="party",
            topic="dispute.labour.wages",
            division=COMMUNITY,
            unit=COMMITTEE,
            data={"claim": "付清八月份工资", "facts": "公司欠十二个人八月份工资"},
            parties=people,
            key=str(uuid.uuid4()),
        )
        assert isinstance(receipt, Receipt), receipt
        self.reference, self.code = receipt.reference, str(receipt.code)
        self.home, self.matter = receipt.home, UUID(str(receipt.matter))
        self.people = {}
        self.people = {party.name: party.id for party in self.view("clerk").parties}

    def mediating(self) -> Wages:
        self.inviting()
        for name in (*WORKERS, FIRM):
            self.act(name, "agree")
        return self

    def refused(self, who: str, action: str, data: dict[str, object] | None = None, for_: str = "") -> str:
        principal = replace(self.principal(who), acting_for=self.people[for_]) if for_ else self.principal(who)
        answer = services.act(
            home=self.home,
            matter=self.matter,
            action=action,
            data=data or {},
            principal=principal,
            evidence=[{"kind": "in_person"}],
            key=f"test:{uuid.uuid4()}",
        )
        assert isinstance(answer, Refusal), f"{action} was done"
        return answer.code

    def terms(self, names: tuple[str, ...]) -> dict[str, object]:
        day = (clock.now() + timedelta(days=20)).date().isoformat()
        return {
            "agreed_facts": f"公司欠各人工资，{CANARY}",
            "responsibilities": "公司付清",
            "performance_way": "转账",
            "agreement_touches": "ordinary",
            "obligations": [{"who": self.people[FIRM], "what": f"付{name}工资", "amount": 600000, "due": day} for name in names],
        }

    def held(self) -> None:
        at = (clock.now() - timedelta(hours=2)).isoformat()
        self.act("mediator", "hold_session", {"session_at": at, "session_place": "调解室", "minutes": f"公司愿意付清。{CANARY}"})
        self.act("王二", "sign_minutes", {"hash": self.hash("mediation_minutes"), "method": "screen"})


def test_twelve_workers_against_one_firm_where_one_refuses_and_is_severed(served: object) -> None:
    case = Wages()
    case.inviting()
    for name in (*WORKERS[1:], FIRM):
        case.act(name, "agree")
    case.act("王一", "refuse")
    assert case.view("clerk").state == "inviting"  # not before the mediator says that the claims can be settled apart
    assert case.refused("王一", "agree") == "left"
    assert case.refused("clerk", "agree", for_="王一") == "left"
    case.act("mediator", "go_on_without", {"divisible_reason": "各人工资各算各的"})
    assert case.view("clerk").state == "mediating"
    case.held()
    rest = WORKERS[1:]
    case.act("mediator", "draft_agreement", case.terms(rest))
    assert "王一" not in str(_text(case, "mediation_agreement"))
    assert case.refused("王一", "sign", {"hash": case.hash("mediation_agreement"), "method": "screen"}) == "left"
    for name in (*rest, FIRM):
        case.act(name, "choose_signing", {"sign_way": "screen"})
    for name in (*rest, FIRM, "mediator"):
        assert case.view("clerk").state == "signing"
        case.sign(name)
    case.act("seal_keeper", "seal", {"hash": case.hash("mediation_agreement"), "method": "wet"})
    assert case.view("clerk").state == "performing"
    case.act("王二", "prepare_confirmation", {"court": _court(), "court_ground": "committee"})
    assert "王一" not in str(_text(case, "confirmation_application"))
    for name in (*rest, FIRM):
        assert not case.view("clerk").children
        case.act(name, "ask_court")
    assert [child.procedure for child in case.view("clerk").children] == ["judicial_confirmation"]
    assert audit().passed


def _court() -> str:
    return next(str(unit.id) for unit in city.units_of_kind("court"))


def _text(case: Case, name: str) -> object:
    line = [one for one in case.view("clerk").papers if one.name == name][-1]
    found = queries.paper(case.principal("clerk"), case.home, case.matter, name, line.number)
    assert found is not None
    return found.blocks


def _told(case: Case, me: Principal) -> list[str]:
    """What was sent to a party, everything delivered."""
    while outbox.run_once(case.home):
        pass
    return [one.text.zh for one in queries.notices(me) if one.matter == case.matter and one.text is not None]


def test_what_comes_after_reaches_whoever_left_by_no_page_list_paper_notice_or_file(served: object) -> None:
    case = Wages().mediating()
    me = case.principal("王一")
    case.act("王一", "tell_mediator", {"private_statement": "我要去仲裁，最少六千。"})
    case.act("王一", "leave")
    before = _told(case, me)
    assert any("您已经退出" in words for words in before)
    case.act("mediator", "carry_on", {"divisible_reason": f"各人工资各算各的，{CANARY}"})
    case.act(FIRM, "add_evidence", {"evidence": {"what": f"工资表，{CANARY}"}})
    case.act("王二", "make_offer", {"terms": [{"who": case.people[FIRM], "what": f"分两次付，{CANARY}"}]})
    case.held()
    case.act("mediator", "draft_agreement", case.terms(WORKERS[1:]))
    view = queries.get(me, case.home, case.matter)
    assert view is not None
    assert (view.left, view.offers, view.clocks, view.due) == (True, (), (), None)
    assert {line.name for line in view.papers} == {"application_receipt", "rights_notice", "invitation", "leaving_notice"}
    told = (view, queries.timeline(me, case.home, case.matter), queries.papers(me, case.home, case.matter), files.files(me, view))
    assert CANARY not in repr(told)
    assert queries.paper(me, case.home, case.matter, "mediation_agreement", 1) is None
    assert queries.filing(me, case.home, case.matter) is None
    assert dates.of_party(replace(me, matter=f"{case.home}/{case.matter}")) == ()
    assert _told(case, me) == before
    assert queries.inbox(me).rows == ()
    # What it had stays with it: its own words, the notices it was given and the papers it received.
    assert "最少六千" in repr([party.facts for party in view.parties if party.id == me.id])
    assert "最少六千" not in repr(case.view("王二"))
    assert queries.paper(me, case.home, case.matter, "leaving_notice", 1) is not None


def test_facts_that_whoever_left_had_not_signed_are_not_taken_along_as_undisputed(served: object) -> None:
    case = Wages().mediating()
    case.act("mediator", "note_undisputed", {"undisputed": "八月份工资没有发。"})
    for name in (*WORKERS[1:], FIRM):
        case.act("clerk", "sign_undisputed", {"hash": case.hash("undisputed_record"), "method": "wet"}, for_=name)
    case.act("王一", "leave")
    case.act("mediator", "carry_on", {"divisible_reason": "各人工资各算各的"})
    case.act("clerk", "take_along", for_="王二")
    assert "八月份工资没有发" not in repr(_text(case, "next_step_record"))


def test_the_page_of_whoever_left_says_so_and_gives_its_notice(served: object) -> None:
    case = Wages().mediating()
    visitor = case.party()
    page = visitor.get(f"/mine/{case.reference}/")
    assert "现在在谈的：您、王二" in page.words
    leave = visitor.get(f"/mine/{case.reference}/act/leave/")
    assert "不用说理由" in leave.words
    assert leave.html.count("<textarea") == 0
    key = leave.value("key")
    left = visitor.post(f"/mine/{case.reference}/act/leave/", key=key, version=leave.value("version"))
    case.act("mediator", "carry_on", {"divisible_reason": CANARY})
    case.held()
    for page in (left, visitor.get(f"/mine/{case.reference}/")):
        assert "您已退出" in page.words
        assert "看给您的告知书" in page.words
    again = visitor.get(f"/mine/{case.reference}/")
    assert CANARY not in again.html
    notice = visitor.get(next(link for words, link in again.links if "看给您的告知书" in words))
    assert "退出调解告知书" in notice.words
    assert "仲裁" in notice.words
    for path in ("act/make_offer/", "act/sign_minutes/", "paper/mediation_minutes/1/", "meeting.ics", "dates/"):
        assert CANARY not in visitor.client.get(f"/mine/{case.reference}/{path}", follow=True).content.decode(errors="replace")


def test_nobody_at_the_desk_is_led_to_press_whoever_left(served: object) -> None:
    case = Wages()
    case.inviting()
    case.act("王三", "refuse")
    page = at_desk("clerk").get(case.desk + "/")
    assert f"for={case.people['王三']}" not in page.html
    assert f"for={case.people['王四']}" in page.html
    assert "已退出" in page.words


def test_of_two_the_refusal_of_one_ends_it_with_the_ways_on(served: object) -> None:
    case = Case().inviting()
    case.act("李四", "refuse")
    view = case.view("clerk")
    assert (view.state, view.outcome) == ("ended_without", "failed")
    assert {"leaving_notice", "termination_notice", "routes_notice"} <= {line.name for line in view.papers}
    # The other side learns that it ended, and not who said what.
    assert "拒绝" not in case.view("张三").says.zh


def test_the_interface_for_programs_gives_whoever_left_no_more(served: object) -> None:
    case = Wages().mediating()
    case.act("王一", "leave")
    case.act("mediator", "carry_on", {"divisible_reason": CANARY})
    case.held()
    client = Visitor().client
    given = {"reference": case.reference, "code": case.code}
    token = client.post("/api/v1/track", given, content_type="application/json").json()["token"]
    matter = f"/api/v1/matters/{case.home}/{case.matter}"
    for path in (matter, f"{matter}/events", f"{matter}/papers", f"{matter}/offers", f"{matter}/files", "/api/v1/matters"):
        answer = client.get(path, HTTP_AUTHORIZATION=f"Bearer {token}")
        assert answer.status_code == 200, path
        assert CANARY not in answer.content.decode(), path
        assert path.endswith("events") or "mediating" not in answer.content.decode(), path
    assert client.get(f"{matter}/papers/mediation_minutes/1", HTTP_AUTHORIZATION=f"Bearer {token}").status_code == 404
