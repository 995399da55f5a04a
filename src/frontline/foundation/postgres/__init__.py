"""The embedded PostgreSQL and the address of any PostgreSQL. No Django in here."""

from frontline.foundation.postgres.cluster import Cluster, Status, embedded
from frontline.foundation.postgres.errors import DatabaseError

__all__ = ["Cluster", "DatabaseError", "Status", "embedded"]
