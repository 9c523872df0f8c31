"""Work lists: what each line says to whom, and what a list is narrowed to."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
import small

from huiyin import clock
from huiyin.city import queries as city
from huiyin.core.values import SYSTEM, Principal
from huiyin.exchange import export
from huiyin.matters import counting, directory, lists
from huiyin.matters.access import reading_as
from huiyin.matters.models import AccessLog
from huiyin.matters.views import Page

pytestmark = pytest.mark.usefixtures("record")
COLLEAGUE = Principal("staff", str(uuid4()), small.OFFICE, "archivist")
SUPERVISOR = Principal("staff", str(uuid4()), small.OTHER_OFFICE, "supervision_officer", purpose="supervise", supervises=(small.OFFICE,))
AUDITOR = Principal("staff", str(uuid4()), small.OFFICE, "audit_admin", purpose="audit")


def on_the_board() -> Page:
    return counting.behind(SUPERVISOR, None)


def test_a_line_says_what_the_matter_is_about_to_those_who_see_it() -> None:
    small.opened(claim="三楼卫生间  渗水，\n请帮忙")
    (line,) = lists.inbox(small.CLERK).rows
    assert line.summary == "三楼卫生间 渗水， 请帮忙"
    (masked,) = lists.matters(COLLEAGUE).rows
    assert masked.summary == ""
    assert lists.matters(small.STRANGER).rows == ()


def test_a_long_text_is_cut() -> None:
    small.opened(claim="渗水" * 80)
    (line,) = lists.inbox(small.CLERK).rows
    assert len(line.summary) == lists.LONGEST_SUMMARY
    assert line.summary.endswith("…")


def test_an_erased_text_is_not_in_the_list() -> None:
    from huiyin.matters import erasure

    receipt = small.opened(claim="三楼卫生间渗水")
    erasure.erase(home=receipt.home, matter=receipt.matter, principal=SYSTEM, basis="依申请", fields=["claim"], key=str(uuid4()))
    (line,) = lists.inbox(small.CLERK).rows
    assert line.summary == ""


def test_reading_a_line_of_personal_content_is_written_down_once_a_day() -> None:
    receipt = small.opened()
    lists.inbox(small.CLERK)
    lists.inbox(small.CLERK)
    lists.matters(COLLEAGUE)  # sees nothing of it

    def looks() -> list[str]:
        with reading_as(SYSTEM):
            return [look.post for look in AccessLog.objects.filter(matter=receipt.matter).order_by("at")]

    assert looks() == ["clerk"]
    with clock.set_to(clock.now() + timedelta(days=2)):
        lists.inbox(small.CLERK)
    assert looks() == ["clerk", "clerk"]


def test_a_list_that_does_not_show_the_line_is_no_look() -> None:
    receipt = small.opened()
    (line,) = lists.inbox(small.CLERK, bare=True).rows
    assert (line.matter, line.summary) == (receipt.matter, "")
    with reading_as(SYSTEM):
        assert not AccessLog.objects.filter(matter=receipt.matter).exists()


def test_whose_work_it_is() -> None:
    mine, named = small.opened(), small.working()
    assert {row.matter for row in lists.inbox(small.HELPER).rows} == {named.matter}
    assert {row.matter for row in lists.of_unit(small.CLERK).rows} == {mine.matter, named.matter}
    assert lists.elsewhere(small.CLERK).rows == ()
    assert lists.of_unit(small.STRANGER).rows == ()
    assert lists.sizes(small.CLERK) == (2, 0)


def test_a_list_is_narrowed_by_place_topic_and_date() -> None:
    receipt = small.opened()
    inside, outside = small.STREET, small.OTHER_STREET
    assert [row.matter for row in lists.inbox(small.CLERK, place=inside).rows] == [receipt.matter]
    assert lists.inbox(small.CLERK, place=outside).rows == ()
    assert lists.inbox(small.CLERK, topics=["dispute.leak"]).rows
    assert lists.inbox(small.CLERK, topics=[]).rows == ()
    assert lists.inbox(small.CLERK, soon=True).rows == ()
    due = lists.inbox(small.CLERK).rows[0].due_at
    assert due is not None
    with clock.set_to(due - timedelta(hours=2)):
        assert lists.inbox(small.CLERK, soon=True).rows
    with clock.set_to(due + timedelta(hours=2)):
        assert lists.inbox(small.CLERK, soon=True).rows == ()
        counted = lists.counted(small.CLERK, urgent=["dispute.leak"])
        assert (counted.total, counted.late, counted.soon, counted.urgent, counted.lines) == (1, 1, 0, 1, {"dispute": 1})


def test_counting_stops_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_COUNTED", 2)
    for _ in range(3):
        small.opened()
    counted = lists.counted(small.CLERK)
    assert (counted.total, counted.whole) == (2, False)
    assert lists.counted(small.STRANGER).total == 0


def test_what_arrived_since_is_counted_for_the_post_it_came_to() -> None:
    small.opened()
    shown = clock.now()
    assert lists.arrived(small.CLERK, shown).number == 0
    small.opened()
    assert lists.arrived(small.CLERK, shown).number == 1
    assert lists.arrived(small.HEAD, shown).number == 0


@pytest.fixture
def leaks_are_sealed(record: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the topic of the small matters from lists."""
    library = small.library()
    topics = {**library.topics, "dispute.leak": replace(library.topics["dispute.leak"], sealed=True)}
    monkeypatch.setattr(directory, "_library", (float("inf"), replace(library, topics=topics)))
    monkeypatch.setattr(city, "library", directory.library)


