"""Starts what the tests need, and stops it again."""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
# To start; a machine that is busy with other tests takes its time.
SECONDS = 300


@contextlib.contextmanager
def running(command, log, is_ready, **options):
    """A process from when it is ready; it is asked to end, and waited for."""
    environment = os.environ | {"PATH": os.environ["PATH"] + ":/usr/sbin:/sbin"} | options.pop("environment", {})
    with open(log, "w", encoding="utf-8") as output:
        child = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=environment,
            **options)
    try:
        wait_until(is_ready, child, log)
        yield child
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(60)


def wait_until(is_ready, child, log):
    end = time.monotonic() + SECONDS
    while not is_ready():
        if child.poll() is not None or time.monotonic() > end:
            sys.exit(f"{child.args[0]} did not start:\n{pathlib.Path(log).read_text(encoding='utf-8')}")
        time.sleep(0.05)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def listens_at(path):
    """Whether somebody listens on a Unix socket."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
        client.connect(str(path))
        return True
    return False


def children(pid):
    return list(map(int, pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split()))


def settings(unit, name):
    """The values of a setting of a unit file, in order."""
    lines = pathlib.Path(unit).read_text(encoding="utf-8").splitlines()
    return [line.partition("=")[2] for line in lines if line.startswith(f"{name}=")]
