import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.city.roles import for_this_role

# A web process puts packs forward and writes down what was decided. Putting one into force is the owner's (the worker's), and a
# proposal is in force only with the instant it took force, which the application's role cannot write.
GRANTS = """
REVOKE ALL ON city_packblob, city_packcontent, city_packproposal, city_packstep, city_packkey FROM huiyin_app;
GRANT SELECT ON city_packblob, city_packcontent, city_packproposal, city_packstep, city_packkey TO huiyin_app;
GRANT INSERT ON city_packblob, city_packcontent, city_packproposal, city_packstep TO huiyin_app;
GRANT UPDATE (state, problems, scenarios, proven_with, job, reviewed_by_id, reviewed_at, takes_force_on, signature, signed_by)
    ON city_packproposal TO huiyin_app;
"""
KEPT = """
CREATE FUNCTION city_pack_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what % holds is never changed', TG_TABLE_NAME;
END $$;
CREATE TRIGGER city_packblob_kept BEFORE UPDATE OR DELETE ON city_packblob FOR EACH ROW EXECUTE FUNCTION city_pack_kept();
CREATE TRIGGER city_packcontent_kept BEFORE UPDATE OR DELETE ON city_packcontent FOR EACH ROW EXECUTE FUNCTION city_pack_kept();
CREATE TRIGGER city_packstep_kept BEFORE UPDATE OR DELETE ON city_packstep FOR EACH ROW EXECUTE FUNCTION city_pack_kept();
CREATE TRIGGER city_packproposal_kept BEFORE DELETE ON city_packproposal FOR EACH ROW EXECUTE FUNCTION city_pack_kept();
CREATE TRIGGER city_packproposal_put_forward BEFORE UPDATE OF pack, content_id, base, back, origin, reason, proposed_by_id, proposed_at
    ON city_packproposal FOR EACH ROW EXECUTE FUNCTION city_pack_kept();
"""
GONE = """
DROP TRIGGER city_packproposal_put_forward ON city_packproposal;
DROP TRIGGER city_packproposal_kept ON city_packproposal;
DROP TRIGGER city_packstep_kept ON city_packstep;
DROP TRIGGER city_packcontent_kept ON city_packcontent;
DROP TRIGGER city_packblob_kept ON city_packblob;
DROP FUNCTION city_pack_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("city", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PackBlob",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("data", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="PackContent",
            fields=[
                ("content", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("pack", models.CharField(max_length=60)),
                ("label", models.CharField(default="", max_length=40)),
                ("files", models.JSONField()),
                ("kept_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PackKey",
            fields=[
                ("fingerprint", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("public", models.CharField(max_length=64)),
                ("name", models.CharField(max_length=120)),
                ("own", models.BooleanField(default=False)),
                ("since", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="packversion",
            name="content",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="packversion",
            name="proposal",
            field=models.UUIDField(null=True),
        ),
        migrations.CreateModel(
            name="PackProposal",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("pack", models.CharField(max_length=60)),
                ("base", models.CharField(default="", max_length=64)),
                ("back", models.BooleanField(default=False)),
                ("origin", models.CharField(default="", max_length=120)),
                ("reason", models.TextField()),
                ("state", models.CharField(default="proving", max_length=10)),
                ("problems", models.JSONField(default=list)),
                ("scenarios", models.IntegerField(default=0)),
                ("proven_with", models.CharField(default="", max_length=64)),
                ("job", models.UUIDField(null=True)),
                ("proposed_at", models.DateTimeField()),
                ("reviewed_at", models.DateTimeField(null=True)),
                ("takes_force_on", models.DateField(null=True)),
                ("took_force_at", models.DateTimeField(null=True)),
                ("signature", models.CharField(default="", max_length=128)),
                ("signed_by", models.CharField(default="", max_length=64)),
                (
                    "content",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="proposals", to="city.packcontent"),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="packs_proposed", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="packs_reviewed", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PackStep",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pack", models.CharField(max_length=60)),
                ("content", models.CharField(default="", max_length=64)),
                ("kind", models.CharField(max_length=20)),
                ("unit", models.CharField(default="", max_length=80)),
                ("at", models.DateTimeField()),
                ("why", models.TextField(default="")),
                ("told", models.JSONField(default=dict)),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="pack_steps", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name="steps", to="city.packproposal"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="packproposal",
            index=models.Index(condition=models.Q(("state", "accepted")), fields=["takes_force_on"], name="city_packproposal_waiting"),
        ),
        migrations.AddConstraint(
            model_name="packproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("proving", "unsound", "sound", "sent_back", "withdrawn", "accepted", "in_force", "stuck"))
                ),
                name="city_packproposal_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="packproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reviewed_by", None), models.Q(("reviewed_by", models.F("proposed_by")), _negated=True), _connector="OR"
                ),
                name="city_packproposal_four_eyes",
            ),
        ),
        migrations.AddConstraint(
            model_name="packproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ("accepted", "in_force", "stuck")), _negated=True),
                    models.Q(
                        models.Q(("reviewed_by", None), _negated=True),
                        models.Q(("takes_force_on", None), _negated=True),
                        models.Q(("signature", ""), _negated=True),
                        models.Q(("signed_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="city_packproposal_signed_by_a_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="packproposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_force"), _negated=True), models.Q(("took_force_at", None), _negated=True), _connector="OR"
                ),
                name="city_packproposal_took_force",
            ),
        ),
        migrations.AddConstraint(
            model_name="packproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("proving", "sound", "accepted"))),
                fields=("pack", "content", "proposed_by"),
                name="city_packproposal_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="packproposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "accepted")), fields=("pack", "takes_force_on"), name="city_packproposal_one_a_day"
            ),
        ),
        migrations.AddIndex(
            model_name="packstep",
            index=models.Index(fields=["pack", "-at"], name="city_packstep_of_a_pack"),
        ),
        migrations.RunSQL(sql=KEPT, reverse_sql=GONE),
        migrations.RunSQL(sql=for_this_role(GRANTS), reverse_sql=migrations.RunSQL.noop),
    ]
