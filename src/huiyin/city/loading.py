"""Brings packs into the database: one transaction, safe to repeat, and it says what changed.

Nothing that a matter may point to is deleted: a unit or a place gone from the pack is ended, an invented member of staff
gone from it loses the posts and the right to sign in, procedures and pack files of earlier versions stay.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, models, transaction

from huiyin import clock
from huiyin.city import pack_contents, pack_models
from huiyin.city.city_pack import Body, CityPack, Person, Place
from huiyin.city.models import (
    Account,
    Appointment,
    Division,
    Home,
    HomeNumber,
    PackFile,
    PackVersion,
    ProcedureVersion,
    Unit,
)
from huiyin.city.pack_models import PackProposal, PackStep
from huiyin.city.proving import prove_packs
from huiyin.core.packs import Library
from huiyin.core.pieces import whole_procedures
from huiyin.core.source import PackError
from huiyin.core.values import Text

Progress = Callable[[Text, int, int], None]
# Accounts of invented staff keep their id over reloads and over installations, so that seeded histories agree.
STAFF_NAMESPACE = uuid.UUID("5f0c6f0e-7d3f-5c4b-9c86-2f1f6f7c9f10")
# Two loads at once would each find nothing and both insert; the second waits for the first.
LOAD_LOCK = 0x48796C64
UNUSABLE_PASSWORD = "!pack"  # noqa: S105 - the exclamation mark is what makes it no password


@dataclass(frozen=True, slots=True)
class _Change:
    """Rows to add, and rows to change with the columns that changed."""

    added: int
    changed: int
    ended: int = 0


def load_packs(paths: Sequence[Path], *, progress: Progress | None = None, staff: bool = True, scenarios: bool = False) -> dict[str, int]:
    """Read the packs, prove them and bring them into the database.

    Args:
        paths: pack folders; the packs they need are among them or stand beside them.
        progress: called with what is being done and how many of how many steps are done.
        staff: also make the invented staff of the city pack; a real installation appoints its own.
        scenarios: also run every scenario first, which takes a few seconds.

    Returns:
        Counts: what the packs hold (``divisions``, ``units``, ``accounts``, ``procedures``, ``rows``) and what this load
        did (``added``, ``changed``, ``ended``).

    Raises:
        PackError: the packs are not sound; nothing is written.
    """
    say = progress or _silent
    say(Text("读取并检查", "Reading and checking"), 0, 5)
    contents = {folder.name: pack_contents.read_folder(folder) for folder in paths}
    proof = prove_packs(paths, scenarios=scenarios)
    if proof.library is None or proof.problems:
        raise PackError(list(proof.problems))
    return store_packs(proof.library, proof.cities, progress=say, staff=staff, contents=contents)


def store_packs(
    library: Library,
    cities: Sequence[CityPack],
    *,
    progress: Progress,
    staff: bool,
    contents: Mapping[str, pack_contents.Files] | None = None,
    proposal: PackProposal | None = None,
) -> dict[str, int]:
    """Bring packs already read into the database; see `load_packs`.

    Args:
        contents: pack -> the files it was read from, to be kept with it: what was not kept can be neither changed by a
            proposal nor brought back.
        proposal: what brings its pack into force; without it a pack that changes was loaded at the command line.
    """
    alias = writer()
    now = clock.now()
    today = now.astimezone(library.zone).date()
    counts = {
        "divisions": sum(len(city.places) for city in cities),
        "units": sum(len(city.bodies) for city in cities),
        "accounts": sum(len(city.people) for city in cities) if staff else 0,
        "procedures": len(library.procedures),
        "rows": sum(len(city.rows) for city in cities),
    }
    with transaction.atomic(using=alias):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOAD_LOCK])
        done = [_store_library(library, cities, now, alias)]
        for pack, files in sorted((contents or {}).items()):
            _keep_content(pack, files, proposal, now, alias)
        for city in cities:
            for step, (said, work) in enumerate(_city_steps(city, today, alias, staff), 1):
                progress(said, step, 5)
                done.append(work())
    progress(Text("已装入", "Loaded"), 5, 5)
    return {
        **counts,
        "added": sum(change.added for change in done),
        "changed": sum(change.changed for change in done),
        "ended": sum(change.ended for change in done),
    }


def writer() -> str:
    """Return the connection that may write reference tables: the owner's, where there is one."""
    return "owner" if "owner" in settings.DATABASES else DEFAULT_DB_ALIAS


def _silent(_said: Text, _done: int, _of: int) -> None:
    return None


def _city_steps(city: CityPack, today: date, alias: str, staff: bool) -> list[tuple[Text, Callable[[], _Change]]]:
    steps: list[tuple[Text, Callable[[], _Change]]] = [
        (Text("区划", "Places"), lambda: _store_places(city.places, today, alias)),
        (Text("单位", "Units"), lambda: _store_bodies(city.bodies, city.units_from, today, alias)),
    ]
    if staff:
        steps += [
            (Text("人员", "Staff"), lambda: _store_people(city.people, city.bodies[0].division, today, alias)),
            (Text("任职", "Posts"), lambda: _store_posts(city.people, city.units_from, alias)),
        ]
    return steps


