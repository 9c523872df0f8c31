"""Names the list of divisions has not: the packs', the office's, their dates and who may keep them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest

from huiyin.core.gazetteer import Entry, read_entry
from huiyin.core.values import Principal, Refusal, Text

ROW = {"name": "望月花园", "kind": "estate", "place": "210102019000", "since": "", "until": "", "source": "走访"}


def keeper(post: str = "dispatcher", unit: str = "governance_centre.210102") -> Principal:
    from huiyin.city.models import Appointment

    held = Appointment.objects.filter(unit_id=unit, post=post).select_related("account").first()
    assert held is not None
    return Principal(kind="staff", id=str(held.account_id), unit=unit, post=post)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"name": "a"}, "characters"),
        ({"kind": "castle"}, "kind"),
        ({"place": "210199000000"}, "no place"),
        ({"since": "2024/1/1"}, "2014-06-17"),
        ({"since": "2024-02-01", "until": "2024-01-01"}, "before"),
        ({"source": ""}, "known from"),
        ({"lon": "41.8", "lat": "123.4"}, "swapped"),
        ({"lon": "123.4", "lat": "41.8", "frame": "mars"}, "GCJ-02"),
    ],
)
def test_a_row_that_cannot_be_read_says_why(change: dict[str, str], said: str) -> None:
    read = read_entry({**ROW, **change}, {"210102019000"})
    assert isinstance(read, Text)
    assert said in read.en


def test_an_old_name_leads_on_after_it_ended_and_an_estate_pulled_down_does_not() -> None:
    old, gone = (Entry("某区", kind, "1", until=date(2014, 6, 17)) for kind in ("former", "estate"))
    assert old.holds(date(2026, 1, 1))
    assert not gone.holds(date(2026, 1, 1))


def test_a_renamed_district_is_found_and_says_when_it_changed(city: Any) -> None:
    from huiyin.city.places import find_places

    first = find_places("东陵区白塔街道")[0]
    assert first.full_name == "沈阳市浑南区白塔街道"
    assert not first.unsure
    assert any("2014-06-17" in note.en and "浑南区" in note.zh for note in first.notes)
    assert find_places("新城子区")[0].full_name == "沈阳市沈北新区"


def test_part_of_an_old_district_that_lies_elsewhere_today_is_found_there(city: Any) -> None:
    from huiyin.city.places import find_places

    first = find_places("东陵区泉园街道")[0]
    assert first.full_name == "沈阳市沈河区泉园街道"


def test_a_name_the_office_adds_is_found_at_once_and_no_more_once_ended(city: Any) -> None:
    from huiyin.city import gazetteer
    from huiyin.city.places import find_places

    assert find_places("望月花园3号楼") == []
    row = gazetteer.add(keeper(), ROW)
    assert not isinstance(row, Refusal)
    first = find_places("望月花园3号楼")[0]
    assert (first.code, first.unsure) == ("210102019000", False)
    assert "望月花园" in first.notes[0].zh
    assert gazetteer.end(keeper(), row.id, reason="拆了") is None
    assert find_places("望月花园3号楼") == []
    (name,) = [one for one in gazetteer.names(keeper())[0] if one.entry.key == str(row.id)]
    assert [step.kind for step in name.steps] == ["added", "ended"]


def test_a_name_said_of_two_places_is_open(city: Any) -> None:
    from huiyin.city import gazetteer
    from huiyin.city.places import find_places

    for place in ("210102019000", "210102002000"):
        assert not isinstance(gazetteer.add(keeper(), {**ROW, "place": place}), Refusal)
    found = find_places("望月花园3号楼")
    assert {one.code for one in found} == {"210102019000", "210102002000"}
    assert all(one.unsure and not one.alone for one in found)


def test_what_is_proposed_leads_nowhere_until_a_keeper_accepts_it(city: Any) -> None:
    from huiyin.city import gazetteer
    from huiyin.city.places import find_places

    clerk = keeper("clerk")
    row = gazetteer.propose(clerk, ROW, reason="改过地点")
    assert not isinstance(row, Refusal)
    assert find_places("望月花园3号楼") == []
    assert isinstance(gazetteer.decide(clerk, row.id, accept=True), Refusal)
    assert gazetteer.waiting(keeper()) == 1
    assert gazetteer.decide(keeper(), row.id, accept=True) is None
    assert find_places("望月花园3号楼")[0].code == "210102019000"


def test_keepers_keep_their_own_area_and_nobody_else_keeps_anything(city: Any) -> None:
    from huiyin.city import gazetteer

    elsewhere = gazetteer.add(keeper(), {**ROW, "place": "210103000000"})
    assert isinstance(elsewhere, Refusal)
    assert elsewhere.field == "place"
    assert isinstance(gazetteer.add(keeper("clerk"), ROW), Refusal)
    assert isinstance(gazetteer.end(keeper(), uuid4(), reason="x"), Refusal)
    assert gazetteer.names(Principal(kind="party", id="x")) == ([], 0)


def test_what_was_done_with_a_name_is_never_changed(city: Any) -> None:
    from django.db import DatabaseError, transaction

    from huiyin.city import gazetteer
    from huiyin.city.gazetteer_models import GazetteerName, GazetteerStep

    row = gazetteer.add(keeper(), ROW)
    assert not isinstance(row, Refusal)
    for change in (
        lambda: GazetteerStep.objects.filter(entry=row).update(reason="x"),
        lambda: GazetteerStep.objects.filter(entry=row).delete(),
        lambda: GazetteerName.objects.filter(id=row.id).update(name="别的名字"),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_slip_of_the_pen_is_found_and_said(city: Any) -> None:
    from huiyin.city.places import find_places

    first = find_places("和平区南胡街道")[0]
    assert first.full_name == "沈阳市和平区南湖街道"
    assert any("南湖街道" in note.zh for note in first.notes)
