"""The responsibility list: dated rows, kept as they were when decisions were taken on them; and what its keepers work with.

The rows themselves are a reference table. What units say of their rows, what decisions taught, drafts, and the daily sample are
written in the office; a matter appears there only by its number.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from huiyin.city.models import Account, Unit

OPEN, TAKEN, DECLINED = "open", "taken", "declined"
BEATS = ("law", "agreement", "order", "return", "sample")
CONFIRMED, OBJECTED = "confirmed", "objected"
RIGHT, WRONG = "right", "wrong"
# Why a matter went to the wrong unit; every act that sends one on names one of these.
WRONG_CAUSES = ("topic_wrong", "place_wrong", "list_wrong", "unit_gone", "facts_missing", "other")


class ResponsibilityRule(models.Model):
    """One row of a pack's responsibility list.

    Attributes:
        row: the row's id in the pack.
        version: hash of its content. A changed row is a new record; the old one stays for decisions that name it.
        position: its place in the file, for showing the list as it was written.
        from_date: first day it decides.
        to_date: last day it decides.
        ended: day a load no longer found it; from then on it decides nothing.
    """

    id = models.BigAutoField(primary_key=True)
    pack = models.CharField(max_length=60)
    row = models.CharField(max_length=80)
    version = models.CharField(max_length=12)
    position = models.IntegerField()
    topic = models.CharField(max_length=80)
    place = models.CharField(max_length=12)
    from_date = models.DateField()
    to_date = models.DateField(null=True)
    plain = models.JSONField()
    ended = models.DateField(null=True)

    class Meta:
        indexes = (models.Index(fields=["topic", "from_date"], name="routing_rule_topic"),)
        constraints = (
            models.UniqueConstraint(fields=["pack", "row", "version"], name="routing_rule_one_content"),
            models.UniqueConstraint(fields=["pack", "row"], condition=Q(ended=None), name="routing_rule_one_in_force"),
            models.CheckConstraint(condition=Q(to_date=None) | Q(to_date__gte=F("from_date")), name="routing_rule_order"),
        )

    def __str__(self) -> str:
        return f"{self.row}@{self.version}"


class RowVoice(models.Model):
    """What a unit says of a row that names it as the lead. Never changed; the last word of a unit on a row's content counts.

    Attributes:
        version: the row's content it was said of: a changed row is to be confirmed anew.
        reason: why the unit objects; empty where it confirms.
    """

    id = models.BigAutoField(primary_key=True)
    pack = models.CharField(max_length=60)
    row = models.CharField(max_length=80)
    version = models.CharField(max_length=12)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="row_voices")
    said = models.CharField(max_length=10)
    reason = models.TextField(default="")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="row_voices")
    post = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["pack", "row", "version"], name="routing_rowvoice_row"),)
        constraints = (
            models.CheckConstraint(condition=Q(said__in=(CONFIRMED, OBJECTED)), name="routing_rowvoice_said"),
            models.CheckConstraint(condition=~Q(said=OBJECTED) | ~Q(reason=""), name="routing_rowvoice_reason"),
        )

    def __str__(self) -> str:
        return f"{self.unit_id} {self.said} {self.row}@{self.version}"


class RowProposal(models.Model):
    """What one decision taught: that matters of this topic at this place are this kind of unit's.

    Attributes:
        division: code of the matter's place; empty when none was known.
        beat: how it was decided, or what showed the list wrong: see `BEATS`.
        decided_by: account or unit that decided.
        answer: why it was declined, or which row was made of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=80)
    division = models.CharField(max_length=12, default="")
    lead_kind = models.CharField(max_length=40)
    helpers = models.JSONField(default=list)
    beat = models.CharField(max_length=10)
    reason = models.TextField(default="")
    decided_by = models.CharField(max_length=80, default="")
    matter_home = models.CharField(max_length=6)
    matter = models.UUIDField()
    at = models.DateTimeField()
    state = models.CharField(max_length=10, default=OPEN)
    answer = models.TextField(default="")
    answered_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="row_proposals_answered")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["topic", "lead_kind"], condition=Q(state=OPEN), name="routing_rowproposal_open"),)
        constraints = (
            models.UniqueConstraint(fields=["matter_home", "matter", "beat", "lead_kind", "at"], name="routing_rowproposal_once"),
            models.CheckConstraint(condition=Q(beat__in=BEATS), name="routing_rowproposal_beat"),
            models.CheckConstraint(condition=Q(state__in=(OPEN, TAKEN, DECLINED)), name="routing_rowproposal_state"),
            models.CheckConstraint(
                condition=Q(state=OPEN) | ~Q(answered_by=None) & ~Q(answered_at=None), name="routing_rowproposal_answered"
            ),
            models.CheckConstraint(condition=~Q(state=DECLINED) | ~Q(answer=""), name="routing_rowproposal_declined_with_reason"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.division} {self.lead_kind}"


class ListDraft(models.Model):
    """Changes somebody who keeps the list is working on; one for each keeper and pack.

    Attributes:
        changes: row id -> {"plain": the row as it is to be, "was": version of the row it takes the place of, empty for a new one}.
        trial: what the last try of it on past matters found, with the draft's ``changed_at`` it was tried at.
    """

    id = models.BigAutoField(primary_key=True)
    keeper = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="list_drafts")
    pack = models.CharField(max_length=60)
    changes = models.JSONField(default=dict)
    changed_at = models.DateTimeField()
    trial = models.JSONField(default=dict)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["keeper", "pack"], name="routing_listdraft_one_each"),)

    def __str__(self) -> str:
        return f"{self.pack} {self.keeper_id}"


class DirectDispatch(models.Model):
    """A matter that went to its unit by a row alone, without a dispatcher's key.

    Attributes:
        version: of the row's content it was sent by.
        day: the city's date it was sent on.
    """

    id = models.BigAutoField(primary_key=True)
    home = models.CharField(max_length=6)
    matter = models.UUIDField()
    at = models.DateTimeField()
    day = models.DateField()
    topic = models.CharField(max_length=80)
    division = models.CharField(max_length=12, default="")
    row = models.CharField(max_length=80)
    version = models.CharField(max_length=12)
    unit = models.CharField(max_length=80)

    class Meta:
        indexes = (models.Index(fields=["day"], name="routing_direct_day"),)
        constraints = (models.UniqueConstraint(fields=["home", "matter", "at"], name="routing_direct_once"),)

    def __str__(self) -> str:
        return f"{self.matter} {self.row}@{self.version}"


class DispatchCheck(models.Model):
    """What a checker found of one matter of a day's sample. Never changed.

    Attributes:
        seed: what the day's sample was drawn with.
        cause: why it went wrong: see `WRONG_CAUSES`.
        should: kind of unit it should have gone to.
    """

    id = models.BigAutoField(primary_key=True)
    dispatch = models.OneToOneField(DirectDispatch, on_delete=models.PROTECT, related_name="check_made")
    seed = models.CharField(max_length=40)
    found = models.CharField(max_length=10)
    cause = models.CharField(max_length=20, default="")
    should = models.CharField(max_length=40, default="")
    reason = models.TextField(default="")
    by = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="dispatch_checks")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(found__in=(RIGHT, WRONG)), name="routing_dispatchcheck_found"),
            models.CheckConstraint(
                condition=~Q(found=WRONG) | Q(cause__in=WRONG_CAUSES) & ~Q(reason=""), name="routing_dispatchcheck_cause"
            ),
        )

    def __str__(self) -> str:
        return f"{self.dispatch_id} {self.found}"
