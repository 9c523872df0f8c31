"""What the packs bring in, and that bringing them in again changes nothing."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from whole_city import silent

PACKS = Path(__file__).resolve().parents[2] / "packs"

ROOT = "210100000000"
# The nine entries of the 2022 list at street level that are units of statistics.
STATISTICAL = (
    "210106401000", "210113401000", "210113402000", "210113403000", "210113404000", "210113405000", "210113406000", "210114404000",
    "210115401000",
)  # fmt: skip


def test_the_city_has_its_districts_streets_and_communities(city: Any) -> None:
    from huiyin.city.models import Division

    levels = Counter(Division.objects.filter(path__contains=[ROOT], ended=None).values_list("level", flat=True))
    assert levels == {"city": 1, "district": 13, "street": 181, "community": 2703}


def test_statistical_units_are_no_places_and_their_communities_lie_below_the_district(city: Any) -> None:
    from huiyin.city.models import Division

    assert not Division.objects.filter(code__in=STATISTICAL).exists()
    for code in STATISTICAL:
        (community,) = Division.objects.filter(code__startswith=code[:9])
        assert (community.level, community.parent_id) == ("community", code[:6] + "000000")


def test_every_community_has_a_workroom_and_a_committee_with_members_and_a_seal(city: Any) -> None:
    from huiyin.city.models import Appointment, Division, Unit

    communities = set(Division.objects.filter(level="community", path__contains=[ROOT]).values_list("code", flat=True))
    units = list(Unit.objects.filter(division_id__in=communities))
    workrooms = {unit.division_id for unit in units if unit.kind == "workroom"}
    committees = {unit.id: unit for unit in units if unit.kind == "mediation_committee"}
    assert workrooms == communities == {unit.division_id for unit in committees.values()}
    assert all(unit.seal for unit in committees.values())
    assert not any(unit.seal for unit in units if unit.kind == "workroom")
    mediators = Counter(Appointment.objects.filter(unit_id__in=committees, post="mediator").values_list("unit_id", flat=True))
    keepers = set(Appointment.objects.filter(unit_id__in=committees, post="seal_keeper").values_list("unit_id", flat=True))
    assert set(mediators) == keepers == set(committees)
    assert all(3 <= number <= 9 for number in mediators.values())


@pytest.mark.parametrize("level", ["street", "district"])
def test_every_street_and_district_has_a_committee_and_a_governance_centre(city: Any, level: str) -> None:
    from huiyin.city.models import Division, Unit

    places = set(Division.objects.filter(level=level, path__contains=[ROOT]).values_list("code", flat=True))
    for kind in ("mediation_committee", "governance_centre"):
        assert places <= set(Unit.objects.filter(kind=kind, level=level).values_list("division_id", flat=True))


def test_every_district_has_its_court(city: Any) -> None:
    from huiyin.city.models import Unit

    assert Unit.objects.filter(kind="court", division__path__contains=[ROOT]).count() == 13


def test_every_post_of_every_unit_has_somebody(city: Any) -> None:
    from huiyin.city.models import Appointment, Unit
    from huiyin.city.queries import library

    filled = set(Appointment.objects.filter(to_date=None).values_list("unit_id", "post"))
    kinds = library().unit_kinds
    needed = {(unit.id, post) for unit in Unit.objects.filter(division__path__contains=[ROOT]) for post in kinds[unit.kind].posts}
    unfilled = Counter((unit.split(".")[0], post) for unit, post in needed - filled)
    assert not unfilled, unfilled


def test_only_committees_mediate(city: Any) -> None:
    from huiyin.city.queries import library

    assert {name for name, kind in library().unit_kinds.items() if kind.mediates} == {"mediation_committee"}
    assert {name for name, kind in library().unit_kinds.items() if "mediator" in kind.posts} == {"mediation_committee"}


def test_loading_twice_changes_nothing(city: Any, packs_read: Any) -> None:
    from huiyin.city.loading import store_packs

    library, pack = packs_read
    again = store_packs(library, [pack], progress=silent, staff=True)
    assert (again["added"], again["changed"], again["ended"]) == (0, 0, 0)


def test_a_unit_gone_from_the_pack_is_ended_and_so_are_its_posts(city: Any, packs_read: Any) -> None:
    from huiyin.city.loading import store_packs
    from huiyin.city.models import Appointment, Unit

    library, pack = packs_read
    gone = "disabled_federation.210102"
    smaller = dataclasses.replace(
        pack,
        bodies=tuple(body for body in pack.bodies if body.id != gone),
        people=tuple(person for person in pack.people if not person.username.startswith(gone)),
    )
    counts = store_packs(library, [smaller], progress=silent, staff=True)
    assert counts["ended"] >= 1
    assert Unit.objects.using("owner").get(id=gone).to_date is not None
    assert not Appointment.objects.using("owner").filter(unit_id=gone, to_date=None).exists()
    store_packs(library, [pack], progress=silent, staff=True)
    assert Unit.objects.using("owner").get(id=gone).to_date is None


def test_a_load_of_one_city_leaves_the_staff_of_another_alone(city: Any, packs_read: Any) -> None:
    from huiyin.city.loading import store_packs
    from huiyin.city.models import Account, Appointment, Division, Unit

    library, pack = packs_read
    court = Unit.objects.using("owner").get(id="court.210102")
    home = court.home_id
    Division.objects.using("owner").create(
        code="210200000000", name="大连市", short="大连", level="city", home_id=home, path=["210200000000"]
    )
    Unit.objects.using("owner").create(
        id="court.2102", kind="court", level="city", name_zh="法院", name_en="court", division_id="210200000000", home_id=home,
        from_date=court.from_date,
    )  # fmt: skip
    theirs = Account.objects.using("owner").create(username="court.2102.judge", name="钱乙丑", synthetic=True)
    post = Appointment.objects.using("owner").create(account=theirs, unit_id="court.2102", post="judge", from_date=court.from_date)
    store_packs(library, [pack], progress=silent, staff=True)
    theirs.refresh_from_db(using="owner")
    post.refresh_from_db(using="owner")
    assert (theirs.is_active, post.to_date) == (True, None)


def test_an_appointment_ended_by_hand_does_not_come_back_with_a_load(city: Any, packs_read: Any) -> None:
    from huiyin.city.loading import store_packs
    from huiyin.city.models import Appointment

    library, pack = packs_read
    mine = Appointment.objects.using("owner").filter(unit_id="court.210102", post="judge")
    ended = mine.order_by("id").first()
    assert ended is not None
    mine.filter(id=ended.id).update(to_date=date(2026, 1, 1))
    store_packs(library, [pack], progress=silent, staff=True)
    assert mine.filter(account_id=ended.account_id, to_date=None).count() == 0


def test_a_changed_pack_is_a_new_version_and_the_old_one_stays(city: Any, packs_read: Any) -> None:
    from huiyin.city.loading import store_packs
    from huiyin.city.models import PackFile, PackVersion

    library, pack = packs_read
    changed = dataclasses.replace(pack, rows=pack.rows[:-1])
    store_packs(library, [changed], progress=silent, staff=False)
    versions = PackVersion.objects.using("owner").filter(pack=pack.name)
    assert (versions.count(), versions.filter(in_use=True).count()) == (2, 1)
    assert PackFile.objects.using("owner").filter(pack=pack.name, kind="responsibility").count() == 2
    store_packs(library, [pack], progress=silent, staff=False)
    assert versions.filter(in_use=True).count() == 1
    assert versions.count() == 2


def test_a_library_is_the_same_in_whatever_order_the_database_gives_its_rows(packs_read: Any) -> None:
    from huiyin.core.pack_assembly import from_plain

    library, _pack = packs_read
    rows = library.to_plain()
    turned = from_plain(reversed(rows))
    assert turned.version == library.version
    assert list(turned.topics) == list(library.topics)


def test_the_library_comes_back_from_the_database_as_it_went_in(city: Any, packs_read: Any) -> None:
    from huiyin.city import queries

    library, _pack = packs_read
    stored = queries.library()
    assert stored.version == library.version
    assert stored is queries.library(), "it is read once per version"
    for name, one in library.procedures.items():
        assert queries.procedure(name).version == one.version
        assert queries.procedure(name, one.version).states.keys() == one.states.keys()
    with pytest.raises(LookupError):
        queries.procedure("nothing_like_it")
    with pytest.raises(LookupError):
        queries.procedure(next(iter(library.procedures)), "000000000000")


def test_the_application_may_not_rewrite_the_city(city: Any) -> None:
    from django.db import ProgrammingError, transaction

    from huiyin.city.models import Appointment, Division, Unit

    for change in (
        lambda: Division.objects.update(name="x"),
        lambda: Unit.objects.filter(id="court.210102")._raw_delete("default"),
        lambda: Appointment.objects.filter(unit_id="court.210102").update(post="head"),
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            change()  # type: ignore[no-untyped-call]


def test_what_comes_back_from_the_database_keeps_the_order_of_its_file(city: Any) -> None:
    """The first action of a state is offered first, and automatic ones are tried in file order."""
    from huiyin.city import queries
    from huiyin.core.pack_reading import read_packs

    read, problems = read_packs([PACKS / "cn", PACKS / "cn-2101-shenyang"])
    assert read is not None, problems
    stored = queries.library()
    for name, procedure in read.procedures.items():
        assert list(stored.procedures[name].states) == list(procedure.states)
        for state in procedure.states.values():
            kept = stored.procedures[name].states[state.name]
            assert [action.name for action in kept.actions] == [action.name for action in state.actions]
        assert list(stored.procedures[name].fields) == list(procedure.fields)
    assert list(stored.topics) == list(read.topics)


def test_a_procedure_of_an_older_pack_calls_its_posts_what_the_packs_call_them(
    city: Any, packs_read: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huiyin.city import queries

    now = queries.library()
    present = now.procedures["hazard_repair"]
    # A pack that has moved on: the version a matter is pinned to is no longer the one in use.
    moved_on = {**now.procedures, "hazard_repair": dataclasses.replace(present, version="newer")}
    monkeypatch.setattr(queries, "library", lambda: dataclasses.replace(now, procedures=moved_on))
    older = queries.procedure("hazard_repair", present.version)
    assert older.posts["handler"].label.zh == "承办人"
    assert older.posts == present.posts


def test_a_matter_pinned_to_an_earlier_version_has_the_pieces_it_was_begun_with(city: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.city import queries

    now = queries.library()
    present = now.procedures["people_mediation"]
    moved_on = {**now.procedures, "people_mediation": dataclasses.replace(present, version="newer")}
    monkeypatch.setattr(queries, "library", lambda: dataclasses.replace(now, procedures=moved_on))
    older = queries.procedure("people_mediation", present.version)
    assert older.states.keys() == present.states.keys()
    assert older.fields.keys() == present.fields.keys()
