"""Commands of commitments that need no database. Each returns its exit code."""

import json
import sys
from pathlib import Path
from typing import Any

from frontline.commitments.logic import lab
from frontline.kernel.errors import DeskError

UNUSABLE_INPUT = 2


class UnreadableFile(DeskError):
    """{path}: {problem}"""


def lab_clocks(path: str) -> int:
    """`frontline lab clocks FILE` (`-` reads standard input): answers on standard output.

    Exit 0 when all checks are answered, 3 when some hold an error, 2 with one line on standard error when
    the input cannot be used.
    """
    try:
        answers, code = lab.run(_read_json(path))
    except DeskError as error:
        print(f"frontline lab clocks: {error}", file=sys.stderr)
        return UNUSABLE_INPUT
    print(json.dumps(answers, indent=2))
    return code


def _read_json(path: str) -> Any:
    try:
        text = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UnreadableFile(path=path, problem=f"cannot be read ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(path=path, problem="is not UTF-8 text.") from error
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
        raise UnreadableFile(path=path, problem=problem) from error
    except (RecursionError, ValueError) as error:  # nested too deep, or a number of thousands of digits
        raise UnreadableFile(
            path=path, problem="holds JSON that is nested too deep or numbers too long."
        ) from error
