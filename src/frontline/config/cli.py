"""The `frontline` command. Start-up stays light: Django is loaded only by what needs it.

Exit codes: 0 done, 1 failed, 2 unusable input, 3 done with some rows rejected.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from frontline.foundation.terminal import worded
from frontline.kernel.errors import DeskError

#: commands that later pieces of the product bring; they say so instead of failing as unknown
LATER = {"export", "backup", "restore", "erase-person"}


def main(arguments: Sequence[str] | None = None) -> int:
    argv = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "frontline.config.settings")
    try:
        return _run(argv)
    except DeskError as error:
        print(f"frontline: {worded(error)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(argv: list[str]) -> int:
    argv = argv or ["--help"]
    name = argv[0]
    if name in LATER:
        raise DeskError("`frontline {name}` is not part of this version yet.", name=name)
    if name in WITHOUT_DJANGO:
        return WITHOUT_DJANGO[name](argv[1:])
    if name == "mail" and argv[1:2] == ["parse"]:
        from frontline.channels.mail.cli import parse_paths

        return parse_paths(_paths("mail parse", argv[2:]))
    with ExitStack() as stack:
        _database(stack, needed=not _only_prints(argv))
        return _web(argv[1:]) if name == "web" else _with_django(argv)


def _only_prints(argv: list[str]) -> bool:
    return argv[0] in WITHOUT_DATABASE or bool({"--help", "-h"}.intersection(argv))


def _paths(command: str, argv: list[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog=f"frontline {command}")
    parser.add_argument("paths", nargs="+", metavar="PATH")
    paths: list[str] = parser.parse_args(argv).paths
    return paths


def _database(stack: ExitStack, *, needed: bool) -> None:
    """DATABASE_URL, else the embedded cluster, started for this command when it is not running."""
    if not needed or os.environ.get("DATABASE_URL"):
        return
    from frontline.foundation.postgres import embedded

    data = Path(os.environ.get("FRONTLINE_DATA", ".frontline")).resolve()
    os.environ["DATABASE_URL"] = stack.enter_context(embedded(data))


def _with_django(argv: list[str]) -> int:
    import django
    from django.conf import settings

    from frontline.config import logging

    django.setup()
    logging.configure(json=settings.LOG_FORMAT == "json")
    from frontline.foundation import manifest

    parser = argparse.ArgumentParser(prog="frontline", description="The service desk as a command layer.")
    from frontline import __version__

    parser.add_argument("--version", action="version", version=f"frontline {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, words in HELP.items():
        commands.add_parser(name, help=words)
    for command in manifest.commands().values():
        added = commands.add_parser(command.name, help=command.help, description=command.help)
        command.add(added)
        added.set_defaults(run_command=command.run)
    parsed = parser.parse_args(argv)
    code: int = parsed.run_command(parsed)
    return code


def _up(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="frontline up", description=HELP["up"])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("FRONTLINE_DATA", ".frontline")))
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--demo", action="store_true", help="serve the demo organisation, made on first use")
    options = parser.parse_args(argv)
    from frontline.foundation.supervisor import Options, run

    return run(
        Options(
            data=options.data.resolve(),
            port=options.port,
            host=options.host,
            workers=options.workers,
            demo=options.demo,
        )
    )


def _web(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="frontline web", description=HELP["web"])
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    parser.add_argument("--host", default="127.0.0.1")
    options = parser.parse_args(argv)
    from frontline.config.web import serve

    return serve(host=options.host, port=options.port)


def _lab(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="frontline lab", description=HELP["lab"])
    parser.add_argument(
        "tool", metavar="TOOL", help="clocks; later outbreaks, experience, charts, correlate, impact"
    )
    parser.add_argument("file", metavar="FILE")
    options = parser.parse_args(argv)
    if options.tool != "clocks":
        raise DeskError(
            "`frontline lab {tool}` is not part of this version yet; `clocks` is.", tool=options.tool
        )
    from frontline.commitments.cli import lab_clocks

    return lab_clocks(options.file)


def _start_capability(argv: list[str]) -> int:
    from frontline.config import scaffold

    return scaffold.main(argv)


HELP = {
    "up": "start everything: database (unless DATABASE_URL), web, worker, clock watch",
    "web": "serve pages, API and live stream",
    "lab": "the science on files, no database",
    "startcapability": "for developers: write the folder of a new capability and its one line",
}
WITHOUT_DJANGO: dict[str, Callable[[list[str]], int]] = {
    "up": _up,
    "lab": _lab,
    "startcapability": _start_capability,
}
#: these load Django but never ask the database
WITHOUT_DATABASE = {"--version", "openapi", "matrix"}
