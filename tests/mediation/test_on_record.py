"""The form in which staff write a party's details begins with what is on record, and never says what is not so."""

from __future__ import annotations

from datetime import timedelta

from cases import Case, at_desk

from huiyin import clock
from huiyin.city import queries as city


def test_a_form_opened_before_the_record_changed_says_what_is_recorded_now(served: object) -> None:
    case = Case().inviting()
    clerk = at_desk("clerk")
    address = f"{case.desk}/act/update_details/?for={case.people['张三']}"
    form = clerk.get(address)
    assert form.value("f.phone") == "13800000002"
    assert "这是已经登记的" in form.words
    case.act("张三", "update_details", {"phone": "13900000009"})
    sent = {"evidence": "in_person", "f__phone": "13800000002", "f__address": "2号楼1单元"}
    page = clerk.post(address, key=form.value("key"), version=form.value("version"), **sent)
    assert page.headings == form.headings
    # What was typed is kept; that it is not what stands on record any more is said beside it.
    assert (page.value("f.phone"), page.value("f.address")) == ("13800000002", "2号楼1单元")
    assert "现在登记的是“13900000009”" in page.words
    assert "这是已经登记的" not in page.words


def test_what_is_recorded_of_one_party_never_stands_in_the_form_of_another(served: object) -> None:
    case = Case().inviting()
    clerk = at_desk("clerk")
    for whom in (f"?for={case.people['李四']}", ""):
        form = clerk.get(f"{case.desk}/act/update_details/{whom}")
        assert form.value("f.phone") == "", whom


def test_what_is_known_is_not_typed_again(served: object) -> None:
    case = Case()
    page = at_desk("clerk").get(f"{case.desk}/act/accept/")
    assert 'name="f.case_source" value="application" checked' in page.html
    case.mediating()
    at = (clock.now() + timedelta(hours=1)).astimezone(city.library().zone)
    case.act("mediator", "arrange_session", {"session_at": at.isoformat(), "session_place": "社区调解室二楼"})
    page = at_desk("mediator").get(f"{case.desk}/act/hold_session/")
    assert f'name="f.session_at" value="{at:%Y-%m-%dT%H:%M}"' in page.html
    assert "社区调解室二楼" in page.html
