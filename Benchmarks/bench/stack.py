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
    """Starts services, and stops them in the opposite order."""

    def __init__(self, folder):
        self.folder = folder
        self.exits = contextlib.ExitStack()

    def __enter__(self):
        return self

    def __exit__(self, *reason):
        return self.exits.__exit__(*reason)

    def start(self, name, arguments, socket=None, ready=None, stop=signal.SIGTERM, environment=None):
        """Returns when somebody listens on the socket, or when `ready` says so."""
        service = Service(self.folder / f"{name}.log", arguments, socket, ready, stop, environment)
        self.exits.callback(service.end)
        service.start()
        return service


class Service:
    """A process that can be started again."""

    def __init__(self, log, arguments, socket, ready, stop, environment):
        self.log, self.arguments, self.socket, self.stop, self.environment = log, arguments, socket, stop, environment
        self.ready = ready or (lambda: accepts(socket))
        self.child = None

    @property
    def process(self):
        return self.child.pid

    def start(self):
        if self.socket:
            self.socket.unlink(missing_ok=True)  # of a process that could not clear up
        self.child = launch(self.log, self.arguments, self.environment)
        wait_until(self.ready, self.child, self.log)

    def end(self):
        if self.child:
            end(self.child, self.stop)

    def restart(self):
        """Without regard for what it is doing."""
        end(self.child, signal.SIGKILL)
        self.start()


def launch(log, arguments, environment=None):
    """A child, away from the terminal's Ctrl-C: its end is ours to order."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "ROSTER"))}
    inherited["PATH"] += ":/usr/sbin:/sbin"  # where Debian has nginx, which is not in a user's PATH
    with open(log, "ab") as output:
        return subprocess.Popen(
            list(map(str, arguments)), stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True,
            # Sockets are for nginx's workers as well, whoever they are.
            umask=0, env={**inherited, **(environment or {})})


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
