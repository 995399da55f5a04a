from django.db import migrations

FUNCTION = """
CREATE FUNCTION foundation_settled() RETURNS xid8 LANGUAGE sql STABLE AS $$
    SELECT least(
        (SELECT running FROM pg_snapshot_xip(pg_current_snapshot()) AS running
         WHERE NOT EXISTS (SELECT 1 FROM pg_stat_activity AS other
                           WHERE other.backend_xid = running::xid AND other.datname <> current_database())
         ORDER BY running LIMIT 1),
        pg_current_xact_id_if_assigned(),
        pg_snapshot_xmax(pg_current_snapshot()))
$$;
COMMENT ON FUNCTION foundation_settled() IS
    'The lowest transaction id that may still commit facts: what lies below it is complete and may be read by position.'
"""


class Migration(migrations.Migration):
    """Where reading facts by position must stop.

    The snapshot's own lower edge would do, but it also waits for long transactions of other databases on the same
    server, which cannot write facts here. One of those is told by its session, looked at after the snapshot: a
    session that shows this id belongs to that database for certain; an id that nobody shows any more counts as ours.
    """

    dependencies = [("foundation", "0003_fact_order_and_demo")]

    operations = [migrations.RunSQL(FUNCTION, "DROP FUNCTION foundation_settled()")]
