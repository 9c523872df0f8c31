"""The tables of rooms; the statements stand beside it in ``sql/rooms.sql``."""

from pathlib import Path

from django.db import migrations, models

from huiyin.city.roles import for_this_role

STATEMENTS = for_this_role((Path(__file__).parent / "sql" / "rooms.sql").read_text("utf-8"))


class Migration(migrations.Migration):
    initial = True
    dependencies = (("matters", "0001_initial"),)
    operations = (
        migrations.CreateModel(
            name="Room",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("home", models.CharField(max_length=6)),
                ("matter", models.UUIDField()),
                ("kind", models.CharField(max_length=7)),
                ("party", models.CharField(blank=True, max_length=60)),
                ("key", models.BinaryField(null=True)),
                ("kept_days", models.IntegerField()),
                ("opened_at", models.DateTimeField()),
                ("last_seq", models.IntegerField(default=0)),
                ("destroyed_at", models.DateTimeField(null=True)),
                ("destroyed_count", models.IntegerField(null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("home", "matter", "kind", "party"), name="mediation_room_one")],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("home", models.CharField(max_length=6)),
                ("room", models.UUIDField()),
                ("n", models.IntegerField()),
                ("principal", models.CharField(max_length=120)),
                ("came", models.BooleanField()),
                ("author", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("after_seq", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("home", "room", "n"), name="mediation_membership_n")],
            },
        ),
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("home", models.CharField(max_length=6)),
                ("room", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("kind", models.CharField(max_length=5)),
                ("sender", models.CharField(max_length=120)),
                ("at", models.DateTimeField()),
                ("body", models.BinaryField()),
                ("digest", models.BinaryField()),
                ("key", models.CharField(max_length=100)),
                ("erased_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("home", "room", "seq"), name="mediation_message_seq"),
                    models.UniqueConstraint(fields=("home", "room", "key"), name="mediation_message_key"),
                ],
            },
        ),
        migrations.CreateModel(
            name="File",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("home", models.CharField(max_length=6)),
                ("room", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("body", models.BinaryField()),
                ("small", models.BinaryField(null=True)),
            ],
        ),
        migrations.RunSQL(sql=STATEMENTS, reverse_sql=migrations.RunSQL.noop),
    )
