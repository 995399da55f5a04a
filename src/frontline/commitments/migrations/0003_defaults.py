"""A desk starts with the default matrix, targets and calendars; everything is changed in set-up from there."""

from datetime import datetime, timezone

from django.db import migrations

from frontline.commitments.usecases.defaults import write_defaults
from frontline.kernel.ids import uuid7


def write(apps, schema_editor):
    def rows(name):
        return apps.get_model("commitments", name).objects

    write_defaults(
        calendars=rows("Calendar"),
        versions=rows("CalendarVersion"),
        matrices=rows("PriorityMatrix"),
        agreements=rows("Agreement"),
        targets=rows("Target"),
        created_at=datetime(1970, 1, 1, tzinfo=timezone.utc),
    )
    rows("PolicyStamp").get_or_create(id=1, defaults={"stamp": uuid7()})


class Migration(migrations.Migration):
    dependencies = [("commitments", "0002_calendar_version_of_clock")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
