"""A temporary folder and what runs in it. All of it ends when the block ends, however it ends."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
ROOT = os.geteuid() == 0
# Neither PostgreSQL nor nginx's workers run as root.
DATABASE_USER = "postgres" if ROOT else pwd.getpwuid(os.geteuid()).pw_name
WEB_USER = "www-data" if ROOT else DATABASE_USER


def as_user(name):
    return ["setpriv", f"--reuid={name}", f"--regid={name}", "--init-groups", "--"] if ROOT else []


@contextlib.contextmanager
def temporary_folder():
    # Not /tmp, which may be in memory: there a commit would cost nothing.
    folder = pathlib.Path(tempfile.mkdtemp(prefix="roster-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Stack:
    """Starts processes, and stops them in the opposite order."""

    def __init__(self, folder):
        self.folder = folder
        self.exits = contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        return self.exits.__exit__(*reason)

    def start(self, name, arguments, ready, stop=signal.SIGTERM, environment=None):
        child = self.exits.enter_context(running(self.folder / f"{name}.log", arguments, stop, environment))
        wait_until(ready, child, self.folder / f"{name}.log")
        return child.pid


@contextlib.contextmanager
def running(log, arguments, stop=signal.SIGTERM, environment=None):
    """A child, away from the terminal's Ctrl-C: its end is ours to order."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "ROSTER"))}
    with open(log, "wb") as output:
        child = subprocess.Popen(
            list(map(str, arguments)), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            # Sockets are for nginx's workers as well, whoever they are.
            umask=0, env={**inherited, **(environment or {})})
    try:
        yield child
    finally:
        end(child, stop)


def end(child, stop):
    """As asked, or by force; its descendants with it, which are in its session."""
    if child.poll() is None:
        child.send_signal(stop)
    try:
        child.wait(timeout=30)
    except subprocess.TimeoutExpired:
        pass
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def wait_until(ready, child, log, seconds=60):
    deadline = time.monotonic() + seconds
    while not ready():
        if child.poll() is not None or time.monotonic() > deadline:
            sys.exit(f"{child.args[0]} does not start:\n{log.read_text(errors='replace')[-4000:]}")
        time.sleep(0.01)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def accepts(path):
    """Whether somebody listens on a Unix socket."""
    with socket.socket(socket.AF_UNIX) as client:
        try:
            client.connect(str(path))
        except OSError:
            return False
        return True
