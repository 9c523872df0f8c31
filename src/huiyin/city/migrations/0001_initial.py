import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import huiyin.city.fields
from huiyin.city.roles import for_this_role

# A web process signs people in, appoints, records absences and allots a year's reference digits; it loads no packs,
# removes nobody and never rewrites who held a post (an end is a date).
GRANTS = """
REVOKE ALL ON django_migrations, django_content_type, auth_permission, auth_group, auth_group_permissions, city_packversion,
    city_packfile, city_procedureversion, city_home, city_homenumber, city_division, city_unit, city_account,
    city_appointment, city_absence FROM huiyin_app;
GRANT SELECT ON django_migrations, django_content_type, auth_permission, auth_group, auth_group_permissions TO huiyin_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session TO huiyin_app;
GRANT SELECT ON city_packversion, city_packfile, city_procedureversion, city_home, city_homenumber, city_division,
    city_unit, city_account, city_appointment, city_absence TO huiyin_app;
GRANT INSERT ON city_account, city_appointment, city_absence, city_homenumber TO huiyin_app;
GRANT UPDATE (last_login, password, language, name, is_active, settings) ON city_account TO huiyin_app;
GRANT UPDATE (to_date) ON city_appointment TO huiyin_app;
GRANT UPDATE (to_date, deputy_id) ON city_absence TO huiyin_app;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Account",
            fields=[
                ("password", models.CharField(max_length=128, verbose_name="password")),
                ("last_login", models.DateTimeField(blank=True, null=True, verbose_name="last login")),
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("username", models.CharField(max_length=80, unique=True)),
                ("name", models.CharField(max_length=80)),
                ("language", models.CharField(choices=[("zh", "中文"), ("en", "English")], default="zh", max_length=2)),
                ("is_active", models.BooleanField(default=True)),
                ("synthetic", models.BooleanField(default=False)),
                ("settings", models.JSONField(default=dict)),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Home",
            fields=[
                ("code", models.CharField(max_length=6, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Division",
            fields=[
                ("code", models.CharField(max_length=12, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("short", models.CharField(max_length=80)),
                ("stem", models.CharField(blank=True, default="", max_length=80)),
                ("name_en", models.CharField(blank=True, default="", max_length=80)),
                ("level", models.CharField(max_length=10)),
                ("kind", models.CharField(blank=True, default="", max_length=10)),
                ("path", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None)),
                ("ended", models.DateField(null=True)),
                (
                    "parent",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="city.division"),
                ),
                ("home", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="divisions", to="city.home")),
            ],
        ),
        migrations.CreateModel(
            name="HomeNumber",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.IntegerField()),
                ("year", models.IntegerField()),
                ("home", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="numbers", to="city.home")),
            ],
        ),
        migrations.CreateModel(
            name="PackFile",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pack", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=64)),
                ("path", models.CharField(max_length=200)),
                ("kind", models.CharField(max_length=40)),
                ("plain", huiyin.city.fields.OrderedJson()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("pack", "version", "path"), name="city_packfile_one_path")],
            },
        ),
        migrations.CreateModel(
            name="PackVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pack", models.CharField(max_length=60)),
                ("version", models.CharField(max_length=64)),
                ("label", models.CharField(default="", max_length=40)),
                ("loaded_at", models.DateTimeField()),
                ("in_use", models.BooleanField(default=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("pack", "version"), name="city_packversion_one_content"),
                    models.UniqueConstraint(condition=models.Q(("in_use", True)), fields=("pack",), name="city_packversion_one_in_use"),
                ],
            },
        ),
        migrations.CreateModel(
            name="ProcedureVersion",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=80)),
                ("version", models.CharField(max_length=64)),
                ("plain", huiyin.city.fields.OrderedJson()),
                ("loaded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name", "version"), name="city_procedureversion_one")],
            },
        ),
        migrations.CreateModel(
            name="Unit",
            fields=[
                ("id", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("level", models.CharField(max_length=10)),
                ("name_zh", models.CharField(max_length=120)),
                ("name_en", models.CharField(max_length=160)),
                ("seal", models.BooleanField(default=False)),
                ("from_date", models.DateField()),
                ("to_date", models.DateField(null=True)),
                ("division", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="units", to="city.division")),
                ("home", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="units", to="city.home")),
                ("parent", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="city.unit")),
            ],
        ),
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("post", models.CharField(max_length=40)),
                ("from_date", models.DateField()),
                ("to_date", models.DateField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("unit", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="city.unit")),
            ],
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("from_date", models.DateField()),
                ("to_date", models.DateField(null=True)),
                ("reason_kind", models.CharField(max_length=20)),
                (
                    "account",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="absences", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "deputy",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="stands_in", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account", "from_date"], name="city_absence_account")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gte", models.F("from_date")), _connector="OR"),
                        name="city_absence_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("deputy", None), models.Q(("deputy", models.F("account")), _negated=True), _connector="OR"),
                        name="city_absence_deputy_is_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason_kind__in", ["leave", "sick", "training", "away_on_duty", "recused", "other"])),
                        name="city_absence_reason_kind",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="division",
            index=models.Index(fields=["short"], name="city_division_short"),
        ),
        migrations.AddIndex(
            model_name="division",
            index=models.Index(fields=["stem"], name="city_division_stem"),
        ),
        migrations.AddConstraint(
            model_name="division",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__in", ["city", "district", "street", "community"])), name="city_division_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="homenumber",
            constraint=models.UniqueConstraint(fields=("year", "number"), name="city_homenumber_one_home"),
        ),
        migrations.AddConstraint(
            model_name="homenumber",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 0), ("number__lte", 9999)), name="city_homenumber_four_digits"
            ),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["kind", "division"], name="city_unit_kind_division"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["unit", "post"], name="city_appointment_post"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("to_date", None)), fields=("account", "unit", "post"), name="city_appointment_one_open"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("to_date", None), ("to_date__gte", models.F("from_date")), _connector="OR"),
                name="city_appointment_order",
            ),
        ),
        migrations.RunSQL(sql=for_this_role(GRANTS), reverse_sql=migrations.RunSQL.noop),
    ]
