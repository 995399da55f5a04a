"""`frontline mail parse|ingest PATH…`: what the desk reads in a mail, and taking mails in; JSON lines."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TextIO

from frontline.channels.mail.logic.parse import parse_message
from frontline.channels.mail.sources import read_messages


def parse_paths(paths: Sequence[str], *, out: TextIO | None = None, errors: TextIO | None = None) -> int:
    """Print one JSON object a message of each `.eml`, mbox, maildir or folder.

    Exit status 0 when every message has its line (an unparsable one says why in "unparsable"), 2 when a path cannot
    be read; then nothing is printed but one line on standard error.
    """
    out, errors = out or sys.stdout, errors or sys.stderr
    if not _are_there(paths, "parse", errors):
        return 2
    escaped = _escapes(out)
    try:
        for name, raw in read_messages(Path(path) for path in paths):
            shape = {"file": name, **parse_message(raw).as_dict()}
            out.write(json.dumps(shape, ensure_ascii=escaped) + "\n")
    except BrokenPipeError:
        raise  # the reader of our lines went away; the outermost door knows what that means
    except OSError as error:
        print(f"frontline mail parse: cannot read {error.filename}: {error.strerror}", file=errors)
        return 2
    return 0


def _are_there(paths: Sequence[str], verb: str, errors: TextIO) -> bool:
    missing = [path for path in paths if not Path(path).exists()]
    if paths and not missing:
        return True
    what = f"no such file or folder: {', '.join(missing)}" if missing else "name a file, an mbox or a folder"
    print(f"frontline mail {verb}: {what}", file=errors)
    return False


def _escapes(out: TextIO) -> bool:
    """Whether JSON must be escaped for this stream."""
    return (getattr(out, "encoding", None) or "utf-8").lower().replace("-", "") != "utf8"


def add(parser: argparse.ArgumentParser) -> None:
    """`parse` is answered before Django is loaded; it stands here for the help."""
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    words = {"parse": "read mails and print them as JSON lines; nothing is stored", "ingest": "take mails in"}
    for verb, text in words.items():
        one = verbs.add_parser(verb, help=text, description=text)
        one.add_argument("paths", nargs="+", metavar="PATH", help="an .eml, an mbox, a maildir or a folder")
        if verb == "ingest":
            one.add_argument(
                "--mailbox", metavar="ADDRESS", help="as if it had arrived in this mailbox of the desk"
            )


def run(arguments: argparse.Namespace) -> int:
    if arguments.verb == "parse":
        return parse_paths(arguments.paths)
    return ingest_paths(arguments.paths, mailbox=arguments.mailbox)


def ingest_paths(
    paths: Sequence[str],
    *,
    mailbox: str | None = None,
    out: TextIO | None = None,
    errors: TextIO | None = None,
) -> int:
    """Take each mail in as if it had been fetched, and print what became of it as a JSON line.

    Exit status 0 when every mail has its line, quarantined ones too; 2 when a path cannot be read.
    """
    from frontline.channels.mail.queries import mailbox_at
    from frontline.channels.mail.usecases.intake import take_in
    from frontline.foundation import clock

    out, errors = out or sys.stdout, errors or sys.stderr
    if not _are_there(paths, "ingest", errors):
        return 2
    box = None if mailbox is None else mailbox_at(mailbox)
    escaped = _escapes(out)
    try:
        for name, raw in read_messages(Path(path) for path in paths):
            taken = take_in(raw=raw, mailbox=box, now=clock.now())
            shape = {
                "file": name,
                "outcome": taken.outcome,
                "ticket": taken.ticket or None,
                "reason": taken.reason,
            }
            out.write(json.dumps(shape, ensure_ascii=escaped) + "\n")
            out.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"frontline mail ingest: cannot read {error.filename}: {error.strerror}", file=errors)
        return 2
    return 0
