"""Where the parts of one embedded database lie.

`DATA/postgres/` holds what is ours: password, locks, the output of the last start. The cluster and its socket
lie in there too, unless the database's account cannot enter that folder (a checkout under /root, a closed
home). Then they lie under the system home and `DATA/postgres/location` says where.
"""

import logging
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from frontline.foundation.postgres.account import Account
from frontline.foundation.postgres.errors import CopiedFolder, LostCluster, NoPlace
from frontline.kernel.errors import Phrase

_log = logging.getLogger(__name__)

SYSTEM_HOME = Path("/var/lib/frontline")
#: in a cluster's own folder: the `DATA/postgres` it is of
BELONGS_TO = "belongs-to"


@dataclass(frozen=True)
class Layout:
    ours: Path
    home: Path

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own data directory."""
        return self.home / "cluster"

    @property
    def sockets(self) -> Path:
        return self.home / "run"

    @property
    def password(self) -> Path:
        return self.ours / "password"

    @property
    def start_output(self) -> Path:
        return self.ours / "start.log"

    @property
    def postmaster(self) -> Path:
        return self.ours / "postmaster.json"

    @property
    def lock(self) -> Path:
        return self.ours / "lock"

    @property
    def in_use(self) -> Path:
        return self.ours / "in-use"

    @property
    def exists(self) -> bool:
        return (self.cluster / "PG_VERSION").exists()


def find(data_dir: Path) -> Layout:
    """The layout as it stands; touches nothing.

    Raises `LostCluster` when a cluster elsewhere is gone, and `CopiedFolder` when it is another folder's: a copy holds
    the note where it lies, but two desks on one database would take it from each other.
    """
    ours = data_dir.absolute() / "postgres"
    pointer = ours / "location"
    if not pointer.exists():
        return Layout(ours, ours)
    home = Path(pointer.read_text(encoding="utf-8").strip())
    if not home.is_dir():
        raise LostCluster(data=data_dir, path=home)
    if (other := _other_owner(ours, home)) is not None:
        raise CopiedFolder(data=data_dir, other=other.parent, path=home)
    return Layout(ours, home)


def _other_owner(ours: Path, home: Path) -> Path | None:
    """The folder that the cluster belongs to, when it still stands and is not this one; a moved folder has none."""
    note = home / BELONGS_TO
    owner = Path(note.read_text(encoding="utf-8").strip()) if note.exists() else ours
    pointer = owner / "location"
    if not pointer.exists() or owner.samefile(ours):
        return None
    return owner if Path(pointer.read_text(encoding="utf-8").strip()) == home else None


def make_ours(data_dir: Path, account: Account) -> None:
    """Make `DATA/postgres`. The account passes through to its folders; it cannot list or read our files."""
    ours = data_dir.absolute() / "postgres"
    if not ours.is_dir():
        make_data_dir(data_dir)
        make_folder(ours, 0o711 if account.is_other else 0o700)


def prepare(data_dir: Path, account: Account, system_home: Path) -> Layout:
    """Decide where a new cluster lies; one that exists stays where it is."""
    layout = find(data_dir)
    if layout.home != layout.ours:
        _own(layout)  # anew, in case the folder was moved
        return layout
    if account.can_enter(layout.ours):
        return layout
    home = system_home / "clusters" / secrets.token_hex(6)
    try:
        home.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        make_folder(home, 0o711)
    except OSError as error:
        raise NoPlace(
            account=account.name, path=layout.ours, system=system_home, why=error.strerror
        ) from error
    if not account.can_enter(home):
        raise NoPlace(
            account=account.name, path=layout.ours, system=system_home, why=Phrase("it is closed as well")
        )
    _own(Layout(layout.ours, home))
    (layout.ours / "location").write_text(f"{home}\n", encoding="utf-8")
    _log.info("account %s cannot enter %s; the database lies in %s", account.name, layout.ours, home)
    return Layout(layout.ours, home)


def _own(layout: Layout) -> None:
    note, text = layout.home / BELONGS_TO, f"{layout.ours}\n"
    if not note.exists() or note.read_text(encoding="utf-8") != text:
        note.write_text(text, encoding="utf-8")


def make_data_dir(path: Path) -> None:
    """Make the folder of all data, closed to others; one that exists keeps its mode.

    Under root others may pass through it, for the database has an account of its own.
    """
    if not path.is_dir():
        path.mkdir(parents=True, exist_ok=True)
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)


def make_folder(path: Path, mode: int) -> None:
    path.mkdir(exist_ok=True)
    path.chmod(mode)  # mkdir's mode is narrowed by the umask


def write_private(path: Path, text: str) -> None:
    """Write a file that only we can read, whole or not at all."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
