"""The log goes where nobody takes it: a pipe that is not read, a disk that hangs. Every request is logged."""

import contextlib
import os
import re
import signal
import subprocess
import threading
import time
from collections import Counter

from stack.machine import ROOT, WEB_USER, own_folder, temporary_folder
from stack.service import until

from faults.isolation import IsolationRow, filled, isolated, readers
from faults.load import Load, create
from faults.service import serving
from faults.table import Row

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


# --- Rotated

ROTATIONS, PAUSE = 200, 0.05
LINE = re.compile(r"\d{4}-\d\d-\d\dT[0-9:.]+Z \w+ \[\d+\] .")
TAG = re.compile(r"(w\d+-\d+-\d+)@example\.com")


def rotated_log(name):
    """The log is moved away and opened anew every 50 ms under load: each create is in it once, and no line is split."""
    row = Row(name, f"8 clients, {ROTATIONS} rotations")
    with temporary_folder("log") as parent:
        log = own_folder(parent / "log", WEB_USER) / "roster.log"
        with serving(name, arguments=("--echo", "--log-file", log)) as service:
            with Load(service.port, 8, lambda tag, _: create(tag)) as load:
                for number in range(ROTATIONS):
                    log.rename(log.with_name(f"{number:03}"))
                    service.roster.child.send_signal(signal.SIGUSR1)
                    time.sleep(PAUSE)
                    row.require(until(log.exists, 10) is not None, "no new file is made")
            service.roster.end()
        row.entries = load.entries
        row.require_answers()
        judge_log(row, [path.read_text() for path in sorted(log.parent.iterdir())])
    return row


def judge_log(row, texts):
    row.require(all(text.endswith("\n") or not text for text in texts), "a file ends within a line")
    lines = "".join(texts).splitlines()
    strange = [line for line in lines if not LINE.match(line)]
    row.require(not strange, f"{len(strange):,} lines without a beginning: {strange[:1]}")
    told = Counter(TAG.findall("\n".join(lines)))
    wrong = [entry.tag for entry in row.entries if told[entry.tag] != 1]
    row.require(not wrong, f"{len(wrong):,} creates are not in it once: {wrong[:3]}")


FAULTS = {"log-stalled": stalled_log, "log-frozen": frozen_log, "log-rotated": rotated_log}
