import shutil
import socket
import tempfile
from pathlib import Path

import pytest


@pytest.fixture
def data():
    """A folder with a short name that the database's account can pass through."""
    folder = Path(tempfile.mkdtemp(prefix="fl-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
