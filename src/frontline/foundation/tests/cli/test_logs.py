"""What is logged tells where something broke, and never what was in the variables there."""

import subprocess
import sys

import pytest

PROGRAM = """
import logging, sys
from frontline.config import logging as ours

def connect(password, words):
    raise OSError("no route to host")

ours.configure(json=sys.argv[1] == "json")
try:
    connect("pass" + "word-1", "my " + "salary")
except OSError:
    logging.getLogger("frontline.test").exception("it broke")
"""


@pytest.mark.parametrize("manner", ["plain", "json"])
def test_a_traceback_names_the_place_and_keeps_what_was_in_the_variables(manner):
    done = subprocess.run([sys.executable, "-c", PROGRAM, manner], capture_output=True, text=True, check=True)
    for told in ("it broke", "in connect", "OSError", "no route to host"):
        assert told in done.stderr
    for secret in ("password-1", "my salary"):
        assert secret not in done.stderr
