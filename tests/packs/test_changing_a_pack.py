"""A pack is changed by two people, a signature and a day; whatever is out of order is refused and changes nothing."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import little
import pytest

from huiyin.core.values import Principal, Refusal

Office = Any
WHY = "国务院办公厅的通知加了一天假"


def propose(office: Office, files: dict[str, bytes] | None = None, who: str = "proposer", **more: Any) -> UUID:
    from huiyin.city import pack_proposals

    made = pack_proposals.propose(principal=office.keeper(who), pack=little.LAND, files=files or office.with_a_holiday, reason=WHY, **more)
    assert isinstance(made, UUID), made
    return made


def sound(office: Office, files: dict[str, bytes] | None = None, who: str = "proposer", **more: Any) -> UUID:
    from huiyin.workers import packs

    made = propose(office, files, who, **more)
    assert packs.prove(made) == 0, row(made).problems
    return made


def row(proposal: UUID) -> Any:
    from huiyin.city.pack_models import PackProposal

    return PackProposal.objects.get(id=proposal)


def accept(office: Office, proposal: UUID, who: str = "reviewer", on: date | None = None, content: str = "") -> Refusal | None:
    from huiyin.city import pack_proposals
    from huiyin.city.queries import today

    return pack_proposals.accept(
        principal=office.keeper(who), proposal=proposal, content=content or row(proposal).content_id, reason="核对过了", on=on or today()
    )


def test_two_people_and_a_day_bring_a_holiday_into_force(office: Office) -> None:
    from huiyin.city import queries
    from huiyin.workers import packs

    before = queries.library()
    proposal = sound(office)
    assert accept(office, proposal) is None
    assert packs.take_due() == 1
    assert row(proposal).state == "in_force"
    assert office.in_use() == row(proposal).content_id
    now = queries.library()
    assert now.version != before.version, "a running process notices by itself"
    assert now.calendar.is_working(date(2026, 5, 6)) is False
    assert before.calendar.is_working(date(2026, 5, 6)) is True
    assert office.steps() == ["loaded", "proposed", "sound", "accepted", "took_force"]
    assert packs.take_due() == 0


def test_nobody_reviews_what_they_proposed_and_the_database_knows_it_too(office: Office) -> None:
    from django.db import IntegrityError, transaction

    from huiyin.city import pack_proposals
    from huiyin.city.pack_models import PackProposal

    proposal = sound(office)
    refused = accept(office, proposal, "proposer")
    assert refused is not None
    assert refused.code == "four_eyes"
    back = pack_proposals.send_back(
        principal=office.keeper("proposer"), proposal=proposal, content=row(proposal).content_id, reason="再想想"
    )
    assert back is not None
    assert back.code == "four_eyes"
    for alias in ("default", "owner"):
        with pytest.raises(IntegrityError, match="four_eyes"), transaction.atomic(using=alias):
            PackProposal.objects.using(alias).filter(id=proposal).update(reviewed_by_id=office.people["proposer"])
    with pytest.raises(IntegrityError, match="signed_by_a_second_person"), transaction.atomic():
        PackProposal.objects.filter(id=proposal).update(state="accepted")
    assert office.steps() == ["loaded", "proposed", "sound"]


def test_what_was_decided_once_is_not_decided_again(office: Office) -> None:
    from huiyin.city import pack_proposals

    proposal = propose(office)
    early = accept(office, proposal)
    assert early is not None
    assert early.code == "proving"
    from huiyin.workers import packs

    assert packs.prove(proposal) == 0
    assert packs.prove(proposal) is None
    assert accept(office, proposal) is None
    again = accept(office, proposal, "third")
    assert again is not None
    assert again.code == "over"
    content = row(proposal).content_id
    back = pack_proposals.send_back(principal=office.keeper("third"), proposal=proposal, content=content, reason="太晚了")
    assert back is not None
    assert back.code == "over"


def test_proposing_the_same_twice_is_proposing_once(office: Office) -> None:
    from huiyin.city import pack_proposals

    first = propose(office)
    assert propose(office) == first
    same = pack_proposals.propose(principal=office.keeper("proposer"), pack=little.LAND, files=office.files(), reason=WHY)
    assert isinstance(same, Refusal)
    assert same.code == "same"
    assert office.steps() == ["loaded", "proposed"]


def test_nobody_without_the_post_may_do_anything(office: Office) -> None:
    from huiyin.city import pack_proposals, pack_queries

    proposal = sound(office)
    content = row(proposal).content_id
    admin = Principal("staff", str(office.people["third"]), "system_office.2101", "system_admin")
    stranger = Principal("anonymous")
    for who in (admin, stranger):
        for refused in (
            pack_proposals.propose(principal=who, pack=little.LAND, files=office.files(), reason=WHY),
            pack_proposals.accept(principal=who, proposal=proposal, content=content, reason=WHY, on=date(2030, 1, 1)),
            pack_proposals.send_back(principal=who, proposal=proposal, content=content, reason=WHY),
            pack_proposals.withdraw(principal=who, proposal=proposal, reason=WHY),
            pack_proposals.roll_back(principal=who, pack=little.LAND, content=content, reason=WHY),
        ):
            assert isinstance(refused, Refusal)
            assert refused.code == "not_yours"
        assert pack_queries.in_use(who) == ()
        assert pack_queries.proposals(who) == ()
        assert pack_queries.get(who, proposal) is None
        assert pack_queries.steps(who) == ()
        assert pack_queries.whole(who, content) is None
    assert row(proposal).state == "sound"


def test_a_reason_is_needed(office: Office) -> None:
    from huiyin.city import pack_proposals

    for reason in ("", " ", "x" * 2001):
        refused = pack_proposals.propose(principal=office.keeper("proposer"), pack=little.LAND, files=office.with_a_holiday, reason=reason)
        assert isinstance(refused, Refusal)
        assert refused.field == "reason"


def test_an_unsound_pack_is_kept_with_its_problems_and_cannot_be_accepted(office: Office) -> None:
    from huiyin.city import pack_proposals
    from huiyin.workers import packs

    text = office.text(f"procedures/{little.PROCEDURE}.yaml").replace("start: ", "start: nowhere_", 1)
    proposal = propose(office, office.files(procedures__weekly_report=text))
    found = packs.prove(proposal)
    assert found
    kept = row(proposal)
    assert kept.state == "unsound"
    assert all(one["file"].startswith("little/procedures/") and one["line"] > 0 and one["mend"]["zh"] for one in kept.problems)
    refused = accept(office, proposal)
    assert refused is not None
    assert refused.code == "unsound"
    assert (
        pack_proposals.send_back(principal=office.keeper("reviewer"), proposal=proposal, content=kept.content_id, reason="起点写错") is None
    )
    assert row(proposal).state == "sent_back"


def test_a_scenario_that_fails_makes_it_unsound(office: Office) -> None:
    from huiyin.workers import packs

    path = f"procedures/{little.PROCEDURE}.scenario.yaml"
    text = office.text(path)
    changed = text.replace("then: {state: ", "then: {state: not_", 1)
    assert changed != text
    proposal = propose(office, {**office.files(), path: changed.encode()})
    assert packs.prove(proposal)
    assert {one["rule"] for one in row(proposal).problems} & {"scenario", "10"}


def test_files_changed_after_the_proof_are_noticed(office: Office, database: Any) -> None:
    import psycopg

    from huiyin.workers import packs

    proposal = sound(office)
    other = accept(office, proposal, content="0" * 64)
    assert other is not None
    assert other.code == "altered", "the reviewer looked at something else"
    files = row(proposal).content.files
    sha = next(one for path, one, _size in files if path == "calendars/2026.yaml")
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.RaiseException, match="never changed"):
        owner.execute("UPDATE city_packblob SET data = 'x' WHERE sha256 = %s", [sha])
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE city_packblob DISABLE TRIGGER city_packblob_kept")
        owner.execute("UPDATE city_packblob SET data = data || 'x' WHERE sha256 = %s", [sha])
        owner.execute("ALTER TABLE city_packblob ENABLE TRIGGER city_packblob_kept")
    refused = accept(office, proposal)
    assert refused is not None
    assert refused.code == "altered"
    assert packs.take_due() == 0


def test_files_changed_after_the_signature_do_not_take_force(office: Office, database: Any) -> None:
    import psycopg

    from huiyin.workers import packs

    used = office.in_use()
    proposal = sound(office)
    assert accept(office, proposal) is None
    sha = next(one for path, one, _size in row(proposal).content.files if path == "calendars/2026.yaml")
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("ALTER TABLE city_packblob DISABLE TRIGGER city_packblob_kept")
        owner.execute("UPDATE city_packblob SET data = data || 'x' WHERE sha256 = %s", [sha])
        owner.execute("ALTER TABLE city_packblob ENABLE TRIGGER city_packblob_kept")
    assert packs.take_due() == 0
    assert (row(proposal).state, office.in_use()) == ("stuck", used)


def test_a_broken_signature_does_not_take_force(office: Office) -> None:
    from huiyin.city.pack_models import PackProposal
    from huiyin.workers import packs

    used = office.in_use()
    proposal = sound(office)
    assert accept(office, proposal) is None
    PackProposal.objects.filter(id=proposal).update(signature="00" * 64)
    assert packs.take_due() == 0
    assert (row(proposal).state, office.in_use()) == ("stuck", used)
    assert office.steps()[-1] == "stuck"


def test_a_key_no_longer_trusted_does_not_count(office: Office) -> None:
    from huiyin import clock
    from huiyin.city.pack_models import PackKey
    from huiyin.workers import packs

    proposal = sound(office)
    assert accept(office, proposal) is None
    PackKey.objects.using("owner").update(ended_at=clock.now())
    assert packs.take_due() == 0
    assert row(proposal).state == "stuck"


def test_a_day_gone_by_is_refused_and_one_to_come_is_waited_for(office: Office) -> None:
    from huiyin import clock
    from huiyin.city.queries import library, today
    from huiyin.workers import packs

    first = today()
    proposal = sound(office)
    past = accept(office, proposal, on=first - timedelta(days=1))
    assert past is not None
    assert past.field == "on"
    later = first + timedelta(days=2)
    assert accept(office, proposal, on=later) is None
    assert packs.take_due() == 0
    from datetime import datetime, time

    midnight = datetime.combine(later, time(), library().zone)
    with clock.set_to(midnight - timedelta(seconds=1)):
        assert packs.take_due() == 0
        assert packs.take_force(proposal) is False, "also when asked for by name"
    with clock.set_to(midnight):
        assert packs.take_due() == 1
    assert row(proposal).took_force_at == midnight


def test_a_proposal_made_from_a_version_that_is_gone_would_undo_the_other_change(office: Office) -> None:
    from huiyin.workers import packs

    title = office.text("topics.yaml").replace("en: dispute}", "en: quarrel}", 1)
    assert title != office.text("topics.yaml")
    mine, other = sound(office), sound(office, office.files(topics=title), "third")
    assert accept(office, mine) is None
    assert packs.take_due() == 1
    refused = accept(office, other)
    assert refused is not None
    assert refused.code == "base_moved"


def test_two_versions_do_not_take_force_on_one_day(office: Office) -> None:
    from huiyin.city.queries import today

    title = office.text("topics.yaml").replace("en: dispute}", "en: quarrel}", 1)
    day = today() + timedelta(days=3)
    mine, other = sound(office), sound(office, office.files(topics=title), "third")
    assert accept(office, mine, on=day) is None
    refused = accept(office, other, on=day)
    assert refused is not None
    assert refused.code == "day_taken"


def test_one_that_waits_can_be_stopped_by_one_person(office: Office) -> None:
    from huiyin.city import pack_proposals
    from huiyin.city.queries import today
    from huiyin.workers import packs

    proposal = sound(office)
    assert accept(office, proposal, on=today()) is None
    assert pack_proposals.withdraw(principal=office.keeper("third"), proposal=proposal, reason="通知有更正") is None
    assert packs.take_due() == 0
    assert row(proposal).state == "withdrawn"


def test_an_open_proposal_is_mended_by_a_new_one_in_its_place(office: Office) -> None:
    first = propose(office)
    mended = office.files(calendars__2026=office.text("calendars/2026.yaml").replace("to: 2026-05-05", "to: 2026-05-07"))
    second = propose(office, mended, instead_of=first)
    assert (row(first).state, row(second).state) == ("withdrawn", "proving")
    third = propose(office, office.with_a_holiday, "third", instead_of=second)
    assert (row(second).state, row(third).state) == ("proving", "proving"), "nobody takes another person's proposal back"


def test_rolling_back_takes_two_people_and_takes_force_at_once(office: Office) -> None:
    from huiyin.city import pack_proposals, pack_queries
    from huiyin.workers import packs

    first = office.in_use()
    proposal = sound(office)
    assert accept(office, proposal) is None
    assert packs.take_due() == 1
    keeper = office.keeper("reviewer")
    never = pack_proposals.roll_back(principal=keeper, pack=little.LAND, content="0" * 64, reason="撤回")
    assert isinstance(never, Refusal)
    (earlier,) = pack_queries.earlier(keeper, little.LAND)
    assert earlier.content == first
    back = pack_proposals.roll_back(principal=keeper, pack=little.LAND, content=first, reason="通知撤回了")
    assert isinstance(back, UUID)
    assert packs.prove(back) == 0
    own = accept(office, back, "reviewer")
    assert own is not None
    assert own.code == "four_eyes"
    assert accept(office, back, "proposer") is None
    assert packs.take_due() == 1
    assert office.in_use() == first
    assert len(pack_queries.proposals(keeper)) == 2, "nothing is deleted"


def test_steps_and_proposals_are_never_rewritten(office: Office) -> None:
    from django.db import DatabaseError, transaction

    from huiyin.city.pack_models import PackProposal, PackStep

    proposal = propose(office)
    for alias in ("default", "owner"):
        for change in (
            lambda alias: PackStep.objects.using(alias).update(why="另一个理由"),
            lambda alias: PackStep.objects.using(alias)._raw_delete(alias),
            lambda alias: PackProposal.objects.using(alias).filter(id=proposal).update(reason="另一个理由"),
            lambda alias: PackProposal.objects.using(alias).filter(id=proposal).update(proposed_by_id=office.people["third"]),
            lambda alias: PackProposal.objects.using(alias).filter(id=proposal)._raw_delete(alias),
        ):
            with pytest.raises(DatabaseError, match=r"never changed|permission denied"), transaction.atomic(using=alias):
                change(alias)  # type: ignore[no-untyped-call]
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        PackProposal.objects.filter(id=proposal).update(took_force_at=row(proposal).proposed_at)


def test_two_workers_take_one_pack_into_force_once(office: Office) -> None:
    from django.db import connections

    from huiyin.workers import packs

    proposal = sound(office)
    assert accept(office, proposal) is None
    done: list[int] = []

    def work() -> None:
        done.append(packs.take_due())
        connections.close_all()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(done) == [0, 1]
    assert office.steps().count("took_force") == 1


def test_a_worker_that_dies_half_way_leaves_what_was_in_use_and_the_next_goes_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from huiyin.city import loading
    from huiyin.workers import packs

    used = office.in_use()
    proposal = sound(office)
    assert accept(office, proposal) is None

    class Killed(BaseException):
        pass

    def dies(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as killed:
        killed.setattr(loading, "_keep_content", dies)
        with pytest.raises(Killed):
            packs.take_due()
    assert (row(proposal).state, office.in_use()) == ("accepted", used)
    assert packs.take_due() == 1
    assert office.in_use() == row(proposal).content_id


def test_taking_force_is_the_same_as_loading_that_folder(office: Office, tmp_path: Any) -> None:
    from huiyin.city import pack_contents
    from huiyin.city.loading import load_packs
    from huiyin.city.models import Division, PackFile, PackVersion, ProcedureVersion, Unit
    from huiyin.workers import packs

    def said() -> Any:
        used = {row.pack: row.version for row in PackVersion.objects.filter(in_use=True)}
        files = [
            (file.pack, file.path, file.kind, file.plain)
            for file in PackFile.objects.order_by("pack", "path")
            if used.get(file.pack) == file.version
        ]
        return (
            used,
            files,
            sorted(ProcedureVersion.objects.values_list("name", "version")),
            sorted(Unit.objects.filter(to_date=None).values_list("id", "name_zh")),
            sorted(Division.objects.filter(ended=None).values_list("code", flat=True)),
        )

    files = office.with_a_holiday
    proposal = sound(office, files)
    assert accept(office, proposal) is None
    assert packs.take_due() == 1
    taken = said()
    load_packs([office.land, office.shelf / little.TOWN], staff=False)
    assert said() != taken
    pack_contents.write_out(files, tmp_path / little.LAND)
    load_packs([tmp_path / little.LAND, office.shelf / little.TOWN], staff=False)
    assert said() == taken


def test_what_open_matters_need_cannot_be_taken_away(office: Office, proven_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A matter keeps its procedure: packs without the paper an earlier version prints are not sound while a matter follows it."""
    import dataclasses

    from huiyin.city.models import ProcedureVersion
    from huiyin.city.proving import Proof
    from huiyin.workers import packs

    known = ProcedureVersion.objects.using("owner").filter(name=little.PROCEDURE).order_by("-id")[0]
    ProcedureVersion.objects.using("owner").get_or_create(
        name=little.PROCEDURE, version="earlier", defaults={"plain": known.plain, "loaded_at": known.loaded_at}
    )
    library = proven_once.library
    poorer = dataclasses.replace(library, papers={name: one for name, one in library.papers.items() if name != little.PROCEDURE})
    try:
        monkeypatch.setattr(packs, "_pinned", lambda: {(little.PROCEDURE, library.procedures[little.PROCEDURE].version)})
        assert packs._with_matters(Proof(poorer, ()), little.LAND).problems == ()
        monkeypatch.setattr(packs, "_pinned", lambda: {(little.PROCEDURE, "earlier")})
        assert packs._with_matters(Proof(library, ()), little.LAND).problems == ()
        (problem,) = packs._with_matters(Proof(poorer, ()), little.LAND).problems
    finally:
        ProcedureVersion.objects.using("owner").filter(name=little.PROCEDURE, version="earlier").delete()
    assert problem.rule == "matters"
    assert "weekly_report" in problem.text.en
    assert problem.mend.zh
