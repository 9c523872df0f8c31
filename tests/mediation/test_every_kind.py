"""Each kind of mediation that takes offers leads one matter from the application through them to signatures, performance and its end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import pytest
from committee import Office, library

from huiyin.core import rooms
from huiyin.core.effects import Effects
from huiyin.core.values import Refusal

# What a kind asks besides what all ask: topic, more at the opening, who is what, more when it is taken.
KINDS: Final[Mapping[str, tuple[str, Mapping[str, Any], tuple[str, str, str], Mapping[str, Any]]]] = {
    "people_mediation": ("dispute.neighbour", {}, ("", "", ""), {}),
    "property_mediation": ("dispute.property_service", {"estate": "晨光小区", "kind": "fee"}, ("owner", "owner", "firm"), {}),
    "medical_mediation": ("dispute.medical", {}, ("patient", "patient", "hospital"), {"accepted_elsewhere": "neither"}),
    "labour_mediation": (
        "dispute.labour.wages",
        {"knew_at": "2026-08-31T10:00+08:00", "claim_kind": "pay"},
        ("worker", "worker", "employer"),
        {},
    ),
}
ONE, TWO, OTHER = "张三", "李四", "某公司"


def takers(piece: str) -> set[str]:
    """Return the procedures that take a piece."""
    return {
        one.source.data["procedure"]
        for one in library().documents
        if one.kind == "procedure" and piece in one.source.data.get("pieces", ())
    }


def office(kind: str, *names: str) -> Office:
    """Open a matter of that kind and have it taken and agreed to by everybody."""
    topic, more, standings, taken = KINDS[kind]
    made = Office(topic, names, "付清欠款九千元", "约好八月底付，一直没有付。", procedure=kind, more=more)
    by_name = dict(zip((ONE, TWO, OTHER), standings, strict=True))
    for name in names:
        if by_name[name]:
            made.does(made.party(name), "say_standing", {"standing": by_name[name]})
        side = "respondent" if name == OTHER else "applicant"
        if len(names) > 2:
            made.does(made.staff("clerk"), "set_side", {"party": made.ids[name], "side": side})
    made.accepts(**taken)
    made.agree(*names)
    assert made.snapshot.state == "mediating"
    return made


def test_every_procedure_that_takes_offers_is_led_through_them() -> None:
    assert takers("offers") == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_matter_goes_through_counter_offers_to_signatures_and_performance(kind: str) -> None:
    made = office(kind, ONE, OTHER)
    made.arranges()
    made.meets("双方核对了数额，当面还了价。")
    made.identifies()
    due = "2026-10-30"
    made.does(made.party(OTHER), "make_offer", {"terms": [{"who": made.ids[OTHER], "what": "付款", "amount": 600000, "due": due}]})
    made.does(made.party(ONE), "make_offer", {"terms": [{"who": made.ids[OTHER], "what": "付款", "amount": 900000, "due": due}]})
    made.does(made.party(OTHER), "accept_offer")
    assert made.snapshot.facts["terms_stand"] == "accepted"
    made.drafts()
    made.signs()
    made.performs()
    assert made.snapshot.outcome == "resolved"


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_blind_figures_meet_in_the_middle_and_nobody_else_sees_them(kind: str) -> None:
    made = office(kind, ONE, OTHER)
    for name in (ONE, OTHER):
        made.does(made.party(name), "begin_blind")
    made.does(made.party(ONE), "give_figure", {"blind_side": "gets", "blind_sum": 700000})
    made.does(made.party(OTHER), "give_figure", {"blind_side": "pays", "blind_sum": 800001})
    assert made.snapshot.facts["blind_result"] == 750000
    assert all(party.facts.get("blind_sum") is None for party in made.snapshot.parties)
    assert made.procedure.fields["blind_sum"].seen_by == ("its_party",)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_one_of_three_leaves_the_others_go_on_and_its_place_in_the_rooms_is_gone(kind: str) -> None:
    made = office(kind, ONE, TWO, OTHER)
    place = made.procedure.rooms
    assert place is not None
    assert rooms.parties(place, made.snapshot) == tuple(made.ids[name] for name in (ONE, TWO, OTHER))
    made.does(made.party(TWO), "leave")
    assert made.snapshot.state == "parted"
    assert rooms.parties(place, made.snapshot) == (made.ids[ONE], made.ids[OTHER])
    answer = made.tries(made.party(TWO), "tell_mediator", {"private_statement": "还想说一句"})
    assert isinstance(answer, Refusal)
    assert answer.code == "left"
    made.does(made.staff("mediator"), "carry_on", {"divisible_reason": "各人的账各算各的"})
    assert made.snapshot.state == "mediating"
    assert isinstance(made.tries(made.party(OTHER), "leave"), Effects)
    assert made.snapshot.outcome == "failed"
