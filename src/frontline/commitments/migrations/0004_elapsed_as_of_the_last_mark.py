"""A clock stores how much had passed at its last mark, and when that was, so that its standing needs no marks."""

from datetime import datetime, timezone

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("commitments", "0003_defaults")]

    operations = [
        migrations.AddField(
            model_name="clock",
            name="marked_at",
            field=models.DateTimeField(default=datetime(1970, 1, 1, tzinfo=timezone.utc)),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "UPDATE commitments_clock SET elapsed_seconds = 0 WHERE elapsed_seconds IS NULL", ""
        ),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE", ""),
        migrations.AlterField(
            model_name="clock",
            name="elapsed_seconds",
            field=models.BigIntegerField(default=0),
        ),
    ]
