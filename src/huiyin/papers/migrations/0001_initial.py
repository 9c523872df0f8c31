"""The table of files, its wall and its one door, and the public check of printed sheets. The SQL stands beside in ``sql/``."""

from pathlib import Path

from django.db import migrations, models

from huiyin.city.roles import for_this_role


def statements(name: str) -> str:
    """The SQL beside this file; the application's role is the one the settings name."""
    return for_this_role((Path(__file__).parent / "sql" / f"{name}.sql").read_text("utf-8"))


class Migration(migrations.Migration):
    """First tables."""

    initial = True
    dependencies = [("matters", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="StoredFile",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("home", models.CharField(max_length=6)),
                ("matter", models.UUIDField()),
                ("name", models.CharField(max_length=255)),
                ("kind", models.CharField(max_length=20)),
                ("size", models.BigIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("scan", models.CharField(max_length=20)),
                ("stored_at", models.DateTimeField()),
                ("stored_by", models.CharField(max_length=100)),
            ],
            options={"db_table": "papers_file"},
        ),
        migrations.RunSQL(sql=statements("walls"), reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(sql=statements("verify"), reverse_sql=migrations.RunSQL.noop),
    ]
