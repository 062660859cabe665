"""What `make run` says, and how it refuses."""

import contextlib
import os
import pathlib


class Refused(Exception):
    """Why it does not start, or goes on no longer; each argument is a line."""


def say(word, text):
    write(1, f"{word:<10} {text}\n")


def write(descriptor, text):
    with contextlib.suppress(OSError):  # whoever has stopped listening stops nothing
        os.write(descriptor, os.fsencode(text))


def refuse_with_log(log, *lines):
    """After the end of what somebody else has said."""
    last = pathlib.Path(log).read_bytes().splitlines()[-20:]
    write(2, f"--- the end of {log}\n" + "".join(os.fsdecode(line) + "\n" for line in last) + "---\n")
    raise Refused(*lines)
