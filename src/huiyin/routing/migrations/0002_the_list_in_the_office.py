import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.city.roles import for_this_role

# What was said of a row, and what a check found, is never changed; what decisions taught is answered once; a draft is its keeper's.
GRANTS = """
REVOKE ALL ON routing_rowvoice, routing_rowproposal, routing_listdraft, routing_directdispatch, routing_dispatchcheck FROM huiyin_app;
GRANT SELECT, INSERT ON routing_rowvoice, routing_rowproposal, routing_listdraft, routing_directdispatch, routing_dispatchcheck TO huiyin_app;
GRANT UPDATE (state, answer, answered_by_id, answered_at) ON routing_rowproposal TO huiyin_app;
GRANT UPDATE (changes, changed_at, trial), DELETE ON routing_listdraft TO huiyin_app;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0002_packs"),
        ("routing", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DirectDispatch",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("home", models.CharField(max_length=6)),
                ("matter", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("day", models.DateField()),
                ("topic", models.CharField(max_length=80)),
                ("division", models.CharField(default="", max_length=12)),
                ("row", models.CharField(max_length=80)),
                ("version", models.CharField(max_length=12)),
                ("unit", models.CharField(max_length=80)),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="routing_direct_day")],
                "constraints": [models.UniqueConstraint(fields=("home", "matter", "at"), name="routing_direct_once")],
            },
        ),
        migrations.CreateModel(
            name="DispatchCheck",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("seed", models.CharField(max_length=40)),
                ("found", models.CharField(max_length=10)),
                ("cause", models.CharField(default="", max_length=20)),
                ("should", models.CharField(default="", max_length=40)),
                ("reason", models.TextField(default="")),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="dispatch_checks", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "dispatch",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="check_made", to="routing.directdispatch"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("found__in", ("right", "wrong"))), name="routing_dispatchcheck_found"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("found", "wrong"), _negated=True),
                            models.Q(
                                ("cause__in", ("topic_wrong", "place_wrong", "list_wrong", "unit_gone", "facts_missing", "other")),
                                models.Q(("reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="routing_dispatchcheck_cause",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ListDraft",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pack", models.CharField(max_length=60)),
                ("changes", models.JSONField(default=dict)),
                ("changed_at", models.DateTimeField()),
                ("trial", models.JSONField(default=dict)),
                (
                    "keeper",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="list_drafts", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("keeper", "pack"), name="routing_listdraft_one_each")],
            },
        ),
        migrations.CreateModel(
            name="RowProposal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("topic", models.CharField(max_length=80)),
                ("division", models.CharField(default="", max_length=12)),
                ("lead_kind", models.CharField(max_length=40)),
                ("helpers", models.JSONField(default=list)),
                ("beat", models.CharField(max_length=10)),
                ("reason", models.TextField(default="")),
                ("decided_by", models.CharField(default="", max_length=80)),
                ("matter_home", models.CharField(max_length=6)),
                ("matter", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("state", models.CharField(default="open", max_length=10)),
                ("answer", models.TextField(default="")),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="row_proposals_answered",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "open")), fields=["topic", "lead_kind"], name="routing_rowproposal_open")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("matter_home", "matter", "beat", "lead_kind", "at"), name="routing_rowproposal_once"),
                    models.CheckConstraint(
                        condition=models.Q(("beat__in", ("law", "agreement", "order", "return", "sample"))), name="routing_rowproposal_beat"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("open", "taken", "declined"))), name="routing_rowproposal_state"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "open"),
                            models.Q(models.Q(("answered_by", None), _negated=True), models.Q(("answered_at", None), _negated=True)),
                            _connector="OR",
                        ),
                        name="routing_rowproposal_answered",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "declined"), _negated=True), models.Q(("answer", ""), _negated=True), _connector="OR"
                        ),
                        name="routing_rowproposal_declined_with_reason",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RowVoice",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pack", models.CharField(max_length=60)),
                ("row", models.CharField(max_length=80)),
                ("version", models.CharField(max_length=12)),
                ("said", models.CharField(max_length=10)),
                ("reason", models.TextField(default="")),
                ("post", models.CharField(max_length=40)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="row_voices", to=settings.AUTH_USER_MODEL),
                ),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="row_voices", to="city.unit")),
            ],
            options={
                "indexes": [models.Index(fields=["pack", "row", "version"], name="routing_rowvoice_row")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("said__in", ("confirmed", "objected"))), name="routing_rowvoice_said"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("said", "objected"), _negated=True), models.Q(("reason", ""), _negated=True), _connector="OR"
                        ),
                        name="routing_rowvoice_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(sql=for_this_role(GRANTS), reverse_sql=migrations.RunSQL.noop),
    ]
