"""The party's list of steps, and the meeting for its calendar."""

from __future__ import annotations

import re
import uuid
from dataclasses import replace
from datetime import timedelta

from cases import Case, at_desk
from looking import Visitor

from huiyin import clock
from huiyin.core.values import Refusal
from huiyin.matters import services
from huiyin.web.pages.mediation import calendars, party
from huiyin.web.pages.seats import Standpoint
from huiyin.web.pages.story import Wording

STEPS = ["看权利义务告知书", "说说您愿不愿意", "约时间", "参加调解", "看协议", "签字", "履行"]


def _room(case: Case, who: str = "张三") -> dict[str, party.Step]:
    view = case.view(who)
    standpoint = Standpoint(case.principal(who), case.home, case.matter, "resident", reference=case.reference)
    room = party.room(view, Wording(view, standpoint))
    assert room is not None
    return {step.title.zh: step for step in room.steps}


def _turn(case: Case) -> str:
    """Whose turn it is, as 张三 reads at the top of the page."""
    found = re.search(r'<p class="turn">(.*?)</p>', case.party().get(f"/mine/{case.reference}/").html, re.DOTALL)
    assert found is not None
    return re.sub(r"<[^>]+>|\s", "", found[1])


def test_the_steps_stand_in_their_order_on_the_party_s_page(served: object) -> None:
    case = Case().inviting()
    assert list(_room(case)) == STEPS
    page = case.party().get(f"/mine/{case.reference}/")
    assert "调解怎么走，到哪一步了" in page.words
    assert "随时可以直接去法院起诉" in page.words
    assert "我觉得不安全" in page.words
    assert ("110", "tel:110") in page.links


def test_waiting_for_the_other_side_is_not_waiting_for_you(served: object) -> None:
    case = Case().inviting()
    assert _room(case)["说说您愿不愿意"].waits == "you"
    case.act("张三", "agree")
    mine, theirs = _room(case)["说说您愿不愿意"], _room(case, "李四")["说说您愿不愿意"]
    assert (mine.waits, theirs.waits) == ("other", "you")
    assert mine.until is not None
    assert mine.word.zh.startswith("等对方（到")
    assert _turn(case) == "等对方"


def test_after_signing_the_other_side_is_awaited_then_the_committee(served: object) -> None:
    case = Case().signing()
    assert _room(case)["签字"].waits == "you"
    assert _turn(case) == "等您"
    case.sign("张三")
    assert _room(case)["签字"].waits == "other"
    assert _turn(case) == "等对方"  # though the way back, not to sign, is still open
    case.sign("clerk", for_="李四")
    assert _room(case)["签字"].waits == "committee"
    assert _turn(case) == "等单位"


def test_where_it_is_signed_on_paper_the_party_reads_how(served: object) -> None:
    case = Case().signing()
    case.act("clerk", "choose_signing", {"sign_way": "paper"}, for_="李四")
    step = _room(case)["签字"]
    assert step.waits == "you"
    assert "到调委会当面签" in step.note.zh
    assert [label.zh for label, _ in step.links][1:] == ["选协议怎么签", "不签，要再谈"]
    case.sign("clerk", for_="李四")
    assert [label.zh for label, _ in _room(case)["签字"].links][1:] == ["不签，要再谈"]
    case.sign("clerk", for_="张三")
    assert _room(case)["签字"].waits == "committee"


def test_performing_asks_whoever_owes_and_then_the_other_to_confirm(served: object) -> None:
    case = Case().performing()
    assert (_room(case)["履行"].waits, _room(case, "李四")["履行"].waits) == ("other", "you")
    case.act("李四", "report_done", {"which": 0, "performance_note": "转了"})
    assert (_room(case)["履行"].waits, _room(case, "李四")["履行"].waits) == ("you", "other")
    case.act("张三", "confirm_done", {"which": 0})
    assert (_room(case)["履行"].waits, _room(case, "李四")["履行"].waits) == ("done", "done")


