"""Writes of the reference tables: who holds which post, who is away, who may sign in."""

from __future__ import annotations

from datetime import date
from typing import Literal, get_args
from uuid import UUID

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.db.models import Q

from huiyin import clock
from huiyin.city import queries
from huiyin.city.loading import writer
from huiyin.city.models import Absence, Account, Appointment, Home, HomeNumber, Unit
from huiyin.core.values import Principal, Refusal, Text

ReasonKind = Literal["leave", "sick", "training", "away_on_duty", "recused", "other"]
REFERENCE_NUMBERS = 10_000
SYSTEM_OFFICE = "system_office"


def first_administrator(*, username: str, password: str, name: str = "", on: date | None = None) -> Account | Refusal:
    """Make the first account of an installation: it appoints everybody else.

    Refused once any account exists that can sign in. Writes as the owner: there is nobody yet who could be asked.
    """
    with transaction.atomic(using=writer()):
        accounts = Account.objects.using(writer())
        if accounts.exclude(password__startswith=UNUSABLE_PASSWORD_PREFIX).exists():
            return Refusal("not_first", Text("已经有能登录的账号。", "There already is an account that can sign in."))
        if accounts.filter(username=username).exists():
            return _taken(username)
        office = Unit.objects.using(writer()).filter(kind=SYSTEM_OFFICE, to_date=None).order_by("id").first()
        if office is None:
            return Refusal("no_city", Text("还没有装入城市包，请先执行load。", "No city is loaded; run load first."))
        account = Account(username=username, name=name or username)
        account.set_password(password)
        account.save(using=writer(), force_insert=True)
        today = on or clock.now().astimezone(queries.library().zone).date()
        Appointment.objects.using(writer()).create(account=account, unit=office, post="system_admin", from_date=today)
    return account


def make_staff(*, principal: Principal, username: str, name: str, password: str | None = None) -> Account | Refusal:
    """Make an account for a member of staff; without a password it cannot sign in yet."""
    refusal = _administrators_only(principal)
    if refusal is not None:
        return refusal
    if not username.strip() or not name.strip():
        return Refusal(
            "empty", Text("请填写用户名和姓名。", "Give a username and a name."), field="username" if not username.strip() else "name"
        )
    if Account.objects.filter(username=username).exists():
        return _taken(username)
    account = Account(username=username, name=name)
    account.set_password(password)
    account.save(force_insert=True)
    return account


def appoint(
    *, principal: Principal, account: UUID, unit: str, post: str, from_date: date, to_date: date | None = None
) -> Appointment | Refusal:
    """Appoint somebody to a post of a unit."""
    refusal = _administrators_only(principal)
    if refusal is not None:
        return refusal
    person = Account.objects.filter(id=account, is_active=True).first()
    body = queries.unit(unit)
    if person is None:
        return Refusal("no_account", Text("没有这个账号，或已停用。", "There is no such account, or it is closed."), field="account")
    if body is None or (body.to_date is not None and body.to_date < from_date):
        return Refusal("no_unit", Text("没有这个单位，或已撤销。", "There is no such unit, or it has ended."), field="unit")
    refusal = _post_refusal(person, body, post, from_date, to_date)
    if refusal is not None:
        return refusal
    with transaction.atomic():
        return Appointment.objects.create(account=person, unit=body, post=post, from_date=from_date, to_date=to_date)


def end_appointment(*, principal: Principal, appointment: int, on: date) -> Appointment | Refusal:
    """End an appointment; ``on`` is its last day."""
    refusal = _administrators_only(principal)
    if refusal is not None:
        return refusal
    with transaction.atomic():
        entry = Appointment.objects.filter(id=appointment).first()
        if entry is None:
            return Refusal("no_appointment", Text("没有这项任职。", "There is no such appointment."), field="appointment")
        if on < entry.from_date:
            return Refusal("order", Text("结束日不能早于开始日。", "It cannot end before it began."), field="on")
        ended = Appointment.objects.filter(id=appointment, to_date=None).update(to_date=on)
        if not ended:
            return Refusal("already_ended", Text("这项任职已经结束。", "This appointment has already ended."))
        entry.to_date = on
    return entry


def record_absence(
    *,
    principal: Principal,
    account: UUID,
    from_date: date,
    to_date: date | None = None,
    deputy: UUID | None = None,
    reason_kind: ReasonKind = "leave",
) -> Absence | Refusal:
    """Record that somebody is away; the deputy acts meanwhile, and matters show the deputy as who has them.

    Staff record their own; the head of a unit and an administrator record that of others. The deputy is somebody who
    holds a post in a unit of the person on leave.
    """
    if not _may_record_absence(principal, account, from_date):
        return Refusal(
            "not_allowed",
            Text("只能登记本人的，或由单位负责人、管理员登记。", "Only one's own, or by the unit's head or an administrator."),
        )
    refusal = _absence_refusal(account, from_date, to_date, deputy, reason_kind)
    if refusal is not None:
        return refusal
    with transaction.atomic():
        return Absence.objects.create(account_id=account, from_date=from_date, to_date=to_date, deputy_id=deputy, reason_kind=reason_kind)


