"""A code of one's own: every party follows the matter, answers and signs by itself, and whoever lost the code gets another."""

from __future__ import annotations

import re
import uuid

import psycopg
from cases import Case, at_desk
from looking import Page, Visitor

from huiyin.core.values import Principal, Refusal
from huiyin.matters import codes, queries, services
from huiyin.matters.receipts import Receipt


def _handed(case: Case, to: str) -> Page:
    """Give somebody a code at the committee's desk."""
    desk, address = at_desk("clerk"), f"{case.desk}/act/own_code/?for={case.people[to]}"
    form = desk.get(address)
    return desk.post(address, key=form.value("key"), version=form.value("version"), evidence="in_person")


def _code(page: Page) -> str:
    found = re.search(r"查询码</dt><dd class=\"digits\">(\d{3}) (\d{3})<", page.html)
    assert found is not None, page.words
    return found[1] + found[2]


def _following(case: Case, code: str) -> Visitor:
    visitor = Visitor()
    visitor.track(case.reference, code)
    return visitor


def _opens(case: Case, code: str) -> Principal | Refusal | None:
    return queries.find_by_reference(case.reference, code)


def test_whoever_is_invited_gets_a_code_and_says_yes_on_a_device_of_its_own(served: object) -> None:
    case = Case().inviting()
    slip = _handed(case, "李四")
    assert "给李四的查询码" in slip.words
    assert case.reference[:4] in slip.words
    li = _following(case, _code(slip))
    mine = f"/mine/{case.reference}/"
    assert "同意调解" in li.get(mine).words
    form = li.get(f"{mine}act/agree/")
    assert "已登记：同意调解" in li.post(f"{mine}act/agree/", key=form.value("key"), version=form.value("version")).words
    said = {party.name: party.facts.get("consent") for party in case.view("clerk").parties}
    assert said["李四"] == "agreed"
    assert said["张三"] != "agreed"


def test_a_new_code_ends_the_old_one_of_that_party_and_no_other(served: object) -> None:
    case = Case().inviting()
    first, second = _code(_handed(case, "李四")), _code(_handed(case, "李四"))
    assert first != second
    assert _opens(case, first) is None
    assert _opens(case, second) == case.principal("李四")
    assert _opens(case, case.code) == case.principal("张三")


def test_a_party_changes_its_own_code(served: object) -> None:
    case = Case().inviting()
    zhang, address = case.party(), f"/mine/{case.reference}/act/own_code/"
    form = zhang.get(address)
    fresh = _code(zhang.post(address, key=form.value("key"), version=form.value("version")))
    assert _opens(case, case.code) is None
    assert _opens(case, fresh) == case.principal("张三")


def _ask(case: Case, principal: Principal, key: str) -> Receipt | Refusal:
    return services.act(
        home=case.home, matter=case.matter, action="own_code", data={}, principal=principal, evidence=[{"kind": "in_person"}], key=key
    )


def test_asking_twice_under_one_key_tells_the_same_code_and_nothing_keeps_it(served: object) -> None:
    case = Case().inviting()
    key = f"test:{uuid.uuid4()}"
    one, two = (_ask(case, case.principal("李四"), key) for _ in range(2))
    assert isinstance(one, Receipt)
    assert isinstance(two, Receipt)
    assert (one.code, one.head, two.known) == (two.code, two.head, True)
    with psycopg.connect(served.owner_url) as owner:  # type: ignore[attr-defined]
        kept = owner.execute("SELECT receipt::text FROM matters_key WHERE matter = %s", [case.matter]).fetchall()
        kept += owner.execute("SELECT m::text FROM matters_matter m WHERE id = %s", [case.matter]).fetchall()
        kept += owner.execute("SELECT e::text FROM matters_event e WHERE matter = %s", [case.matter]).fetchall()
    assert not [row for row in kept if f'"{one.code}"' in row[0]]


def test_the_opposite_side_and_whoever_left_get_none(served: object) -> None:
    case = Case().mediating()
    assert isinstance(_ask(case, Principal("party", "nobody", purpose="own", matter=f"{case.home}/{case.matter}"), "test:a"), Refusal)
    case.act("李四", "leave")
    refused = _ask(case, case.principal("李四"), f"test:{uuid.uuid4()}")
    assert isinstance(refused, Refusal)
    assert refused.code == "left"


def test_no_two_parties_get_the_same_digits() -> None:
    matter = uuid.uuid4()
    first, hashed = codes.hand(matter, "260001000018", "p1", 3, ())
    again, other = codes.hand(matter, "260001000018", "p1", 3, (hashed,))
    assert (first.turn, again.turn) == (0, 1)
    assert other == codes.code_hash("260001000018", codes.code_for(matter, again)) != hashed
