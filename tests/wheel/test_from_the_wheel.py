"""What `make wheel` builds carries all it needs: installed alone, away from the checkout, it serves a desk."""

import os
import signal
import site
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from frontline.foundation.postgres import Cluster
from tests.journeys.product import free_port

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 180
#: kinds of files that the running product reads beside its code
READ = {".html", ".txt", ".css", ".js", ".json", ".svg", ".mo", ".woff2", ".map"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT)],
        check=True,
        capture_output=True,
        text=True,
    )
    (found,) = out.glob("frontline_desk-*.whl")
    return found


@pytest.fixture
def installed(wheel: Path, tmp_path: Path) -> Path:
    """The `frontline` of an environment that holds the wheel, and only borrows the libraries it depends on."""
    home = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", str(home)], check=True)
    python = home / "bin" / "python"
    pip = [
        str(python),
        "-m",
        "pip",
        "install",
        "-qq",
        "--disable-pip-version-check",
        "--no-deps",
        "--no-index",
    ]
    subprocess.run([*pip, str(wheel)], check=True)
    (own,) = home.glob("lib/python3*/site-packages")
    # a path named so is searched, but its own path files, the checkout's among them, are not read
    (own / "borrowed.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    where = subprocess.run(
        [str(python), "-c", "import frontline; print(frontline.__file__)"],
        check=True,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert Path(where.stdout.strip()).is_relative_to(home)
    return home / "bin" / "frontline"


@pytest.fixture
def data() -> Iterator[Path]:
    """Short and of its own: the path of a socket has little room."""
    with tempfile.TemporaryDirectory(prefix="fl-wheel-") as folder:
        path = Path(folder)
        path.chmod(0o711)
        yield path / "data"
        Cluster(path / "data").stop()


def test_every_file_the_product_reads_travels_in_the_wheel(wheel: Path):
    package = ROOT / "src" / "frontline"
    wanted = {
        str(file.relative_to(ROOT / "src"))
        for file in package.rglob("*")
        if file.suffix in READ and "tests" not in file.parts and "node_modules" not in file.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    missing = sorted(wanted - inside - {"frontline/foundation/ui/package-lock.json"})
    assert missing == []
    assert any(name.startswith("frontline/foundation/ui/static/vendor/") for name in wanted)
    assert not any("/tests/" in name for name in inside)


@pytest.mark.slow
def test_installed_alone_it_serves_a_desk_and_stops(installed: Path, data: Path, tmp_path: Path):
    port = free_port()
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PYTHONPATH"} and "FRONTLINE" not in name
    }
    log = tmp_path / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [str(installed), "up", "--data", str(data), "--port", str(port)],
            cwd=tmp_path,
            env=environment,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(process, f"http://127.0.0.1:{port}/readyz", log)
        page = httpx.get(f"http://127.0.0.1:{port}/sign-in")
        assert (page.status_code, 'name="login"' in page.text) == (200, True)
        style = httpx.get(f"http://127.0.0.1:{port}/static/frontline/app.css")
        assert (style.status_code, style.headers["content-type"].split(";")[0]) == (200, "text/css")
    finally:
        process.send_signal(signal.SIGINT)
        ended = process.wait(60)
    assert ended == 0, log.read_text(errors="replace")[-4000:]


def _wait(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while True:
        with suppress(httpx.HTTPError):
            if httpx.get(address, timeout=5).status_code == 200:
                return
        assert process.poll() is None, log.read_text(errors="replace")[-4000:]
        assert time.monotonic() < deadline, log.read_text(errors="replace")[-4000:]
        time.sleep(0.2)
