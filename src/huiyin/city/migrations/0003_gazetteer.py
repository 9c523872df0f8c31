import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.city.roles import for_this_role

# A web process adds names and what was done with them. It may end a name and say since when; what name leads where, it never rewrites.
GRANTS = """
REVOKE ALL ON city_gazetteername, city_gazetteerstep FROM huiyin_app;
GRANT SELECT, INSERT ON city_gazetteername, city_gazetteerstep TO huiyin_app;
GRANT UPDATE (state, until) ON city_gazetteername TO huiyin_app;
"""
KEPT = """
CREATE FUNCTION city_gazetteer_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what % holds is never changed', TG_TABLE_NAME;
END $$;
CREATE TRIGGER city_gazetteerstep_kept BEFORE UPDATE OR DELETE ON city_gazetteerstep FOR EACH ROW EXECUTE FUNCTION city_gazetteer_kept();
CREATE TRIGGER city_gazetteername_kept BEFORE DELETE ON city_gazetteername FOR EACH ROW EXECUTE FUNCTION city_gazetteer_kept();
CREATE TRIGGER city_gazetteername_said BEFORE UPDATE OF name, kind, place_id, since, lon, lat, source
    ON city_gazetteername FOR EACH ROW EXECUTE FUNCTION city_gazetteer_kept();
"""
GONE = """
DROP TRIGGER city_gazetteername_said ON city_gazetteername;
DROP TRIGGER city_gazetteername_kept ON city_gazetteername;
DROP TRIGGER city_gazetteerstep_kept ON city_gazetteerstep;
DROP FUNCTION city_gazetteer_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0002_packs"),
    ]

    operations = [
        migrations.CreateModel(
            name="GazetteerName",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=16)),
                ("kind", models.CharField(max_length=12)),
                ("since", models.DateField(null=True)),
                ("until", models.DateField(null=True)),
                ("lon", models.FloatField(null=True)),
                ("lat", models.FloatField(null=True)),
                ("source", models.CharField(max_length=200)),
                ("state", models.CharField(max_length=10)),
                ("place", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="names", to="city.division")),
            ],
        ),
        migrations.CreateModel(
            name="GazetteerStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=10)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                ("entry", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="city.gazetteername")),
                ("unit", models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="city.unit")),
            ],
        ),
        migrations.AddIndex(
            model_name="gazetteername",
            index=models.Index(fields=["state", "name"], name="city_gazetteername_name"),
        ),
        migrations.AddConstraint(
            model_name="gazetteername",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "in_use"])), fields=("name", "place"), name="city_gazetteername_once_a_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="gazetteername",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["proposed", "in_use", "declined", "ended"])), name="city_gazetteername_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="gazetteername",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("since", None), ("until__gte", models.F("since")), _connector="OR"),
                name="city_gazetteername_order",
            ),
        ),
        migrations.AddIndex(
            model_name="gazetteerstep",
            index=models.Index(fields=["entry", "id"], name="city_gazetteerstep_of_a_name"),
        ),
        migrations.AddConstraint(
            model_name="gazetteerstep",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["proposed", "added", "accepted", "declined", "ended"])), name="city_gazetteerstep_kind"
            ),
        ),
        migrations.RunSQL(sql=KEPT, reverse_sql=GONE),
        migrations.RunSQL(sql=for_this_role(GRANTS), reverse_sql=migrations.RunSQL.noop),
    ]
