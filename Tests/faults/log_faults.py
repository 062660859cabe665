"""The log goes where nobody takes it: a pipe that is not read, a disk that hangs. Every request is logged."""

import contextlib
import os
import subprocess
import threading

from stack.machine import ROOT, temporary_folder

from faults.isolation import IsolationRow, filled, isolated, readers

FROZEN = 64 << 20  # bytes of the file system


class Pipe:
    """Is the file `roster.log` of a row; `with` it, somebody reads."""

    def open(self, cluster):
        filled(cluster)
        self.path = cluster.home.parent / "roster.log"
        os.mkfifo(self.path)
        self.descriptor = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)

    def read_on(self, stop):
        while not stop.wait(0.005):
            with contextlib.suppress(BlockingIOError):
                while os.read(self.descriptor, 1 << 16):
                    pass

    @contextlib.contextmanager
    def is_read(self):
        stop = threading.Event()
        thread = threading.Thread(target=self.read_on, args=(stop,))
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()


def stalled_log(name):
    """Both workers have the same pipe as their standard error."""
    pipe = Pipe()
    with isolated(name, "32 readers; nobody reads the log", pipe.open, arguments=("--echo",)) as (row, service):
        try:
            with pipe.is_read():
                before = readers(service)
            through = readers(service)
            with pipe.is_read():
                row.require_isolation([before, readers(service)], through)
        finally:
            pipe.path.unlink()  # else it would be kept among the logs
            os.close(pipe.descriptor)
    return row


@contextlib.contextmanager
def mounted():
    """A small file system of its own, which can be frozen."""
    with temporary_folder("log") as folder:
        image, place = folder / "disk", folder / "mounted"
        place.mkdir()
        with open(image, "wb") as file:
            file.truncate(FROZEN)
        run("mkfs.ext4", "-q", image)
        run("mount", "-o", "loop", image, place)
        try:
            yield place
        finally:
            run("umount", "-l", place)


@contextlib.contextmanager
def frozen(place):
    run("fsfreeze", "-f", place)
    try:
        yield
    finally:
        run("fsfreeze", "-u", place)


def run(*command):
    subprocess.run(list(map(str, command)), check=True, stdout=subprocess.DEVNULL)


def frozen_log(name):
    """Standard error is a file on a disk that hangs for as long as the readers read."""
    if not ROOT:
        return IsolationRow(name, "needs root", broken=["was not tried"])

    def before(cluster):
        filled(cluster)
        (cluster.home.parent / "roster.log").symlink_to(place / "roster.log")
    with mounted() as place, isolated(name, "32 readers; the log's disk hangs", before, arguments=("--echo",)) as (
            row, service):
        before = readers(service)
        with frozen(place):
            through = readers(service)
        row.require_isolation([before, readers(service)], through)
        lines = service.log_lines("lines of the log are missing")
        row.require(lines, "nothing says that lines are missing")
        row.note(lines[-1] if lines else "")
    return row


FAULTS = {"log-stalled": stalled_log, "log-frozen": frozen_log}
