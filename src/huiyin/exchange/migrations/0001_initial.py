import django.contrib.postgres.fields
from django.db import migrations, models

from huiyin.city.roles import for_this_role

# What was agreed and what was handed over is history: the application may add to it. Of a key it may write down its end.
GRANTS = """
REVOKE ALL ON exchange_neighbour, exchange_neighbourkey, exchange_news, exchange_delivery FROM huiyin_app;
GRANT SELECT, INSERT ON exchange_neighbour, exchange_neighbourkey, exchange_news, exchange_delivery TO huiyin_app;
GRANT UPDATE (ended_by, ended_at) ON exchange_neighbourkey TO huiyin_app;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Neighbour",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=40)),
                ("version", models.IntegerField()),
                ("title", models.JSONField()),
                ("kind", models.CharField(max_length=20)),
                ("way", models.CharField(max_length=10)),
                ("direction", models.CharField(max_length=6)),
                ("unit", models.CharField(max_length=80)),
                ("procedures", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None)),
                ("topics", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None)),
                ("keyless", models.BooleanField(default=False)),
                ("mapping", models.JSONField(default=dict)),
                ("from_date", models.DateField()),
                ("to_date", models.DateField(null=True)),
                ("reason", models.TextField()),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("name", "version"), name="exchange_neighbour_version"),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gte", models.F("from_date")), _connector="OR"),
                        name="exchange_neighbour_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="NeighbourKey",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("neighbour", models.CharField(max_length=40)),
                ("hash", models.CharField(max_length=64, unique=True)),
                ("hint", models.CharField(max_length=4)),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
                ("ended_by", models.CharField(blank=True, max_length=80)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["neighbour"], name="exchange_key_neighbour")]},
        ),
        migrations.CreateModel(
            name="News",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("neighbour", models.CharField(max_length=40)),
                ("number", models.BigIntegerField()),
                ("home", models.CharField(max_length=6)),
                ("matter", models.UUIDField()),
                ("event", models.UUIDField()),
                ("seq", models.IntegerField()),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("neighbour", "number"), name="exchange_news_number"),
                    models.UniqueConstraint(fields=("neighbour", "event"), name="exchange_news_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("neighbour", models.CharField(max_length=40)),
                ("way", models.CharField(max_length=10)),
                ("after", models.BigIntegerField()),
                ("upto", models.BigIntegerField()),
                ("made_by", models.CharField(max_length=80)),
                ("made_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["neighbour", "made_at"], name="exchange_delivery_latest")],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("upto__gte", models.F("after"))), name="exchange_delivery_order"),
                ],
            },
        ),
        migrations.RunSQL(sql=for_this_role(GRANTS), reverse_sql=migrations.RunSQL.noop),
    ]
