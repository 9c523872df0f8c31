import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from huiyin.city.roles import for_this_role

# What was made and what was put to use is the history of who let which model propose: kept, never changed.
GRANTS = """
REVOKE ALL ON learning_topicmodel, learning_modeluse FROM huiyin_app;
GRANT SELECT, INSERT ON learning_topicmodel, learning_modeluse TO huiyin_app;
REVOKE ALL ON learning_hotlook, learning_hotissue FROM huiyin_app;
GRANT SELECT, INSERT, DELETE ON learning_hotlook, learning_hotissue TO huiyin_app;
"""
KEPT = """
CREATE FUNCTION learning_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what % holds is never changed', TG_TABLE_NAME;
END $$;
CREATE TRIGGER learning_topicmodel_kept BEFORE UPDATE OR DELETE ON learning_topicmodel FOR EACH ROW EXECUTE FUNCTION learning_kept();
CREATE TRIGGER learning_modeluse_kept BEFORE UPDATE OR DELETE ON learning_modeluse FOR EACH ROW EXECUTE FUNCTION learning_kept();
"""
GONE = """
DROP TRIGGER learning_modeluse_kept ON learning_modeluse;
DROP TRIGGER learning_topicmodel_kept ON learning_topicmodel;
DROP FUNCTION learning_kept();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TopicModel",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("since", models.DateField()),
                ("learned_from", models.IntegerField()),
                ("sayings", models.CharField(max_length=64)),
                ("cost", models.FloatField()),
                ("threshold", models.FloatField()),
                ("measured", models.JSONField()),
                ("stored", models.BinaryField()),
                (
                    "made_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="topic_models", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ModelUse",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="model_uses", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "model",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="learning.topicmodel"
                    ),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("reason", ""), _negated=True), name="learning_modeluse_reason")],
            },
        ),
        migrations.CreateModel(
            name="HotLook",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("made_at", models.DateTimeField()),
                ("days", models.IntegerField()),
                ("until", models.DateField()),
                ("read", models.IntegerField()),
                ("whole", models.BooleanField()),
            ],
        ),
        migrations.CreateModel(
            name="HotIssue",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("words", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), size=None)),
                ("places", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=12), size=None)),
                ("matters", models.IntegerField()),
                ("people", models.IntegerField()),
                ("before", models.IntegerField(null=True)),
                ("first", models.DateField()),
                ("last", models.DateField()),
                ("by_day", django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
                (
                    "look",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="issues", to="learning.hotlook"),
                ),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=models.Q(("people__gte", 3)), name="learning_hotissue_people")],
            },
        ),
        migrations.RunSQL(sql=KEPT, reverse_sql=GONE),
        migrations.RunSQL(sql=for_this_role(GRANTS), reverse_sql=migrations.RunSQL.noop),
    ]
