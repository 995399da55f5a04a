"""What the server of a mailbox says about the senders of its mails."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0001_initial"),
        ("foundation", "0004_settled"),
        ("tickets", "0003_nothing_is_not_enough"),
    ]

    operations = [
        migrations.AddField(
            model_name="inbox",
            name="sender_verdict",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="inbox",
            name="verdict_because",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddField(
            model_name="mailbox",
            name="authserv_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=255),
        ),
        migrations.AddConstraint(
            model_name="inbox",
            constraint=models.CheckConstraint(
                condition=models.Q(("sender_verdict__in", ["", "passed", "failed", "unproven"])),
                name="inbox_verdict_known",
            ),
        ),
    ]
