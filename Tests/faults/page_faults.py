"""Answers without a bound: large pages, pages that nobody waits for, deep offsets, large rows, slow readers."""

import contextlib
import socket
import threading
import time

from stack import processes
from stack.openloop import OpenLoop
from stack.service import until

from faults.isolation import (
    MEGABYTE, PAGE, TemporaryFiles, address, crowd, directly, filled, isolated, memory, readers)
from faults.load import request
from faults.settings import ISOLATION

FIRST_BYTE = 50  # ms
EVERYTHING = "/users/?limit=1000000"


@contextlib.contextmanager
def compared(name, load, path, clients, statements, before=filled):
    """Readers beside clients that ask for a path again and again, and beside the same statements."""
    with isolated(name, f"{load}; 32 readers", before) as (row, service):
        def beside():
            with directly(service, statements, clients):
                return readers(service)
        before = beside()
        with memory(row, service), crowd(service, path, clients) as load:
            through, own = readers(service), load.result()
        row.note(f"{path}: {own['statuses']}, {own['bytes'] / MEGABYTE:,.0f} MiB")
        row.require_isolation([before, beside()], through)
        judge_crowd(row, path, own)
        yield row, service


def judge_crowd(row, path, own):
    """They were served, nothing was refused or broken off. How many whole answers there is time for is the machine's
    business: two busy cores send a million users in half a minute."""
    broken = {kind: count for kind, count in own["errors"].items() if count and kind != "unanswered"}
    row.require(set(own["statuses"]) <= {"200"} and not broken, f"{path}: {own['statuses']} {broken}")
    row.require(own["statuses"] or own["bytes"] > MEGABYTE, f"{path}: only {own['bytes']:,} bytes came")


def large_pages(name):
    """One client lists everything, again and again."""
    with compared(name, "one client lists 1,000,000 users", EVERYTHING, 1, PAGE.format(skip=0, limit=1_000_000)) as (
            row, _):
        return row


def first_byte(name):
    """Everything is listed while nobody else asks for anything, three times."""
    with isolated(name, "one client lists 1,000,000 users") as (row, service):
        files, first, whole = TemporaryFiles(service), [], []
        with memory(row, service):
            for _ in range(3):
                with OpenLoop(address(service), EVERYTHING, rate=1, seconds=1, connections=1, patience=120) as load:
                    result = files.during(load)
                row.require_success(EVERYTHING, result)
                first.append(result["first_byte"]["max"])
                whole.append(result["latency"]["max"])
        soon = sorted(first)[1]
        row.note(f"first byte {soon:.0f} ms, whole {sorted(whole)[1]:.0f} ms")
        row.require(soon <= FIRST_BYTE, f"first byte after {soon:.0f} ms, promised: {FIRST_BYTE}")
        row.require(not files.most, f"nginx wrote {files.most / MEGABYTE:,.0f} MiB to temporary files")
    return row


def gone(service, seconds):
    """Twice a second somebody asks for everything, and goes away after 50 ms."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.create_connection(("127.0.0.1", service.port)) as client, contextlib.suppress(OSError):
            client.sendall(request("GET", EVERYTHING))
            time.sleep(0.05)
        time.sleep(0.45)


def pages_gone(name):
    # statement_timeout is what ends the same work at PostgreSQL; psql goes on after an error.
    statements = ("SET statement_timeout = 50;\n\\o /dev/null\n"
                  + (PAGE.format(skip=0, limit=1_000_000) + "\\! sleep 0.45\n") * (2 * ISOLATION))
    with isolated(name, "two large pages a second, given up after 50 ms") as (row, service):
        before = beside_psql(service, statements)
        with memory(row, service):
            asking = threading.Thread(target=gone, args=(service, ISOLATION))
            asking.start()
            through = readers(service)
            asking.join()
        row.require_isolation([before, beside_psql(service, statements)], through)
    return row


def beside_psql(service, statements):
    """Readers while psql executes statements, some of which fail."""
    script = service.folder / "gone.sql"
    script.write_text(statements)
    other = threading.Thread(target=lambda: service.cluster.psql(
        "roster", "-v", "ON_ERROR_STOP=0", "-f", script, check=False))
    other.start()
    try:
        return readers(service)
    finally:
        other.join()


def pages(name):
    with compared(name, "16 clients list 10,000 users each", "/users/?limit=10000", 16,
                  PAGE.format(skip=0, limit=10_000)) as (row, _):
        return row


def deep_offsets(name):
    with compared(name, "16 clients skip 900,000 users", "/users/?skip=900000&limit=1", 16,
                  PAGE.format(skip=900_000, limit=1)) as (row, _):
        return row


def large_rows(name):
    """A hundred names of a megabyte each: the page that everybody gets by default has 100 MB."""
    def before(cluster):
        filled(cluster)
        cluster.sql(f"UPDATE users SET name = repeat('n', {MEGABYTE}) WHERE id <= 100")
    with compared(name, "4 clients list 100 names of 1 MB", "/users/", 4, PAGE.format(skip=0, limit=100), before) as (
            row, _):
        return row


SLOW, RATE = 10, 20_000  # clients, and bytes a second for each
WINDOW = 0.5  # seconds in which it shows whether somebody works


class SlowReader(threading.Thread):
    """Takes so many bytes a second of a large page. The kernel holds little for it, whose window is small."""

    def __init__(self, service, stop):
        super().__init__(daemon=True)
        self.service, self.stop, self.count = service, stop, 0

    def run(self):
        with socket.socket() as client:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
            client.connect(("127.0.0.1", self.service.port))
            client.sendall(request("GET", EVERYTHING))
            client.setblocking(False)
            while not self.stop.wait(0.1):
                with contextlib.suppress(BlockingIOError):
                    self.count += len(client.recv(RATE // 10))


def rests(service):
    """Whether Roster's workers use less than a twentieth of a processor."""
    workers = service.responders()
    before = processes.cpu(workers)
    time.sleep(WINDOW)
    return processes.cpu(workers) - before < WINDOW * 1e9 / 20


def slow_readers(name):
    """They cost buffers, and nobody else anything: what reading alone costs is what the readers are compared with."""
    with isolated(name, f"{SLOW} clients read 1,000,000 users at 20 kB/s") as (row, service):
        before, stop = readers(service), threading.Event()
        slow = [SlowReader(service, stop) for _ in range(SLOW)]
        files = TemporaryFiles(service)
        with memory(row, service):
            for reader in slow:
                reader.start()
            # The kernel takes megabytes for each of them at full speed; what is judged is what comes then.
            row.require_within(until(lambda: rests(service), 60), 60, "Roster waits for them")
            with OpenLoop(address(service), rate=1000, seconds=ISOLATION) as load:
                through = files.during(load)
            stop.set()
            for reader in slow:
                reader.join()
        row.require_isolation([before, readers(service)], through)
        least = min(reader.count for reader in slow)
        row.require(least > RATE * ISOLATION / 2, f"a slow reader got only {least:,} bytes")
        row.require(not files.most, f"nginx wrote {files.most / MEGABYTE:,.0f} MiB to temporary files")
    return row


FAULTS = {"large-pages": large_pages, "first-byte": first_byte, "pages-gone": pages_gone, "pages-10000": pages,
          "deep-offsets": deep_offsets, "large-rows": large_rows, "slow-readers": slow_readers}
