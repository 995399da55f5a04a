"""A message may say why nobody knows who wrote it, and whom it claims to be from."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0004_fewer_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="claimed_sender",
            field=models.CharField(blank=True, db_default="", default="", max_length=600),
        ),
        migrations.AddField(
            model_name="message",
            name="sender_doubt",
            field=models.CharField(blank=True, db_default="", default="", max_length=16),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(("sender_doubt__in", ["", "dmarc", "alignment", "other_domain"])),
                name="message_doubt_known",
            ),
        ),
    ]
