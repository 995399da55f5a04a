"""`frontline mail parse PATH…`: what the desk reads in a mail, as JSON lines. Nothing is stored."""

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
    missing = [path for path in paths if not Path(path).exists()]
    if missing or not paths:
        what = (
            f"no such file or folder: {', '.join(missing)}" if missing else "name a file, an mbox or a folder"
        )
        print(f"frontline mail parse: {what}", file=errors)
        return 2
    escaped = (getattr(out, "encoding", None) or "utf-8").lower().replace("-", "") != "utf8"
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