def _store_library(library: Library, cities: Sequence[CityPack], now: datetime, alias: str) -> _Change:
    files: dict[str, list[dict[str, Any]]] = {}
    for row in library.to_plain():
        files.setdefault(row["pack"], []).append(row)
    hashes: dict[str, str] = {}
    for city in cities:
        rows = [row.to_plain() for row in city.rows]
        facts = {
            name: {"label": fact.label.to_plain(), "values": {value: label.to_plain() for value, label in fact.values.items()}}
            for name, fact in city.facts.items()
        }
        plain = {"rows": rows, "conditions": facts}
        files.setdefault(city.name, []).append(
            {"pack": city.name, "path": Path(city.responsibility.file).name, "kind": "responsibility", "plain": plain}
        )
        if city.boundaries is not None:
            files[city.name].append({"pack": city.name, "path": "boundaries.geojson", "kind": "boundaries", "plain": city.boundaries})
        if city.gazetteer:
            plain_rows = {"rows": [dict(row) for row in city.gazetteer]}
            files[city.name].append({"pack": city.name, "path": "gazetteer.csv", "kind": "gazetteer", "plain": plain_rows})
        hashes[city.name] = city.divisions_hash
    labels = {manifest.name: manifest.version for manifest in library.packs}
    added = changed = 0
    for pack, rows in sorted(files.items()):
        version = _fingerprint([rows, hashes.get(pack, "")])
        fresh, moved = _use_version(pack, version, labels.get(pack, ""), rows, now, alias)
        added, changed = added + fresh, changed + moved
    plain_of = whole_procedures(library.documents)
    known = set(ProcedureVersion.objects.using(alias).values_list("name", "version"))
    new = [
        ProcedureVersion(name=name, version=one.version, plain=plain_of[name], loaded_at=now)
        for name, one in sorted(library.procedures.items())
        if (name, one.version) not in known
    ]
    ProcedureVersion.objects.using(alias).bulk_create(new)
    return _Change(added + len(new), changed)


def _keep_content(pack: str, files: pack_contents.Files, proposal: PackProposal | None, now: datetime, alias: str) -> None:
    """Keep the files a pack in use was read from, and write down when those are others than before."""
    used = PackVersion.objects.using(alias).get(pack=pack, in_use=True)
    content = pack_contents.keep(pack, used.label, files, alias=alias)
    brings = proposal is not None and proposal.pack == pack
    last = PackStep.objects.using(alias).filter(pack=pack, kind__in=pack_models.IN_USE_STEPS).order_by("-id").first()
    if not brings and last is not None and last.content == used.content == content:
        return
    PackVersion.objects.using(alias).filter(id=used.id).update(content=content, proposal=proposal.id if brings and proposal else None)
    kind = pack_models.TOOK_FORCE if brings else pack_models.LOADED
    PackStep.objects.using(alias).create(pack=pack, proposal=proposal if brings else None, content=content, kind=kind, at=now)


def _use_version(pack: str, version: str, label: str, rows: Sequence[Mapping[str, Any]], now: datetime, alias: str) -> tuple[int, int]:
    versions = PackVersion.objects.using(alias).filter(pack=pack)
    if versions.filter(version=version, in_use=True).exists():
        return 0, 0
    versions.filter(in_use=True).update(in_use=False)
    if versions.filter(version=version).update(in_use=True):
        return 0, 1
    PackVersion.objects.using(alias).create(pack=pack, version=version, label=label, loaded_at=now, in_use=True)
    PackFile.objects.using(alias).bulk_create(
        [PackFile(pack=pack, version=version, path=row["path"], kind=row["kind"], plain=row["plain"]) for row in rows]
    )
    return 1 + len(rows), 0


def _store_places(places: Sequence[Place], today: date, alias: str) -> _Change:
    homes: dict[str, str] = {}
    for place in places:
        if place.level in ("city", "district"):
            homes.setdefault(place.home, place.short)
    known_homes = dict(Home.objects.using(alias).values_list("code", "name"))
    Home.objects.using(alias).bulk_create([Home(code=code, name=name) for code, name in homes.items() if code not in known_homes])
    _number_homes(sorted(homes), today.year, alias)
    rows = [
        Division(
            code=place.code, name=place.name, short=place.short, stem=place.stem, name_en=place.name_en, level=place.level,
            kind=place.kind, parent_id=place.parent, home_id=place.home, path=list(place.path), ended=None,
        )
        for place in places
    ]  # fmt: skip
    root = places[0].code
    mine = Division.objects.using(alias).filter(path__contains=[root])
    change = _reconcile(Division, rows, mine, keep=(), alias=alias)
    gone = mine.filter(ended=None).exclude(code__in=[place.code for place in places]).update(ended=today)
    return _Change(change.added, change.changed, gone)


