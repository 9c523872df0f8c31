"""What is laid beside a matter that waits for its owner: what may be the same thing, and where decided matters of its kind went."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from living import CENTRE, COMMUNITY, FAR, at, did, opened, party, post
from test_following import dispatcher, merge

from huiyin import clock
from huiyin.city import places
from huiyin.city import queries as city
from huiyin.core.values import SYSTEM, Principal
from huiyin.matters import lists, queries, resembling
from huiyin.matters.access import reading_as
from huiyin.matters.models import AccessLog, Matter
from huiyin.matters.receipts import Receipt
from huiyin.matters.views import MatterView

pytestmark = pytest.mark.usefixtures("served")
NEXT_DOOR = "210102001002"
LAMP = "小区东门口的路灯不亮，夜里看不见路"


def request(when: str, detail: str = LAMP, topic: str = "request.lighting", **more: Any) -> Receipt:
    return opened(when, "plain_request", data={"detail": detail}, topic=topic, **more)


def seen(receipt: Receipt, principal: Principal | None = None) -> MatterView:
    view = queries.get(principal or dispatcher(), receipt.home, receipt.matter)
    assert view is not None
    return view


def same(receipt: Receipt, principal: Principal | None = None) -> list[str]:
    return [row.reference for row in resembling.may_be_the_same(principal or dispatcher(), seen(receipt))]


def test_the_likest_words_come_first_and_no_more_than_five_are_shown() -> None:
    own = request("11-16 09:00")
    copy = request("11-16 09:30")
    near = request("11-16 10:00", "东门口路灯坏了")
    others = [request(f"11-16 11:0{number}", f"{number}号楼后面的草地灯需要换灯泡") for number in range(5)]
    found = same(own)
    assert found[:2] == [copy.reference, near.reference]
    assert len(found) == 5
    assert set(found[2:]) < {one.reference for one in others}


def test_kind_place_and_time_decide_what_is_compared() -> None:
    own = request("11-16 09:00")
    wider = request("11-15 09:00", topic="request")
    street_only = request("11-15 10:00", division=_street())
    request("11-15 11:00", division=NEXT_DOOR)  # another community
    request("11-15 12:00", topic="request.rubbish")  # another kind
    request("10-10 09:00")  # too long ago
    opened("11-15 13:00", "hazard_repair", topic="hazard.road")  # another procedure
    assert set(same(own)) == {wider.reference, street_only.reference}


def _street() -> str:
    return places.path_of(COMMUNITY)[2]


def test_where_only_the_street_is_known_its_communities_are_compared() -> None:
    own = request("11-16 09:00", division=_street())
    here, there = request("11-15 09:00"), request("11-15 11:00", division=NEXT_DOOR)
    assert set(same(own)) == {here.reference, there.reference}
    assert resembling.may_be_the_same(dispatcher(), replace(seen(own), division="210102")) == ()


def test_the_wider_topic_needs_like_words_and_the_line_alone_is_no_likeness() -> None:
    own = request("11-16 09:00")
    request("11-15 08:00", "问问老人助餐在哪里，看不见牌子", topic="request")  # a pair of characters in common is nothing
    request("11-15 09:00", "公园几点开门", topic="request")
    unlike = request("11-15 10:00", "公园几点开门")
    assert same(own) == [unlike.reference]  # the same narrow kind at the same place
    first, second = request("11-15 11:00", "想问公园几时开", topic="request"), request("11-16 11:00", "邮局星期天上班吗", topic="request")
    assert first.reference not in same(second)


def test_what_is_ended_or_follows_another_is_not_proposed_and_what_was_answered_is() -> None:
    own, leader, follower = request("11-16 09:00"), request("11-16 09:10"), request("11-16 09:20")
    assert isinstance(merge(follower, leader, "11-16 10:00"), Receipt)
    answered, ended = request("11-16 09:30"), request("11-16 09:40")
    did(answered, "11-16 10:10", "answer_now", dispatcher(), {"reply_text": "已经修好。"})
    did(ended, "11-16 10:20", "decline", dispatcher(), {"reason": "不归政府管"})
    assert set(same(own)) == {leader.reference, answered.reference}


def test_nobody_sees_by_it_what_their_post_does_not_see() -> None:
    own, other = request("11-16 09:00"), request("11-16 09:10")
    view = seen(own)
    assert [row.reference for row in resembling.may_be_the_same(dispatcher(), view)] == [other.reference]
    assert resembling.may_be_the_same(post(FAR, "clerk"), view) == ()
    assert resembling.went(post(FAR, "clerk"), view).total == 0


def test_disputes_and_sealed_kinds_are_compared_with_nothing() -> None:
    first, _ = opened("11-16 09:00"), opened("11-16 09:10")
    assert resembling.may_be_the_same(SYSTEM, seen(first, SYSTEM)) == ()
    beaten = [request(f"11-16 1{number}:00", "隔壁又在打人", topic="safety.domestic_violence") for number in range(4)]
    assert resembling.may_be_the_same(dispatcher(), seen(beaten[0])) == ()
    assert resembling.went(dispatcher(), seen(beaten[0])).total == 0
    # A sealed kind is not laid beside its own line of work either.
    wider = request("11-16 15:00", "隔壁又在打人", topic="safety")
    assert not {one.reference for one in beaten} & set(same(wider))


def test_a_name_is_no_likeness_and_only_the_lines_shown_count_as_read() -> None:
    named = [{"role": "reporter", "name": "欧阳春华", "facts": {}}]
    own = request("11-16 09:00", "欧阳春华问邮局开门时间", topic="request", parties=named)
    request("11-16 09:10", "欧阳春华请修水管", topic="request", parties=named)
    shown = request("11-16 09:20", "邮局开门时间是什么", topic="request")
    before = _looks()
    assert same(own) == [shown.reference]
    after = _looks()
    assert {matter for matter, field in after - before if field == ("detail",)} == {shown.matter}


def _looks() -> set[tuple[Any, tuple[str, ...]]]:
    with reading_as(SYSTEM):
        return {(one.matter, tuple(one.fields)) for one in AccessLog.objects.all()}


def test_never_more_than_so_many_are_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    own = request("11-16 09:00")
    for number in range(6):
        request(f"11-16 10:0{number}")
    monkeypatch.setattr(resembling, "MOST_COMPARED", 4)
    read: list[object] = []
    light = lists.light

    def counted(body: object) -> Any:
        read.append(body)
        return light(body)

    monkeypatch.setattr(lists, "light", counted)
    resembling.may_be_the_same(dispatcher(), seen(own))
    assert len(read) <= 4 + resembling.MOST_SHOWN  # those compared, and the lines shown


def test_among_many_matters_an_index_finds_them() -> None:
    own = request("11-16 09:00")
    fill(own, 20_000)
    view = seen(own)
    window, since = resembling.WINDOW, at("11-16 09:00") - resembling.OLDEST
    near = [view.home, [COMMUNITY], "plain_request", view.opened_at - window, view.opened_at + window, [view.topic], [], view.matter, 200]
    plan = _plan(resembling._CANDIDATES, near)
    assert "matters_matter_place" in plan, plan
    assert "Seq Scan on matters_matter" not in plan, plan
    decided = ["declined", view.home, view.topic, since, "plain_request", view.matter, ["replied"], "210102", "210102", 200]
    plan = _plan(resembling._DECIDED, decided)
    assert "matters_matter_topic" in plan, plan
    assert "Seq Scan on matters_matter" not in plan, plan


def fill(like: Receipt, number: int) -> None:
    """Put copies of a matter into the table, at every place and of every kind, through the years, as the owner."""
    with connections["owner"].cursor() as owner:
        columns = [str(field.column) for field in Matter._meta.concrete_fields]
        changed = {
            "id": "gen_random_uuid()",
            "reference": "'X' || n",
            "division": "(SELECT array_agg(code) FROM city_division WHERE home_id = m.home)[1 + mod(n, 100)]",
            "topic": "(ARRAY['request.road', 'request.rubbish', 'request.sewage', 'request', 'request.lighting'])[1 + mod(n, 5)]",
            "opened_at": "m.opened_at - mod(n, 900) * interval '1 day'",
            "outcome": "CASE WHEN mod(n, 9) > 0 THEN 'resolved' ELSE '' END",
        }
        values = ", ".join(changed.get(name, f'm."{name}"') for name in columns)
        names = ", ".join(f'"{name}"' for name in columns)
        owner.execute(
            f"INSERT INTO matters_matter ({names}) SELECT {values} FROM matters_matter m, generate_series(1, %s) n WHERE m.id = %s",
            [number, like.matter],
        )
        owner.execute(
            """INSERT INTO matters_access (home, id, matter, kind, principal, since)
               SELECT a.home, gen_random_uuid(), m.id, a.kind, a.principal, a.since FROM matters_matter m, matters_access a
                WHERE a.matter = %s AND m.id <> a.matter AND a.kind = 'unit'""",
            [like.matter],
        )
        owner.execute("ANALYZE matters_matter, matters_access")


def _plan(statement: str, values: list[Any]) -> str:
    """Return how the database answers, as it is asked for a dispatcher."""
    with reading_as(dispatcher()) as connection, connection.cursor() as rows:
        rows.execute(f"EXPLAIN (ANALYZE, BUFFERS) {statement}", values)
        return "\n".join(line for (line,) in rows.fetchall())


# Where decided ones went


def test_where_decided_matters_of_the_kind_went_and_who_said_it_was_not_theirs_first() -> None:
    lamps, parks = unit("street_lighting"), unit("parks")
    own = request("11-16 09:00")
    for number in range(3):
        sent(request(f"11-0{number + 2} 09:00"), lamps, f"11-0{number + 2}")
    returned = request("11-05 09:00")
    sent(returned, parks, "11-05", ends=False)
    did(
        returned,
        "11-05 11:00",
        "return_order",
        post(parks, "handler"),
        {"return_reason": "路灯不归园林管理", "wrong_cause": "list_wrong", "proposed_unit": lamps},
    )
    sent(returned, lamps, "11-05", hour=13)
    at_once = request("11-06 09:00")
    did(at_once, "11-06 10:00", "answer_now", dispatcher(), {"reply_text": "已经修好。"})
    withdrawn = request("11-06 11:00")
    did(withdrawn, "11-06 12:00", "withdraw", party(withdrawn, 0), {"reason": "自己修好了"})
    request("11-06 13:00")  # still open
    with clock.set_to(at("11-16 12:00")):
        went = resembling.went(dispatcher(), seen(own))
    assert (went.total, went.units, went.nobody) == (5, ((lamps, 4),), 1)
    assert (went.sent_on, went.first) == (1, ((parks, 1),))


def unit(kind: str) -> str:
    """Return the unit of a kind that serves the community."""
    found = city.unit_for(kind, COMMUNITY)
    assert found is not None
    return found.id


def sent(matter: Receipt, unit: str, day: str, *, hour: int = 10, ends: bool = True) -> None:
    """Dispatch a matter to a unit, which answers it."""
    did(matter, f"{day} {hour}:00", "dispatch", dispatcher(), {"lead": unit, "dispatch_reason": "按职责由它办理"})
    if ends:
        did(matter, f"{day} {hour + 1}:00", "reply", post(unit, "handler"), {"reply_text": "已经修好。"})


def test_old_ones_and_those_of_another_district_do_not_count() -> None:
    own = request("11-16 09:00")
    for number in range(3):
        done = request(f"11-0{number + 2} 09:00")
        did(done, f"11-0{number + 2} 10:00", "answer_now", dispatcher(), {"reply_text": "已经修好。"})
    view = seen(own)
    with clock.set_to(at("11-16 12:00")):
        assert resembling.went(dispatcher(), view).total == 3
    with clock.set_to(at("11-16 12:00") + timedelta(days=370)):
        assert resembling.went(dispatcher(), view).total == 0
    assert CENTRE in view.units.values()
