"""PostgreSQL restarts, a backend is terminated, the socket vanishes."""

import random
import signal
import time

from stack.postgres import FAST, IMMEDIATE
from stack.service import until

from faults import ledger
from faults.cluster import send
from faults.load import Load
from faults.service import serving
from faults.settings import CLIENTS, WRITES
from faults.table import Row, first_success

MIX = f"{CLIENTS} clients, 80 % writes"
RETURN = 1  # seconds from the database's return to the first success
# Longer than a request waits for a connection, so that the answers of the time after that are seen too.
LONG = 7


def restart_fast(name):
    return restarts(name, FAST)


def restart_immediate(name):
    return restarts(name, IMMEDIATE)


def restarts(name, how):
    """Two short absences, in which requests wait, and a long one, in which they are refused."""
    row, returns = Row(name, MIX), []
    with serving(name) as service:
        with Load(service.port, CLIENTS) as load:
            for share, away in ((0.25, 0), (0.5, 1), (0.75, LONG)):
                load.wait_for_writes(WRITES * share)
                asked = time.monotonic()
                stopped, back = service.cluster.restart(how, away)
                returns.append((asked, stopped, back))
                load.wait_for_success(back)
            load.wait_for_writes(WRITES)
        judge_absence(row, load.entries, returns, service.cluster)
    return row


def judge_absence(row, entries, returns, cluster):
    """503 with Retry-After, 504 for writes that were on the way when it went away, nothing else."""
    row.entries = entries
    row.require_answers(503, 504)
    strange = [entry for entry in entries if entry.status == 504 and not (
        entry.is_write and any(entry.sent <= stopped and entry.done >= asked for asked, stopped, _ in returns))]
    row.require(not strange, f"{len(strange):,} × 504 for what was not a write on its way")
    for _, _, back in returns:
        row.recovered(first_success(entries, back), RETURN)
    row.broken += ledger.verdicts(entries, cluster)


def terminate(name):
    """One backend after another; the others serve on."""
    row = Row(name, MIX)
    with serving(name) as service:
        with Load(service.port, CLIENTS) as load:
            moments = []
            for number in range(1, 20):
                load.wait_for_writes(WRITES * number / 20)
                moments.append(time.monotonic())
                send(random.choice(service.cluster.backends()), signal.SIGTERM)
            load.wait_for_writes(WRITES)
        judge_absence(row, load.entries, [(moment, moment + RETURN, moment) for moment in moments], service.cluster)
        reads = [entry for entry in row.failures() if not entry.is_write]
        row.require(not reads, f"{len(reads):,} reads failed although there were other connections")
        row.require_within(until(service.is_complete, 5), 5, "all connections are there again")
    return row


def socket_away(name):
    """Nobody can connect, and then those that are connected are disconnected."""
    row, returns = Row(name, MIX), []
    with serving(name) as service:
        cluster = service.cluster
        with Load(service.port, CLIENTS) as load:
            for share, away in ((0.3, 1), (0.6, LONG)):
                load.wait_for_writes(WRITES * share)
                backends, asked = cluster.backends(), time.monotonic()
                with cluster.without_socket():
                    for backend in backends:
                        send(backend, signal.SIGTERM)
                    time.sleep(away)
                back = time.monotonic()
                returns.append((asked, asked + RETURN, back))
                load.wait_for_success(back)
            load.wait_for_writes(WRITES)
        judge_absence(row, load.entries, returns, cluster)
    return row


FAULTS = {"restart-fast": restart_fast, "restart-immediate": restart_immediate, "terminate": terminate,
          "socket": socket_away}
