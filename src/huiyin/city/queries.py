"""Reads of the reference tables: the library, units, who acts in a post today.

These tables hold no matter and no resident, so reads take no principal; what hangs on a matter is asked of the apps
that own it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from uuid import UUID

from django.db.models import Q

from huiyin import clock
from huiyin.city.models import Absence, Account, Appointment, Division, HomeNumber, PackFile, PackVersion, ProcedureVersion, Unit
from huiyin.core.pack_assembly import completed, from_plain
from huiyin.core.packs import Library
from huiyin.core.procedure import Procedure
from huiyin.core.reader import procedure_from_plain
from huiyin.core.source import PackError
from huiyin.core.values import Principal, Text

# Posts tied to an appointment of one's own: nobody mediates, judges or holds a system key on another's behalf.
OWN_APPOINTMENT = frozenset({"mediator", "judge", "system_admin", "security_admin", "audit_admin", "pack_keeper"})
# A deputy may be away too, and have a deputy; longer chains are somebody's mistake and end with nobody.
LONGEST_CHAIN = 3

# What a post looks at a matter for, where that is not to handle it.
PURPOSE_OF_POST: Mapping[str, str] = {"supervision_officer": "supervise", "audit_admin": "audit"}
MOST_OVERSEERS = 500

# Large tables of a city that have a reader of their own.
NOT_OF_THE_LIBRARY = ("responsibility", "boundaries", "gazetteer")

_lock = Lock()
_outlines: dict[tuple[str, ...], Mapping[str, Sequence[Sequence[tuple[float, float]]]]] = {}
_overseen: dict[tuple[tuple[str, ...], str, str, date], tuple[str, ...]] = {}
_library: tuple[tuple[str, ...], Library] | None = None
_procedures: dict[tuple[str, str, str], Procedure] = {}


class NotLoadedError(LookupError):
    """No packs are in use; ``huiyin load`` brings them in."""


@dataclass(frozen=True, slots=True)
class Acting:
    """A person who acts in a post today.

    Attributes:
        account: account id.
        instead_of: name of the person on leave this one stands in for; None for the holder.
    """

    account: UUID
    username: str
    name: str
    instead_of: str | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A post an account may act in on a day.

    Attributes:
        instead_of: name of the person on leave; None for one's own post.
    """

    unit: str
    unit_name: Text
    unit_kind: str
    post: str
    instead_of: str | None = None


def versions() -> tuple[str, ...]:
    """Return the versions of the packs in use, for caches to hang on."""
    return tuple(
        f"{pack}@{version}" for pack, version in PackVersion.objects.filter(in_use=True).order_by("pack").values_list("pack", "version")
    )


def library() -> Library:
    """Return what the packs in use say together; read again only when a version changed.

    Raises:
        NotLoadedError: nothing was loaded yet.
    """
    global _library
    now = versions()
    if not now:
        raise NotLoadedError("no packs are in use; run: huiyin load")
    held = _library
    if held is None or held[0] != now:
        rows: list[Mapping[str, object]] = []
        for key in now:
            pack, version = key.split("@")
            rows += (
                PackFile.objects.filter(pack=pack, version=version)
                .exclude(kind__in=NOT_OF_THE_LIBRARY)
                .values("pack", "path", "kind", "plain")
            )
        held = (now, from_plain(rows))
        with _lock:
            _library = held
    return held[1]


def procedure(name: str, version: str | None = None) -> Procedure:
    """Return a procedure: the one in use, or the one a matter is pinned to.

    Raises:
        LookupError: there is none of that name and version.
        PackError: it names a clock of the law that the packs in use no longer have.
    """
    if version is None:
        try:
            return library().procedures[name]
        except KeyError:
            raise LookupError(f"no procedure is called {name!r}") from None
    current = library()
    if name in current.procedures and current.procedures[name].version == version:
        return current.procedures[name]
    key = (name, version, current.version)
    if key not in _procedures:
        row = ProcedureVersion.objects.filter(name=name, version=version).first()
        if row is None:
            raise LookupError(f"procedure {name!r} was never loaded in version {version!r}")
        # What a post is called and how long the law gives stand in the packs, not in the procedure's file.
        plain = procedure_from_plain(f"procedures/{name}.yaml", row.plain)
        made, problems = completed(plain, current.posts, current.papers, current.statutory, current.counting)
        if problems:
            raise PackError(problems)
        _procedures[key] = made
    return _procedures[key]


def pack_files(kind: str) -> list[PackFile]:
    """Return the files of one kind of the packs in use."""
    found: list[PackFile] = []
    for key in versions():
        pack, version = key.split("@")
        found += PackFile.objects.filter(pack=pack, version=version, kind=kind).order_by("path")
    return found


