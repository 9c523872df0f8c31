"""A list becomes households: each its own matter, once, with what is common handed to it and nothing of any other in it."""

from __future__ import annotations

import threading
from uuid import UUID

import pytest
from estate import CLAIM, FACTS, FIRM, committee, desk, line, project, project_matter
from living import COMMITTEE, FAR, at, did, post
from test_following import body, delivered

from huiyin import clock
from huiyin.core.values import SYSTEM, Principal, Refusal
from huiyin.matters import doors, queries
from huiyin.matters.audit import audit
from huiyin.matters.receipts import Receipt
from huiyin.projects import queries as projects
from huiyin.projects import services

pytestmark = pytest.mark.usefixtures("served")


def brought(made: Receipt, lines: list[services.Line], who: Principal | None = None) -> list[services.Came | Refusal]:
    with clock.set_to(at("11-16 10:00")):
        return services.bring(who or desk(), project(made, who), lines)


def of_household(made: Receipt, place: int = 0) -> Receipt:
    found = projects.households(committee(), project(made, committee()))[place]
    seen = doors.snapshot(found.home, found.matter, SYSTEM)
    assert seen is not None
    return Receipt(found.home, found.matter, found.reference, seen["version"], found.state, "", clock.now(), None, None, False, None, ())  # type: ignore[arg-type]


def test_each_line_is_a_matter_of_its_own_with_what_is_common_handed_to_it() -> None:
    made = project_matter()
    lines = [
        line(1, "1单元101", "赵一", phones=("13800000001",), cents=128_050, size="86.5平方米", remark="有老人"),
        line(2, "2单元202", "钱二"),
    ]
    assert brought(made, lines) == ["new", "new"]
    first, second = (body(of_household(made, place)) for place in (0, 1))
    assert first["procedure"] == "people_mediation"
    assert first["parent"] == f"{made.home}/{made.matter}"
    assert first["reference"] != second["reference"]
    assert first["units"]["host"] == COMMITTEE
    assert first["facts"] | {} == {
        "claim": CLAIM,
        "claim_sum": 128_050,
        "facts": f"{FACTS}\n本户：面积或者数量：86.5平方米；备注：有老人。",
        "dispute_place": {"division": first["division"], "detail": "晨光小区1号楼1单元101"},
        "building": "1号楼",
        **{
            name: first["facts"][name]
            for name in first["facts"]
            if name not in ("claim", "claim_sum", "facts", "dispute_place", "building")
        },
    }
    assert second["facts"]["facts"] == FACTS
    assert [(one["name"], one["facts"].get("side")) for one in first["parties"]] == [("赵一", "applicant"), (FIRM, "respondent")]
    assert first["parties"][0]["facts"] == {"phone": "13800000001", "address": "1号楼1单元101", "side": "applicant"}
    assert first["parties"][1]["facts"]["address"] == "晨光路1号"
    assert "application_receipt" in first["papers"]
    assert "钱二" not in str(first)
    assert audit().passed


def test_the_same_list_again_makes_nothing_again_and_another_word_changes_nothing() -> None:
    made = project_matter()
    lines = [line(1, "1单元101", "赵一"), line(1, "1单元102", "钱二")]
    assert brought(made, lines) == ["new", "new"]
    assert brought(made, [*lines, line(1, "1单元103", "孙三")]) == ["known", "known", "new"]
    (answer,) = brought(made, [line(1, "1单元101", "赵一", cents=100)])
    assert isinstance(answer, Refusal)
    assert answer.code == "changed"
    assert len(projects.households(desk(), project(made))) == 3
    # What is common was corrected since: the same list is still the same list.
    did(made, "11-16 11:00", "correct", desk(), {"field": "claim", "value": "按标准供热", "reason": "改"})
    assert brought(made, lines) == ["known", "known"]


def test_twice_in_one_list_is_once_and_without_a_door_it_is_who_it_is() -> None:
    made = project_matter()
    answers = brought(made, [line(1, "", "赵一"), line(1, "", "钱二"), line(1, "", "赵一"), line(1, "", "赵一", phones=("13800000009",))])
    assert answers == ["new", "new", "known", "new"]


