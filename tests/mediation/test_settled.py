"""What came of like disputes, on the guided path: ranges of many, and never one of few."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from cases import Case
from looking import Visitor

from huiyin.matters import settled

PATH = "/way/?whom=neighbour&topic=dispute.neighbour.water_leak&tried=talked&wants=money"

# The matter of a case once more under new ids, its one sum and the day it came in changed.
CLONE = """
INSERT INTO matters_matter SELECT (jsonb_populate_record(m, jsonb_build_object(
    'id', gen_random_uuid(), 'reference', lpad((row_number() OVER () + 700000000000)::text, 12, '0'),
    'codes', jsonb_build_object('', md5(n::text)), 'opened_at', m.opened_at - (n || ' days')::interval,
    'body', jsonb_set(m.body, '{facts,obligations,0,amount}', to_jsonb(n * 111111))))).*
  FROM matters_matter m, generate_series(1, %s) n WHERE m.id = %s"""


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    settled.forget()
    yield
    settled.forget()


def _cloned(served: object, case: Case, count: int) -> None:
    with psycopg.connect(served.owner_url, autocommit=True) as owner:  # type: ignore[attr-defined]
        owner.execute(CLONE, [count, case.matter])
    settled.forget()


def test_few_settled_disputes_are_told_to_nobody(served: object) -> None:
    case = Case().performing()
    _cloned(served, case, settled.FEWEST - 2)
    assert settled.like("dispute.neighbour.water_leak") is None
    page = Visitor().get(PATH)
    assert "可以走的路" in page.words
    assert "这类纠纷谈成" not in page.words


def test_many_give_a_range_with_no_sum_of_anybody_in_it(served: object) -> None:
    case = Case().performing()
    _cloned(served, case, 19)
    found = settled.like("dispute.neighbour.water_leak")
    assert found is not None
    assert found.matters == 20
    assert found.paid == 20
    assert found.days == (5, 14)
    assert found.sums == (640_000, 1_700_000)
    assert "本市这类纠纷谈成20件" in Visitor().get(PATH).words
    assert "¥6,400.00到¥17,000.00" in Visitor().get(PATH).words
    assert settled.like("dispute.neighbour.noise") == found.__class__("dispute.neighbour", 20, (5, 14), 20, (640_000, 1_700_000))
    assert settled.like("dispute.family.support") is None


def test_what_was_never_in_force_does_not_count(served: object) -> None:
    case = Case().signing()
    _cloned(served, case, 19)
    assert settled.like("dispute.neighbour.water_leak") is None