def end_absence(*, principal: Principal, absence: int, on: date) -> Absence | Refusal:
    """Record that somebody is back; ``on`` is the last day away."""
    entry = Absence.objects.filter(id=absence).first()
    if entry is None:
        return Refusal("no_absence", Text("没有这条记录。", "There is no such record."), field="absence")
    if not _may_record_absence(principal, entry.account_id, on):
        return Refusal(
            "not_allowed", Text("只能由本人、单位负责人或管理员登记。", "Only by that person, the unit's head or an administrator.")
        )
    if on < entry.from_date:
        return Refusal("order", Text("结束日不能早于开始日。", "It cannot end before it began."), field="on")
    with transaction.atomic():
        Absence.objects.filter(id=absence).update(to_date=on)
    entry.to_date = on
    return entry


def set_password(*, principal: Principal, account: UUID, password: str) -> Refusal | None:
    """Give an account a password: one's own, or another's by an administrator."""
    own = principal.kind == "staff" and principal.id == str(account)
    refusal = None if own else _administrators_only(principal)
    if refusal is not None:
        return refusal
    person = Account.objects.filter(id=account).first()
    if person is None:
        return Refusal("no_account", Text("没有这个账号。", "There is no such account."), field="account")
    person.set_password(password)
    person.save(update_fields=["password"])
    return None


def number_for(*, home: str, year: int) -> int:
    """Allot a home one more number to begin its references of a year with, and return it.

    Raises:
        LookupError: there is no such home.
        OverflowError: all ten thousand numbers of the year are given.
    """
    if not Home.objects.filter(code=home).exists():
        raise LookupError(f"there is no home {home!r}")
    while True:
        taken = set(HomeNumber.objects.filter(year=year).values_list("number", flat=True))
        free = next((number for number in range(REFERENCE_NUMBERS) if number not in taken), None)
        if free is None:
            raise OverflowError(f"all reference numbers of {year} are given; start a second installation")
        # Two processes may choose the same number: the one that comes second inserts nothing and chooses again.
        HomeNumber.objects.bulk_create([HomeNumber(number=free, year=year, home_id=home)], ignore_conflicts=True)
        if HomeNumber.objects.filter(number=free, year=year, home_id=home).exists():
            return free


def _administrators_only(principal: Principal) -> Refusal | None:
    if principal.kind == "system" or (principal.kind == "staff" and principal.post == "system_admin"):
        return None
    return Refusal("not_allowed", Text("只有系统管理员可以办。", "Only a system administrator may do this."))


def _taken(username: str) -> Refusal:
    return Refusal("taken", Text("用户名{name}已被使用。", "The username {name} is taken.").fill(name=username), field="username")


def _post_refusal(person: Account, body: Unit, post: str, from_date: date, to_date: date | None) -> Refusal | None:
    library = queries.library()
    kind = library.unit_kinds.get(body.kind)
    if kind is None or post not in kind.posts:
        return Refusal(
            "no_post",
            Text("{unit}没有“{post}”这个岗位。", "{unit} has no post {post}.").fill(unit=body.name_zh, post=post),
            field="post",
        )
    if to_date is not None and to_date < from_date:
        return Refusal("order", Text("结束日不能早于开始日。", "It cannot end before it begins."), field="to_date")
    overlapping = Appointment.objects.filter(Q(to_date=None) | Q(to_date__gte=from_date), account=person)
    if to_date is not None:
        overlapping = overlapping.filter(from_date__lte=to_date)
    if overlapping.filter(unit=body, post=post).exists():
        return Refusal("already_held", Text("此人已在这个岗位上。", "This person already holds the post."))
    held = set(overlapping.values_list("post", flat=True))
    keys = {name for name, known in library.posts.items() if known.staff_only}
    if (post in keys and held) or held & keys:
        return Refusal(
            "keys_apart",
            Text(
                "系统、安全、审计管理员各由一人专任，不办其他事。", "System, security and audit administrators hold that post and no other."
            ),
            field="post",
        )
    return None


def _may_record_absence(principal: Principal, account: UUID, on: date) -> bool:
    if principal.kind == "system":
        return True
    if principal.kind != "staff":
        return False
    if principal.id == str(account) or principal.post == "system_admin":
        return True
    return principal.post == "head" and any(held.unit_id == principal.unit for held in _posts(account, on))


def _absence_refusal(account: UUID, from_date: date, to_date: date | None, deputy: UUID | None, reason_kind: str) -> Refusal | None:
    if reason_kind not in get_args(ReasonKind):
        return Refusal("bad_reason", Text("没有这种原因。", "There is no such reason."), field="reason_kind")
    if to_date is not None and to_date < from_date:
        return Refusal("order", Text("结束日不能早于开始日。", "It cannot end before it begins."), field="to_date")
    if not Account.objects.filter(id=account).exists():
        return Refusal("no_account", Text("没有这个账号。", "There is no such account."), field="account")
    other = Absence.objects.filter(Q(to_date=None) | Q(to_date__gte=from_date), account_id=account)
    if (other if to_date is None else other.filter(from_date__lte=to_date)).exists():
        return Refusal("overlap", Text("这段时间已经登记过。", "These days are already recorded."), field="from_date")
    if deputy is None:
        return None
    if deputy == account:
        return Refusal("own_deputy", Text("不能由本人代理。", "Nobody is their own deputy."), field="deputy")
    units = {held.unit_id for held in _posts(account, from_date)}
    if not units & {held.unit_id for held in _posts(deputy, from_date)}:
        return Refusal(
            "not_a_colleague", Text("代理人应当是同单位在岗的人。", "The deputy must hold a post in the same unit."), field="deputy"
        )
    return None


def _posts(account: UUID, on: date) -> list[Appointment]:
    return list(
        Appointment.objects.filter(Q(to_date=None) | Q(to_date__gte=on), account_id=account, account__is_active=True, from_date__lte=on)
    )
