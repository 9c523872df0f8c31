"""The tables of drafts."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """First tables."""

    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.CreateModel(
            name="StoredDraft",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("token", models.CharField(max_length=40, unique=True)),
                ("sealed", models.BinaryField()),
                ("version", models.IntegerField(default=1)),
                ("locator", models.CharField(default="", max_length=8)),
                ("tries", models.IntegerField(default=0)),
                ("tried_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(db_index=True)),
            ],
            options={"db_table": "intake_draft"},
        ),
        migrations.CreateModel(
            name="WrappedKey",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("holder", models.CharField(max_length=64)),
                ("wrapped", models.BinaryField()),
                (
                    "draft",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="keys", to="intake.storeddraft"),
                ),
            ],
            options={"db_table": "intake_key"},
        ),
        migrations.CreateModel(
            name="DraftPicture",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("position", models.IntegerField()),
                ("name", models.BinaryField()),
                ("size", models.IntegerField()),
                (
                    "draft",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="pictures", to="intake.storeddraft"),
                ),
            ],
            options={"db_table": "intake_picture", "ordering": ("position",)},
        ),
        migrations.AddConstraint(
            model_name="storeddraft",
            constraint=models.UniqueConstraint(
                condition=models.Q(("locator", ""), _negated=True), fields=("locator",), name="intake_draft_one_locator"
            ),
        ),
        migrations.AddConstraint(
            model_name="wrappedkey",
            constraint=models.UniqueConstraint(fields=("draft", "holder"), name="intake_key_one_holder"),
        ),
    ]
