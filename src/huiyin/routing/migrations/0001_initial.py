from django.db import migrations, models

from huiyin.city.roles import for_this_role


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="ResponsibilityRule",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("pack", models.CharField(max_length=60)),
                ("row", models.CharField(max_length=80)),
                ("version", models.CharField(max_length=12)),
                ("position", models.IntegerField()),
                ("topic", models.CharField(max_length=80)),
                ("place", models.CharField(max_length=12)),
                ("from_date", models.DateField()),
                ("to_date", models.DateField(null=True)),
                ("plain", models.JSONField()),
                ("ended", models.DateField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["topic", "from_date"], name="routing_rule_topic")],
                "constraints": [
                    models.UniqueConstraint(fields=("pack", "row", "version"), name="routing_rule_one_content"),
                    models.UniqueConstraint(condition=models.Q(("ended", None)), fields=("pack", "row"), name="routing_rule_one_in_force"),
                    models.CheckConstraint(
                        condition=models.Q(("to_date", None), ("to_date__gte", models.F("from_date")), _connector="OR"),
                        name="routing_rule_order",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            sql=for_this_role(
                "REVOKE ALL ON routing_responsibilityrule FROM huiyin_app; GRANT SELECT ON routing_responsibilityrule TO huiyin_app;"
            ),
            reverse_sql=migrations.RunSQL.noop,
        ),
    ]
