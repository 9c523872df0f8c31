"""Places, units, people in posts, and the packs a city runs on.

These are reference tables: small, read by every home, replicated on a cluster, without row security. What a person may
*do* with them is decided by `core.rights`; the database role of the application may write only what a web process has
to (see the migration's grants).
"""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from huiyin.city.fields import OrderedJson
from huiyin.core.values import Text


class PackVersion(models.Model):
    """What one pack says, named by the hash of what was read; one of them is in use.

    Attributes:
        content: the files it was last read from (`PackContent`); empty when it was not read from a folder.
        proposal: the proposal that brought it into force; empty when it was loaded from a folder.
    """

    id = models.BigAutoField(primary_key=True)
    pack = models.CharField(max_length=60)
    version = models.CharField(max_length=64)
    label = models.CharField(max_length=40, default="")
    loaded_at = models.DateTimeField()
    in_use = models.BooleanField(default=True)
    content = models.CharField(max_length=64, default="")
    proposal = models.UUIDField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["pack", "version"], name="city_packversion_one_content"),
            models.UniqueConstraint(fields=["pack"], condition=Q(in_use=True), name="city_packversion_one_in_use"),
        )

    def __str__(self) -> str:
        return f"{self.pack}@{self.version}"


class PackFile(models.Model):
    """One file of a pack as plain JSON, kept for every version that was ever in use."""

    id = models.BigAutoField(primary_key=True)
    pack = models.CharField(max_length=60)
    version = models.CharField(max_length=64)
    path = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    plain = OrderedJson()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["pack", "version", "path"], name="city_packfile_one_path"),)

    def __str__(self) -> str:
        return f"{self.pack}/{self.path}@{self.version}"


class ProcedureVersion(models.Model):
    """A procedure as it was when matters were opened under it. Never deleted: matters are pinned to it."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(max_length=80)
    version = models.CharField(max_length=64)
    plain = OrderedJson()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name", "version"], name="city_procedureversion_one"),)

    def __str__(self) -> str:
        return f"{self.name}@{self.version}"


class Home(models.Model):
    """Where matters are born: a county, or the city itself for matters of city bureaus (six-digit GB/T 2260 code)."""

    code = models.CharField(max_length=6, primary_key=True)
    name = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class HomeNumber(models.Model):
    """Four digits that, after those of the year, begin references given in one home; a home that runs out gets more."""

    id = models.BigAutoField(primary_key=True)
    number = models.IntegerField()
    year = models.IntegerField()
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="numbers")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["year", "number"], name="city_homenumber_one_home"),
            models.CheckConstraint(condition=Q(number__gte=0, number__lte=9999), name="city_homenumber_four_digits"),
        )

    def __str__(self) -> str:
        return f"{self.number:04d}"


class Division(models.Model):
    """A place of the division tree: city, district, street or community.

    Attributes:
        name: the name as the source lists it.
        short: what people say; differs where the list names the body and not the place.
        stem: the short name without the word for its level, for finding; empty when too little is left.
        path: codes from the city down to this place, itself included.
        ended: day the place left the tree; matters may still stand there.
    """

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=80)
    short = models.CharField(max_length=80)
    stem = models.CharField(max_length=80, default="", blank=True)
    name_en = models.CharField(max_length=80, default="", blank=True)
    level = models.CharField(max_length=10)
    kind = models.CharField(max_length=10, default="", blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="divisions")
    path = ArrayField(models.CharField(max_length=12))
    ended = models.DateField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["short"], name="city_division_short"),
            models.Index(fields=["stem"], name="city_division_stem"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(level__in=["city", "district", "street", "community"]), name="city_division_level"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.short}"

    @property
    def title(self) -> Text:
        """The place's name in both languages; where no English name is kept the Chinese one stands."""
        return Text(self.short, self.name_en or self.short)


class Unit(models.Model):
    """A body that can hold a matter. Ended, never deleted.

    Attributes:
        id: kind and division code, such as ``workroom.210102001001``; readable in logs and stable over reloads.
    """

    id = models.CharField(max_length=80, primary_key=True)
    kind = models.CharField(max_length=40)
    level = models.CharField(max_length=10)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="units")
    home = models.ForeignKey(Home, on_delete=models.PROTECT, related_name="units")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="parts")
    seal = models.BooleanField(default=False)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["kind", "division"], name="city_unit_kind_division"),)

    def __str__(self) -> str:
        return self.name_zh

    @property
    def title(self) -> Text:
        """The unit's name in both languages."""
        return Text(self.name_zh, self.name_en)


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by username, as Django's sign-in expects."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the account with that username."""
        return self.get(username=username)


class Account(AbstractBaseUser):
    """A person who works for the city and can sign in.

    Attributes:
        synthetic: made by a pack for demonstration; such accounts cannot sign in until a password is given to them.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=80)
    language = models.CharField(max_length=2, default="zh", choices=[("zh", "中文"), ("en", "English")])
    is_active = models.BooleanField(default=True)
    synthetic = models.BooleanField(default=False)
    # How this person set up their own desk: saved filters, keys. Nothing about anybody else.
    settings = models.JSONField(default=dict)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.username


class Appointment(models.Model):
    """A person holds a post in a unit, from a day and, when it is over, to a day (inclusive)."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    post = models.CharField(max_length=40)
    from_date = models.DateField()
    to_date = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["unit", "post"], name="city_appointment_post"),)
        constraints = (
            models.UniqueConstraint(fields=["account", "unit", "post"], condition=Q(to_date=None), name="city_appointment_one_open"),
            models.CheckConstraint(condition=Q(to_date=None) | Q(to_date__gte=F("from_date")), name="city_appointment_order"),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.post} {self.unit_id}"


class Absence(models.Model):
    """A person is away from a day to a day (inclusive, open while unknown); the deputy acts meanwhile."""

    id = models.BigAutoField(primary_key=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="absences")
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    deputy = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="stands_in")
    reason_kind = models.CharField(max_length=20)

    class Meta:
        indexes = (models.Index(fields=["account", "from_date"], name="city_absence_account"),)
        constraints = (
            models.CheckConstraint(condition=Q(to_date=None) | Q(to_date__gte=F("from_date")), name="city_absence_order"),
            models.CheckConstraint(condition=Q(deputy=None) | ~Q(deputy=F("account")), name="city_absence_deputy_is_another"),
            models.CheckConstraint(
                condition=Q(reason_kind__in=["leave", "sick", "training", "away_on_duty", "recused", "other"]),
                name="city_absence_reason_kind",
            ),
        )

    def __str__(self) -> str:
        return f"{self.account_id} {self.from_date}"
