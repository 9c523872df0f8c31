"""A place corrected inside a matter: the name its reporters used is put forward once several people used it, and nothing else of it."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from test_city_models import CENTRE, COMMUNITY, signed_in, words

from huiyin.city.gazetteer_models import GazetteerName, GazetteerStep
from huiyin.core.values import Principal
from huiyin.learning import wording
from huiyin.matters import services as matters
from huiyin.matters.receipts import Receipt

STREET = "210102001000"
AT = "望月花园3号楼2单元501王先生家楼下"


@pytest.fixture(autouse=True)
def names_gone(served: Any) -> Any:
    """Names are kept for good; a test's own go as the owner takes them."""
    yield
    from django.db import connections

    with connections["owner"].cursor() as owner:
        owner.execute("TRUNCATE city_gazetteerstep, city_gazetteername")


def told(name: str, *, detail: str = AT, division: str = STREET, topic: str = "request") -> Receipt:
    receipt = matters.open(
        procedure="plain_request",
        data={"detail": "路面塌了一个坑", "place": {"division": division, "detail": detail}},
        principal=Principal("anonymous", purpose="ask"),
        topic=topic,
        division=division,
        opened_by="party",
        parties=[{"role": "reporter", "name": name, "facts": {}}],
        key=str(uuid4()),
    )
    assert isinstance(receipt, Receipt), receipt
    return receipt


def correct(receipt: Receipt, code: str = COMMUNITY) -> None:
    """Say at the desk in which community it lies, in the act that hands it on as a hazard."""
    client = signed_in(CENTRE, "dispatcher")
    address = f"/desk/{receipt.home}/{receipt.matter}/act/open_hazard/"
    form = client.get(address).content.decode()
    value = {name: re.search(rf'name="{name}" value="([^"]*)"', form)[1] for name in ("key", "version")}  # type: ignore[index]
    said = {"f.reason": "路面有坑，按隐患办才有人围护。", "f.place.detail": AT, "f.place.division": code, "f.place.searched": "1"}
    answer = client.post(address, {**value, **said}, follow=True)
    assert "已登记" in words(answer), words(answer)


def test_what_three_people_called_it_waits_for_a_keeper_and_leads_nowhere_yet(served: Any) -> None:
    told("甲")
    told("乙", detail="望月花园门口")
    correct(told("丙"))
    row = GazetteerName.objects.get()
    assert (row.name, row.kind, row.place_id, row.state) == ("望月花园", "estate", COMMUNITY, "proposed")
    step = GazetteerStep.objects.get()
    assert (step.kind, step.unit_id) == ("proposed", CENTRE)
    kept = f"{row.name} {row.source} {step.reason}"
    assert not re.search(r"\d|单元|号楼|先生|王", kept)
    assert "等您决定" in words(signed_in(CENTRE, "dispatcher").get("/names/"))


def test_fewer_people_teach_nothing_however_often_they_write(served: Any) -> None:
    for _ in range(4):
        told("甲")
    told("")
    told("")
    correct(told("甲"))
    assert not GazetteerName.objects.exists()
    assert wording.FEWEST == 3


def test_what_lies_elsewhere_or_is_sealed_does_not_count(served: Any) -> None:
    from huiyin.matters import lists

    told("甲", division="210104000000")
    told("乙", topic=lists.sealed_topics()[0])
    told("丁")
    correct(told("丙"))
    assert not GazetteerName.objects.exists()


def test_a_place_left_as_it_was_teaches_nothing(served: Any) -> None:
    for name in ("甲", "乙", "丁"):
        told(name, division=COMMUNITY)
    correct(told("丙", division=COMMUNITY))
    assert not GazetteerName.objects.exists()
