from django.db import migrations, models

from huiyin.city.roles import for_this_role


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=60)),
                ("account", models.UUIDField(null=True)),
                ("unit", models.CharField(blank=True, max_length=80)),
                ("post", models.CharField(blank=True, max_length=60)),
                ("language", models.CharField(default="zh", max_length=2)),
                ("params", models.JSONField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("state", models.CharField(default="waiting", max_length=10)),
                ("total", models.IntegerField(null=True)),
                ("done", models.IntegerField(default=0)),
                ("attempts", models.IntegerField(default=0)),
                ("runner", models.UUIDField(null=True)),
                ("alive_until", models.DateTimeField(null=True)),
                ("asked_at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("swept_at", models.DateTimeField(null=True)),
                ("input_name", models.CharField(blank=True, max_length=255)),
                ("file_name", models.CharField(blank=True, max_length=255)),
                ("file_type", models.CharField(blank=True, max_length=100)),
                ("error_name", models.CharField(blank=True, max_length=255)),
                ("error_type", models.CharField(blank=True, max_length=100)),
                ("message", models.JSONField(null=True)),
                ("told", models.JSONField(default=list)),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state__in", ("waiting", "running"))), fields=["asked_at"], name="jobs_job_open"),
                    models.Index(fields=["account", "unit", "post", "asked_at"], name="jobs_job_asker"),
                    models.Index(fields=["unit", "asked_at"], name="jobs_job_unit"),
                    models.Index(
                        condition=models.Q(("swept_at", None), models.Q(("expires_at", None), _negated=True)),
                        fields=["expires_at"],
                        name="jobs_job_expires",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("waiting", "running"))),
                        fields=("account", "unit", "post", "fingerprint"),
                        name="jobs_job_asked_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ("waiting", "running", "finished", "failed", "cancelled"))), name="jobs_job_state"
                    ),
                ],
            },
        ),
        # The rows are the log of who took what out: the application may finish them, not remove them.
        migrations.RunSQL(sql=for_this_role("REVOKE DELETE, TRUNCATE ON jobs_job FROM huiyin_app;"), reverse_sql=migrations.RunSQL.noop),
    ]
