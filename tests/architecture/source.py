"""Reading the checkout for rules about it: which files there are, code without its words, words without code."""

import ast
import io
import subprocess
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "frontline"


@cache
def tracked() -> tuple[str, ...]:
    """Files under version control, and new ones that will be; as posix paths from the root."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(sorted(name for name in set(done.stdout.splitlines()) if (ROOT / name).is_file()))


def python_files(*, tests: bool = False, migrations: bool = False) -> list[Path]:
    """The package's own files, as paths inside `src/frontline`."""
    found = [path.relative_to(PACKAGE) for path in sorted(PACKAGE.rglob("*.py"))]
    return [
        path
        for path in found
        if (tests or "tests" not in path.parts) and (migrations or "migrations" not in path.parts)
    ]


def code_lines(source: str) -> list[str]:
    """The lines with comments and strings blanked out, so that a rule about code never reads prose."""
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if tokenize.tok_name[token.type] in {"COMMENT", "STRING", "FSTRING_MIDDLE"}:
            _blank(lines, token.start, token.end)
    return lines


def _blank(lines: list[str], start: tuple[int, int], end: tuple[int, int]) -> None:
    for number in range(start[0], end[0] + 1):
        line = lines[number - 1]
        first = start[1] if number == start[0] else 0
        last = end[1] if number == end[0] else len(line)
        lines[number - 1] = line[:first] + " " * (last - first) + line[last:]


def strings(source: str) -> Iterator[tuple[int, str]]:
    """Every string of the code that is not a docstring, with its line."""
    tree = ast.parse(source)
    prose = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in prose:
            yield node.lineno, node.value
