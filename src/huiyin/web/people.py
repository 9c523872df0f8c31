"""Who is asking: the principal behind a request of a page or of the API.

Staff sign in with an account and choose one of their posts; a party opens one matter with its reference and code, and the
browser session remembers that for a while. Everyone else is anonymous. Nothing here decides what a principal may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest

from huiyin import clock
from huiyin.city import queries as city
from huiyin.city.models import Account
from huiyin.core.values import ANONYMOUS, Principal, Text

POST_KEY = "post"
MATTERS_KEY = "matters"
# A telephone lent to a neighbour or a computer in a library forgets the matter after this long without a look.
PARTY_LASTS = timedelta(hours=2)
MOST_MATTERS = 20


@dataclass(frozen=True, slots=True)
class Seat:
    """A post one person may act in today: their own, or that of somebody they stand in for.

    Attributes:
        stands_in_for: name of the absent person, when the post is not the person's own.
    """

    unit: str
    unit_name: Text
    unit_kind: str
    post: str
    post_name: Text
    stands_in_for: str = ""

    @property
    def id(self) -> str:
        """Unit and post in one word."""
        return f"{self.unit}/{self.post}"


def seats_of(account: Account) -> tuple[Seat, ...]:
    """Return the posts ``account`` may act in today, own ones first; none while the person is on leave."""
    library = city.library()
    today = clock.now().astimezone(library.zone).date()
    return tuple(
        Seat(
            unit=held.unit,
            unit_name=held.unit_name,
            unit_kind=held.unit_kind,
            post=held.post,
            post_name=library.post_label(held.post),
            stands_in_for=held.instead_of or "",
        )
        for held in city.appointments_of(account.pk, today)
    )


def principal_in(account: Account, seat: Seat) -> Principal:
    """Return the principal of a person acting in one post."""
    return city.principal_in_post(account.pk, seat.unit, seat.post, city.today())


def seat_of(request: HttpRequest) -> Seat | None:
    """Return the post chosen in this session, when it is still held today."""
    if not hasattr(request, "huiyin_seat"):
        request.huiyin_seat = _seat(request)  # type: ignore[attr-defined]
    return request.huiyin_seat  # type: ignore[attr-defined, no-any-return]


def _seat(request: HttpRequest) -> Seat | None:
    account = request.user
    chosen = request.session.get(POST_KEY)
    if not isinstance(account, Account) or not account.is_active or chosen is None:
        return None
    seats = seats_of(account)
    request.huiyin_other_posts = len(seats) > 1  # type: ignore[attr-defined]
    return next((seat for seat in seats if seat.id == chosen), None)


def has_other_posts(request: HttpRequest) -> bool:
    """Tell whether the person in the post chosen could act in another."""
    return seat_of(request) is not None and bool(request.huiyin_other_posts)  # type: ignore[attr-defined]


def staff_of(request: HttpRequest) -> Principal | None:
    """Return the member of staff who asks, in the post chosen, or None."""
    seat = seat_of(request)
    if seat is None or not isinstance(request.user, Account):
        return None
    return principal_in(request.user, seat)


@dataclass(frozen=True, slots=True)
class Followed:
    """A matter this session opened with reference and code."""

    home: str
    matter: UUID
    reference: str
    principal: Principal


def remember_party(request: HttpRequest, *, reference: str, principal: Principal) -> None:
    """Let this session follow the one matter ``principal`` may see."""
    kept = dict(request.session.get(MATTERS_KEY, {}))
    kept[reference] = {
        "matter": principal.matter,
        "party": principal.id,
        "seen": clock.now().timestamp(),
    }
    newest = sorted(kept.items(), key=lambda entry: entry[1]["seen"])[-MOST_MATTERS:]
    request.session[MATTERS_KEY] = dict(newest)


def party_of(request: HttpRequest, reference: str) -> Followed | None:
    """Return the matter of that reference as this session may follow it, or None."""
    entry = request.session.get(MATTERS_KEY, {}).get(reference)
    now = clock.now().timestamp()
    if entry is None or now - entry["seen"] > PARTY_LASTS.total_seconds():
        return None
    # The session is written once a minute at most, not on every look.
    if now - entry["seen"] > 60:
        entry["seen"] = now
        request.session.modified = True
    return _followed(reference, entry)


def forget_party(request: HttpRequest, reference: str) -> None:
    """Let this session follow that matter no longer."""
    kept = dict(request.session.get(MATTERS_KEY, {}))
    kept.pop(reference, None)
    request.session[MATTERS_KEY] = kept


def followed_once(reference: str, principal: Principal) -> Followed:
    """Return a matter just opened with reference and code, for this one answer."""
    return _followed(reference, {"matter": principal.matter, "party": principal.id})


def _followed(reference: str, entry: Mapping[str, Any]) -> Followed:
    home, _, matter = str(entry["matter"]).partition("/")
    principal = Principal(kind="party", id=str(entry["party"]), purpose="own", matter=f"{home}/{matter}")
    return Followed(home, UUID(matter), reference, principal)


def principal_of(request: HttpRequest, reference: str | None = None) -> Principal:
    """Return who asks: staff in a chosen post, else the party of ``reference`` (or of the matter last looked at)."""
    staff = staff_of(request)
    if staff is not None:
        return staff
    kept = request.session.get(MATTERS_KEY, {})
    if reference is None and kept:
        reference = max(kept, key=lambda name: kept[name]["seen"])
    followed = None if reference is None else party_of(request, reference)
    return ANONYMOUS if followed is None else followed.principal