def _number_homes(homes: Sequence[str], year: int, alias: str) -> None:
    numbers = HomeNumber.objects.using(alias)
    have = set(numbers.filter(year=year).values_list("home_id", flat=True))
    taken = set(numbers.filter(year=year).values_list("number", flat=True))
    free = (number for number in range(10_000) if number not in taken)
    numbers.bulk_create([HomeNumber(number=next(free), year=year, home_id=home) for home in homes if home not in have])


def _store_bodies(bodies: Sequence[Body], first_day: date, today: date, alias: str) -> _Change:
    rows = [
        Unit(
            id=body.id, kind=body.kind, level=body.level, name_zh=body.name.zh, name_en=body.name.en, division_id=body.division,
            home_id=body.home, parent_id=body.parent, seal=body.seal, from_date=first_day, to_date=None,
        )
        for body in bodies
    ]  # fmt: skip
    root = bodies[0].division
    mine = Unit.objects.using(alias).filter(division__path__contains=[root])
    change = _reconcile(Unit, rows, mine, keep=("from_date",), alias=alias)
    gone = list(mine.filter(to_date=None).exclude(id__in=[body.id for body in bodies]).values_list("id", flat=True))
    Unit.objects.using(alias).filter(id__in=gone).update(to_date=today)
    _end_appointments(Appointment.objects.using(alias).filter(unit_id__in=gone), today)
    return _Change(change.added, change.changed, len(gone))


def _store_people(people: Sequence[Person], root: str, today: date, alias: str) -> _Change:
    wanted = {person.username: person for person in people}
    accounts = Account.objects.using(alias)
    known = dict(accounts.values_list("username", "id"))
    new = [
        Account(
            id=uuid.uuid5(STAFF_NAMESPACE, person.username),
            username=person.username,
            name=person.name,
            password=UNUSABLE_PASSWORD,
            synthetic=True,
        )
        for person in people
        if person.username not in known
    ]
    _copy(Account, new, alias)
    gone = [
        username
        for username in accounts.filter(synthetic=True, is_active=True, appointments__unit__division__path__contains=[root])
        .values_list("username", flat=True)
        .distinct()
        if username not in wanted
    ]
    if gone:
        _end_appointments(Appointment.objects.using(alias).filter(account__username__in=gone), today)
        accounts.filter(username__in=gone).update(is_active=False)
    return _Change(len(new), 0, len(gone))


def _store_posts(people: Iterable[Person], first_day: date, alias: str) -> _Change:
    """Add posts nobody was ever appointed to by a load; one that an administrator has ended stays ended."""
    known = {
        (str(account), unit, post) for account, unit, post in Appointment.objects.using(alias).values_list("account_id", "unit_id", "post")
    }
    new = []
    for person in people:
        account = uuid.uuid5(STAFF_NAMESPACE, person.username)
        shown = str(account)
        new += [
            Appointment(account_id=account, unit_id=unit, post=post, from_date=first_day)
            for unit, post in person.posts
            if (shown, unit, post) not in known
        ]
    _copy(Appointment, new, alias)
    return _Change(len(new), 0)


def _end_appointments(which: models.QuerySet[Appointment], today: date) -> None:
    which.filter(to_date=None, from_date__lte=today).update(to_date=today)


def _reconcile(
    model: type[models.Model], rows: Sequence[models.Model], mine: models.QuerySet[Any], *, keep: Sequence[str], alias: str
) -> _Change:
    """Insert new rows and update those that differ; ``keep`` names columns an earlier load decided for good."""
    names = [field.attname for field in model._meta.concrete_fields if not field.primary_key and field.attname not in keep]
    key = model._meta.pk.attname
    have = {entry[0]: entry[1:] for entry in mine.values_list(key, *names)}
    new = [row for row in rows if getattr(row, key) not in have]
    changed = [row for row in rows if (before := have.get(getattr(row, key))) and before != tuple(getattr(row, name) for name in names)]
    _copy(model, new, alias)
    fields = [field.name for field in model._meta.concrete_fields if field.attname in names]
    mine.model._default_manager.using(alias).bulk_update(changed, fields, batch_size=500)
    return _Change(len(new), len(changed))


def _copy(model: type[models.Model], rows: Sequence[models.Model], alias: str) -> None:
    """Insert rows with COPY, which is several times faster than INSERT for tens of thousands of them."""
    if not rows:
        return
    connection = connections[alias]
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]

    def quote(name: str | None) -> str:
        return connection.ops.quote_name(name or "")

    columns = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN") as out:
        for row in rows:
            out.write_row([field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields])


def _fingerprint(plain: object) -> str:
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
