"""After a restore into another cluster: positions count its transactions anew.

A fact's xid belongs to the cluster that wrote it. In a new cluster transaction ids start low, so restored facts would
look like the future: unread, and read after what is written now. This gives them small ids in their old order.
"""

import structlog
from django.db import connection

from frontline.foundation.transactions import transaction

log = structlog.get_logger(__name__)

_IS_FOREIGN = """
SELECT EXISTS (SELECT 1 FROM foundation_fact WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))
    OR EXISTS (SELECT 1 FROM foundation_reaction_position WHERE xid >= pg_snapshot_xmax(pg_current_snapshot()))
"""

#: the facts between two neighbouring positions become one group with one small id; inside it ids keep the order of
#: each subject. Group 1 is what every reaction has passed.
_REBASE = """
CREATE TEMPORARY TABLE position_of ON COMMIT DROP AS
    SELECT xid, fact_id, dense_rank() OVER (ORDER BY xid, fact_id) AS place
    FROM (SELECT DISTINCT xid, fact_id FROM foundation_reaction_position) AS known;
UPDATE foundation_reaction_position p SET xid = position_of.place::text::xid8, fact_id = 9223372036854775807
    FROM position_of WHERE (p.xid, p.fact_id) = (position_of.xid, position_of.fact_id);
UPDATE foundation_fact f SET xid = (
    1 + (SELECT count(*) FROM position_of WHERE (position_of.xid, position_of.fact_id) < (f.xid, f.id))
)::text::xid8;
UPDATE foundation_fact_head SET xid = '0';
"""


def if_foreign() -> bool:
    """Rebase when the facts come from another cluster. True when they did. Nothing may write meanwhile."""
    with transaction(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE foundation_reaction_position IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_IS_FOREIGN)
        if not cursor.fetchone()[0]:
            return False
        cursor.execute("LOCK TABLE foundation_fact, foundation_fact_head IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(_REBASE)
    log.warning("the facts came from another database cluster; their positions were renumbered")
    return True
