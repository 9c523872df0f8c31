"""What decisions teach is kept once; a row goes straight only to a unit that stands by it; a row may name one unit."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest

DAY = date(2026, 9, 7)
AT = datetime(2026, 9, 7, 2, tzinfo=UTC)
TOWN = "210102001003"
MATTER = ("2101", UUID("00000000-0000-7000-8000-000000000001"))


def taught(**more: Any) -> None:
    from huiyin.routing.services import propose_row

    plain: dict[str, Any] = {
        "topic": "hazard.tree",
        "division": TOWN,
        "lead_kind": "street_office",
        "beat": "order",
        "reason": "树在街道管的绿地里",
        "decided_by": "governance_centre.210102",
        "matter": MATTER,
        "at": AT,
    }
    propose_row(**{**plain, **more})


def test_a_decision_told_twice_teaches_once(city: Any) -> None:
    from huiyin.routing.models import RowProposal

    for _ in range(2):
        taught(helpers=["parks"])
    taught(beat="agreement")
    kept = RowProposal.objects.filter(matter=MATTER[1]).order_by("beat")
    assert [(one.beat, one.state, one.helpers) for one in kept] == [("agreement", "open", []), ("order", "open", ["parks"])]
    assert (kept[0].matter_home, kept[0].matter) == MATTER


def test_an_unknown_topic_or_place_is_kept_as_such(city: Any) -> None:
    from huiyin.routing.models import RowProposal

    taught(topic="", division="")
    assert RowProposal.objects.filter(matter=MATTER[1]).values_list("topic", "division").get() == ("*", "")


def voice(said: str, reason: str = "", *, row: str = "request.heating", unit: str = "heating.210102") -> None:
    from huiyin.city.models import Account
    from huiyin.routing.models import ResponsibilityRule, RowVoice

    rule = ResponsibilityRule.objects.get(row=row, ended=None)
    account = Account.objects.order_by("username")[0]
    RowVoice.objects.create(
        pack=rule.pack, row=row, version=rule.version, unit_id=unit, said=said, reason=reason, by=account, post="head", at=AT
    )


def test_a_row_a_unit_objects_to_takes_a_key_there_and_nowhere_else(city: Any) -> None:
    from huiyin.routing.queries import decide_owner

    assert decide_owner(topic="request.heating", division=TOWN, on=DAY).direct
    voice("objected", "供热归区属公司")
    here = decide_owner(topic="request.heating", division=TOWN, on=DAY)
    assert (here.unit, here.direct) == ("heating.210102", False)
    assert "还没有认下" in here.reason.zh
    assert decide_owner(topic="request.heating", division="210103005000", on=DAY).direct
    voice("confirmed")
    assert decide_owner(topic="request.heating", division=TOWN, on=DAY).direct


@pytest.mark.parametrize(("said", "direct"), [(None, False), (True, True), (False, False)])
def test_a_row_nobody_agreed_on_waits_for_its_unit(said: bool | None, direct: bool) -> None:
    from huiyin.core.responsibility import Row
    from huiyin.routing.queries import stands_by

    assert stands_by(Row("x", "hazard", "fire", DAY, direct=True), said) is direct


def test_an_owner_names_the_version_of_its_row_and_of_the_list(city: Any) -> None:
    from huiyin.routing.models import ResponsibilityRule
    from huiyin.routing.queries import decide_owner

    owner = decide_owner(topic="request.heating", division=TOWN, on=DAY)
    assert owner.row_version == ResponsibilityRule.objects.get(row="request.heating", ended=None).version
    assert owner.list_version.startswith("cn-2101-shenyang@")


def test_a_direct_dispatch_is_kept_once_for_the_daily_sample(city: Any) -> None:
    from huiyin.routing.models import DirectDispatch
    from huiyin.routing.queries import decide_owner
    from huiyin.routing.services import dispatched

    owner = decide_owner(topic="request.heating", division=TOWN, on=DAY)
    for _ in range(2):
        dispatched(home=MATTER[0], matter=MATTER[1], at=AT, topic="request.heating", division=TOWN, owner=owner)
    kept = DirectDispatch.objects.get(home=MATTER[0], matter=MATTER[1])
    assert (kept.day, kept.row, kept.unit, kept.version) == (DAY, "request.heating", "heating.210102", owner.row_version)


def test_a_row_may_name_one_unit(city: Any) -> None:
    from huiyin.core.responsibility import Row, RowList
    from huiyin.routing.queries import _lead

    row = Row("one", "request.heating", "heating", date(2024, 1, 1), unit="heating.210103")
    decision = RowList([row]).decide(topic="request.heating", path=["210100000000"], on=DAY, facts={})
    found = _lead(decision, [], DAY)
    assert found is not None
    assert found.id == "heating.210103"
    assert _lead(decision, [], date(2000, 1, 1)) is None, "it was not there then"


@pytest.mark.parametrize("table", ["RowVoice", "DispatchCheck", "DirectDispatch"])
def test_what_was_said_and_found_is_never_changed(city: Any, table: str) -> None:
    from django.db import ProgrammingError, transaction

    from huiyin.routing import models

    field = "said" if table == "RowVoice" else "found" if table == "DispatchCheck" else "row"
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        getattr(models, table).objects.update(**{field: "x"})
