"""Who has it is never a person on leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from huiyin.core.values import SYSTEM, Principal, Refusal

UNIT = "mediation_committee.210102001003"
DAY = date(2026, 9, 7)


def people(post: str) -> list[str]:
    from huiyin.city.queries import holders

    return [acting.username.rsplit("-")[-1] for acting in holders(UNIT, post, DAY)]


def account(number: int) -> UUID:
    from huiyin.city.models import Account

    return Account.objects.get(username=f"{UNIT}-{number}").id


def away(number: int, deputy: int | None = None, *, first: date = DAY, last: date | None = DAY) -> Any:
    from huiyin.city.services import record_absence

    answer = record_absence(
        principal=SYSTEM, account=account(number), from_date=first, to_date=last, deputy=None if deputy is None else account(deputy)
    )
    assert not isinstance(answer, Refusal), answer
    return answer


def test_the_holder_has_it(city: Any) -> None:
    assert people("seal_keeper") == ["3"]


def test_the_deputy_has_it_while_the_holder_is_away(city: Any) -> None:
    from huiyin.city.queries import appointments_of, holders

    away(3, 2)
    (acting,) = holders(UNIT, "seal_keeper", DAY)
    assert acting.account == account(2)
    assert acting.instead_of is not None
    assert appointments_of(account(3), DAY) == []
    stood_in = [held for held in appointments_of(account(2), DAY) if held.instead_of is not None]
    assert {held.post for held in stood_in} == {"seal_keeper", "grid_worker"}
    assert people("seal_keeper") == ["2"]
    assert [acting.account for acting in holders(UNIT, "seal_keeper", DAY + timedelta(days=1))] == [account(3)]


def test_nobody_has_it_without_a_deputy(city: Any) -> None:
    away(3)
    assert people("seal_keeper") == []


def test_a_deputy_on_leave_passes_it_to_the_next_and_a_circle_to_nobody(city: Any) -> None:
    away(3, 2)
    away(2, 1)
    assert people("seal_keeper") == ["1"]
    away(1, 3)
    assert people("seal_keeper") == []


def test_only_a_mediator_stands_in_for_a_mediator(city: Any) -> None:
    from huiyin.city.queries import holders
    from huiyin.city.services import appoint, make_staff

    clerk = make_staff(principal=SYSTEM, username="new-clerk", name="新来")
    assert not isinstance(clerk, Refusal)
    given = appoint(principal=SYSTEM, account=clerk.id, unit=UNIT, post="clerk", from_date=DAY)
    assert not isinstance(given, Refusal)
    from huiyin.city.services import record_absence

    record_absence(principal=SYSTEM, account=account(3), from_date=DAY, deputy=clerk.id)
    assert clerk.id in [acting.account for acting in holders(UNIT, "seal_keeper", DAY)]
    assert people("mediator") == ["1", "2"]


def test_somebody_back_early_has_it_again(city: Any) -> None:
    from huiyin.city.queries import holders
    from huiyin.city.services import end_absence

    entry = away(3, 2, first=DAY - timedelta(days=3), last=None)
    end_absence(principal=SYSTEM, absence=entry.id, on=DAY - timedelta(days=1))
    assert [acting.account for acting in holders(UNIT, "seal_keeper", DAY)] == [account(3)]


def test_a_closed_account_acts_in_nothing(city: Any) -> None:
    from huiyin.city.models import Account
    from huiyin.city.queries import appointments_of

    Account.objects.filter(id=account(3)).update(is_active=False)
    assert people("seal_keeper") == []
    assert appointments_of(account(3), DAY) == []


def test_a_deputy_is_a_colleague_and_another_person(city: Any) -> None:
    from huiyin.city.models import Account
    from huiyin.city.services import record_absence

    stranger = Account.objects.get(username="court.210102-1").id
    for deputy, code in ((stranger, "not_a_colleague"), (account(3), "own_deputy")):
        answer = record_absence(principal=SYSTEM, account=account(3), from_date=DAY, deputy=deputy)
        assert isinstance(answer, Refusal)
        assert answer.code == code


def test_days_away_are_recorded_once(city: Any) -> None:
    from huiyin.city.services import record_absence

    away(3, last=None)
    answer = record_absence(principal=SYSTEM, account=account(3), from_date=DAY + timedelta(days=9))
    assert isinstance(answer, Refusal)
    assert answer.code == "overlap"


@pytest.mark.parametrize(("post", "number", "allowed"), [("head", 1, True), ("clerk", 2, False), ("seal_keeper", 3, True)])
def test_absence_is_recorded_by_oneself_or_the_head(city: Any, post: str, number: int, allowed: bool) -> None:
    from huiyin.city.services import record_absence

    principal = Principal("staff", str(account(number)), UNIT, post)
    answer = record_absence(principal=principal, account=account(3), from_date=DAY)
    assert isinstance(answer, Refusal) is not allowed


def test_only_an_administrator_appoints(city: Any) -> None:
    from huiyin.city.services import appoint, end_appointment, make_staff, set_password

    head = Principal("staff", str(account(1)), UNIT, "head")
    for answer in (
        make_staff(principal=head, username="x", name="某"),
        appoint(principal=head, account=account(1), unit=UNIT, post="clerk", from_date=DAY),
        end_appointment(principal=head, appointment=1, on=DAY),
        set_password(principal=head, account=account(2), password="long enough"),
    ):
        assert isinstance(answer, Refusal)
        assert answer.code == "not_allowed"


def test_the_three_keys_of_the_system_are_held_apart_from_everything_else(city: Any) -> None:
    from huiyin.city.models import Account
    from huiyin.city.services import appoint

    administrator = Account.objects.get(username="system_office.2101-1").id
    both = appoint(principal=SYSTEM, account=administrator, unit="system_office.2101", post="audit_admin", from_date=DAY)
    handling = appoint(principal=SYSTEM, account=administrator, unit=UNIT, post="clerk", from_date=DAY)
    keyed = appoint(principal=SYSTEM, account=account(3), unit="system_office.2101", post="system_admin", from_date=DAY)
    for answer in (both, handling, keyed):
        assert isinstance(answer, Refusal)
        assert answer.code == "keys_apart"


def test_a_post_the_unit_does_not_have_is_refused(city: Any) -> None:
    from huiyin.city.services import appoint

    answer = appoint(principal=SYSTEM, account=account(3), unit="workroom.210102001003", post="mediator", from_date=DAY)
    assert isinstance(answer, Refusal)
    assert answer.code == "no_post"


def test_an_ended_appointment_stays_on_record(city: Any) -> None:
    from huiyin.city.models import Appointment
    from huiyin.city.queries import holders
    from huiyin.city.services import end_appointment

    entry = Appointment.objects.get(unit_id=UNIT, post="seal_keeper")
    assert not isinstance(end_appointment(principal=SYSTEM, appointment=entry.id, on=DAY), Refusal)
    assert holders(UNIT, "seal_keeper", DAY)
    assert holders(UNIT, "seal_keeper", DAY + timedelta(days=1)) == []
    again = end_appointment(principal=SYSTEM, appointment=entry.id, on=DAY)
    assert isinstance(again, Refusal)
    assert again.code == "already_ended"


def test_the_first_administrator_is_made_once(city: Any) -> None:
    from huiyin.city.models import Account, Appointment
    from huiyin.city.services import first_administrator

    Account.objects.using("owner").exclude(password__startswith="!").update(password="!")
    made = first_administrator(username="root-of-city", password="correct horse battery")
    assert isinstance(made, Account)
    assert made.check_password("correct horse battery")
    assert Appointment.objects.using("owner").get(account=made).post == "system_admin"
    second = first_administrator(username="another", password="correct horse battery")
    assert isinstance(second, Refusal)
    assert second.code == "not_first"


def test_each_home_gets_its_own_number_each_year(city: Any) -> None:
    from huiyin.city.queries import home_numbered, numbers_of
    from huiyin.city.services import number_for

    first = {(home, year): number_for(home=home, year=year) for home in ("210102", "210103") for year in (2031, 2032)}
    assert first["210102", 2031] != first["210103", 2031]
    assert {(home, home_numbered(year % 100, number)) for (home, year), number in first.items()} == {
        ("210102", "210102"), ("210103", "210103")
    }  # fmt: skip
    second = number_for(home="210102", year=2031)
    assert numbers_of("210102", 2031) == [first["210102", 2031], second]
    assert home_numbered(2031, second) == "210102"
    assert home_numbered(2031, 9999) is None
    with pytest.raises(LookupError):
        number_for(home="999999", year=2031)
