"""A later segment names the one before it, and an answered handoff its instant: NULL passed both rules."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0002_custody_chain")]

    operations = [
        migrations.RemoveConstraint(model_name="custody", name="custody_follows"),
        migrations.AddConstraint(
            model_name="custody",
            constraint=models.CheckConstraint(
                condition=models.Q(("prev_seq", None), ("seq", 1))
                | models.Q(("prev_seq", models.F("seq") - 1), ("prev_seq__isnull", False), ("seq__gt", 1)),
                name="custody_follows",
            ),
        ),
        migrations.RemoveConstraint(model_name="handoff", name="handoff_answered_after_offer"),
        migrations.AddConstraint(
            model_name="handoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("answered_at", None), ("state", "offered"))
                | models.Q(
                    models.Q(("state", "offered"), _negated=True),
                    ("answered_at__gte", models.F("offered_at")),
                    ("answered_at__isnull", False),
                ),
                name="handoff_answered_after_offer",
            ),
        ),
    ]
