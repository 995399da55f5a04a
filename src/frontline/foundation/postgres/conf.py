"""The server's configuration, written anew at every start; `local.conf` beside it is the operator's own."""

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from frontline.foundation.postgres.account import Account

ROLE = "frontline"
DATABASE = "frontline"
SOCKET_PORT = 5432
#: bytes in sockaddr_un.sun_path, less the terminator, on the narrowest system we run on (macOS: 104)
_LONGEST_SOCKET = 103
_GIB = 2**30


@dataclass(frozen=True)
class Settings:
    """How a cluster treats its disk. Only tests may be careless."""

    durable: bool = True


DURABLE = Settings()
CARELESS = Settings(durable=False)


@dataclass(frozen=True)
class Address:
    """Where the server listens: a socket folder, or a loopback port when that folder's name is too long."""

    sockets: Path | None
    port: int

    def url(self, password: str, database: str = DATABASE) -> str:
        if self.sockets is None:
            return f"postgresql://{ROLE}:{password}@127.0.0.1:{self.port}/{database}"
        host = str(self.sockets).replace("%", "%25").replace("&", "%26").replace(" ", "%20")
        return f"postgresql://{ROLE}:{password}@/{database}?host={host}&port={self.port}"


def socket_fits(folder: Path) -> bool:
    return len(os.fsencode(folder / f".s.PGSQL.{SOCKET_PORT}")) <= _LONGEST_SOCKET


def write_configuration(cluster: Path, *, address: Address, settings: Settings, account: Account) -> None:
    _put(cluster / "postgresql.conf", server_lines(address, settings), account)
    _put(cluster / "pg_hba.conf", access_lines(), account)


def access_lines() -> str:
    """Our one role with its password; everybody else, the superuser included, has no way in."""
    return "".join(
        f"{line}\n"
        for line in (
            "# Written by Frontline at every start.",
            f"local all {ROLE} scram-sha-256",
            f"host all {ROLE} 127.0.0.1/32 scram-sha-256",
            f"host all {ROLE} ::1/128 scram-sha-256",
            "local all all reject",
            "host all all all reject",
        )
    )


def server_lines(address: Address, settings: Settings) -> str:
    """postgresql.conf for a machine that has other things to do as well: 2 cores, a laptop's memory."""
    memory = _memory()
    values: dict[str, str | int] = {
        "cluster_name": "frontline",
        "listen_addresses": "" if address.sockets else "127.0.0.1",
        "port": address.port,
        "unix_socket_directories": str(address.sockets or ""),
        "unix_socket_permissions": "0700",
        "password_encryption": "scram-sha-256",
        "max_connections": 100,
        "shared_buffers": "256MB" if memory >= 4 * _GIB else "128MB",
        "effective_cache_size": f"{max(memory // 2**21, 256)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "dynamic_shared_memory_type": _shared_memory(),
        "random_page_cost": "1.1",
        "jit": "off",  # compiling costs more than our short queries take
        "max_parallel_workers": max(os.cpu_count() or 1, 1),
        "max_wal_size": "2GB",
        "min_wal_size": "128MB",
        "checkpoint_timeout": "15min",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "logging_collector": "on",
        "log_directory": "log",
        "log_filename": "postgresql-%a.log",  # a week of logs, each day overwriting its last week's
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": 0,
        "log_line_prefix": "%m [%p] %a ",
        "log_checkpoints": "off",
        "log_error_verbosity": "default",
        # Statements may hold what people wrote to the desk; an error is enough to find the place.
        "log_min_error_statement": "panic",
        "fsync": _switch(on=settings.durable),
        "synchronous_commit": _switch(on=settings.durable),
        "full_page_writes": _switch(on=settings.durable),
    }
    if sys.platform == "linux":
        # After a crash: one call for the file system instead of one for each of some 1,800 files. On a busy disk that
        # took 0.6 to 2.4 s where the files took 4 to 12, and once 88.
        values["recovery_init_sync_method"] = "syncfs"
    lines = ["# Written by Frontline at every start. Put your own settings into local.conf in this folder."]
    lines += [f"{name} = {_quoted(value)}" for name, value in values.items()]
    return "\n".join([*lines, "include_if_exists = 'local.conf'", ""])


def _quoted(value: str | int) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def _switch(*, on: bool) -> str:
    return "on" if on else "off"


def _memory() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def _shared_memory() -> str:
    """Containers often give /dev/shm 64 MB: a parallel query would fail there, so files take its place."""
    try:
        return "posix" if shutil.disk_usage("/dev/shm").total >= _GIB // 4 else "mmap"  # noqa: S108 (asked, not used)
    except OSError:
        return "posix"


def _put(path: Path, text: str, account: Account) -> None:
    """Replace a file in a folder of the database's account without following a link that lies there."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)
    account.own(Path(name))
    Path(name).replace(path)
