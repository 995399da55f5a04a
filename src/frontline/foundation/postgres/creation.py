"""Making a cluster: complete under its final name, or not there at all."""

import secrets
import shutil
import subprocess
import sys
from pathlib import Path

from frontline.foundation.postgres.account import Account
from frontline.foundation.postgres.binaries import Binaries
from frontline.foundation.postgres.conf import DATABASE, ROLE, Settings
from frontline.foundation.postgres.errors import CreationFailed
from frontline.foundation.postgres.layout import Layout, make_folder, write_private

#: initdb takes under a second; a slow disk with everything synced may take minutes
_LIMIT_SECONDS = 600


def create(layout: Layout, *, binaries: Binaries, account: Account, settings: Settings) -> None:
    """initdb, our role and our database. The superuser gets no password and so no way in.

    The cluster is made beside its place and renamed at the end: a kill half-way leaves nothing that looks
    usable.
    """
    password = secrets.token_urlsafe(24)
    fresh = layout.home / "cluster.new"
    shutil.rmtree(fresh, ignore_errors=True)
    make_folder(fresh, 0o700)
    account.own(fresh)
    _run(_initdb(binaries, fresh, settings), account=account, cluster=fresh)
    single = [str(binaries.program("postgres")), "--single", "-D", str(fresh)]
    _run(
        [*single, "-c", "exit_on_error=on", "-c", "log_checkpoints=off", "postgres"],
        account=account,
        cluster=fresh,
        feed=f"CREATE ROLE {ROLE} LOGIN CREATEDB PASSWORD '{password}'\n"
        f"CREATE DATABASE {DATABASE} OWNER {ROLE}\n",
    )
    write_private(layout.password, password + "\n")
    fresh.rename(layout.cluster)


def environment() -> dict[str, str]:
    """What PostgreSQL's programs see of ours: nothing that could redirect them, and English messages."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _initdb(binaries: Binaries, cluster: Path, settings: Settings) -> list[str]:
    """UTF-8; order by code point, which no update of the operating system changes under our indexes."""
    command = [
        *[str(binaries.program("initdb")), "-D", str(cluster), "-U", "postgres", "--auth=reject"],
        *["--encoding=UTF8", "--data-checksums", "--no-instructions"],
        "--locale=C" if sys.platform == "darwin" else "--locale=C.UTF-8",
    ]
    if binaries.major() >= 17:
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if not settings.durable:
        command += ["--no-sync"]
    return command


def _run(command: list[str], *, account: Account, cluster: Path, feed: str = "") -> None:
    try:
        done = subprocess.run(
            command,
            cwd=cluster.parent,
            env=environment(),
            input=feed,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_LIMIT_SECONDS,
            check=False,
            **account.spawn(),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CreationFailed(path=cluster, why=str(error)) from error
    if done.returncode != 0:
        raise CreationFailed(path=cluster, why=" / ".join(done.stdout.strip().splitlines()[-5:]))
