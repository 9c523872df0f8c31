"""Why this date: one click from every date of a matter, under the reader's own rights, on pages and through the API."""

from __future__ import annotations

import pytest
from looking import CENTRE, Visitor, desk_of, staff
from talking import OTHER_CENTRE, Caller, path_of
from talking import staff as signed_in

from huiyin.city import queries as city

pytestmark = pytest.mark.usefixtures("served")
WHY = "为什么是这一天"


def test_a_resident_gets_from_the_date_to_its_reasons_in_one_click() -> None:
    visitor = Visitor()
    reference, code = visitor.report()
    page = visitor.track(reference, code)
    address = next(href for words, href in page.links if words.startswith(WHY))
    why = visitor.get(address)
    assert why.status == 200
    for piece in ("不是法定期限", "起算的时间", "怎么数到这一天", "算过几次", "没有法条规定这个天数", city.library().calendar.version):
        assert piece in why.words, piece
    assert not why.forbidden


def test_a_resident_without_the_code_is_asked_for_it() -> None:
    reference, _ = Visitor().report()
    stranger = Visitor()
    page = stranger.get(f"/mine/{reference}/dates/")
    assert stranger.address.startswith("/track/")
    assert WHY not in page.words


def test_staff_get_there_from_the_list_and_from_the_matter_and_others_find_nothing() -> None:
    visitor = Visitor()
    reference, _ = visitor.report()
    clerk = staff(CENTRE, "dispatcher")
    desk = desk_of(clerk, reference)
    listed = clerk.get("/desk/", n="100")
    assert f"{desk}dates/" in [href for _, href in listed.links]
    opened = clerk.get(desk)
    assert f"{desk}dates/?clock=assign" in [href for _, href in opened.links]
    why = clerk.get(f"{desk}dates/", clock="assign")
    assert why.headings == ["定下由谁办（承诺时间）"]
    assert clerk.get(f"{desk}dates/", clock="no_such_clock").status == 404
    assert staff("governance_centre.210103", "dispatcher").get(f"{desk}dates/").status == 404


def test_the_api_gives_the_same_reasons_as_data_and_nothing_outside_ones_scope() -> None:
    clerk = signed_in("governance_centre.210102", "dispatcher")
    receipt = Caller().open()
    answer = clerk.get(f"{path_of(receipt)}/clocks")
    assert answer.status_code == 200, answer.content.decode()
    (clock,) = answer.json()["items"]
    assert clock["name"] == "assign"
    assert clock["kind"] == "target"
    assert clock["law"] is None
    assert clock["calendar"] == city.library().calendar.version
    assert clock["due_strict"] == clock["due_lawful_latest"]
    assert [one["kind"] for one in clock["history"]] == ["started"]
    assert clock["trigger"]["act"]["zh"] == "登记"
    assert answer.headers["ETag"] == '"v1"'
    assert signed_in(OTHER_CENTRE, "dispatcher").get(f"{path_of(receipt)}/clocks").status_code == 404
    assert Caller().get(f"{path_of(receipt)}/clocks").status_code in (401, 404)


def test_an_opened_matter_of_the_law_names_its_row_its_trigger_and_who_checked_it() -> None:
    """The explanation of a clock of the law carries article, our summary, evidence and the state of the check."""
    from huiyin.web import dating

    library = city.library()
    procedure = library.procedures["petition"]
    definition = procedure.clocks["handle"]
    row = dating.statutory_of(library, definition, city.today())
    assert row is not None
    shown = dating.law_shown(library, row)
    assert shown.cited.zh == "《信访工作条例》第34条" or shown.cited.zh.endswith("第34条")
    assert shown.verified == "C"
    said = dating.trigger_words(procedure, library, definition)
    assert said is not None
    assert said.zh == procedure.fields["accepted_at"].label.zh


def test_what_is_from_memory_is_shown_without_its_article() -> None:
    from huiyin.web import dating

    library = city.library()
    rows = [row for row in library.statutory.clocks if row.verified == "M"]
    assert rows, "the packs hold some"
    for row in rows:
        shown = dating.law_shown(library, row)
        assert shown.place == ""
        assert row.place.text().zh not in shown.cited.zh
        assert shown.verified_text.zh.startswith("凭记忆")
