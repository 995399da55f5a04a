import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.product import RealDesk
from tests.faults.sink import Sink
from tests.faults.storm import free_port


@pytest.fixture
def data():
    with folder() as path:
        yield path


@pytest.fixture
def port():
    return free_port()


@pytest.fixture(scope="session")
def furnished():
    """The data of a desk that has its people and no ticket yet; it does not run."""
    with folder() as path:
        desk = RealDesk(data=path, port=free_port(), smtp_port=free_port())
        try:
            desk.start()
            desk.furnish()
        finally:
            desk.stop()
        yield path


@pytest.fixture
def desk(furnished, data, port):
    """The real product, live, and where its mail goes."""
    subprocess.run(["cp", "-a", f"{furnished}/.", data], check=True)
    smtp_port = free_port()
    with Sink(port=smtp_port, seed=1) as sink:
        desk = RealDesk(data=data, port=port, smtp_port=smtp_port)
        desk.sink = sink
        try:
            desk.start()
            yield desk
        finally:
            desk.stop()


@contextmanager
def folder():
    """A folder with a short name that the database's account can pass through."""
    path = Path(tempfile.mkdtemp(prefix="fl-"))
    path.chmod(0o711)
    try:
        yield path
    finally:
        shutil.rmtree(path)
