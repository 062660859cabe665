"""Somebody else has written to the table, and has not committed: a session left open in psql, a migration, an import."""

import random
import signal
import time

from stack.service import Stack, until

from faults import ledger
from faults.cluster import USERS, Cluster, send
from faults.load import Load, create, read, update
from faults.process_faults import REPLACED, UNDER_WAY, is_reloaded, is_replaced
from faults.service import Service, folder_of
from faults.settings import CLIENTS, WRITES
from faults.table import Row

STARTED = 5  # seconds
# The locks of a transaction that has written, and of one that works at the table without changing it.
OPEN = (
    "INSERT INTO users (email, name) VALUES ('held@example.com', 'Held')",
    "UPDATE users SET name = name WHERE id = 1",
    "LOCK TABLE users IN SHARE UPDATE EXCLUSIVE MODE",  # VACUUM, ANALYZE, CREATE INDEX CONCURRENTLY
)


def others(tag, _client):
    """As always, but for the one user that is locked."""
    kind = random.choices((create, update, read), (6, 2, 2))[0]
    return update(tag, random.randint(2, USERS)) if kind is update else kind(tag)


def open_transaction(name):
    """Roster starts, is reloaded, and replaces a worker that has died, while the transaction is open."""
    row = Row(name, f"{CLIENTS} clients, 80 % writes")
    with folder_of(name) as folder, Stack(folder) as stack:
        cluster = Cluster(stack)
        cluster.prepare()
        with cluster.session(";\n".join(OPEN)):
            began = time.monotonic()
            service = Service(stack, cluster)
            until(service.is_complete, 30)
            row.require_within(time.monotonic() - began, STARTED, "the start")
            with Load(service.port, CLIENTS, others) as load:
                load.wait_for_writes(WRITES / 3)
                reload(row, service)
                load.wait_for_writes(WRITES * 2 / 3)
                killed = replace(row, service)
                load.wait_for_writes(WRITES)
        row.entries = load.entries
        row.require_answers(502)
        strange = [entry for entry in row.failures() if entry.sent > killed + UNDER_WAY or entry.done < killed]
        row.require(not strange, f"{len(strange):,} failures of requests that were in no worker that was killed")
        row.broken += ledger.verdicts(row.entries, cluster)
    return row


def reload(row, service):
    before = set(service.responders())
    service.roster.child.send_signal(signal.SIGHUP)
    row.require_within(until(lambda: is_reloaded(service, before), 15), STARTED, "the reload")


def replace(row, service):
    """Returns when the worker was killed."""
    time.sleep(1.2)  # one that dies sooner is replaced with a delay
    victim, killed = service.responders()[0], time.monotonic()
    send(victim, signal.SIGKILL)
    row.recovered(until(lambda: is_replaced(service, victim), 10), REPLACED)
    return killed


FAULTS = {"open-transaction": open_transaction}