def boundaries() -> Mapping[str, Sequence[Sequence[tuple[float, float]]]]:
    """Return code -> rings (longitude, latitude; WGS 84) of the places whose outline the packs know."""
    key = versions()
    if key not in _outlines:
        found = {
            feature["properties"]["code"]: [ring for polygon in feature["geometry"]["coordinates"] for ring in polygon]
            for file in pack_files("boundaries")
            for feature in file.plain["features"]
        }
        with _lock:
            _outlines.clear()
            _outlines[key] = found
    return _outlines[key]


def numbers_of(home: str, year: int) -> list[int]:
    """Return the four digits references of that home and year begin with, in the order they were allotted."""
    return list(HomeNumber.objects.filter(home_id=home, year=year).order_by("id").values_list("number", flat=True))


def home_numbered(year: int, number: int) -> str | None:
    """Return the home whose references of a year begin with ``number``; the year by its last two digits."""
    return HomeNumber.objects.filter(year__endswith=f"{year % 100:02d}", number=number).values_list("home_id", flat=True).first()


def unit(unit_id: str) -> Unit | None:
    """Return a unit, also an ended one."""
    return Unit.objects.filter(id=unit_id).first()


def units_of_kind(kind: str, *, on: date | None = None) -> list[Unit]:
    """Return the units of a kind, in the order of their places; ``on`` a day leaves out those not there then."""
    units = Unit.objects.filter(kind=kind)
    return list((units if on is None else units.filter(on_day(on))).order_by("division_id"))


def unit_for(kind: str, division_code: str, *, level: str | None = None, on: date | None = None) -> Unit | None:
    """Return the unit of that kind responsible for a place: its own, or the nearest one above.

    Args:
        level: only a unit of this level, such as the street's committee instead of the community's.
        on: the day asked about; without it, units that were not ended.
    """
    path = Division.objects.filter(code=division_code).values_list("path", flat=True).first()
    if path is None:
        return None
    near = units_along(path, [kind], on=on).get(kind, [])
    return next((one for one in near if level is None or one.level == level), None)


def units_along(path: Sequence[str], kinds: Iterable[str], *, on: date | None = None) -> dict[str, list[Unit]]:
    """Return, for each kind, the units that stand along a path of places, the nearest to its end first."""
    units = Unit.objects.filter(kind__in=set(kinds), division_id__in=path)
    depth = {code: place for place, code in enumerate(path)}
    found: dict[str, list[Unit]] = {}
    for one in sorted(units.filter(to_date=None) if on is None else units.filter(on_day(on)), key=lambda one: -depth[one.division_id]):
        found.setdefault(one.kind, []).append(one)
    return found


def holds(account: UUID, unit_id: str, post: str, on: date) -> bool:
    """Tell whether an account is appointed to a post of a unit on a day; being on leave does not end that."""
    return Appointment.objects.filter(on_day(on), account_id=account, account__is_active=True, unit_id=unit_id, post=post).exists()


def holders(unit_id: str, post: str, on: date) -> list[Acting]:
    """Return who acts in a post on a day: the holders present, and for those on leave their deputies.

    Empty means nobody: the holders are away without a deputy who may act, or the post is vacant.
    """
    return holders_of([unit_id], [post], on).get((unit_id, post), [])


def holders_of(units: Iterable[str], posts: Iterable[str], on: date) -> dict[tuple[str, str], list[Acting]]:
    """Return who acts on a day in several posts of several units, by unit and post; a post nobody was appointed to is left out."""
    holding: dict[tuple[str, str], list[Appointment]] = {}
    wanted = Appointment.objects.filter(on_day(on), unit_id__in=list(units), post__in=list(posts), account__is_active=True)
    for entry in wanted.select_related("account").order_by("from_date", "account__username"):
        holding.setdefault((entry.unit_id, entry.post), []).append(entry)
    away = _away(on, {entry.account_id for entries in holding.values() for entry in entries})
    return {seat: _acting(seat, entries, on, away) for seat, entries in holding.items()}


def _acting(seat: tuple[str, str], holding: Sequence[Appointment], on: date, away: Mapping[UUID, Absence]) -> list[Acting]:
    found: dict[UUID, Acting] = {}
    for entry in holding:
        if entry.account_id not in away:
            person = entry.account
            found[person.id] = Acting(person.id, person.username, person.name)
    for entry in holding:
        if entry.account_id in away:
            deputy = _deputy(entry.account_id, on, away, *seat)
            if deputy is not None:
                found.setdefault(deputy.account, Acting(deputy.account, deputy.username, deputy.name, entry.account.name))
    return list(found.values())


