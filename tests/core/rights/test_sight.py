"""What each reader gets to know of a matter, down to whether something is there at all."""

from __future__ import annotations

from step_cases import ACCEPTANCE, MEDIATOR, Walk, mediating, party, procedure, staff

from huiyin.core import masking
from huiyin.core.rights import View, relation, view
from huiyin.core.values import ANONYMOUS, SYSTEM

PHONE = "13812345678"


def seen(walk: Walk, who: object) -> View:
    return view(procedure(walk.name), walk.snapshot, who)  # type: ignore[arg-type]


def known(walk: Walk) -> Walk:
    walk.does(party("zhang"), "update_details", {"phone": PHONE, "id_number": "210102199001011234"})
    return walk


def test_a_report_of_danger_does_not_show_that_it_exists() -> None:
    walk = mediating()
    told = {
        "danger_kind": "violence",
        "danger": "昨晚动手",
        "danger_place": {"detail": "楼道"},
        "danger_called": "yes",
        "danger_phone": "1",
    }
    walk.does(MEDIATOR, "report_danger", told)
    walk.does(party("zhang"), "tell_mediator", {"private_statement": "最低三千"})
    for who in (party("zhang"), party("li"), staff("clerk"), staff("head"), staff("audit_admin"), SYSTEM):
        shown = repr(seen(walk, who))
        assert "danger" not in shown
        # Their own words a party may read again; that they were said nobody else but the mediator learns.
        assert ("最低三千" in shown) is (who == party("zhang"))
        assert ("private_statement" in shown) is (who == party("zhang"))


def test_what_is_there_but_not_for_the_reader_is_named_below_the_sealed_class() -> None:
    walk = known(mediating())
    assert "phone" in seen(walk, party("li")).hidden


def test_a_stranger_learns_nothing_not_even_names_of_fields() -> None:
    walk = known(mediating())
    for who in (ANONYMOUS, party("wang"), staff("clerk", unit="u-x")):
        assert relation(who, walk.snapshot, procedure(walk.name)) == "stranger"
        assert seen(walk, who) == View({}, (), ())


def test_who_handles_a_matter_can_telephone_the_resident_and_nobody_else_can() -> None:
    for walk, role in ((known(mediating()), "mediator"), (Walk("plain_request"), "dispatcher"), (Walk("hazard_repair"), "dispatcher")):
        person = walk.snapshot.parties[0].id
        if walk.name != "people_mediation":
            walk.does(party(person), "set_contact", {"phone": PHONE})
        handler = MEDIATOR if role == "mediator" else staff(role)
        assert seen(walk, handler).parties[0].facts["phone"] == PHONE
        assert seen(walk, party(person)).parties[0].facts["phone"] == PHONE
        assert seen(walk, staff("receptionist")).parties[0].facts["phone"] == "138****5678"
        assert PHONE not in repr(seen(walk, staff("audit_admin")))


def test_an_identity_number_stays_masked_for_those_who_handle_the_matter() -> None:
    walk = known(mediating())
    assert "199001" not in repr(seen(walk, MEDIATOR))
    assert "id_number" not in seen(walk, party("li")).parties[0].facts


def test_a_mediator_not_named_in_the_matter_is_a_colleague() -> None:
    walk = Walk()
    walk.does(staff("clerk"), "accept", ACCEPTANCE)
    assert relation(staff("mediator", person="m-2"), walk.snapshot, procedure(walk.name)) == "colleague"


def test_masks_leave_little_of_short_numbers() -> None:
    assert masking.phone("13812345678") == "138****5678"
    for number in ("62345678", "6234567", "110"):
        shown = masking.phone(number)
        assert sum(one.isdigit() for one in shown) <= 4, shown
    assert masking.identity_number("210102199001011234") == "210*************34"
    assert not any(one.isdigit() for one in masking.identity_number("E12345678"))
    assert masking.address("晨光小区2号楼") != "晨光小区2号***"
    assert masking.field("phone", "张三 13812345678 晚上打") == masking.HIDDEN
