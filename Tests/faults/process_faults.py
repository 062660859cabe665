"""A worker dies, all are replaced, the service ends."""

import os
import random
import shutil
import signal
import time

from stack.service import until

from faults import ledger
from faults.cluster import send
from faults.load import Load, update
from faults.service import open_files, serving
from faults.settings import CLIENTS, RELOAD_REQUESTS, WRITES
from faults.table import Row

MIX = f"{CLIENTS} clients, 80 % writes"
KILLS = 5
# A worker that dies sooner than this after its start is replaced with a delay.
YOUNG = 1.2
RELOADS = 10
POOLS = 8, 6
REPLACED = 1  # seconds
# What a request needs from a client's hand to the worker that is killed.
UNDER_WAY = 0.1


def kill_worker(name):
    """kill -9, one after the other; the other worker serves on."""
    row, kills = Row(name, MIX), []
    with serving(name) as service:
        with Load(service.port, CLIENTS) as load:
            for number in range(1, KILLS + 1):
                load.wait_for_writes(WRITES * number / (KILLS + 1))
                time.sleep(YOUNG)
                victim = random.choice(service.responders())
                kills.append(time.monotonic())
                send(victim, signal.SIGKILL)
                row.recovered(until(lambda gone=victim: is_replaced(service, gone), 10), REPLACED)
            load.wait_for_writes(WRITES)
        row.entries = load.entries
        row.require_answers(502)
        strange = [entry for entry in row.failures() if not any(
            entry.sent <= kill + UNDER_WAY and entry.done >= kill for kill in kills)]
        row.require(not strange, f"{len(strange):,} failures of requests that were in no worker that was killed")
        row.broken += ledger.verdicts(load.entries, service.cluster)
    return row


def is_replaced(service, gone):
    """Whether there are as many workers as before, each connected to PostgreSQL."""
    workers = service.responders()
    return len(workers) == service.workers and gone not in workers and all(map(is_connected, workers))


def is_connected(worker):
    """The socket of the service and one of PostgreSQL's, at least."""
    return sum(1 for file in open_files(worker) if "socket:" in link(file)) > 1


def link(file):
    try:
        return str(file.readlink())
    except OSError:
        return ""  # closed by now


def reload(name):
    """SIGHUP replaces one worker after another: each time with other settings, in the middle by another program."""
    row = Row(name, f"{CLIENTS} clients, 80 % writes, {RELOADS} reloads")
    with serving(name) as service:
        with Load(service.port, CLIENTS) as load:
            for number in range(1, RELOADS + 1):
                until(lambda: len(load.entries) >= RELOAD_REQUESTS * number / (RELOADS + 1), 60)
                if number == RELOADS // 2:
                    replace(service.program)
                before = set(service.responders())
                service.configure(POOLS[number % len(POOLS)])
                service.roster.child.send_signal(signal.SIGHUP)
                if until(lambda: is_reloaded(service, before), 15) is None:
                    row.require(False, f"reload {number} was not complete after 15 s")
                    break
            else:
                until(lambda: len(load.entries) >= RELOAD_REQUESTS, 120)
                row.require(all(runs(worker, service.program) for worker in service.responders()),
                            "a worker runs the program that was there before")
        row.entries = load.entries
        row.require_answers()
        row.broken += ledger.verdicts(load.entries, service.cluster)
    return row


def replace(program):
    """As an installation does: another file under the same name, which its length tells from the one before."""
    new = program.with_suffix(".new")
    shutil.copy(program, new)
    with new.open("ab") as file:
        file.write(b"\0")
    new.rename(program)


def runs(worker, program):
    """Also where it is a copy in memory that is executed."""
    return os.stat(f"/proc/{worker}/exe").st_size == program.stat().st_size


def is_reloaded(service, before):
    return not before & set(service.responders()) and service.is_complete()


def terminate(name):
    """SIGTERM while writes wait for a lock: what has begun is finished, then the service exits with 0."""
    row = Row(name, f"{MIX}, 8 at a lock")
    with serving(name) as service:
        with Load(service.port, CLIENTS) as load:
            load.wait_for_writes(WRITES)
            with service.cluster.session("SELECT 1 FROM users WHERE id = 1 FOR UPDATE"):
                with Load(service.port, 8, lambda tag, _: update(tag, 1)) as locked:
                    caught = until(lambda: locked.writes >= 8 and service.cluster.waiters() > 0, 5)
                    row.require(caught is not None, "nobody waits for the lock")
                    ordered = time.monotonic()
                    service.roster.child.send_signal(signal.SIGTERM)
                    # Less than the half second for which those wait in memory who come after the first of a row.
                    time.sleep(0.2)
                    row.require(service.roster.child.poll() is None, "it ended while writes were in flight")
                    service.cluster.end_transactions()
                    row.recovery = until(lambda: service.roster.child.poll() is not None, 20)
        status = service.roster.child.poll()
        row.require(status == 0, f"exit status {status}, promised: 0")
        row.entries = [*load.entries, *locked.entries]
        judge_end(row, ordered, service.cluster)
    return row


def judge_end(row, ordered, cluster):
    """What came in time is answered; what came later is done whole or not at all."""
    row.require_answers(502)
    cut = [entry for entry in row.failures() if entry.sent < ordered - UNDER_WAY]
    row.require(not cut, f"{len(cut):,} requests were cut off")
    applied = set(cluster.sql("SELECT tag FROM applied").splitlines())
    torn = [entry for entry in row.failures() if entry.tag in applied]
    row.require(not torn, f"{len(torn):,} writes were applied without an answer")
    row.broken += ledger.verdicts(row.entries, cluster)


FAULTS = {"kill-worker": kill_worker, "reload": reload, "sigterm": terminate}
