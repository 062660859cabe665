"""Roster: the program, and how it is started behind nginx."""

import os
import pathlib
import shutil

from stack.machine import ROOT, TOP, WEB_USER

PROGRAM = pathlib.Path(os.environ.get("ROSTER", TOP / ".build/release/roster")).absolute()


def copied(folder):
    """A copy in this folder: the web server's user may be unable to enter the clone."""
    return pathlib.Path(shutil.copy(PROGRAM, folder / "roster"))


def serve(program, socket, *arguments):
    """The command that serves a Unix socket of nginx's."""
    user = ["--user", WEB_USER, "--socket-mode", "0660"] if ROOT else []
    return [program, "serve", "--listen", f"unix:{socket}", *user, *arguments]
