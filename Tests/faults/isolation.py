"""What somebody else's work costs those who read single users: through Roster, and beside it at the same PostgreSQL."""

import contextlib
import os
import time
from dataclasses import dataclass, field

from stack import processes
from stack.openloop import OpenLoop
from stack.postgres import program
from stack.service import FORCE, end, launch, until

from faults.service import open_files, serving
from faults.settings import ISOLATION
from faults.table import FORM, Row

MEGABYTE = 1 << 20
USERS = 1_000_000
RATE, READERS = 1000, 32
# What work beside them may cost the readers, compared with what the same statements cost them beside Roster.
P99, MAX = 3, 20
PEAK = 64 * MEGABYTE  # of a worker
KEPT = 8 * MEGABYTE   # more than before
FILL = f"""
    ALTER TABLE users DISABLE TRIGGER note;
    INSERT INTO users (email, name)
      SELECT 'user' || n || '@example.com', 'User ' || n
      FROM generate_series((SELECT max(id) + 1 FROM users), {USERS}) n;
    ANALYZE users"""
# What a page takes in one statement.
PAGE = ("SELECT id, email, name, created_at FROM users WHERE id >="
        " (SELECT id FROM users ORDER BY id LIMIT 1 OFFSET {skip}) ORDER BY id LIMIT {limit};\n")


@dataclass
class IsolationRow(Row):
    """The requests are those of the readers."""

    requests: int = 0
    failed: int = 0
    notes: list = field(default_factory=list)

    def text(self):
        head = FORM.format(self.name, self.load, f"{self.requests:,}", f"{self.failed:,}", "–", "–",
                           "FAIL" if self.broken else "PASS")
        return "\n".join([head, *(f"    {text}" for text in self.broken), *(f"    · {text}" for text in self.notes)])

    def note(self, text):
        self.notes.append(text)

    def require_success(self, what, result):
        """Every request has its 200."""
        good = result["statuses"].get("200", 0)
        self.requests += result["count"]
        self.failed += result["count"] - good
        others = {status: count for status, count in result["statuses"].items() if status != "200"}
        errors = {kind: count for kind, count in result["errors"].items() if count}
        self.require(good == result["count"], f"{what}: {result['count'] - good:,} without 200: {others} {errors}")

    def require_isolation(self, beside, through, what="readers"):
        """`beside`: with the same work at PostgreSQL itself, before and afterwards; the machine may have others."""
        self.require_success(what, through)
        self.note(f"{what}: {shown(through)}; with the same beside Roster: {' and '.join(map(shown, beside))}")
        for key, limit in (("p99", P99), ("max", MAX)):
            times = through["latency"][key] / max(result["latency"][key] for result in beside)
            self.require(times <= limit, f"{what}: {key} is {times:.1f} times that beside, promised: {limit}")


def shown(result):
    latency = result["latency"]
    return f"p50 {latency['p50']:.1f}, p99 {latency['p99']:.1f}, max {latency['max']:.0f} ms"


def filled(cluster):
    """A million users, and nothing left to do about them: autovacuum would begin within a minute, beside one measurement or another."""
    cluster.sql(FILL)
    cluster.sql("VACUUM users")
    cluster.sql("CHECKPOINT")


@contextlib.contextmanager
def isolated(name, load, before=filled, **options):
    """A row, and a service with a million users that some readers have warmed up."""
    row = IsolationRow(name, load)
    with serving(name, settings={"max_connections": 200}, before=before, **options) as service:
        readers(service, 2)
        yield row, service


# --- Who reads, and who works beside --------------------------------------------------------------------------------


def address(service):
    return f"127.0.0.1:{service.port}"


def readers(service, seconds=ISOLATION, rate=RATE):
    with OpenLoop(address(service), rate=rate, seconds=seconds, connections=READERS) as load:
        return load.result()


def crowd(service, path, clients, seconds=ISOLATION, method="GET", body="", users=USERS):
    """Clients that ask again as soon as they have their answer: more is due than anybody can do."""
    return OpenLoop(address(service), path, method=method, body=body, rate=20_000, seconds=seconds, connections=clients,
                    patience=0.001, users=users)


@contextlib.contextmanager
def directly(service, statements, clients, seconds=ISOLATION + 2):
    """The same work by pgbench at PostgreSQL itself, while the block runs."""
    script, log = service.folder / "statements.sql", service.folder / "pgbench.log"
    script.write_text(statements)
    child = launch(log, [
        program("pgbench"), "-n", "-M", "prepared", "-c", clients, "-j", 2, "-T", seconds, "-f", script,
        "-h", service.cluster.home, "-p", service.cluster.port, "-U", "roster", "roster"])
    try:
        yield
        if child.poll():
            raise RuntimeError(f"nothing to compare with: {log.read_text()[-4000:]}")
    finally:
        end(child, FORCE)


# --- What it leaves ----------------------------------------------------------------------------------------------


def kept(service):
    """Of the worker that has most."""
    return max(map(processes.proportional, service.responders()), default=0)


@contextlib.contextmanager
def memory(row, service):
    """No worker's peak in this block is above the bound, and what it keeps afterwards is what it had."""
    before = kept(service)
    processes.reset_peak(service.responders())
    yield
    workers = service.responders()
    peak = max(processes.memory(worker, "VmHWM") for worker in workers)
    row.require(peak < PEAK, f"a worker's peak was {peak / MEGABYTE:.0f} MiB, promised: {PEAK // MEGABYTE}")
    until(lambda: kept(service) - before < KEPT, 10)
    grown = kept(service) - before
    row.require(grown < KEPT, f"a worker keeps {grown / MEGABYTE:.0f} MiB more, promised: {KEPT // MEGABYTE}")
    resident = max(processes.memory(worker, "VmRSS") for worker in workers)
    row.note(f"a worker: peak {peak / MEGABYTE:.0f} MiB; PSS {before / MEGABYTE:.1f} MiB before,"
             f" {(before + grown) / MEGABYTE:.1f} afterwards (RSS {resident / MEGABYTE:.1f})")


class TemporaryFiles:
    """On the disk, to which nginx has no name any more: answers that their readers have not taken yet. `most` is how
    many bytes were in them at one time."""

    def __init__(self, service):
        # Once: to look for them costs so much that the readers would notice.
        self.processes, self.most = processes.trees([service.nginx.process])[0], 0

    def during(self, load):
        """Looks until the load has ended; its result."""
        while load.child.poll() is None:
            self.most = max(self.most, sum(self.sizes()))
            time.sleep(0.05)
        return load.result()

    def sizes(self):
        for process in self.processes:
            for file in open_files(process):
                with contextlib.suppress(OSError):
                    if "/fastcgi/" in os.readlink(file):
                        yield file.stat().st_size
