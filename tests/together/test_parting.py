"""One message says three things: three matters, each with its own owner; the person sees all from one page; the first stays until then."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from living import did, opened, party
from test_following import body, delivered, dispatcher
from test_whistle import Part

from huiyin.core.values import Principal
from huiyin.matters import queries
from huiyin.matters.audit import audit

pytestmark = pytest.mark.usefixtures("served")
CLEANERS = "sanitation.210102"


def part_at(place: str) -> Any:
    home, _, matter = place.partition("/")
    return Part(home, UUID(matter))


def test_the_first_stays_until_each_part_has_an_owner_and_the_person_sees_all_from_it() -> None:
    first = opened("11-16 09:00", "plain_request", topic="request", data={"detail": "楼道灯坏了；垃圾没清"})
    did(first, "11-16 09:30", "split", dispatcher(), {"parts": [{"ask": "楼道灯坏了"}, {"ask": "垃圾没清"}], "reason": "归两个单位"})
    delivered("11-16 09:31")
    asker = party(first, 0)
    own = queries.get(asker, first.home, first.matter)
    assert own is not None
    parts: list[Any] = [part_at(str(child.matter)) for child in own.children]
    assert len(parts) == 2
    seen = [queries.get(Principal("party", asker.id, purpose="own", matter=asker.matter), one.home, one.matter) for one in parts]
    assert [one.facts["detail"] for one in seen if one is not None] == ["楼道灯坏了", "垃圾没清"]
    did(parts[0], "11-16 10:00", "dispatch", dispatcher(), {"lead": CLEANERS, "dispatch_reason": "先由它看"})
    delivered("11-16 10:01")
    assert body(first)["state"] == "parted"
    did(parts[1], "11-16 10:10", "dispatch", dispatcher(), {"lead": CLEANERS, "dispatch_reason": "环卫清运"})
    delivered("11-16 10:11")
    assert (body(first)["state"], body(first)["outcome"]) == ("parted_out", "transferred")
    assert audit().passed