def test_two_at_once_bring_each_household_once() -> None:
    made = project_matter()
    lines = [line(1, f"1单元{101 + number}", f"住户{number}") for number in range(20)]
    answers: list[services.Came | Refusal] = []
    whole, who = project(made), desk()

    def bring() -> None:
        from django.db import connections

        answers.extend(services.bring(who, whole, lines))
        connections.close_all()

    threads = [threading.Thread(target=bring) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (answers.count("new"), answers.count("known")) == (20, 40)
    assert len(projects.households(who, whole)) == 20


def test_nobody_is_brought_in_before_a_committee_is_chosen_nor_after_the_end_nor_by_another_desk() -> None:
    early = project_matter(given=False)
    (answer,) = brought(early, [line()])
    assert isinstance(answer, Refusal)
    made = project_matter()
    assert projects.project(post(FAR, "clerk"), made.home, made.matter) is None
    # A colleague of the desk reads how far it is and brings nobody in.
    other = Principal("staff", desk().id, desk().unit, "duty_officer")
    seen = projects.project(other, made.home, made.matter)
    assert seen is not None
    assert isinstance(services.bring(other, seen, [line()])[0], Refusal)
    did(made, "11-17 10:00", "close", desk(), {"closing_note": "办完了。"})
    assert isinstance(brought(made, [line()])[0], Refusal)


def test_the_project_knows_how_far_each_is_and_its_desk_reads_no_household() -> None:
    made = project_matter()
    brought(made, [line(2, "1单元101", "赵一"), line(10, "1单元101", "钱二"), line(2, "2单元201", "孙三")])
    whole = project(made)
    assert [(one.building, one.place) for one in projects.households(desk(), whole)] == [
        ("2号楼", "晨光小区2号楼1单元101"), ("2号楼", "晨光小区2号楼2单元201"), ("10号楼", "晨光小区10号楼1单元101")
    ]  # fmt: skip
    assert not any(one.readable for one in projects.households(desk(), whole))
    assert all(one.readable for one in projects.households(committee(), project(made, committee())))
    found = of_household(made)
    assert queries.get(desk(), found.home, found.matter) is None
    did(
        found,
        "11-16 12:00",
        "accept",
        committee(),
        {"case_source": "initiative", "mediator_person": post(COMMITTEE, "mediator").id, "impartial": True},
    )
    counts = {stage.name: number for stage, number in projects.stages(whole)}
    assert (counts["waiting"], counts["asked"]) == (2, 1)
    assert sum(counts.values()) == 3
    assert [len(one.people) for one in projects.households(desk(), whole)] == [1, 0, 0]
    assert [one.waits for one in projects.households(desk(), whole)] == [False, True, True]
    # A supervisor and a colleague see the numbers and no door.
    other = Principal("staff", desk().id, desk().unit, "duty_officer")
    assert projects.households(other, project(made, other)) == ()


def test_a_household_reads_its_own_and_neither_another_nor_the_project() -> None:
    made = project_matter()
    brought(made, [line(1, "1单元101", "赵一"), line(1, "1单元102", "钱二")])
    first, second = of_household(made, 0), of_household(made, 1)
    own = f"{first.home}/{first.matter}"
    party = Principal("party", body(first)["parties"][0]["id"], purpose="own", matter=own)
    assert queries.get(party, first.home, first.matter) is not None
    assert queries.get(party, second.home, second.matter) is None
    assert queries.get(party, made.home, made.matter) is None
    assert projects.project(party, made.home, made.matter) is None


def test_what_ends_is_counted_and_the_project_is_told_nothing_of_it() -> None:
    made = project_matter()
    brought(made, [line(1, "1单元101", "赵一")])
    found = of_household(made)
    did(found, "11-16 12:00", "decline", committee(), {"reason": "仲裁已经受理，只是这一户的事"})
    delivered("11-16 12:01")
    with clock.set_to(at("11-16 12:02")):
        assert {stage.name: number for stage, number in projects.stages(project(made))}["elsewhere"] == 1
    assert "仲裁" not in str(body(made))
    assert body(made)["children"] == []
    from huiyin.matters.access import reading_as
    from huiyin.matters.models import Outbox

    with reading_as(SYSTEM):
        assert not Outbox.objects.filter(done_at=None).exists()


def test_five_hundred_stand_on_the_page_in_as_many_questions_as_five() -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    made = project_matter()
    brought(made, [line(1, f"1单元{101 + number}", f"住户{number}") for number in range(5)])

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            whole = project(made)
            projects.stages(whole)
            projects.households(desk(), whole)
        return len(found)

    few = asked()
    assert few
    brought(made, [line(2, f"1单元{101 + number}", f"住户{number}") for number in range(60)])
    # Now and then the library looks whether the packs changed.
    assert asked() <= few + 2


def test_who_does_not_settle_goes_on_to_court_with_its_own_record_and_nothing_of_another() -> None:
    made = project_matter()
    brought(made, [line(1, "1单元101", "赵一", cents=128_050), line(1, "1单元102", "钱二", remark="热表坏了")])
    found = of_household(made)
    did(found, "11-16 12:00", "decline", committee(), {"reason": "不属于调解范围"})
    party = Principal("party", body(found)["parties"][0]["id"], purpose="own", matter=f"{found.home}/{found.matter}")
    did(found, "11-16 13:00", "go_to_court", party, {"court": "court.210102"})
    delivered("11-16 13:01")
    (child,) = body(found)["children"]
    home, _, matter = child["matter"].partition("/")
    seen = doors.snapshot(home, UUID(matter), SYSTEM)
    assert seen is not None
    handed = seen["body"]
    assert handed["facts"]["claim"] == CLAIM
    assert handed["facts"]["facts"].startswith(FACTS)
    assert {one["name"] for one in handed["parties"]} == {"赵一", FIRM}
    assert handed["parent"] == f"{found.home}/{found.matter}"
    assert not any(words in str(handed) for words in ("钱二", "热表", "1单元102"))
    view = queries.get(party, found.home, found.matter)
    assert view is not None
    texts = [str(paper.blocks) for one in view.papers if (paper := queries.paper(party, found.home, found.matter, one.name, one.number))]
    assert texts
    assert not any(words in text for text in texts for words in ("钱二", "热表", "1单元102"))