def _away(on: date, accounts: Iterable[UUID]) -> dict[UUID, Absence]:
    absences = Absence.objects.filter(on_day(on), account_id__in=list(accounts)).select_related("deputy", "account").order_by("id")
    return {absence.account_id: absence for absence in absences}


def _deputy(absent: UUID, on: date, away: Mapping[UUID, Absence], unit_id: str, post: str) -> Acting | None:
    known = dict(away)
    seen = {absent}
    current = absent
    for _ in range(LONGEST_CHAIN):
        deputy = known[current].deputy
        if deputy is None or not deputy.is_active or deputy.id in seen:
            return None
        if deputy.id not in known:
            known.update(_away(on, [deputy.id]))
        if deputy.id not in known:
            if post in OWN_APPOINTMENT and not holds(deputy.id, unit_id, post, on):
                return None
            return Acting(deputy.id, deputy.username, deputy.name)
        seen.add(deputy.id)
        current = deputy.id
    return None


def account_name(account: str) -> str:
    """Return the name of the person with that account id, or an empty text."""
    try:
        return Account.objects.filter(id=UUID(account)).values_list("name", flat=True).first() or ""
    except ValueError:
        return ""


def overseen_by(unit_id: str, post: str, on: date) -> tuple[str, ...]:
    """Return the units a post of a unit oversees on a day: those within its unit's place, itself left out.

    The packs say so, and nothing follows from less: a procedure with ``oversees`` gives the posts that alone may open it sight of
    the bodies it is served on. Who sends a proposal or starts a penalty oversees nobody for that.
    """
    current = library()
    kinds = {
        kind
        for one in current.procedures.values()
        if one.oversees is not None and any(one.posts[name].post == post for name in one.opening_by)
        for kind in one.units[one.oversees].kinds
    }
    if not kinds:
        return ()
    held = _library
    key = (() if held is None else held[0], unit_id, post, on)
    if key not in _overseen:
        place = Unit.objects.filter(id=unit_id).values_list("division_id", flat=True).first()
        inside = Unit.objects.filter(on_day(on), kind__in=kinds, division__path__contains=[place]).exclude(id=unit_id)
        with _lock:
            if len(_overseen) >= MOST_OVERSEERS:
                _overseen.clear()
            _overseen[key] = () if place is None else tuple(inside.order_by("id").values_list("id", flat=True))
    return _overseen[key]


def today() -> date:
    """Return the city's date."""
    return clock.now().astimezone(library().zone).date()


def staff_principal(account: UUID, unit_id: str, post: str, on: date) -> Principal | None:
    """Return a member of staff acting in a post, with what that post oversees; None when it is not theirs on that day."""
    if not any((held.unit, held.post) == (unit_id, post) for held in appointments_of(account, on)):
        return None
    return principal_in_post(account, unit_id, post, on)


def principal_in_post(account: UUID, unit_id: str, post: str, on: date) -> Principal:
    """Return the principal of somebody known to act in a post on a day."""
    return Principal(
        kind="staff",
        id=str(account),
        unit=unit_id,
        post=post,
        purpose=PURPOSE_OF_POST.get(post, "handle"),
        supervises=overseen_by(unit_id, post, on),
    )


def appointments_of(account: UUID | str, on: date) -> list[Held]:
    """Return the posts an account may act in on a day: its own, and those of people on leave it stands in for.

    Somebody on leave may act in none.
    """
    if Absence.objects.filter(on_day(on), account_id=account).exists():
        return []
    entries = Appointment.objects.filter(on_day(on), account__is_active=True).select_related("account", "unit").order_by("unit_id", "post")
    own = [Held(entry.unit_id, entry.unit.title, entry.unit.kind, entry.post) for entry in entries.filter(account_id=account)]
    have = {(held.unit, held.post) for held in own}
    for entry in entries.filter(account_id__in=_stood_in_for(account, on)):
        acting = holders(entry.unit_id, entry.post, on) if (entry.unit_id, entry.post) not in have else []
        if any(str(person.account) == str(account) for person in acting):
            own.append(Held(entry.unit_id, entry.unit.title, entry.unit.kind, entry.post, entry.account.name))
            have.add((entry.unit_id, entry.post))
    return own


def _stood_in_for(account: UUID | str, on: date) -> set[UUID]:
    found: set[UUID] = set()
    deputies = {UUID(str(account))}
    for _ in range(LONGEST_CHAIN):
        absent = set(Absence.objects.filter(on_day(on), deputy_id__in=deputies).values_list("account_id", flat=True)) - found
        if not absent:
            break
        found |= absent
        deputies = absent
    return found


def on_day(day: date) -> Q:
    """Return the condition that a dated row holds on a day, its last day included."""
    return Q(from_date__lte=day) & (Q(to_date=None) | Q(to_date__gte=day))
