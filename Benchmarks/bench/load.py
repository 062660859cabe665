"""A workload, sent by wrk; and what it cost."""

import contextlib
import json
import pathlib
import subprocess
import sys
import time
from dataclasses import dataclass

from bench.database import Database
from bench.settings import USERS, WRITING
from stack import processes
from stack.service import Service

REQUESTS = pathlib.Path(__file__).with_name("requests.lua")
WARM_UP = 0.3
DRAIN = 2
WINDOW = 0.02


@dataclass(frozen=True)
class Target:
    """What is measured: a port of nginx, and the processes behind it."""

    port: int
    service: Service
    nginx: Service
    database: Database


@contextlib.contextmanager
def wrk(port, workload, clients, seconds, seed, users=USERS):
    child = subprocess.Popen(
        ["wrk", "--threads", "2", "--connections", str(clients), "--duration", f"{seconds}s", "--timeout", "60s",
         "--script", str(REQUESTS), f"http://127.0.0.1:{port}", "--", workload, str(seed), str(users),
         str(time.monotonic_ns())],
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

    def __init__(self, target):
        services = {"own": target.service, "nginx": target.nginx, "postgres": target.database.service}
        trees = processes.trees([service.process for service in services.values()])
        self.trees = dict(zip(services, trees))
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
    # Where PostgreSQL works for tens of milliseconds, a warm-up would only leave it a queue.
    if workload != "deep":
        warm_up(target.port, workload, clients, 1, 1000 + seed, users)
        drain(target, 1)
    database.touched |= workload in WRITING
    database.restore()
    meter = Meter(target)
    result = run(target.port, workload, clients, seconds, seed, users)
    peaks = meter.peaks()
    # Requests that wrk gave up on at the end are executed all the same: they count as sent, and so does what they
    # cost. Where they are many, or it would take long, nobody knows the cost of one.
    complete = drain(target, DRAIN) and result["answered"] * 2 > result["sent"]
    cost = meter.microseconds(result["sent"] if complete else None)
    database.touched |= workload in WRITING
    return {
        "rate": result["answered"] / result["seconds"], "p50": result["p50"], "p99": result["p99"],
        "errors": wrong(workload, result) + result["broken"], **cost, "peak": sum(peaks), "processes": len(peaks)}


def wrong(workload, result):
    """Answers that should have been another. Of those that were still due at the end nobody knows which they would be."""
    refused, unanswered = result["refused"], result["sent"] - result["answered"]
    if workload == "missing":
        return abs(result["answered"] - refused)
    return max(0, abs(result["taken"] - refused) - unanswered) if result["taken"] else refused


def drain(target, seconds):
    """Waits until all requests have been executed; a peer that takes longer is started again. Whether all were."""
    if becomes_idle(target, seconds):
        return True
    # Cancelling statements instead would leave SQLAlchemy with connections that fail from then on.
    target.service.restart()
    if not becomes_idle(target, 60):
        sys.exit("There is no end to the work that a measurement left.")
    return False


def becomes_idle(target, seconds):
    """Whether the responder and PostgreSQL come to rest. The one may hold a queue while the other waits for it."""
    tree = processes.trees([target.service.process])[0]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        before = processes.cpu(tree)
        time.sleep(WINDOW)
        if processes.cpu(tree) - before < WINDOW * 1e9 / 20 and target.database.is_idle():
            return True
    return False
