"""Secrets that people set in screens (mailbox passwords, webhook keys) are stored sealed, with the key beside the data.

The key file holds one Fernet key a line: the first seals, all open, so a key is changed by putting a new one on top
and sealing anew. Who copies the database alone has nothing; back up the key file with the files.
"""

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from frontline.kernel.errors import DeskError


class CannotUnseal(DeskError):
    """This secret was sealed with a key that is not in {path}. Restore that file, or enter the secret again."""

    status = 500


class BadKeyFile(DeskError):
    """{path} holds no usable key. Restore it from the backup; without it sealed secrets must be entered again."""

    status = 500


def seal(secret: str) -> str:
    """The secret as text for a column; twice sealed it looks different."""
    return _box().encrypt(secret.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """The secret again. Raises CannotUnseal, BadKeyFile."""
    try:
        return _box().decrypt(sealed.encode("ascii")).decode()
    except (InvalidToken, UnicodeEncodeError) as error:
        raise CannotUnseal(path=_path()) from error


def reseal(sealed: str) -> str:
    """Sealed with the first key of the file, for after a change of keys."""
    return seal(unseal(sealed))


def _path() -> Path:
    return Path(os.environ.get("FRONTLINE_SECRETS_KEY_FILE") or Path(settings.DATA) / "secrets-key")


def _box() -> MultiFernet:
    path = _path()
    if not path.exists():
        _make(path)
    try:
        keys = [Fernet(line) for line in path.read_text(encoding="ascii").split()]
        return MultiFernet(keys)
    except ValueError as error:
        raise BadKeyFile(path=path) from error


def _make(path: Path) -> None:
    """A new key, whole or not at all; when another process is quicker, its key is ours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(Fernet.generate_key().decode("ascii") + "\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
