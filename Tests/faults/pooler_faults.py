"""What happens to PgBouncer, and to PostgreSQL behind it, with Roster's default settings."""

import contextlib
import pathlib
import random
import signal
import time

from stack.pooler import Pooler
from stack.service import Stack, until

from faults import ledger
from faults.cluster import PASSWORD, Cluster, send
from faults.load import Load
from faults.service import Service, folder_of
from faults.settings import CLIENTS, WRITES
from faults.table import Row, first_success

RECOVERED = 5  # seconds from the end of a fault to the first write that succeeds


# --- What happens: each returns when it is over -----------------------------------------------------------------------


def kill_backend(cluster, _pooler):
    """PostgreSQL takes the end of one for a crash, and starts all of them anew."""
    victim = random.choice(cluster.backends())
    send(victim, signal.SIGKILL)
    until(lambda: not pathlib.Path(f"/proc/{victim}").exists(), 10)
    until(cluster.is_up, 30)


def terminate_backends(cluster, _pooler):
    cluster.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'roster'", "postgres")


def kill_clients(_cluster, pooler):
    """It ends all connections to both sides."""
    pooler.order("KILL roster", "RESUME roster")


def pause(_cluster, pooler):
    """Waits for what is under way, in session mode for the end of the sessions; new statements, or clients, wait."""
    paused = pooler.begin("PAUSE roster")
    time.sleep(1)
    pooler.order("RESUME roster")
    paused.kill()  # who waits for the end of sessions is not told that it does not matter any more
    paused.wait()


def query_timeout(cluster, pooler):
    """Writes hang in their commits, and PgBouncer gives them up; PostgreSQL does not."""
    pooler.order("SET query_timeout = 1")
    with hanging_commits(cluster):
        time.sleep(4)
    pooler.order("SET query_timeout = 0")


def hanging_backend(cluster, pooler):
    """The connections of writes that hang in their commits are cut, on either side of PgBouncer."""
    with hanging_commits(cluster):
        time.sleep(1)
        pooler.order("KILL roster", "RESUME roster")
        time.sleep(1)
        kill_backend(cluster, pooler)
        time.sleep(1)


@contextlib.contextmanager
def hanging_commits(cluster):
    """Every commit waits for a standby that is not there."""
    for name in "ghost", "":
        cluster.sql(f"ALTER SYSTEM SET synchronous_standby_names = '{name}'", "postgres")
        cluster.sql("SELECT pg_reload_conf()", "postgres")
        if name:
            yield


def reload(_cluster, pooler):
    pooler.order("RELOAD")


def restart(_cluster, pooler):
    pooler.service.restart()


def short_lives(_cluster, pooler):
    """It closes connections to PostgreSQL as soon as they are a second old."""
    pooler.order("SET server_lifetime = 1", "SET server_idle_timeout = 1")
    time.sleep(3)
    pooler.order("SET server_lifetime = 3600", "SET server_idle_timeout = 600")


def idle_clients(_cluster, pooler):
    """It closes connections of clients that say nothing for a second."""
    pooler.order("SET client_idle_timeout = 1")
    time.sleep(3)
    pooler.order("SET client_idle_timeout = 0")


HAPPENINGS = (kill_backend, terminate_backends, kill_clients, pause, query_timeout, hanging_backend, reload, restart,
              short_lives, idle_clients)
# Nobody notices these.
HARMLESS = reload, short_lives


# --- The rows ---------------------------------------------------------------------------------------------------------


def session_mode(name):
    return pooled(name, "session")


def transaction_mode(name):
    return pooled(name, "transaction")


def pooled(name, mode):
    row = Row(name, f"{CLIENTS} clients, 80 % writes")
    with folder_of(name) as folder, Stack(folder) as stack:
        cluster = Cluster(stack)
        cluster.prepare()
        pooler = Pooler(stack, cluster, mode, {"roster": PASSWORD})
        service = Service(stack, cluster, url=pooler.url(f"roster:{PASSWORD}"))
        for happening in HAPPENINGS:
            happen(row, service, pooler, happening)
        judge_idleness(row, service, pooler)
        row.require_answers(503, 504)
        reads = [entry for entry in row.entries if entry.status == 504 and not entry.is_write]
        row.require(not reads, f"{len(reads):,} reads were answered with 504")
        row.require(any(entry.status == 504 for entry in row.entries), "no outcome was unknown")
        row.broken += ledger.verdicts(row.entries, cluster)
    return row


def happen(row, service, pooler, happening):
    """One of the faults, in the middle of a load of its own."""
    share = WRITES / len(HAPPENINGS)
    with Load(service.port, CLIENTS) as load:
        load.wait_for_writes(share / 2)
        happening(service.cluster, pooler)
        back = time.monotonic()
        until(lambda: written_since(back, load.entries[-20 * CLIENTS:]) is not None, 2 * RECOVERED)
        load.wait_for_writes(share)
    row.entries += load.entries
    took = written_since(back, load.entries)
    row.require(took is not None and took <= RECOVERED, f"{happening.__name__}: no write within {RECOVERED} s")
    row.recovery = max(took or 0, row.recovery or 0)
    failed = [entry for entry in load.entries if not entry.is_success]
    if happening in HARMLESS:
        row.require(not failed, f"{happening.__name__}: {len(failed):,} requests failed")


def written_since(moment, entries):
    """How long after a moment a write that was sent later succeeded."""
    return first_success([entry for entry in entries if entry.is_write and entry.sent > moment], moment)


def judge_idleness(row, service, pooler):
    """All connections are closed while nobody asks; whoever comes then notices nothing."""
    idle_clients(service.cluster, pooler)
    with Load(service.port, CLIENTS) as load:
        load.wait_for_writes(WRITES / 20)
    row.entries += load.entries
    failed = [entry for entry in load.entries if not entry.is_success]
    row.require(not failed, f"{len(failed):,} requests failed after idleness")


FAULTS = {"pooler-session": session_mode, "pooler-transaction": transaction_mode}