def test_what_the_other_side_answered_is_not_shown_to_a_party(served: object) -> None:
    case = Case().inviting()
    case.act("李四", "agree")
    assert "李四" not in _room(case)["说说您愿不愿意"].note.zh
    assert all("consent" not in one.facts for one in case.view("张三").parties if one.name == "李四")


def _arranged(case: Case, hours: int = 48, where: str = "调解室, 二楼") -> None:
    case.act("mediator", "arrange_session", {"session_at": (clock.now() + timedelta(hours=hours)).isoformat(), "session_place": where})


def test_a_meeting_is_a_calendar_file_that_names_nobody(served: object) -> None:
    case = Case().mediating()
    assert case.party().get(f"/mine/{case.reference}/meeting.ics").status == 404
    _arranged(case, where="调解室, 二楼；" + "很长的地点" * 20)
    for visitor, address in ((case.party(), f"/mine/{case.reference}/meeting.ics"), (at_desk("mediator"), f"{case.desk}/meeting.ics")):
        answer = visitor.client.get(address)
        body = answer.content
        assert answer["Content-Type"].startswith("text/calendar")
        lines = body.split(b"\r\n")
        assert body.endswith(b"\r\n")
        assert all(len(line) <= 75 for line in lines)
        text = re.sub(r"\r\n ", "", body.decode())
        assert "TZID:Asia/Shanghai" in text
        assert f"SUMMARY:调解会议 {case.reference[:4]}" in text
        assert "LOCATION:调解室\\, 二楼" in text
        assert "张三" not in text
        assert "李四" not in text


def test_a_changed_time_replaces_the_old_one(served: object) -> None:
    case = Case().mediating()
    seen = []
    for hours in (48, 72):
        _arranged(case, hours)
        text = case.party().client.get(f"/mine/{case.reference}/meeting.ics").content.decode()
        seen.append((re.findall(r"UID:(.*)\r", text)[0], int(re.findall(r"SEQUENCE:(.*)\r", text)[0])))
    assert seen[0][0] == seen[1][0]
    assert seen[0][1] < seen[1][1]


def test_a_meeting_that_was_held_is_no_next_meeting(served: object) -> None:
    case = Case().mediating()
    held = (clock.now() - timedelta(minutes=30)).isoformat()
    case.act("mediator", "arrange_session", {"session_at": held, "session_place": "调解室"})
    assert calendars.meeting(case.view("mediator")) is not None
    case.act("mediator", "hold_session", {"session_at": held, "session_place": "调解室", "minutes": "谈了一次。"})
    assert calendars.meeting(case.view("mediator")) is None


def test_a_meeting_is_for_those_who_follow_the_matter(served: object) -> None:
    case = Case().mediating()
    _arranged(case)
    assert Visitor().get(f"/mine/{case.reference}/meeting.ics").status == 404


def test_each_side_reads_what_it_is_to_do_and_by_when_and_says_so_of_its_own_alone(served: object) -> None:
    case = Case().performing()
    page = case.party().get(f"/mine/{case.reference}/")
    assert "约定对方要办的" in page.words
    assert "没有要您办的事" in page.words
    desk = at_desk("clerk")
    form = desk.get(f"{case.desk}/act/report_done/?for={case.people['李四']}")
    listed = form.html.count('name="f.which"')
    assert listed == len(case.view("clerk").facts["obligations"])
    assert at_desk("clerk").get(f"{case.desk}/act/report_done/?for={case.people['张三']}").html.count('name="f.which"') == 0
    answer = services.act(
        home=case.home,
        matter=case.matter,
        action="report_done",
        data={"which": 0, "performance_note": "办好了"},
        principal=replace(case.principal("clerk"), acting_for=case.people["张三"]),
        evidence=[{"kind": "in_person"}],
        key=f"test:{uuid.uuid4()}",
    )
    assert isinstance(answer, Refusal)
    assert answer.code == "not_own_entry"
