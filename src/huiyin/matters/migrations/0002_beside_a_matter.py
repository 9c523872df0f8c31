"""Finding the matters of one place, and of one topic, by when they came in: what is laid beside a matter at the desk. And those that
belong to one: the households of a project.

SQL:
    CREATE INDEX matters_matter_place ON matters_matter (home, division, procedure, opened_at);
    CREATE INDEX matters_matter_topic ON matters_matter (home, topic, opened_at);
    CREATE INDEX matters_matter_parent ON matters_matter (parent_home, parent) WHERE parent IS NOT NULL;
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("matters", "0001_initial"),)

    operations = (
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(fields=["home", "division", "procedure", "opened_at"], name="matters_matter_place"),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(fields=["home", "topic", "opened_at"], name="matters_matter_topic"),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(fields=["parent_home", "parent"], condition=~models.Q(parent=None), name="matters_matter_parent"),
        ),
    )
