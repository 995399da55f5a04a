"""The system account the database runs under. PostgreSQL refuses root, and so do we."""

import logging
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from frontline.foundation.postgres.errors import NoAccount
from frontline.kernel.errors import Phrase

_log = logging.getLogger(__name__)
_OWN = "frontline"
#: last resorts when no account can be created (read-only /etc, no tools)
_EXISTING = ("postgres", "_postgres", "nobody")


class SpawnArguments(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Account:
    name: str
    uid: int
    gid: int

    @property
    def is_other(self) -> bool:
        """True when processes must change to this account before they run."""
        return self.uid != os.geteuid()

    def spawn(self) -> SpawnArguments:
        """Arguments for `subprocess` that change to this account, without any of our groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}

    def own(self, path: Path) -> None:
        if self.is_other:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_enter(self, folder: Path) -> bool:
        return not self.is_other or self._answers(["test", "-x", str(folder)])

    def can_run(self, program: Path) -> bool:
        return not self.is_other or self._answers([str(program), "--version"])

    def _answers(self, command: list[str]) -> bool:
        try:
            done = subprocess.run(command, cwd="/", capture_output=True, check=False, **self.spawn())
        except OSError:  # the program itself lies behind a closed folder
            return False
        except subprocess.SubprocessError as error:
            why = Phrase("this process may not change to {account}", account=self.name)
            raise NoAccount(why=why) from error
        return done.returncode == 0


def choose(owner: int | None = None) -> Account:
    """The account for a cluster: its present owner when there is one, ourselves, or for root another account.

    Raises `NoAccount` when we are root and nothing else can be had.
    """
    if os.geteuid() != 0:
        return Account(_name(os.geteuid()), os.geteuid(), os.getegid())
    if owner:
        return _by_uid(owner)
    wanted = os.environ.get("FRONTLINE_POSTGRES_USER")
    if wanted:
        found = _by_name(wanted)
        if found is None:
            why = Phrase(
                "FRONTLINE_POSTGRES_USER names {account!r}, which does not exist or is root", account=wanted
            )
            raise NoAccount(why=why)
        return found
    found = _by_name(_OWN) or _created()
    for name in _EXISTING:
        found = found or _by_name(name)
    if found is None:
        raise NoAccount(why=Phrase("the account {account!r} could not be created", account=_OWN))
    return found


def _created() -> Account | None:
    for command in (
        ["useradd", "--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent"],
        ["adduser", "-S", "-D", "-H"],  # BusyBox, as in Alpine
    ):
        if shutil.which(command[0]) is None:
            continue
        shell = shutil.which("nologin", path="/usr/sbin:/sbin:/usr/bin:/bin") or "/bin/false"
        done = subprocess.run(
            [*command, "-s", shell, _OWN], capture_output=True, text=True, check=False, cwd="/"
        )
        if (account := _by_name(_OWN)) is not None:
            _log.info("created the system account %s for the database", _OWN)
            return account
        _log.warning("could not create the system account %s: %s", _OWN, done.stderr.strip())
    return None


def _by_name(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return None if entry.pw_uid == 0 else Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _by_uid(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError as error:
        why = Phrase("the database belongs to user id {uid}, which has no name on this machine", uid=uid)
        raise NoAccount(why=why) from error
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
