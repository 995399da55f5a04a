from django.db import migrations

CHAIN = """
ALTER TABLE tickets_custody ADD CONSTRAINT custody_no_gap
    FOREIGN KEY (ticket_id, lane, prev_seq, since)
    REFERENCES tickets_custody (ticket_id, lane, seq, until)
    DEFERRABLE INITIALLY DEFERRED
"""


class Migration(migrations.Migration):
    """Each segment starts exactly where the one before it ended; refs are numbers never used twice."""

    dependencies = [("tickets", "0001_initial")]

    operations = [
        migrations.RunSQL(CHAIN, "ALTER TABLE tickets_custody DROP CONSTRAINT custody_no_gap"),
        migrations.RunSQL("CREATE SEQUENCE tickets_ref START 1001", "DROP SEQUENCE tickets_ref"),
    ]
