"""Helpers the responsibility list names are offered as the next step of a dispatch, ready to send; the list itself asks nobody."""

from __future__ import annotations

from looking import CENTRE, Visitor, desk_of, receipt, staff

from huiyin.core.values import SYSTEM
from huiyin.matters.access import reading_as
from huiyin.matters.models import Matter
from huiyin.workers import loop

HEATING, PROPERTY = "heating.210102", "property_management_office.210102001"


def cold() -> str:
    """Let the list send a matter of heating to its unit; return its reference."""
    visitor = Visitor()
    draft = visitor.up_to_check(said="家里暖气一直不热，室温只有十五度。", topic="request.heating")
    reference, _ = receipt(visitor.answer(draft, "check"))
    loop.drain()
    return reference


def parts() -> list[tuple[str, str]]:
    with reading_as(SYSTEM):
        return list(Matter.objects.filter(procedure="joint_task").values_list("unit", "state"))


def test_who_dispatches_and_who_leads_are_offered_the_helpers_and_one_press_asks_them(served: object) -> None:
    reference = cold()
    assert parts() == [], "the list opens nothing by itself"
    for seat in (staff(HEATING, "handler"), staff(CENTRE, "dispatcher")):
        desk = desk_of(seat, reference)
        page = seat.get(desk)
        assert "责任清单写了协办，还没有请" in page.words
        assert ("请它们协办", f"{desk}act/ask_help/") in page.links
    form = seat.get(f"{desk}act/ask_help/")
    boxes = [one for one in form.inputs if one.get("name", "").startswith("f.helpers.")]
    (helper,) = [one["name"].removeprefix("f.helpers.") for one in boxes if "checked" in one]
    assert boxes[0]["name"] == f"f.helpers.{helper}", "whom the list names stands first"
    assert helper.startswith("property_management_office.")
    asked, until = form.value("f.help_asked"), form.value("f.help_by")
    assert asked is not None
    assert "责任清单写明由你们协办" in asked
    assert until
    sent = {"key": form.value("key"), "version": form.value("version"), f"f__helpers__{helper.replace('.', '__')}": "1"}
    page = seat.post(f"{desk}act/ask_help/", **sent, f__help_asked=asked, f__help_by=until)
    assert "还没有请" not in page.words
    loop.drain()
    assert parts() == [(helper, "asked")]


def test_where_the_list_names_no_helper_nothing_is_offered(served: object) -> None:
    visitor = Visitor()
    draft = visitor.up_to_check(topic="request.power")
    reference, _ = receipt(visitor.answer(draft, "check"))
    loop.drain()
    seat = staff(CENTRE, "dispatcher")
    assert "责任清单写了协办" not in seat.get(desk_of(seat, reference)).words
