from django.db import migrations

INDEX = """
CREATE INDEX procrastinate_jobs_live_by_lock ON procrastinate_jobs (lock, status, priority DESC, id)
    WHERE status IN ('todo', 'doing')
"""


class Migration(migrations.Migration):
    """Fetching a job looks for earlier live jobs of the same lock; without this index it reads the whole queue."""

    dependencies = [("foundation", "0001_initial"), ("procrastinate", "0041_post_retry_failed_job")]

    operations = [migrations.RunSQL(INDEX, "DROP INDEX procrastinate_jobs_live_by_lock")]
