"""A workload, sent by wrk; and what it cost."""

import contextlib
import json
import pathlib
import subprocess
import sys
import time
from dataclasses import dataclass

from bench import processes
from bench.database import Database
from bench.settings import USERS, WRITING

REQUESTS = pathlib.Path(__file__).with_name("requests.lua")
WARM_UP = 0.3
DRAIN = 2


@dataclass(frozen=True)
class Target:
    """What is measured: a port of nginx, and the processes behind it."""

    port: int
    process: int
    nginx: int
    database: Database


@contextlib.contextmanager
def wrk(port, workload, clients, seconds, seed, users=USERS):
    child = subprocess.Popen(
        ["wrk", "--threads", "2", "--connections", str(clients), "--duration", f"{seconds}s", "--timeout", "60s",
         "--script", str(REQUESTS), f"http://127.0.0.1:{port}", "--", workload, str(seed), str(users)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        yield child
    finally:
        child.kill()
        child.wait()


def warm_up(*arguments):
    """Connections get opened, statements prepared, caches filled. wrk itself cannot be asked for less than a second."""
    with wrk(*arguments) as child, contextlib.suppress(subprocess.TimeoutExpired):
        child.communicate(timeout=WARM_UP)


def run(*arguments):
    """What the script said at the end."""
    with wrk(*arguments) as child:
        output, complaint = child.communicate()
    lines = [line for line in output.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else sys.exit(f"wrk: {complaint or output}")


class Meter:
    """What the processes of a peer, of nginx and of PostgreSQL use."""

    def __init__(self, **roots):
        self.trees = dict(zip(roots, processes.trees(roots.values())))
        self.before = self.cpu()
        processes.reset_peak(self.trees["own"])

    def cpu(self):
        return {name: processes.cpu(tree) for name, tree in self.trees.items()}

    def microseconds(self, requests):
        """Per request, if their number is known."""
        now = self.cpu()
        return {name: (now[name] - self.before[name]) / 1000 / requests if requests else None for name in now}

    def peaks(self):
        return [processes.memory(process, "VmHWM") for process in self.trees["own"]]


def measure(target, workload, clients, seconds, seed, users=USERS):
    """One cell of the table."""
    database = target.database
    warm_up(target.port, workload, clients, 1, 1000 + seed, users)
    drain(database, 0.5)
    database.touched |= workload in WRITING
    database.restore()
    meter = Meter(own=target.process, nginx=target.nginx, postgres=database.process)
    result = run(target.port, workload, clients, seconds, seed, users)
    # Requests that wrk gave up on at the end are executed all the same: they count as sent, and so does what they
    # cost. Where they are many, or it would take long, nobody knows the cost of one.
    complete = drain(database, DRAIN) and result["answered"] * 2 > result["sent"]
    cost = meter.microseconds(result["sent"] if complete else None)
    database.touched |= workload in WRITING
    peaks = meter.peaks()
    wrong = abs(result["answered"] - result["refused"]) if workload == "missing" else result["refused"]
    return {
        "rate": result["answered"] / result["seconds"], "p50": result["p50"], "p99": result["p99"],
        "errors": wrong + result["broken"], **cost, "peak": sum(peaks), "processes": len(peaks)}


def drain(database, seconds):
    """Waits until all requests have been executed; cancels what takes longer. Whether all were."""
    deadline = time.monotonic() + seconds
    cancelled = False
    quiet = 0
    # Twice, because a request may be on its way from the responder.
    while quiet < 2:
        quiet = quiet + 1 if database.is_idle() else 0
        if time.monotonic() > deadline:
            cancelled = True
            database.cancel()
        time.sleep(0.01)
    return not cancelled
