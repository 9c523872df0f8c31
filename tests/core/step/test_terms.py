"""What is on the table: offers and what they call for, a proposal answered in private, blind figures that meet or do not."""

from __future__ import annotations

import pytest
from step_cases import MEDIATOR, library, mediating, party, procedure

from huiyin.core.rights import view
from huiyin.core.snapshot import from_plain, to_plain
from huiyin.core.step import offered
from huiyin.core.values import Principal


def _terms(amount: str, who: str = "li") -> dict[str, object]:
    return {"terms": [{"who": who, "what": "赔天花板", "amount": amount}]}


def test_a_new_offer_takes_back_every_yes_to_the_one_before() -> None:
    walk = mediating()
    walk.does(party("li"), "make_offer", _terms("2000.00"))
    walk.does(party("zhang"), "make_offer", _terms("3000.00"))
    assert [one.party for one in walk.snapshot.assents["accept_offer"]] == ["zhang"]
    walk.does(party("li"), "accept_offer")
    assert walk.snapshot.facts["terms_stand"] == "accepted"
    assert "accept_offer" not in walk.snapshot.assents


def test_the_matter_s_own_value_is_set_when_the_last_side_agrees_and_not_before() -> None:
    walk = mediating()
    walk.does(party("li"), "begin_blind")
    assert walk.snapshot.facts.get("blind_round") is None
    walk.does(party("zhang"), "begin_blind")
    assert walk.snapshot.facts["blind_round"] == "running"


@pytest.mark.parametrize(
    ("pays", "gets", "met"),
    [("3400.00", "3200.01", 330_000), ("3000.00", "3000.00", 300_000), ("0.03", "0.00", 1), ("2999.99", "3000.00", None)],
)
def test_blind_figures_meet_in_the_middle_and_the_odd_cent_stays_with_who_pays(pays: str, gets: str, met: int | None) -> None:
    walk = mediating()
    for who in ("li", "zhang"):
        walk.does(party(who), "begin_blind")
    walk.does(party("li"), "give_figure", {"blind_side": "pays", "blind_sum": pays})
    walk.does(party("zhang"), "give_figure", {"blind_side": "gets", "blind_sum": gets})
    assert walk.snapshot.facts.get("blind_result") == met
    assert walk.snapshot.facts["blind_round"] == ("missed" if met is None else "met")
    assert all(one.facts.get("blind_sum") is None for one in walk.snapshot.parties), "no figure outlives its round"


def test_nobody_but_its_giver_ever_sees_a_figure_or_an_answer() -> None:
    walk = mediating()
    walk.does(party("li"), "tell_range", {"range_words": "还能让到九成"})
    for who in ("li", "zhang"):
        walk.does(party(who), "begin_blind")
    walk.does(party("li"), "give_figure", {"blind_side": "pays", "blind_sum": "7654.32"})
    walk.does(MEDIATOR, "propose", _terms("2500.00"))
    walk.does(party("li"), "answer_proposal", {"private_answer": "refuse"})

    def seen(who: Principal) -> str:
        return repr(view(procedure("people_mediation"), walk.snapshot, who))

    assert "765432" in seen(party("li"))
    assert "refuse" in seen(party("li"))
    for other in (MEDIATOR, party("zhang")):
        assert "765432" not in seen(other)
        assert "'refuse'" not in seen(other)
    assert "还能让到九成" in seen(MEDIATOR)
    assert "还能让到九成" not in seen(party("zhang"))


def test_a_proposal_one_side_refuses_ends_without_a_word_of_who() -> None:
    walk = mediating()
    walk.does(MEDIATOR, "propose", _terms("2500.00"))
    walk.does(party("li"), "answer_proposal", {"private_answer": "refuse"})
    assert walk.snapshot.facts["terms_stand"] == "proposed", "one answer moves nothing"
    walk.does(party("zhang"), "answer_proposal", {"private_answer": "accept"})
    assert walk.snapshot.facts["terms_stand"] == "missed"
    assert all(one.facts.get("private_answer") is None for one in walk.snapshot.parties)


def test_a_matter_with_offers_reads_back_as_it_was_stored() -> None:
    walk = mediating()
    walk.does(party("li"), "make_offer", _terms("2000.00"))
    assert from_plain(to_plain(walk.snapshot)) == walk.snapshot


def test_rounds_are_counted_and_end() -> None:
    walk = mediating()
    for _ in range(3):
        for who in ("li", "zhang"):
            walk.does(party(who), "begin_blind")
        walk.does(party("li"), "give_figure", {"blind_side": "pays", "blind_sum": "1.00"})
        walk.does(party("zhang"), "give_figure", {"blind_side": "gets", "blind_sum": "2.00"})
    offers = {one.action.name: one for one in offered(procedure("people_mediation"), library(), walk.snapshot, party("li"), walk.now)}
    blocked = offers["begin_blind"].blocked
    assert blocked is not None
    assert blocked.code == "rounds_left"
