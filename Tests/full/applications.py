"""Starts the reference and Roster on a database, and stops them."""

import contextlib
import getpass
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
SECONDS = 60


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@contextlib.contextmanager
def running(what, command, log, is_ready, **options):
    """A process from when it is ready; it is asked to end, and waited for."""
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, **options)
    try:
        end = time.monotonic() + SECONDS
        while not is_ready():
            if process.poll() is not None or time.monotonic() > end:
                sys.exit(f"{what} did not start:\n{pathlib.Path(log).read_text(encoding='utf-8')}")
            time.sleep(0.05)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(SECONDS)


@contextlib.contextmanager
def reference(folder, sockets, database):
    """The reference application on a database; yields its port."""
    port = free_port()
    command = [TOP / ".build/reference/bin/uvicorn", "app:app", "--port", str(port), "--log-level", "warning"]
    environment = os.environ | {
        "DATABASE_URL": f"postgresql+asyncpg://roster@/{database}?host={sockets}",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    with running(
        "the reference", command, folder / "reference.log", lambda: answers(port),
        cwd=TOP / "Tests/reference", env=environment,
    ):
        yield port


@contextlib.contextmanager
def roster(folder, sockets, database):
    """Roster behind nginx on a database, which it is told of as the reference is; yields nginx's port."""
    port = free_port()
    log = folder / "roster.log"
    environment = os.environ | {
        "PORT": str(port), "TLS_PORT": str(free_port()), "STATE_DIR": str(folder / "state"),
        "DATABASE_URL": f"postgresql+asyncpg://roster@/{database}?host={sockets}",
    }
    with running(
        "Roster", [TOP / "nginx/run"], log, lambda: "\nready" in log.read_text(encoding="utf-8"), env=environment
    ):
        yield port


def create_database(sockets, name):
    """An empty database of role roster in the cluster of nginx/run."""
    superuser = "postgres" if os.geteuid() == 0 else getpass.getuser()
    drop = ["setpriv", f"--reuid={superuser}", f"--regid={superuser}", "--init-groups", "--"]
    command = ["psql", "-qX", f"postgresql://postgres@/postgres?host={sockets}", "-c", f"CREATE DATABASE {name} OWNER roster"]
    subprocess.run((drop if os.geteuid() == 0 else []) + command, check=True)