@pytest.mark.usefixtures("leaks_are_sealed")
def test_a_sealed_topic_stands_without_content_in_the_lists_of_who_does_not_handle_it() -> None:
    receipt = small.opened(claim="三楼卫生间渗水")
    for page in (lists.matters(COLLEAGUE), lists.of_unit(COLLEAGUE), lists.matters(SUPERVISOR), lists.matters(AUDITOR), on_the_board()):
        (line,) = page.rows
        assert (line.sealed, line.title, line.matter) == (True, lists.SEALED, receipt.matter)
        assert line.due is not None
        assert line.who.zh
        told = (line.procedure, line.line, line.topic, line.division, line.state, line.opened_by, line.summary, line.opened_at)
        assert told == ("", "", "", "", "", "", "", None)


@pytest.mark.usefixtures("leaks_are_sealed")
def test_who_handles_a_sealed_matter_knows_what_it_is_in_every_list() -> None:
    receipt = small.opened()
    for page in (lists.inbox(small.CLERK), lists.matters(small.CLERK), lists.inbox(small.party_of(receipt)), lists.matters(SYSTEM)):
        assert [(line.sealed, line.topic) for line in page.rows] == [(False, "dispute.leak")] * len(page.rows)
    assert lists.matters(small.CLERK, topics=["dispute.leak"]).rows
    assert lists.inbox(small.CLERK, place=small.STREET).rows


@pytest.mark.usefixtures("leaks_are_sealed")
def test_a_filter_by_content_does_not_tell_what_a_sealed_matter_is() -> None:
    receipt = small.opened()
    state = lists.matters(small.CLERK).rows[0].state
    place, topics, states = small.STREET, ["dispute.leak"], [state]
    narrowed: list[lists.Wanted] = [
        {"place": place}, {"topics": topics}, {"line": "dispute"}, {"state": state}, {"states": states}, {"procedure": "small"},
    ]  # fmt: skip
    for wanted in narrowed:
        assert lists.matters(SUPERVISOR, **wanted).rows == (), wanted
    assert [row.matter for row in lists.matters(SUPERVISOR, overdue=False).rows] == [receipt.matter]
    board = counting.board(SUPERVISOR)
    assert (board.all.total, [one.total for one in board.groups["unit"]]) == (1, [1])
    assert (board.groups["line"], board.groups["street"], counting.by_place(SUPERVISOR)) == ((), (), {})
    assert counting.behind(SUPERVISOR, None, "line", "dispute").rows == counting.behind(SUPERVISOR, None, "street", small.STREET).rows == ()
    assert counting.beside(SUPERVISOR, on_the_board().rows) == {}


def test_lines_left_out_do_not_leave_a_page_empty_while_there_are_more(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [small.opened(topic=topic).matter for topic in ["dispute.leak"] * 5 + ["dispute"] * 3]
    library = small.library()
    topics = {**library.topics, "dispute.leak": replace(library.topics["dispute.leak"], sealed=True)}
    monkeypatch.setattr(directory, "_library", (float("inf"), replace(library, topics=topics)))
    first = lists.matters(SUPERVISOR, line="dispute", limit=2)
    assert first.after is not None
    rest = lists.matters(SUPERVISOR, line="dispute", limit=2, after=first.after)
    assert (len(first.rows), rest.after) == (2, None)
    assert {row.matter for row in (*first.rows, *rest.rows)} == set(made[5:])


@pytest.mark.usefixtures("leaks_are_sealed")
def test_a_list_taken_out_says_no_more_of_a_sealed_matter_than_the_list() -> None:
    small.opened()
    cells = [export.Lines("zh").line(row) for row in export.read_rows(SUPERVISOR, {"scope": "all"})]
    ((_, title, topic, place, state, _, due, _, received),) = cells
    assert (title, topic, place, state, received) == ("内容已封存", "", "", "", None)
    assert due is not None
