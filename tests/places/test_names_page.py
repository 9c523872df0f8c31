"""The keepers' page: trying an address, adding a name, deciding about one put forward; nobody else has it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


def at_desk(post: str = "dispatcher", unit: str = "governance_centre.210102") -> Client:
    from huiyin.city.models import Appointment

    held = Appointment.objects.filter(unit_id=unit, post=post).select_related("account").order_by("id").first()
    assert held is not None
    client = Client()
    client.force_login(held.account)
    session = client.session
    session["post"] = f"{unit}/{post}"
    session.save()
    return client


def page(client: Client, address: str = "/names/") -> str:
    return client.get(address, HTTP_ACCEPT_LANGUAGE="zh").content.decode()


NEW = {"name": "望月花园", "kind": "estate", "f.place.detail": "南湖街道", "f.place.division": "210102019000", "source": "走访"}


def test_trying_an_address_shows_what_was_found_and_why(city: Any) -> None:
    shown = page(at_desk(), "/names/?try=东陵区白塔街道")
    assert "沈阳市浑南区白塔街道" in shown
    assert "2014年6月17日" in shown


def test_a_name_added_is_found_by_the_next_address(city: Any) -> None:
    client = at_desk()
    assert "沈阳市和平区南湖街道" not in page(client, "/names/?try=望月花园5号楼")
    assert client.post("/names/add/", NEW).status_code == 302
    assert "望月花园" in page(client)
    assert "沈阳市和平区南湖街道" in page(client, "/names/?try=望月花园5号楼")


def test_what_is_missing_is_said_beside_it_and_nothing_typed_is_lost(city: Any) -> None:
    client = at_desk()
    client.post("/names/add/", {**NEW, "source": ""})
    shown = page(client)
    assert "请写明来源" in shown
    assert 'value="望月花园"' in shown
    assert 'value="南湖街道"' in shown


def test_looking_a_place_up_offers_it_with_its_full_name(city: Any) -> None:
    client = at_desk()
    client.post("/names/add/", {"name": "望月花园", "f.place.detail": "南湖街道", "do": "find:f.place"})
    shown = page(client)
    assert 'value="210102019000"' in shown
    assert 'value="望月花园"' in shown


def test_a_proposal_waits_and_is_accepted_or_declined_with_a_reason(city: Any) -> None:
    from test_gazetteer import ROW, keeper

    from huiyin.city import gazetteer
    from huiyin.core.values import Refusal

    row = gazetteer.propose(keeper("clerk"), ROW, reason="改过地点")
    assert not isinstance(row, Refusal)
    client = at_desk()
    assert "等您决定" in page(client)
    client.post(f"/names/{row.id}/decide/", {"do": "decline"})
    assert "请写明理由" in page(client)
    client.post(f"/names/{row.id}/decide/", {"do": "accept"})
    row.refresh_from_db()
    assert row.state == "in_use"


@pytest.mark.parametrize("post", ["clerk", "archivist"])
def test_other_posts_have_no_such_page(city: Any, post: str) -> None:
    client = at_desk(post)
    assert client.get("/names/").status_code == 404
    assert client.post("/names/add/", NEW).status_code == 404


def test_a_resident_sees_that_a_place_is_not_certain(city: Any) -> None:
    from huiyin.web.pages.places import found

    sure = found("和平区南湖街道")
    assert sure[0].value == "210102019000"
    assert sure[0].hint is None
    slip = found("和平区南胡街道")
    assert slip[0].hint is not None
    assert "南湖街道" in slip[0].hint.zh
    open_ones = [one for one in found("东陵区高官台") if one.hint is not None]
    assert any("不一定" in one.hint.zh for one in open_ones if one.hint is not None)
